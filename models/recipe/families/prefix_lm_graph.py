"""The prefix-LM as an ONNX graph: a plain decoder whose first `prefix_length` keys every query may see."""

import numpy as np
from onnx import TensorProto

from families.pieces import Store
from families.prefix_lm import PrefixLm
from fused_graph import Weights
from graph import Graph
from plain_graph import add_attention, add_norm
from settings import Shape


def prefix_lm_decoder(graph: Graph, store: Store, weights: Weights, family: PrefixLm) -> None:
    """input_ids, position_ids, prefix_length [1], past_key_values.N -> logits, present.N."""
    shape = family.network.shape
    declare(graph, shape)
    angles, mask = add_angles(graph, shape), add_mask(graph)
    x = store.embed("input_ids", weights["table"])
    for index in range(shape.layers):
        name = f"layers.{index}"
        normed = add_norm(graph, x, weights[f"{name}.attention_norm.weight"], f"{name}.attention_norm")
        attended = add_attention(graph, store, shape, weights, index, (normed, angles, mask, "float32"))
        x = graph.node("Add", [x, store.linear(attended, f"{name}.output", weights[f"{name}.output.weight"])])
        normed = add_norm(graph, x, weights[f"{name}.feed_norm.weight"], f"{name}.feed_norm")
        gate = store.linear(normed, f"{name}.gate", weights[f"{name}.gate.weight"])
        gate = graph.node("Mul", [gate, graph.node("Sigmoid", [gate])])
        inner = graph.node("Mul", [gate, store.linear(normed, f"{name}.up", weights[f"{name}.up.weight"])])
        x = graph.node("Add", [x, store.linear(inner, f"{name}.down", weights[f"{name}.down.weight"])])
    store.head(add_norm(graph, x, weights["norm.weight"], "norm"), weights["table"], "logits")


def declare(graph: Graph, shape: Shape) -> None:
    """Inputs and outputs."""
    graph.input("input_ids", "int64", ["batch_size", "sequence_length"])
    graph.input("position_ids", "int64", ["batch_size", "sequence_length"])
    graph.input("prefix_length", "int64", [1])
    graph.output("logits", "float32", ["batch_size", "sequence_length", shape.vocabulary])
    for index in range(shape.layers):
        for part in ("key", "value"):
            heads, size = shape.kv_heads, shape.head_size
            past = ["batch_size", heads, "past_sequence_length", size]
            graph.input(f"past_key_values.{index}.{part}", "float32", past)
            graph.output(f"present.{index}.{part}", "float32", ["batch_size", heads, "total_sequence_length", size])


def add_angles(graph: Graph, shape: Shape) -> tuple[str, str]:
    """Cosine and sine [batch, 1, tokens, head size] of each position."""
    frequencies = (shape.rope_theta ** (-np.arange(0, shape.head_size, 2) / shape.head_size)).astype(np.float32)
    column = graph.node("Unsqueeze", ["position_ids", graph.integers(1, 3)])
    column = graph.node("Cast", [column], to=TensorProto.FLOAT)
    angles = graph.node("Mul", [column, graph.weight("rotary.frequencies", frequencies)])
    angles = graph.node("Concat", [angles, angles], axis=-1)
    return graph.node("Cos", [angles]), graph.node("Sin", [angles])


def add_mask(graph: Graph) -> str:
    """0 where a token may look, -1e9 elsewhere: [batch, 1, tokens, total]."""
    past = graph.node("Gather", [graph.node("Shape", ["past_key_values.0.key"]), graph.integer(2)])
    count = graph.node("Gather", [graph.node("Shape", ["input_ids"]), graph.integer(1)])
    total = graph.node("Add", [past, count])
    keys = graph.node("Range", [graph.integer(0), total, graph.integer(1)])
    causal = graph.node("LessOrEqual", [keys, graph.node("Unsqueeze", ["position_ids", graph.integers(1, 3)])])
    seen = graph.node("Or", [causal, graph.node("Less", [keys, "prefix_length"])])
    return graph.node("Where", [seen, graph.number(0.0), graph.number(-1e9)])
