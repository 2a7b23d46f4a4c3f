"""Inputs, outputs and caches of a decoder that reads an encoder, under the names of Optimum's exports."""

from dataclasses import dataclass

from families.pieces import Pieces


@dataclass(frozen=True)
class DecoderForm:
    """Which of the two decoder graphs is written, and its sizes."""

    with_past: bool
    layers: int
    head_size: int
    width: int
    vocabulary: int


class CachedDecoder:
    """Declares a decoder's inputs and outputs and gives its attentions their keys and values."""

    def __init__(self, pieces: Pieces, form: DecoderForm) -> None:
        self.pieces, self.form, graph = pieces, form, pieces.graph
        graph.input("encoder_attention_mask", "int64", ["batch_size", "encoder_sequence_length"])
        graph.input("input_ids", "int64", ["batch_size", "decoder_sequence_length"])
        if not form.with_past:
            graph.input("encoder_hidden_states", "float32", ["batch_size", "encoder_sequence_length", form.width])
        graph.output("logits", "float32", ["batch_size", "decoder_sequence_length", form.vocabulary])
        for index in range(form.layers):
            self.declare_layer(index)
        count = pieces.length("input_ids", 1)
        self.past = pieces.length("past_key_values.0.decoder.key", 2) if form.with_past else graph.integer(0)
        self.total = graph.node("Add", [self.past, count])

    def declare_layer(self, index: int) -> None:
        """Past inputs and present outputs of one layer."""
        graph, heads, size = self.pieces.graph, self.pieces.heads, self.form.head_size
        for side in ("decoder", "encoder"):
            for part in ("key", "value"):
                past = "past_decoder_sequence_length" if side == "decoder" else "encoder_sequence_length_out"
                if self.form.with_past:
                    graph.input(f"past_key_values.{index}.{side}.{part}", "float32", ["batch_size", heads, past, size])
                if side == "decoder" or not self.form.with_past:
                    length = "total_sequence_length" if side == "decoder" else "encoder_sequence_length_out"
                    graph.output(f"present.{index}.{side}.{part}", "float32", ["batch_size", heads, length, size])

    def own(self, index: int, part: str, new: str) -> str:
        """Keys or values of what the decoder wrote, the past ones first: [batch, heads, total, head size]."""
        present = f"present.{index}.decoder.{part}"
        if not self.form.with_past:
            return self.pieces.split(new, present)
        past = f"past_key_values.{index}.decoder.{part}"
        return self.pieces.graph.node("Concat", [past, self.pieces.split(new)], present, axis=2)

    def read(self, index: int, part: str, name: str) -> str:
        """Keys or values of the encoder's states, computed in the first run only."""
        if self.form.with_past:
            return f"past_key_values.{index}.encoder.{part}"
        return self.pieces.split(self.pieces.linear("encoder_hidden_states", name), f"present.{index}.encoder.{part}")
