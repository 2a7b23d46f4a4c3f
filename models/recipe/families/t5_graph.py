"""T5 as ONNX graphs: encoder, and decoder without and with a past."""

import torch
from transformers.models.t5.modeling_t5 import T5Attention

from families.decoder_cache import CachedDecoder, DecoderForm
from families.pieces import Pieces
from families.t5 import T5


class T5Pieces(Pieces):
    """What T5 adds: RMS norms, relative positions as biases, gated feed-forward."""

    def norm(self, x: str, name: str) -> str:
        """RMSNorm with T5's epsilon."""
        graph = self.graph
        square = graph.node("ReduceMean", [graph.node("Mul", [x, x])], axes=[-1], keepdims=1)
        root = graph.node("Sqrt", [graph.node("Add", [square, graph.number(1e-6)])])
        scale = graph.weight(f"{name}.weight", self.weights[f"{name}.weight"])
        return graph.node("Mul", [graph.node("Div", [x, root]), scale])

    def position_bias(self, side: str, past: str, total: str) -> str:
        """Bias [1, heads, queries, keys] by distance; all distances beyond the table's ends share a bucket."""
        graph, reach = self.graph, 128
        learned = self.weights[f"{side}.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
        distances = torch.arange(-reach, reach + 1)
        buckets = T5Attention._relative_position_bucket(distances, side == "encoder", len(learned), reach)
        table = graph.weight(f"{side}.position_bias", learned[buckets.numpy()])
        queries = graph.node("Unsqueeze", [self.range(past, total), graph.integers(1)])
        apart = graph.node("Sub", [self.range(graph.integer(0), total), queries])
        near = graph.node("Clip", [apart, graph.integer(-reach), graph.integer(reach)])
        rows = graph.node("Add", [near, graph.integer(reach)])
        bias = graph.node("Transpose", [graph.node("Gather", [table, rows])], perm=[2, 0, 1])
        return graph.node("Unsqueeze", [bias, graph.integers(0)])

    def feed_forward(self, x: str, name: str) -> str:
        """Gated GELU behind a norm, added to the stream."""
        normed, inner = self.norm(x, f"{name}.layer_norm"), f"{name}.DenseReluDense"
        gate = self.gelu_tanh(self.linear(normed, f"{inner}.wi_0"))
        product = self.graph.node("Mul", [gate, self.linear(normed, f"{inner}.wi_1")])
        return self.add(x, self.linear(product, f"{inner}.wo"))


def t5_encoder(pieces: T5Pieces, family: T5) -> None:
    """input_ids, attention_mask -> last_hidden_state."""
    graph, config = pieces.graph, family.network.config
    graph.input("input_ids", "int64", ["batch_size", "encoder_sequence_length"])
    graph.input("attention_mask", "int64", ["batch_size", "encoder_sequence_length"])
    graph.output("last_hidden_state", "float32", ["batch_size", "encoder_sequence_length", config.d_model])
    x = pieces.store.embed("input_ids", pieces.weights["shared.weight"])
    total = pieces.length("input_ids", 1)
    biases = [pieces.position_bias("encoder", graph.integer(0), total), pieces.padding_bias("attention_mask")]
    for index in range(config.num_layers):
        name = f"encoder.block.{index}.layer"
        normed = pieces.norm(x, f"{name}.0.layer_norm")
        query, key, value = (pieces.split(pieces.linear(normed, f"{name}.0.SelfAttention.{p}")) for p in "qkv")
        mixed = pieces.attention(query, key, value, biases, 1.0)
        x = pieces.add(x, pieces.linear(mixed, f"{name}.0.SelfAttention.o"))
        x = pieces.feed_forward(x, f"{name}.1")
    graph.node("Identity", [pieces.norm(x, "encoder.final_layer_norm")], "last_hidden_state")


def t5_decoder(pieces: T5Pieces, family: T5, with_past: bool) -> None:
    """Optimum's decoder_model or decoder_with_past_model."""
    config = family.network.config
    form = DecoderForm(with_past, config.num_decoder_layers, config.d_kv, config.d_model, config.vocab_size)
    cache, graph = CachedDecoder(pieces, form), pieces.graph
    x = pieces.store.embed("input_ids", pieces.weights["shared.weight"])
    own = [pieces.position_bias("decoder", cache.past, cache.total), pieces.causal_bias(cache.past, cache.total)]
    read = [pieces.padding_bias("encoder_attention_mask")]
    for index in range(form.layers):
        name = f"decoder.block.{index}.layer"
        normed, attention = pieces.norm(x, f"{name}.0.layer_norm"), f"{name}.0.SelfAttention"
        key = cache.own(index, "key", pieces.linear(normed, f"{attention}.k"))
        value = cache.own(index, "value", pieces.linear(normed, f"{attention}.v"))
        mixed = pieces.attention(pieces.split(pieces.linear(normed, f"{attention}.q")), key, value, own, 1.0)
        x = pieces.add(x, pieces.linear(mixed, f"{attention}.o"))
        normed, attention = pieces.norm(x, f"{name}.1.layer_norm"), f"{name}.1.EncDecAttention"
        key, value = (cache.read(index, part, f"{attention}.{part[0]}") for part in ("key", "value"))
        mixed = pieces.attention(pieces.split(pieces.linear(normed, f"{attention}.q")), key, value, read, 1.0)
        x = pieces.feed_forward(pieces.add(x, pieces.linear(mixed, f"{attention}.o")), f"{name}.2")
    scaled = graph.node("Mul", [pieces.norm(x, "decoder.final_layer_norm"), graph.number(config.d_model**-0.5)])
    pieces.store.head(scaled, pieces.weights["shared.weight"], "logits")
