"""The decoder as the engine likes it: grouped-query attention with a cache that may have a fixed capacity."""

import numpy as np
from onnx import TensorProto, helper

from decoder import EPSILON
from graph import MICROSOFT, Graph
from settings import Shape
from weights import BlockWeights, FloatWeights

Weights = dict[str, np.ndarray]
TO_THE_END = 2**31 - 1


def fused_graph(shape: Shape, weights: Weights, bits: int) -> Graph:
    """Builds the graph. past and present may be one buffer: only rows that the attention mask counts are read.

    The first output, an empty sequence, stops the binding's copy of outputs when it is asked for.
    """
    graph = Graph()
    store = FloatWeights(graph) if bits == 32 else BlockWeights(graph)
    declare_copy_stop(graph)
    lengths = declare_inputs(graph, shape)
    stream, addition = store.embed("input_ids", weights["table"]), ""
    for index in range(shape.layers):
        stream, addition = add_layer(graph, store, shape, weights, index, (stream, addition), lengths)
    _, normed = add_norm(graph, (stream, addition), weights["norm.weight"], "norm")
    start = graph.node("Neg", [graph.node("Unsqueeze", ["num_logits_to_keep", graph.integers(0)])])
    kept = graph.node("Slice", [normed, start, graph.integers(TO_THE_END), graph.integers(1)])
    store.head(kept, weights["table"], "logits")
    return graph


def declare_copy_stop(graph: Graph) -> None:
    """Adds the output of sequence type that comes first."""
    graph.node("SequenceEmpty", [], "copy_stop", dtype=TensorProto.FLOAT)
    graph.outputs.append(helper.make_tensor_sequence_value_info("copy_stop", TensorProto.FLOAT, None))


def declare_inputs(graph: Graph, shape: Shape) -> list[str]:
    """Declares inputs and outputs; returns GroupQueryAttention's two lengths and the rotary tables."""
    graph.input("input_ids", "int64", ["batch", "sequence"])
    graph.input("attention_mask", "int64", ["batch", "total"])
    graph.input("num_logits_to_keep", "int64", [])
    graph.output("logits", "float32", ["batch", "kept", shape.vocabulary])
    for index in range(shape.layers):
        for part in ("key", "value"):
            rest = [shape.kv_heads, "past", shape.head_size]
            graph.input(f"past_key_values.{index}.{part}", "float32", ["batch", *rest])
            graph.output(f"present.{index}.{part}", "float32", ["batch", shape.kv_heads, "present", shape.head_size])
    count = graph.node("ReduceSum", ["attention_mask", graph.integers(1)], keepdims=0)
    last = graph.node("Cast", [graph.node("Sub", [count, graph.integers(1)])], to=TensorProto.INT32)
    length = graph.node("Gather", [graph.node("Shape", ["attention_mask"]), graph.integer(1)])
    total = graph.node("Cast", [length], to=TensorProto.INT32)
    frequencies = shape.rope_theta ** (-np.arange(0, shape.head_size, 2) / shape.head_size)
    angles = np.outer(np.arange(shape.context), frequencies)
    cosines = graph.weight("rotary.cosines", np.cos(angles).astype(np.float32))
    return [last, total, cosines, graph.weight("rotary.sines", np.sin(angles).astype(np.float32))]


def add_norm(graph: Graph, stream: tuple[str, str], weight: np.ndarray, name: str) -> tuple[str, str]:
    """Adds the pending residual, if any, and normalises; returns (stream, normalised)."""
    scale = graph.weight(f"{name}.weight", weight)
    x, addition = stream
    if not addition:
        return x, graph.node("SimplifiedLayerNormalization", [x, scale], axis=-1, epsilon=EPSILON, stash_type=1)
    outputs = [f"{name}.normed", "", "", f"{name}.stream"]
    graph.node("SkipSimplifiedLayerNormalization", [x, addition, scale], outputs, MICROSOFT, epsilon=EPSILON)
    return outputs[3], outputs[0]


def add_layer(
    graph: Graph,
    store: FloatWeights | BlockWeights,
    shape: Shape,
    weights: Weights,
    index: int,
    stream: tuple[str, str],
    lengths: list[str],
) -> tuple[str, str]:
    """One layer; takes and returns (residual stream, what is still to be added to it)."""
    name = f"layers.{index}"
    get = lambda part: weights[f"{name}.{part}.weight"]  # noqa: E731
    x, normed = add_norm(graph, stream, get("attention_norm"), f"{name}.attention_norm")
    packed = np.concatenate([get("query"), get("key"), get("value")])
    heads = store.linear(normed, f"{name}.query_key_value", packed)
    past = [f"past_key_values.{index}.{part}" for part in ("key", "value")]
    attended = graph.node(
        "GroupQueryAttention", [heads, "", "", *past, *lengths],
        [f"{name}.attention", f"present.{index}.key", f"present.{index}.value"], MICROSOFT,
        num_heads=shape.heads, kv_num_heads=shape.kv_heads, do_rotary=1, rotary_interleaved=0,
        scale=shape.head_size**-0.5,
    )  # fmt: skip
    stream = x, store.linear(attended, f"{name}.output", get("output"))
    x, normed = add_norm(graph, stream, get("feed_norm"), f"{name}.feed_norm")
    gate = store.linear(normed, f"{name}.gate", get("gate"))
    gate = graph.node("Mul", [gate, graph.node("Sigmoid", [gate])])
    inner = graph.node("Mul", [gate, store.linear(normed, f"{name}.up", get("up"))])
    return x, store.linear(inner, f"{name}.down", get("down"))
