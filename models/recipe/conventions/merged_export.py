"""Optimum's merged decoder of two traced ones: an `If` on `use_cache_branch` over shared weights."""

import onnx
from onnx import TensorProto, helper


def merge_decoders(first: onnx.ModelProto, with_past: onnx.ModelProto) -> onnx.ModelProto:
    """Outputs of the first that the second lacks (the encoder's keys and values) are empty behind a past."""
    weights: dict[bytes, TensorProto] = {}
    give_empty_outputs(first, with_past)
    branches = [as_branch(first, "first", weights), as_branch(with_past, "past", weights)]
    inputs = {value.name: value for model in (first, with_past) for value in model.graph.input}
    switch = helper.make_tensor_value_info("use_cache_branch", TensorProto.BOOL, [1])
    outputs = list(first.graph.output)
    node = helper.make_node(
        "If", ["use_cache_branch"], [value.name for value in outputs], else_branch=branches[0], then_branch=branches[1]
    )
    graph = helper.make_graph([node], "merged", [*inputs.values(), switch], outputs, list(weights.values()))
    return helper.make_model(graph, opset_imports=list(first.opset_import), ir_version=8)


def give_empty_outputs(first: onnx.ModelProto, with_past: onnx.ModelProto) -> None:
    """The second decoder gets the outputs of the first, in their order."""
    own = {value.name: value for value in with_past.graph.output}
    for value in first.graph.output:
        if value.name not in own:
            sizes = [dim.dim_value for dim in value.type.tensor_type.shape.dim]  # symbolic ones are 0
            empty = helper.make_tensor("empty", value.type.tensor_type.elem_type, sizes, [])
            with_past.graph.node.append(helper.make_node("Constant", [], [value.name], value=empty))
    del with_past.graph.output[:]
    with_past.graph.output.extend(own.get(value.name, value) for value in first.graph.output)


def as_branch(model: onnx.ModelProto, name: str, weights: dict[bytes, TensorProto]) -> onnx.GraphProto:
    """The graph with names of its own; equal weights of both graphs become one outside."""
    names = {"": ""} | {value.name: value.name for value in model.graph.input}
    for weight in model.graph.initializer:
        content = str((list(weight.dims), weight.data_type)).encode() + weight.raw_data
        shared = weights.setdefault(content, weight)
        if shared is weight:
            names[weight.name], weight.name = f"w{len(weights)}", f"w{len(weights)}"
        else:
            names[weight.name] = shared.name
    for node in model.graph.node:
        node.input[:] = [names[value] for value in node.input]
        node.output[:] = [names.setdefault(value, f"{name}_{value}") for value in node.output]
    outputs = [renamed(value, names[value.name]) for value in model.graph.output]
    return helper.make_graph(list(model.graph.node), name, [], outputs)


def renamed(value: onnx.ValueInfoProto, name: str) -> onnx.ValueInfoProto:
    """A copy under another name."""
    other = onnx.ValueInfoProto()
    other.CopyFrom(value)
    other.name = name
    return other
