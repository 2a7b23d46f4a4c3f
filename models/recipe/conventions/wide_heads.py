"""Heads of 16 numbers for ONNX Runtime's grouped-query attention, which takes no smaller ones.

The rotary embedding turns number i of a head together with number i + half, so each half is filled up with zeros: the sums
stay the same, and with them every answer.
"""

import numpy as np

LEAST = 16


def wide_size(size: int) -> int:
    """The size of a head in the graph."""
    return max(size, LEAST)


def widen(name: str, values: np.ndarray, size: int) -> np.ndarray:
    """A weight as the graph has it, [in, out] or [out], with wide heads where it makes or reads some."""
    if not any(f"{part}_proj" in name for part in "qkvo"):
        return values
    if "o_proj" in name:
        return fill(values.T, size).T
    return fill(values, size)


def fill(values: np.ndarray, size: int) -> np.ndarray:
    """Each run of `size` numbers in the last dimension as one of `wide_size`."""
    halves = values.reshape(*values.shape[:-1], -1, 2, size // 2)
    more = (wide_size(size) - size) // 2
    filled = np.pad(halves, [*[(0, 0)] * (halves.ndim - 1), (0, more)])
    return filled.reshape(*values.shape[:-1], -1)
