"""A decoder as onnxruntime-genai's model builder writes it: grouped-query attention with the rotary embedding inside.

onnx-community's newer exports have the same form, some with `num_logits_to_keep` in front of the head.
"""

import numpy as np
import onnx
from onnx import TensorProto
from transformers import PreTrainedModel

from conventions.wide_heads import wide_size, widen
from fused_graph import TO_THE_END
from graph import MICROSOFT, Graph

Weights = dict[str, np.ndarray]


def fused_decoder(network: PreTrainedModel, keeps_logits: bool, table: str = "") -> onnx.ModelProto:
    """The graph of a Llama-like network with tied embeddings.

    table: name of a value that `add_table` made; by default the embeddings are a weight.
    """
    weights = {name: value.detach().numpy() for name, value in network.named_parameters()}
    config, graph = network.config, Graph()
    if table:
        add_table(graph, table, config.hidden_size)
    else:
        table = graph.weight("model.embed_tokens.weight", weights["model.embed_tokens.weight"])
    lengths = declare(graph, network, keeps_logits)
    stream = graph.node("Gather", [table, "input_ids"])
    scale = graph.weight("first_norm", weights["model.layers.0.input_layernorm.weight"])
    normed = graph.node(
        "SimplifiedLayerNormalization", [stream, scale], axis=-1, epsilon=config.rms_norm_eps, stash_type=1
    )
    for layer in range(config.num_hidden_layers):
        stream, normed = add_layer(graph, network, weights, layer, (stream, normed), lengths)
    if keeps_logits:
        start = graph.node("Neg", [graph.node("Unsqueeze", ["num_logits_to_keep", graph.integers(0)])])
        normed = graph.node("Slice", [normed, start, graph.integers(TO_THE_END), graph.integers(1)])
    graph.node("MatMul", [normed, graph.node("Transpose", [table], perm=[1, 0])], "logits")
    return graph.model()


def add_table(graph: Graph, name: str, width: int) -> None:
    """Embeddings of many ids from two small tables: see `large_table` in networks.py."""
    coarse, fine = "table.coarse", "table.fine"
    rows = graph.node(
        "Add", [graph.node("Unsqueeze", [coarse, graph.integers(1)]), graph.node("Unsqueeze", [fine, graph.integers(0)])]
    )
    graph.node("Reshape", [rows, graph.integers(-1, width)], name)


def declare(graph: Graph, network: PreTrainedModel, keeps_logits: bool) -> list[str]:
    """Declares inputs and outputs; returns what grouped-query attention reads beside the cache."""
    config = network.config
    graph.input("input_ids", "int64", ["batch_size", "sequence_length"])
    graph.input("attention_mask", "int64", ["batch_size", "total_sequence_length"])
    if keeps_logits:
        graph.input("num_logits_to_keep", "int64", [])
    graph.output("logits", "float32", ["batch_size", "sequence_length", config.vocab_size])
    for layer in range(config.num_hidden_layers):
        for part in ("key", "value"):
            heads, size = config.num_key_value_heads, wide_size(config.head_dim)
            graph.input(
                f"past_key_values.{layer}.{part}", "float32", ["batch_size", heads, "past_sequence_length", size]
            )
            graph.output(f"present.{layer}.{part}", "float32", ["batch_size", heads, "total_sequence_length", size])
    count = graph.node("ReduceSum", ["attention_mask", graph.integers(1)], keepdims=1)
    last = graph.node("Cast", [graph.node("Sub", [count, graph.integers(1)])], to=TensorProto.INT32)
    length = graph.node("Gather", [graph.node("Shape", ["attention_mask"]), graph.integer(1)])
    total = graph.node("Cast", [length], to=TensorProto.INT32)
    theta = config.rope_parameters["rope_theta"]
    frequencies = theta ** (-np.arange(0, config.head_dim, 2) / config.head_dim)
    unturned = np.zeros((wide_size(config.head_dim) - config.head_dim) // 2)
    angles = np.outer(np.arange(config.max_position_embeddings), np.concatenate([frequencies, unturned]))
    tables = [graph.weight(name, f(angles).astype(np.float32)) for name, f in (("cos_cache", np.cos), ("sin_cache", np.sin))]
    return [last, total, *tables]


def add_layer(
    graph: Graph,
    network: PreTrainedModel,
    weights: Weights,
    layer: int,
    stream: tuple[str, str],
    lengths: list[str],
) -> tuple[str, str]:
    """One layer; takes and returns (residual stream, normalised stream)."""
    config, name = network.config, f"model.layers.{layer}"
    linear = lambda x, part: add_linear(graph, x, f"{name}.{part}", weights, config.head_dim)  # noqa: E731
    residual, normed = stream
    heads = [linear(normed, f"self_attn.{part}_proj") for part in "qkv"]
    past = [f"past_key_values.{layer}.{part}" for part in ("key", "value")]
    attended = graph.node(
        "GroupQueryAttention", [*heads, *past, *lengths],
        [f"{name}.attention", f"present.{layer}.key", f"present.{layer}.value"], MICROSOFT,
        num_heads=config.num_attention_heads, kv_num_heads=config.num_key_value_heads, do_rotary=1,
        rotary_interleaved=0, scale=config.head_dim**-0.5,
    )  # fmt: skip
    after = f"{name}.post_attention_layernorm.weight"
    residual, normed = add_norm(graph, (residual, linear(attended, "self_attn.o_proj")), after, weights, config)
    gate = linear(normed, "mlp.gate_proj")
    gate = graph.node("Mul", [gate, graph.node("Sigmoid", [gate])])
    down = linear(graph.node("Mul", [gate, linear(normed, "mlp.up_proj")]), "mlp.down_proj")
    is_last = layer + 1 == config.num_hidden_layers
    following = "model.norm.weight" if is_last else f"model.layers.{layer + 1}.input_layernorm.weight"
    return add_norm(graph, (residual, down), following, weights, config)


def add_linear(graph: Graph, x: str, name: str, weights: Weights, head_size: int) -> str:
    """A matrix product, with its bias where there is one."""
    product = graph.node("MatMul", [x, graph.weight(f"{name}.weight", widen(name, weights[f"{name}.weight"].T, head_size))])
    bias = weights.get(f"{name}.bias")
    return product if bias is None else graph.node("Add", [product, graph.weight(f"{name}.bias", widen(name, bias, head_size))])


def add_norm(graph: Graph, parts: tuple[str, str], name: str, weights: Weights, config) -> tuple[str, str]:
    """The sum of the parts and its normalised form, in one operator."""
    outputs = [f"{name}.normed", "", "", f"{name}.sum"]
    scale = graph.weight(name, weights[name])
    graph.node("SkipSimplifiedLayerNormalization", [*parts, scale], outputs, MICROSOFT, epsilon=config.rms_norm_eps)
    return outputs[3], outputs[0]
