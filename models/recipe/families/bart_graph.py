"""BART as ONNX graphs: encoder, and decoder without and with a past."""

from families.bart import Bart
from families.decoder_cache import CachedDecoder, DecoderForm
from families.pieces import Pieces

POSITION_OFFSET = 2  # rows of BART's position tables that no position uses


class BartPieces(Pieces):
    """What BART adds: learned positions, and norms after each addition."""

    def embed(self, side: str, past: str, total: str) -> str:
        """Normalised sum of token and position embeddings."""
        graph, name = self.graph, f"model.{side}.embed_positions.weight"
        tokens = self.store.embed("input_ids", self.weights["model.shared.weight"])
        table = graph.weight(name, self.weights[name][POSITION_OFFSET:])
        rows = graph.node("Unsqueeze", [self.range(past, total), graph.integers(0)])
        positions = graph.node("Gather", [table, rows])
        return self.layer_norm(self.add(tokens, positions), f"model.{side}.layernorm_embedding")

    def feed_forward(self, x: str, name: str) -> str:
        """GELU between two matrices, added and normalised."""
        inner = self.gelu(self.linear(x, f"{name}.fc1"))
        return self.layer_norm(self.add(x, self.linear(inner, f"{name}.fc2")), f"{name}.final_layer_norm")

    def mixed(self, x: str, name: str, mixed: str) -> str:
        """The end of an attention: projection, addition, norm."""
        return self.layer_norm(self.add(x, self.linear(mixed, f"{name}.out_proj")), f"{name}_layer_norm")


def bart_encoder(pieces: BartPieces, family: Bart) -> None:
    """input_ids, attention_mask -> last_hidden_state."""
    graph, config = pieces.graph, family.network.config
    graph.input("input_ids", "int64", ["batch_size", "encoder_sequence_length"])
    graph.input("attention_mask", "int64", ["batch_size", "encoder_sequence_length"])
    graph.output("last_hidden_state", "float32", ["batch_size", "encoder_sequence_length", config.d_model])
    scale = (config.d_model // pieces.heads) ** -0.5
    x = pieces.embed("encoder", graph.integer(0), pieces.length("input_ids", 1))
    biases = [pieces.padding_bias("attention_mask")]
    for index in range(config.encoder_layers):
        name = f"model.encoder.layers.{index}"
        query, key, value = (pieces.split(pieces.linear(x, f"{name}.self_attn.{part}_proj")) for part in "qkv")
        x = pieces.mixed(x, f"{name}.self_attn", pieces.attention(query, key, value, biases, scale))
        x = pieces.feed_forward(x, name)
    graph.node("Identity", [x], "last_hidden_state")


def bart_decoder(pieces: BartPieces, family: Bart, with_past: bool) -> None:
    """Optimum's decoder_model or decoder_with_past_model."""
    config = family.network.config
    size = config.d_model // pieces.heads
    form = DecoderForm(with_past, config.decoder_layers, size, config.d_model, config.vocab_size)
    cache = CachedDecoder(pieces, form)
    x = pieces.embed("decoder", cache.past, cache.total)
    own, read = [pieces.causal_bias(cache.past, cache.total)], [pieces.padding_bias("encoder_attention_mask")]
    for index in range(config.decoder_layers):
        name = f"model.decoder.layers.{index}"
        for attention, biases in (("self_attn", own), ("encoder_attn", read)):
            at = f"{name}.{attention}"
            query = pieces.split(pieces.linear(x, f"{at}.q_proj"))
            if attention == "self_attn":
                key = cache.own(index, "key", pieces.linear(x, f"{at}.k_proj"))
                value = cache.own(index, "value", pieces.linear(x, f"{at}.v_proj"))
            else:
                key, value = (cache.read(index, part, f"{at}.{part[0]}_proj") for part in ("key", "value"))
            x = pieces.mixed(x, at, pieces.attention(query, key, value, biases, size**-0.5))
        x = pieces.feed_forward(x, name)
    pieces.store.head(x, pieces.weights["model.shared.weight"], "logits")
