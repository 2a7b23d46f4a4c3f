"""Matrices in blocks of few bits, as MatMulNBits of ONNX Runtime stores them."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Rounded:
    """A matrix [rows, columns] as (code - zero) * scale, one scale and one zero for each block of a row.

    codes: uint8 [rows, blocks, block size]; scales: float32 [rows, blocks]; zeros: uint8 [rows, blocks].
    """

    bits: int
    codes: np.ndarray
    scales: np.ndarray
    zeros: np.ndarray

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, blocks, size = self.codes.shape
        return rows, blocks * size

    def matrix(self) -> np.ndarray:
        """The float32 matrix that the codes stand for."""
        signed = self.codes.astype(np.float32) - self.zeros[..., None]
        return (signed * self.scales[..., None]).reshape(self.shape)

    def packed_codes(self) -> np.ndarray:
        """uint8 [rows, blocks, block size * bits / 8], the first code in the low bits."""
        return self.codes if self.bits == 8 else self.codes[..., 0::2] | (self.codes[..., 1::2] << 4)

    def packed_zeros(self) -> np.ndarray | None:
        """uint8 [rows * bytes], blocks in pairs; None where every zero is the one that the operator assumes."""
        if (self.zeros == 1 << (self.bits - 1)).all():
            return None
        if self.bits == 8:
            return self.zeros.reshape(-1)
        even = np.pad(self.zeros, ((0, 0), (0, self.zeros.shape[1] % 2)), constant_values=8)
        return (even[:, 0::2] | (even[:, 1::2] << 4)).reshape(-1)


def half(scales: np.ndarray) -> np.ndarray:
    """Scales that fit half precision: no worse to speak of, and a package compresses them."""
    return scales.astype(np.float16).astype(np.float32)


def round_to_levels(matrix: np.ndarray, levels: int, block: int) -> Rounded:
    """8-bit codes of which only an odd number of levels around the middle is used, reaching each block's largest magnitude."""
    blocks = matrix.reshape(len(matrix), -1, block)
    reach, middle = levels // 2, 128
    scales = half(np.maximum(np.abs(blocks).max(-1) / reach, 6e-8))
    codes = np.clip(np.rint(blocks / scales[..., None]), -reach, reach) + middle
    return Rounded(8, codes.astype(np.uint8), scales, np.full(scales.shape, middle, np.uint8))
