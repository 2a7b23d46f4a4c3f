"""The recurrent family as two ONNX graphs: the encoder, and a decoder that is fed its own hidden state."""

import numpy as np
from onnx import TensorProto

from decoder import EPSILON
from families.pieces import NEVER, Pieces
from families.recurrent import EMBEDDING_SCALE, Recurrent


class RecurrentPieces(Pieces):
    """What GRUs need."""

    def embed(self) -> str:
        """Scaled embeddings [tokens, batch, width]: time comes first in ONNX's GRU."""
        graph = self.graph
        rows = self.store.embed("input_ids", self.weights["embedding"])
        return graph.node("Transpose", [graph.node("Mul", [rows, graph.number(EMBEDDING_SCALE)])], perm=[1, 0, 2])

    def gate_rows(self, name: str) -> np.ndarray:
        """Rows of PyTorch's gates (reset, update, new) in ONNX's order (update, reset, new)."""
        reset, update, new = np.split(self.weights[name], 3)
        return np.concatenate((update, reset, new))

    def gru(self, x: str, name: str, inputs: list[str], outputs: list[str]) -> None:
        """A GRU over time; inputs are the lengths and the first state, either may be ''."""
        graph, parts = self.graph, list[str]()
        directions = ("", "_reverse") if f"{name}.weight_hh_l0_reverse" in self.weights else ("",)
        for part in ("weight_ih", "weight_hh"):
            each = [
                self.store.matrix(f"{name}.{part}{direction}", self.gate_rows(f"{name}.{part}_l0{direction}"))
                for direction in directions
            ]
            stacked = [graph.node("Unsqueeze", [one, graph.integers(0)]) for one in each]
            parts.append(stacked[0] if len(stacked) == 1 else graph.node("Concat", stacked, axis=0))
        biases = [
            np.concatenate([self.gate_rows(f"{name}.{part}_l0{direction}") for part in ("bias_ih", "bias_hh")])
            for direction in directions
        ]
        size = self.weights[f"{name}.weight_hh_l0"].shape[1]
        way = "bidirectional" if len(directions) == 2 else "forward"
        graph.node(
            "GRU", [x, *parts, graph.weight(f"{name}.bias", np.stack(biases)), *inputs], outputs,
            hidden_size=size, linear_before_reset=1, direction=way,
        )  # fmt: skip


def recurrent_encoder(pieces: RecurrentPieces, family: Recurrent) -> None:
    """input_ids, attention_mask -> encoder_outputs [batch, tokens, state], hidden [layers, batch, state]."""
    graph, shape = pieces.graph, family.shape
    graph.input("input_ids", "int64", ["batch_size", "encoder_sequence_length"])
    graph.input("attention_mask", "int64", ["batch_size", "encoder_sequence_length"])
    graph.output("encoder_outputs", "float32", ["batch_size", "encoder_sequence_length", shape.state])
    graph.output("hidden", "float32", [shape.decoder_layers, "batch_size", shape.state])
    lengths = graph.node("ReduceSum", ["attention_mask", graph.integers(1)], keepdims=0)
    lengths = graph.node("Cast", [lengths], to=TensorProto.INT32)
    pieces.gru(pieces.embed(), "encoder", [lengths], ["read", "last"])
    rows = graph.node("Transpose", ["read"], perm=[2, 0, 1, 3])
    graph.node("Reshape", [rows, graph.integers(0, 0, shape.state)], "encoder_outputs")
    last = graph.node("Reshape", [graph.node("Transpose", ["last"], perm=[1, 0, 2]), graph.integers(0, shape.state)])
    first = graph.node("Tanh", [pieces.linear(last, "bridge")])
    first = graph.node("Reshape", [first, graph.integers(0, shape.decoder_layers, shape.state)])
    graph.node("Transpose", [first], "hidden", perm=[1, 0, 2])


def recurrent_decoder(pieces: RecurrentPieces, family: Recurrent) -> None:
    """input_ids, hidden, encoder_outputs, attention_mask -> logits, present_hidden."""
    graph, shape = pieces.graph, family.shape
    graph.input("input_ids", "int64", ["batch_size", "decoder_sequence_length"])
    graph.input("hidden", "float32", [shape.decoder_layers, "batch_size", shape.state])
    graph.input("encoder_outputs", "float32", ["batch_size", "encoder_sequence_length", shape.state])
    graph.input("attention_mask", "int64", ["batch_size", "encoder_sequence_length"])
    graph.output("logits", "float32", ["batch_size", "decoder_sequence_length", family.vocabulary.size])
    graph.output("present_hidden", "float32", [shape.decoder_layers, "batch_size", shape.state])
    inputs, states, context, presents = pieces.embed(), "", "", []
    for index in range(shape.decoder_layers):
        start = graph.node("Slice", ["hidden", *(graph.integers(at) for at in (index, index + 1, 0))])
        names = [f"layer_{index}.all", f"layer_{index}.last"]
        pieces.gru(inputs, f"decoder.{index}", ["", start], names)
        written = graph.node("Transpose", [graph.node("Squeeze", [names[0], graph.integers(1)])], perm=[1, 0, 2])
        presents.append(names[1])
        states = pieces.add(states, written) if index else written
        context = context or attend(pieces, states, shape.state)
        inputs = graph.node("Transpose", [graph.node("Concat", [states, context], axis=-1)], perm=[1, 0, 2])
    graph.node("Concat", presents, "present_hidden", axis=0)
    joined = graph.node("Concat", [states, context], axis=-1)
    add_head(pieces, graph.node("Tanh", [pieces.linear(joined, "output")]))


def attend(pieces: RecurrentPieces, states: str, size: int) -> str:
    """Means of the encoder outputs [batch, tokens, state], as the states ask."""
    graph = pieces.graph
    keys = graph.node("Transpose", ["encoder_outputs"], perm=[0, 2, 1])
    scores = graph.node("Mul", [graph.node("MatMul", [pieces.linear(states, "query"), keys]), graph.number(size**-0.5)])
    real = graph.node("Cast", [graph.node("Unsqueeze", ["attention_mask", graph.integers(1)])], to=TensorProto.BOOL)
    scores = graph.node("Where", [real, scores, graph.number(NEVER)])
    return graph.node("MatMul", [graph.node("Softmax", [scores], axis=-1), "encoder_outputs"])


def add_head(pieces: RecurrentPieces, x: str) -> None:
    """Norm, and logits from the embedding."""
    graph = pieces.graph
    scale = graph.weight("norm.weight", pieces.weights["norm.weight"])
    normed = graph.node("SimplifiedLayerNormalization", [x, scale], axis=-1, epsilon=EPSILON, stash_type=1)
    pieces.store.head(normed, pieces.weights["embedding"], "logits")
