"""GPT-2 as an ONNX graph in its own old layout: one tensor of keys and values a layer, `past_N` and `present_N`."""

from families.gpt import Gpt
from families.pieces import Pieces


def gpt_decoder(pieces: Pieces, family: Gpt) -> None:
    """input_ids, position_ids, past_N [2, batch, heads, tokens, head size] -> logits, present_N."""
    graph, config = pieces.graph, family.network.config
    size = config.n_embd // config.n_head
    graph.input("input_ids", "int64", ["batch_size", "seq_len"])
    graph.input("position_ids", "int64", ["batch_size", "seq_len"])
    graph.output("logits", "float32", ["batch_size", "seq_len", config.vocab_size])
    for index in range(config.n_layer):
        graph.input(f"past_{index}", "float32", [2, "batch_size", config.n_head, "past_seq_len", size])
        graph.output(f"present_{index}", "float32", [2, "batch_size", config.n_head, "total_seq_len", size])
    past = pieces.length("past_0", 3)
    causal = [pieces.causal_bias(past, graph.node("Add", [past, pieces.length("input_ids", 1)]))]
    positions = graph.weight("wpe", pieces.weights["transformer.wpe.weight"])
    x = pieces.store.embed("input_ids", pieces.weights["transformer.wte.weight"])
    x = pieces.add(x, graph.node("Gather", [positions, "position_ids"]))
    for index in range(config.n_layer):
        name = f"transformer.h.{index}"
        normed = pieces.layer_norm(x, f"{name}.ln_1")
        packed = [f"{name}.{part}" for part in ("query", "key", "value")]
        joined = pieces.linear(normed, f"{name}.attn.c_attn")
        graph.node("Split", [joined, graph.integers(*[config.n_embd] * 3)], packed, axis=-1)
        query, key, value = (pieces.split(part) for part in packed)
        key, value = add_past(pieces, index, key, value)
        mixed = pieces.attention(query, key, value, causal, size**-0.5)
        x = pieces.add(x, pieces.linear(mixed, f"{name}.attn.c_proj"))
        inner = pieces.gelu_tanh(pieces.linear(pieces.layer_norm(x, f"{name}.ln_2"), f"{name}.mlp.c_fc"))
        x = pieces.add(x, pieces.linear(inner, f"{name}.mlp.c_proj"))
    pieces.store.head(pieces.layer_norm(x, "transformer.ln_f"), pieces.weights["transformer.wte.weight"], "logits")


def add_past(pieces: Pieces, index: int, key: str, value: str) -> tuple[str, str]:
    """Joins keys and values, puts the past before them, and takes them apart again."""
    graph, first = pieces.graph, pieces.graph.integers(0)
    pair = [graph.node("Unsqueeze", [part, first]) for part in (key, value)]
    new = graph.node("Concat", pair, axis=0)
    present = graph.node("Concat", [f"past_{index}", new], f"present_{index}", axis=3)
    halves = [f"present_{index}.key", f"present_{index}.value"]
    graph.node("Split", [present, graph.integers(1, 1)], halves, axis=0)
    key, value = (graph.node("Squeeze", [half, first]) for half in halves)
    return key, value
