"""The graph in the engine's own form: grouped-query attention whose cache is written in place, logits of the kept positions only."""

import numpy as np
from onnx import TensorProto, helper

from fused_graph import TO_THE_END, declare_copy_stop
from graph import MICROSOFT, Graph
from qwen.rounded import Rounded
from qwen.source import SHAPE

# Rounds activations to 8 bits as well, which is what makes few bits fast on a CPU.
ACCURACY_LEVEL = 4
Layer = dict[str, np.ndarray | Rounded]
Table = tuple[Rounded, Rounded]


def build_graph(table: Table, layers: list[Layer], norm: np.ndarray) -> Graph:
    """One stored table serves as embedding and head: common tokens with 8 bits, the others behind them with 4."""
    graph = Graph()
    declare_copy_stop(graph)
    lengths = declare_inputs(graph, sum(part.shape[0] for part in table))
    stream, addition = embed(graph, table), ""
    for index, layer in enumerate(layers):
        stream, addition = add_layer(graph, index, layer, (stream, addition), lengths)
    _, normed = add_norm(graph, (stream, addition), norm, "norm")
    start = graph.node("Neg", [graph.node("Unsqueeze", ["num_logits_to_keep", graph.integers(0)])])
    kept = graph.node("Slice", [normed, start, graph.integers(TO_THE_END), graph.integers(1)])
    logits = [multiply(graph, kept, f"table.{index}", part) for index, part in enumerate(table)]
    graph.node("Concat", logits, "logits", axis=-1)
    return graph


def declare_inputs(graph: Graph, vocabulary: int) -> list[str]:
    """Declares inputs and outputs; returns GroupQueryAttention's two lengths and the rotary tables."""
    graph.input("input_ids", "int64", ["batch", "sequence"])
    graph.input("attention_mask", "int64", ["batch", "total"])
    graph.input("num_logits_to_keep", "int64", [])
    graph.output("logits", "float32", ["batch", "kept", vocabulary])
    for index in range(SHAPE.layers):
        for part in ("key", "value"):
            cache = lambda length: ["batch", SHAPE.kv_heads, length, SHAPE.head_size]  # noqa: E731
            graph.input(f"past_key_values.{index}.{part}", "float32", cache("past"))
            graph.output(f"present.{index}.{part}", "float32", cache("present"))
    count = graph.node("ReduceSum", ["attention_mask", graph.integers(1)], keepdims=0)
    last = graph.node("Cast", [graph.node("Sub", [count, graph.integers(1)])], to=TensorProto.INT32)
    length = graph.node("Gather", [graph.node("Shape", ["attention_mask"]), graph.integer(1)])
    total = graph.node("Cast", [length], to=TensorProto.INT32)
    frequencies = SHAPE.rope_theta ** (-np.arange(0, SHAPE.head_size, 2) / SHAPE.head_size)
    angles = np.outer(np.arange(SHAPE.context), frequencies)
    cosines = graph.weight("rotary.cosines", np.cos(angles).astype(np.float32))
    return [last, total, cosines, graph.weight("rotary.sines", np.sin(angles).astype(np.float32))]


def add_layer(
    graph: Graph, index: int, layer: Layer, stream: tuple[str, str], lengths: list[str]
) -> tuple[str, str]:
    """One layer; takes and returns (residual stream, what is still to be added to it)."""
    name = f"layers.{index}"
    x, normed = add_norm(graph, stream, layer["attention_norm"], f"{name}.attention_norm")
    heads = [project(graph, normed, f"{name}.{part}", layer[part], layer[f"{part}_bias"]) for part in heads_of(layer)]
    past = [f"past_key_values.{index}.{part}" for part in ("key", "value")]
    attended = graph.node(
        "GroupQueryAttention", [*heads, *[""] * (3 - len(heads)), *past, *lengths],
        [f"{name}.attention", f"present.{index}.key", f"present.{index}.value"], MICROSOFT,
        num_heads=SHAPE.heads, kv_num_heads=SHAPE.kv_heads, do_rotary=1, rotary_interleaved=0,
        scale=SHAPE.head_size**-0.5,
    )  # fmt: skip
    stream = x, multiply(graph, attended, f"{name}.output", layer["output"])
    x, normed = add_norm(graph, stream, layer["feed_norm"], f"{name}.feed_norm")
    gate = multiply(graph, normed, f"{name}.gate", layer["gate"])
    gate = graph.node("Mul", [gate, graph.node("Sigmoid", [gate])])
    inner = graph.node("Mul", [gate, multiply(graph, normed, f"{name}.up", layer["up"])])
    return x, multiply(graph, inner, f"{name}.down", layer["down"])


def heads_of(layer: Layer) -> list[str]:
    """One multiplication for query, key and value where they are stored alike, else three."""
    return ["heads"] if "heads" in layer else ["query", "key", "value"]


def project(graph: Graph, x: str, name: str, matrix: Rounded, bias: np.ndarray) -> str:
    """A multiplication with a bias behind it."""
    return graph.node("Add", [multiply(graph, x, name, matrix), graph.weight(f"{name}.bias", bias)])


def add_norm(graph: Graph, stream: tuple[str, str], weight: np.ndarray, name: str) -> tuple[str, str]:
    """Adds the pending residual, if any, and normalises; returns (stream, normalised)."""
    scale = graph.weight(f"{name}.weight", weight)
    x, addition = stream
    if not addition:
        normed = graph.node("SimplifiedLayerNormalization", [x, scale], axis=-1, epsilon=SHAPE.epsilon, stash_type=1)
        return x, normed
    outputs = [f"{name}.normed", "", "", f"{name}.stream"]
    graph.node("SkipSimplifiedLayerNormalization", [x, addition, scale], outputs, MICROSOFT, epsilon=SHAPE.epsilon)
    return outputs[3], outputs[0]


def embed(graph: Graph, table: Table) -> str:
    """The table's rows as float32: every id is looked up in both parts, and one of the two rows is taken."""
    common = graph.integer(table[0].shape[0])
    is_rare = graph.node("GreaterOrEqual", ["input_ids", common])
    nothing = graph.integer(0)
    near_ids = graph.node("Where", [is_rare, nothing, "input_ids"])
    far_ids = graph.node("Where", [is_rare, graph.node("Sub", ["input_ids", common]), nothing])
    rows = [look_up(graph, f"table.{index}", part, ids) for index, (part, ids) in enumerate(zip(table, (near_ids, far_ids)))]
    return graph.node("Where", [graph.node("Unsqueeze", [is_rare, graph.integers(-1)]), rows[1], rows[0]])


def look_up(graph: Graph, name: str, table: Rounded, ids: str) -> str:
    """Rows [batch, sequence, width] of one part."""
    stored = graph.node("Gather", [graph.weight(f"{name}.codes", table.packed_codes()), ids])
    codes = unpack(graph, stored) if table.bits == 4 else stored
    zeros = graph.number(float(1 << (table.bits - 1)))
    signed = graph.node("Sub", [graph.node("Cast", [codes], to=TensorProto.FLOAT), zeros])
    scales = graph.node("Gather", [graph.weight(f"{name}.scales", table.scales), ids])
    rows = graph.node("Mul", [signed, graph.node("Unsqueeze", [scales, graph.integers(-1)])])
    return graph.node("Reshape", [rows, graph.integers(0, 0, table.shape[1])])


def unpack(graph: Graph, packed: str) -> str:
    """uint8 codes of 4 bits, [..., blocks, 2 * bytes], from two in a byte; the last dimension is split in the reshape."""
    four = graph.weight("four", np.array(4, np.uint8))
    high = graph.node("BitShift", [packed, four], direction="RIGHT")
    low = graph.node("BitShift", [graph.node("BitShift", [packed, four], direction="LEFT"), four], direction="RIGHT")
    pairs = [graph.node("Unsqueeze", [half, graph.integers(-1)]) for half in (low, high)]
    return graph.node("Reshape", [graph.node("Concat", pairs, axis=-1), graph.integers(0, 0, 0, -1)])


def multiply(graph: Graph, x: str, name: str, matrix: Rounded, output: str = "") -> str:
    """x [..., columns] times the transpose of the matrix."""
    inputs = [
        x,
        graph.weight(f"{name}.codes", matrix.packed_codes()),
        graph.weight(f"{name}.scales", matrix.scales),
    ]
    zeros = matrix.packed_zeros()
    if zeros is not None:
        inputs.append(graph.weight(f"{name}.zeros", zeros))
    rows, columns = matrix.shape
    return graph.node(
        "MatMulNBits", inputs, output, MICROSOFT,
        N=rows, K=columns, bits=matrix.bits, block_size=matrix.codes.shape[2], accuracy_level=ACCURACY_LEVEL,
    )  # fmt: skip
