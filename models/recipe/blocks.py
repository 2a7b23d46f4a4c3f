"""8-bit blocks of a matrix with one scale each: numbers only, so that a machine without onnx can make them."""

from dataclasses import dataclass

import numpy as np

ZERO_POINT = 128


@dataclass(frozen=True)
class Blocks:
    """A matrix [rows, columns] as uint8 [rows, blocks, size] around 128, with scales [rows, blocks]."""

    values: np.ndarray
    scales: np.ndarray

    def matrix(self) -> np.ndarray:
        """The float32 matrix that the blocks stand for."""
        signed = self.values.astype(np.float32) - ZERO_POINT
        return (signed * self.scales[..., None]).reshape(len(self.values), -1)


def block_size_for(columns: int) -> int:
    """The largest block of at most 128 that divides the columns."""
    return next(size for size in (128, 64, 32, 16) if columns % size == 0)


def quantize(matrix: np.ndarray) -> Blocks:
    """Rounds each block to 255 levels that reach its largest magnitude."""
    size = block_size_for(matrix.shape[1])
    blocks = matrix.astype(np.float32).reshape(len(matrix), -1, size)
    scales = np.maximum(np.abs(blocks).max(-1) / 127, 1e-9).astype(np.float32)
    values = np.rint(blocks / scales[..., None]) + ZERO_POINT
    return Blocks(values.astype(np.uint8), scales)
