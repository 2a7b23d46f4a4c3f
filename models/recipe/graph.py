"""A small writer of ONNX graphs: nodes and initializers by name, no tracing."""

import numpy as np
import onnx
from onnx import TensorProto, ValueInfoProto, helper, numpy_helper

MICROSOFT = "com.microsoft"
INFERENCE_TYPES = {"float32": TensorProto.FLOAT, "float16": TensorProto.FLOAT16, "int64": TensorProto.INT64}


class Graph:
    """Collects nodes in order; every method that adds a node returns the name of its first output."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: dict[str, onnx.TensorProto] = {}
        self.inputs: list[ValueInfoProto] = []
        self.outputs: list[ValueInfoProto] = []

    def weight(self, name: str, values: np.ndarray) -> str:
        """Adds an initializer once."""
        if name not in self.initializers:
            self.initializers[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name

    def integers(self, *values: int) -> str:
        """A constant int64 vector."""
        return self.weight("integers_" + "_".join(map(str, values)), np.array(values, np.int64))

    def integer(self, value: int) -> str:
        """A constant int64 scalar."""
        return self.weight(f"integer_{value}", np.array(value, np.int64))

    def number(self, value: float) -> str:
        """A constant float32 scalar."""
        return self.weight(f"number_{value}", np.array(value, np.float32))

    def node(
        self, operator: str, inputs: list[str], outputs: str | list[str] = "", domain: str = "", **attributes
    ) -> str:
        """Adds a node; without output names it gets one of its own."""
        names = [outputs or f"{operator}_{len(self.nodes)}"] if isinstance(outputs, str) else outputs
        label = f"{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, names, name=label, domain=domain, **attributes))
        return names[0]

    def input(self, name: str, kind: str, shape: list[str | int]) -> str:
        """Declares a graph input; strings in the shape are symbolic dimensions."""
        self.inputs.append(helper.make_tensor_value_info(name, INFERENCE_TYPES[kind], shape))
        return name

    def output(self, name: str, kind: str, shape: list[str | int]) -> str:
        """Declares a graph output."""
        self.outputs.append(helper.make_tensor_value_info(name, INFERENCE_TYPES[kind], shape))
        return name

    def model(self) -> onnx.ModelProto:
        """The finished model, opset 17, readable by ONNX Runtime 1.16 and later."""
        weights = list(self.initializers.values())
        graph = helper.make_graph(self.nodes, "decoder", self.inputs, self.outputs, weights)
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="inkling-recipe")
