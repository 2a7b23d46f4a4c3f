"""Optimum's merged decoder: both decoder graphs behind one `If` that share their weights."""

import onnx
from onnx import TensorProto, helper

from graph import MICROSOFT, Graph


def merged_decoder(first: Graph, with_past: Graph) -> onnx.ModelProto:
    """use_cache_branch [1] chooses; with a past, the encoder's presents are empty: the caller keeps the first ones."""
    add_empty_presents(first, with_past)
    inputs = {value.name: value for graph in (first, with_past) for value in graph.inputs}
    switch = helper.make_tensor_value_info("use_cache_branch", TensorProto.BOOL, [1])
    node = helper.make_node(
        "If", ["use_cache_branch"], [value.name for value in first.outputs], name="choose",
        then_branch=branch(with_past, "with_past"), else_branch=branch(first, "first"),
    )  # fmt: skip
    weights = list({**first.initializers, **with_past.initializers}.values())
    graph = helper.make_graph([node], "merged", [*inputs.values(), switch], first.outputs, weights)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="inkling-recipe")


def add_empty_presents(first: Graph, with_past: Graph) -> None:
    """Gives the second graph the outputs it lacks, of no rows, and the order of the first."""
    have = {value.name: value for value in with_past.outputs}
    for value in first.outputs:
        if value.name not in have:
            sizes = [dim.dim_value for dim in value.type.tensor_type.shape.dim]  # symbolic ones are 0
            empty = helper.make_tensor(f"{value.name}.empty", TensorProto.FLOAT, sizes, [])
            with_past.nodes.append(helper.make_node("Constant", [], [value.name], value=empty))
            have[value.name] = value
    with_past.outputs = [have[value.name] for value in first.outputs]


def branch(graph: Graph, name: str) -> onnx.GraphProto:
    """A subgraph whose own values are prefixed, so that no name is defined twice in the model."""
    own = {output for node in graph.nodes for output in node.output if output}
    rename = {value: f"{name}/{value}" for value in own}
    for node in graph.nodes:
        node.name = f"{name}/{node.name}"
        node.input[:] = [rename.get(value, value) for value in node.input]
        node.output[:] = [rename.get(value, value) for value in node.output]
    outputs = []
    for value in graph.outputs:
        renamed = onnx.ValueInfoProto()
        renamed.CopyFrom(value)
        renamed.name = rename[value.name]
        outputs.append(renamed)
    return helper.make_graph(graph.nodes, name, [], outputs)
