"""The decoder in standard operators only, with a growing cache: the shape that Optimum's exports have."""

from dataclasses import dataclass

import numpy as np
from onnx import TensorProto

from decoder import EPSILON
from fused_graph import Weights
from graph import Graph
from settings import Shape
from weights import FloatWeights

ELEMENT = {"float32": TensorProto.FLOAT, "float16": TensorProto.FLOAT16}


@dataclass(frozen=True)
class PlainForm:
    """What differs between the plain test models."""

    position_ids: bool
    cache: str  # element type of past, present and logits


def plain_graph(shape: Shape, weights: Weights, form: PlainForm) -> Graph:
    """Builds the graph; logits of all positions, past and present joined by Concat."""
    graph = Graph()
    store = FloatWeights(graph)
    declare_inputs(graph, shape, form)
    angles, mask = add_angles(graph, shape, form), add_mask(graph)
    x = store.embed("input_ids", weights["table"])
    for index in range(shape.layers):
        name = f"layers.{index}"
        get = lambda part, name=name: weights[f"{name}.{part}.weight"]  # noqa: E731
        normed = add_norm(graph, x, get("attention_norm"), f"{name}.attention_norm")
        attended = add_attention(graph, store, shape, weights, index, (normed, angles, mask, form.cache))
        x = graph.node("Add", [x, store.linear(attended, f"{name}.output", get("output"))])
        normed = add_norm(graph, x, get("feed_norm"), f"{name}.feed_norm")
        gate = store.linear(normed, f"{name}.gate", get("gate"))
        gate = graph.node("Mul", [gate, graph.node("Sigmoid", [gate])])
        inner = graph.node("Mul", [gate, store.linear(normed, f"{name}.up", get("up"))])
        x = graph.node("Add", [x, store.linear(inner, f"{name}.down", get("down"))])
    normed = add_norm(graph, x, weights["norm.weight"], "norm")
    if form.cache == "float32":
        store.head(normed, weights["table"], "logits")
    else:
        graph.node("Cast", [store.head(normed, weights["table"], "logits.float32")], "logits", to=ELEMENT[form.cache])
    return graph


def declare_inputs(graph: Graph, shape: Shape, form: PlainForm) -> None:
    """Declares inputs and outputs under Hugging Face's names."""
    graph.input("input_ids", "int64", ["batch_size", "sequence_length"])
    graph.input("attention_mask", "int64", ["batch_size", "total_sequence_length"])
    if form.position_ids:
        graph.input("position_ids", "int64", ["batch_size", "sequence_length"])
    graph.output("logits", form.cache, ["batch_size", "sequence_length", shape.vocabulary])
    for index in range(shape.layers):
        for part in ("key", "value"):
            heads, size = shape.kv_heads, shape.head_size
            past = ["batch_size", heads, "past_sequence_length", size]
            graph.input(f"past_key_values.{index}.{part}", form.cache, past)
            graph.output(f"present.{index}.{part}", form.cache, ["batch_size", heads, "total_sequence_length", size])


def length_of(graph: Graph, tensor: str) -> str:
    """Size of dimension 1 as a scalar."""
    return graph.node("Gather", [graph.node("Shape", [tensor]), graph.integer(1)])


def add_angles(graph: Graph, shape: Shape, form: PlainForm) -> tuple[str, str]:
    """Cosine and sine [batch, 1, tokens, head size]; without position_ids the mask tells the positions."""
    positions = "position_ids"
    if not form.position_ids:
        counted = graph.node("CumSum", ["attention_mask", graph.integer(1)])
        counted = graph.node("Sub", [counted, graph.integer(1)])
        lengths = graph.node("Shape", ["input_ids"])
        start = graph.node("Neg", [graph.node("Gather", [lengths, graph.integers(1)])])
        positions = graph.node("Slice", [counted, start, graph.integers(2**31 - 1), graph.integers(1)])
    frequencies = (shape.rope_theta ** (-np.arange(0, shape.head_size, 2) / shape.head_size)).astype(np.float32)
    column = graph.node("Cast", [graph.node("Unsqueeze", [positions, graph.integers(1, 3)])], to=TensorProto.FLOAT)
    angles = graph.node("Mul", [column, graph.weight("rotary.frequencies", frequencies)])
    angles = graph.node("Concat", [angles, angles], axis=-1)
    return graph.node("Cos", [angles]), graph.node("Sin", [angles])


def add_mask(graph: Graph) -> str:
    """0 where a token may look, -1e9 elsewhere: [batch, 1, tokens, total]."""
    total = length_of(graph, "attention_mask")
    past = graph.node("Sub", [total, length_of(graph, "input_ids")])
    rows = graph.node("Unsqueeze", [graph.node("Range", [past, total, graph.integer(1)]), graph.integers(1)])
    columns = graph.node("Range", [graph.integer(0), total, graph.integer(1)])
    causal = graph.node("LessOrEqual", [columns, rows])
    real = graph.node("Cast", ["attention_mask"], to=TensorProto.BOOL)
    allowed = graph.node("And", [causal, graph.node("Unsqueeze", [real, graph.integers(1, 2)])])
    return graph.node("Where", [allowed, graph.number(0.0), graph.number(-1e9)])


def add_norm(graph: Graph, x: str, weight: np.ndarray, name: str) -> str:
    """RMSNorm in elementary operators."""
    square = graph.node("ReduceMean", [graph.node("Mul", [x, x])], axes=[-1], keepdims=1)
    root = graph.node("Sqrt", [graph.node("Add", [square, graph.number(EPSILON)])])
    return graph.node("Mul", [graph.node("Div", [x, root]), graph.weight(f"{name}.weight", weight)])


def add_rotation(graph: Graph, x: str, angles: tuple[str, str], half: int) -> str:
    """Turns [batch, heads, tokens, head size] by each token's angles."""
    left = graph.node("Slice", [x, graph.integers(0), graph.integers(half), graph.integers(3)])
    right = graph.node("Slice", [x, graph.integers(half), graph.integers(2 * half), graph.integers(3)])
    turned = graph.node("Concat", [graph.node("Neg", [right]), left], axis=-1)
    return graph.node("Add", [graph.node("Mul", [x, angles[0]]), graph.node("Mul", [turned, angles[1]])])


def add_attention(
    graph: Graph,
    store: FloatWeights,
    shape: Shape,
    weights: Weights,
    index: int,
    context: tuple[str, tuple[str, str], str, str],
) -> str:
    """Attention over past and present; context is (normalised input, angles, mask, element type of the cache)."""
    normed, angles, mask, cache = context
    parts = {}
    for part, heads in (("query", shape.heads), ("key", shape.kv_heads), ("value", shape.kv_heads)):
        flat = store.linear(normed, f"layers.{index}.{part}", weights[f"layers.{index}.{part}.weight"])
        split = graph.node("Reshape", [flat, graph.integers(0, 0, heads, shape.head_size)])
        parts[part] = graph.node("Transpose", [split], perm=[0, 2, 1, 3])
        if part != "value":
            parts[part] = add_rotation(graph, parts[part], angles, shape.head_size // 2)
    for part in ("key", "value"):
        parts[part] = add_cache(graph, parts[part], f"{index}.{part}", cache)
    groups = graph.integers(0, shape.kv_heads, shape.heads // shape.kv_heads, -1, shape.head_size)
    query = graph.node("Reshape", [parts["query"], groups])
    key = graph.node("Unsqueeze", [graph.node("Transpose", [parts["key"]], perm=[0, 1, 3, 2]), graph.integers(2)])
    scores = graph.node("Mul", [graph.node("MatMul", [query, key]), graph.number(shape.head_size**-0.5)])
    scores = graph.node("Add", [scores, graph.node("Unsqueeze", [mask, graph.integers(2)])])
    shares = graph.node("Softmax", [scores], axis=-1)
    mixed = graph.node("MatMul", [shares, graph.node("Unsqueeze", [parts["value"], graph.integers(2)])])
    mixed = graph.node("Transpose", [mixed], perm=[0, 3, 1, 2, 4])
    return graph.node("Reshape", [mixed, graph.integers(0, 0, shape.width)])


def add_cache(graph: Graph, new: str, name: str, cache: str) -> str:
    """Appends the new rows to the past; returns all rows in float32."""
    if cache == "float32":
        return graph.node("Concat", [f"past_key_values.{name}", new], f"present.{name}", axis=2)
    rounded = graph.node("Cast", [new], to=ELEMENT[cache])
    joined = graph.node("Concat", [f"past_key_values.{name}", rounded], f"present.{name}", axis=2)
    return graph.node("Cast", [joined], to=TensorProto.FLOAT)
