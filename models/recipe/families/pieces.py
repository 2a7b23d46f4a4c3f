"""Parts of a transformer written into a graph: projections, heads, attention, norms, activations."""

import numpy as np
from onnx import TensorProto

from fused_graph import Weights
from graph import Graph
from weights import BlockWeights, FloatWeights

NEVER = -1e9
Store = FloatWeights | BlockWeights


class Pieces:
    """Writes into one graph, taking weights by the names that PyTorch gives them."""

    def __init__(self, graph: Graph, store: Store, weights: Weights, heads: int) -> None:
        self.graph, self.store, self.weights, self.heads = graph, store, weights, heads

    def linear(self, x: str, name: str) -> str:
        """x times a matrix [outputs, inputs], plus its bias if it has one."""
        product = self.store.linear(x, f"{name}.weight", self.weights[f"{name}.weight"])
        bias = self.weights.get(f"{name}.bias")
        return product if bias is None else self.graph.node("Add", [product, self.graph.weight(f"{name}.bias", bias)])

    def split(self, x: str, output: str = "") -> str:
        """[batch, tokens, width] -> [batch, heads, tokens, head size]."""
        rows = self.graph.node("Reshape", [x, self.graph.integers(0, 0, self.heads, -1)])
        return self.graph.node("Transpose", [rows], output, perm=[0, 2, 1, 3])

    def attention(self, query: str, key: str, value: str, biases: list[str], scale: float) -> str:
        """[batch, heads, tokens, head size] each -> [batch, tokens, width]; biases are added to the scores."""
        graph = self.graph
        scores = graph.node("MatMul", [query, graph.node("Transpose", [key], perm=[0, 1, 3, 2])])
        if scale != 1:
            scores = graph.node("Mul", [scores, graph.number(scale)])
        for bias in biases:
            scores = graph.node("Add", [scores, bias])
        mixed = graph.node("MatMul", [graph.node("Softmax", [scores], axis=-1), value])
        width = graph.node("Transpose", [mixed], perm=[0, 2, 1, 3])
        return graph.node("Reshape", [width, graph.integers(0, 0, -1)])

    def layer_norm(self, x: str, name: str) -> str:
        """LayerNorm over the last dimension."""
        parts = [self.graph.weight(f"{name}.{part}", self.weights[f"{name}.{part}"]) for part in ("weight", "bias")]
        return self.graph.node("LayerNormalization", [x, *parts], axis=-1, epsilon=1e-5)

    def add(self, *values: str) -> str:
        """Sum of two values."""
        return self.graph.node("Add", list(values))

    def gelu(self, x: str) -> str:
        """GELU by the error function."""
        graph = self.graph
        erf = graph.node("Erf", [graph.node("Mul", [x, graph.number(0.5**0.5)])])
        half = graph.node("Mul", [x, graph.number(0.5)])
        return graph.node("Mul", [half, graph.node("Add", [erf, graph.number(1.0)])])

    def gelu_tanh(self, x: str) -> str:
        """GELU by the hyperbolic tangent: `gelu_new`."""
        graph = self.graph
        cube = graph.node("Mul", [graph.node("Mul", [x, graph.node("Mul", [x, x])]), graph.number(0.044715)])
        inner = graph.node("Mul", [graph.node("Add", [x, cube]), graph.number((2 / np.pi) ** 0.5)])
        half = graph.node("Mul", [x, graph.number(0.5)])
        return graph.node("Mul", [half, graph.node("Add", [graph.node("Tanh", [inner]), graph.number(1.0)])])

    def length(self, tensor: str, axis: int) -> str:
        """Size of a dimension as a scalar."""
        return self.graph.node("Gather", [self.graph.node("Shape", [tensor]), self.graph.integer(axis)])

    def range(self, start: str, end: str) -> str:
        """The integers from start up to end, without it."""
        return self.graph.node("Range", [start, end, self.graph.integer(1)])

    def padding_bias(self, mask: str) -> str:
        """0 on real source tokens, NEVER on padding: [batch, 1, 1, tokens]."""
        graph = self.graph
        real = graph.node("Cast", [graph.node("Unsqueeze", [mask, graph.integers(1, 2)])], to=TensorProto.BOOL)
        return graph.node("Where", [real, graph.number(0.0), graph.number(NEVER)])

    def causal_bias(self, past: str, total: str) -> str:
        """0 where a key is not after the query, NEVER elsewhere: [tokens, total]."""
        graph = self.graph
        queries = graph.node("Unsqueeze", [self.range(past, total), graph.integers(1)])
        seen = graph.node("LessOrEqual", [self.range(graph.integer(0), total), queries])
        return graph.node("Where", [seen, graph.number(0.0), graph.number(NEVER)])
