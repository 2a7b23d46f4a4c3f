"""The two ways a matrix is stored in a graph: float32, or 8-bit blocks with one scale each."""

import numpy as np

from blocks import ZERO_POINT, block_size_for, quantize
from graph import MICROSOFT, Graph


class FloatWeights:
    """Stores matrices as they are."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def linear(self, x: str, name: str, matrix: np.ndarray, output: str = "") -> str:
        """x [..., inputs] times the transpose of matrix [outputs, inputs]."""
        return self.graph.node("MatMul", [x, self.graph.weight(name, matrix.T)], output)

    def matrix(self, name: str, matrix: np.ndarray) -> str:
        """The matrix itself, for operators that take no blocks."""
        return self.graph.weight(name, matrix)

    def embed(self, ids: str, table: np.ndarray) -> str:
        """Rows of the table [vocabulary, width]."""
        return self.graph.node("Gather", [self.graph.weight("table", table), ids])

    def head(self, x: str, table: np.ndarray, output: str) -> str:
        """Logits from the same stored table."""
        return self.graph.node("MatMul", [x, self.graph.node("Transpose", ["table"], perm=[1, 0])], output)


class BlockWeights:
    """Stores matrices in 8-bit blocks; at accuracy level 4 activations are rounded to 8 bits too, at 1 they are not."""

    def __init__(self, graph: Graph, accuracy: int = 4) -> None:
        self.graph, self.accuracy = graph, accuracy

    def linear(self, x: str, name: str, matrix: np.ndarray, output: str = "") -> str:
        """x [..., inputs] times the transpose of matrix [outputs, inputs]."""
        blocks = quantize(matrix)
        values = self.graph.weight(f"{name}.blocks", blocks.values)
        scales = self.graph.weight(f"{name}.scales", blocks.scales.reshape(-1))
        return self._multiply(x, values, scales, matrix.shape, output)

    def matrix(self, name: str, matrix: np.ndarray) -> str:
        """The float32 matrix that the blocks stand for; ONNX Runtime computes it once, when it loads the graph."""
        graph, blocks = self.graph, quantize(matrix)
        values = graph.node("Cast", [graph.weight(f"{name}.blocks", blocks.values)], to=1)
        scales = graph.weight(f"{name}.scales", blocks.scales[..., None])
        product = graph.node("Mul", [graph.node("Sub", [values, graph.number(ZERO_POINT)]), scales])
        return graph.node("Reshape", [product, graph.integers(*matrix.shape)])

    def embed(self, ids: str, table: np.ndarray) -> str:
        """Looks up blocks and turns them into float32 rows."""
        graph, blocks = self.graph, quantize(table)
        values = graph.node("Gather", [graph.weight("table.blocks", blocks.values), ids])
        signed = graph.node("Sub", [graph.node("Cast", [values], to=1), graph.number(ZERO_POINT)])
        scales = graph.node("Gather", [graph.weight("table.scales", blocks.scales), ids])
        rows = graph.node("Mul", [signed, graph.node("Unsqueeze", [scales, graph.integers(-1)])])
        return graph.node("Reshape", [rows, graph.integers(0, 0, table.shape[1])])

    def head(self, x: str, table: np.ndarray, output: str) -> str:
        """Logits from the same stored blocks."""
        scales = self.graph.node("Reshape", ["table.scales", self.graph.integers(-1)])
        return self._multiply(x, "table.blocks", scales, table.shape, output)

    def _multiply(self, x: str, values: str, scales: str, shape: tuple[int, ...], output: str) -> str:
        return self.graph.node(
            "MatMulNBits", [x, values, scales], output, MICROSOFT,
            N=shape[0], K=shape[1], bits=8, block_size=block_size_for(shape[1]), accuracy_level=self.accuracy,
        )  # fmt: skip


def dequantized(weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same network with every matrix rounded the way BlockWeights stores it."""
    return {
        name: quantize(values).matrix() if values.ndim == 2 else values for name, values in weights.items()
    }
