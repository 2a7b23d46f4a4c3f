"""Calibrated rounding: codes, then scales, that change a matrix's outputs least on the inputs that it was shown.

GPTQ (Frantar et al. 2023, arXiv 2210.17323) in the order of the inputs' weight, with scales fixed beforehand by a search,
then sweeps of coordinate descent: every code to its best value given all others, every block's scale by least squares.
"""

from dataclasses import dataclass

import numpy as np
import torch

from qwen.rounded import Rounded, half

DAMPING = 0.01
COLUMNS_AT_ONCE = 128
SWEEPS = 3
SEARCH = torch.linspace(0.6, 1.05, 10)


@dataclass(frozen=True)
class Grid:
    """How a matrix is to be stored. With `floating_zero` every block has a zero of its own."""

    bits: int
    block: int
    floating_zero: bool = False

    @property
    def last(self) -> int:
        """The largest code."""
        return (1 << self.bits) - 1

    @property
    def middle(self) -> int:
        """The code that stands for 0 where no block has its own."""
        return 1 << (self.bits - 1)


class Levels:
    """Scale and zero of every block, [rows, blocks]; a code c stands for (c - zero) * scale."""

    def __init__(self, grid: Grid, scales: torch.Tensor, zeros: torch.Tensor) -> None:
        self.grid, self.scales, self.zeros = grid, scales, zeros

    def column(self, column: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Scale and zero of one column, [rows]."""
        block = column // self.grid.block
        return self.scales[:, block], self.zeros[:, block]

    def nearest(self, values: torch.Tensor, column: int) -> torch.Tensor:
        """The codes of one column's values, as floats."""
        scale, zero = self.column(column)
        return torch.clamp(torch.round(values / scale) + zero, 0, self.grid.last)


def round_calibrated(matrix: torch.Tensor, moments: torch.Tensor, grid: Grid) -> tuple[Rounded, float]:
    """The rounded matrix, and its error as a share of the output's variance.

    matrix [rows, columns]; moments [columns, columns], the mean of x xT over the inputs x.
    """
    damped = moments + torch.eye(len(moments)) * DAMPING * moments.diagonal().mean()
    levels = search_levels(matrix, damped.diagonal(), grid)
    codes = gptq(matrix, damped, levels)
    for _ in range(SWEEPS):
        descend(matrix, damped, levels, codes)
    rounded = as_rounded(levels, codes)
    return rounded, relative_error(matrix, torch.from_numpy(rounded.matrix()), moments)


def as_rounded(levels: Levels, codes: torch.Tensor) -> Rounded:
    """Levels and codes as they are stored."""
    blocks = codes.to(torch.uint8).view(len(codes), -1, levels.grid.block).numpy()
    return Rounded(levels.grid.bits, blocks, half(levels.scales.numpy()), levels.zeros.to(torch.uint8).numpy())


def relative_error(matrix: torch.Tensor, other: torch.Tensor, moments: torch.Tensor) -> float:
    """Mean square of the difference of outputs over the mean square of the outputs."""
    difference = matrix - other
    return float(((difference @ moments) * difference).sum() / ((matrix @ moments) * matrix).sum())


def search_levels(matrix: torch.Tensor, importance: torch.Tensor, grid: Grid) -> Levels:
    """For every block the best of some ranges, by squared errors weighted with the inputs' squares."""
    blocks = matrix.view(len(matrix), -1, grid.block)
    weight = importance.view(1, -1, grid.block)
    best = torch.full(blocks.shape[:2], torch.inf)
    scales, zeros = torch.ones_like(best), torch.full_like(best, grid.middle)
    for scale, zero in candidates(blocks, grid):
        codes = torch.clamp(torch.round(blocks / scale[..., None]) + zero[..., None], 0, grid.last)
        error = (((codes - zero[..., None]) * scale[..., None] - blocks).square() * weight).sum(-1)
        better = error < best
        best = torch.where(better, error, best)
        scales, zeros = torch.where(better, scale, scales), torch.where(better, zero, zeros)
    return Levels(grid, torch.from_numpy(half(scales.numpy())), zeros)


def candidates(blocks: torch.Tensor, grid: Grid):
    """Yields (scale, zero), [rows, blocks] each: ranges that cut off a little at their ends, or none."""
    low, high = blocks.amin(-1).clamp(max=0), blocks.amax(-1).clamp(min=0)
    tiny = 1e-7
    for share in SEARCH:
        if grid.floating_zero:
            scale = ((high - low) * share / grid.last).clamp(min=tiny)
            yield scale, torch.clamp(torch.round(-low * share / scale), 0, grid.last)
            continue
        middle = torch.full_like(low, grid.middle)
        largest = torch.where(-low > high, low, -high)  # the side that reaches further gets the one code more
        direction = torch.where(-low > high, 1.0, -1.0)
        yield (-largest * share / grid.middle).clamp(min=tiny) * direction, middle


def gptq(matrix: torch.Tensor, moments: torch.Tensor, levels: Levels) -> torch.Tensor:
    """Codes [rows, columns] as floats: column by column, what one leaves is made good by those that follow."""
    order = torch.argsort(moments.diagonal(), descending=True)
    inverse = torch.linalg.cholesky(torch.cholesky_inverse(torch.linalg.cholesky(moments[order][:, order])), upper=True)
    left, codes = matrix[:, order].clone(), torch.empty_like(matrix)
    for start in range(0, len(order), COLUMNS_AT_ONCE):
        end = min(start + COLUMNS_AT_ONCE, len(order))
        part, errors = left[:, start:end], torch.empty(len(matrix), end - start)
        for offset in range(end - start):
            column = int(order[start + offset])
            code = levels.nearest(part[:, offset], column)
            codes[:, column] = code
            scale, zero = levels.column(column)
            row = inverse[start + offset, start + offset : end]
            errors[:, offset] = (part[:, offset] - (code - zero) * scale) / row[0]
            part[:, offset:] -= errors[:, offset, None] * row
        left[:, end:] -= errors @ inverse[start:end, end:]
    return codes


def descend(matrix: torch.Tensor, moments: torch.Tensor, levels: Levels, codes: torch.Tensor) -> None:
    """One sweep over all columns, in place: codes one after another, then the scale of each block."""
    size = levels.grid.block
    pull = (matrix - stored(levels, codes)) @ moments
    for start in range(0, matrix.shape[1], COLUMNS_AT_ONCE):
        end = min(start + COLUMNS_AT_ONCE, matrix.shape[1])
        local, near = pull[:, start:end].clone(), moments[start:end, start:end]
        changes = torch.zeros(len(matrix), end - start)
        for offset in range(end - start):
            move_code(levels, codes, start + offset, local, near, changes)
        for block in range(start // size, end // size):
            fit_scale(levels, codes, block, (start, local, near, changes))
        pull -= changes @ moments[start:end]


def move_code(levels, codes, column, local, near, changes) -> None:
    """Sets one column's codes to their best values; `local` is the error's pull on the columns at hand."""
    offset = column % COLUMNS_AT_ONCE
    scale, zero = levels.column(column)
    old = codes[:, column]
    wanted = (old - zero) * scale + local[:, offset] / near[offset, offset]
    new = levels.nearest(wanted, column)
    step = (new - old) * scale
    codes[:, column] = new
    changes[:, offset] += step
    local -= step[:, None] * near[offset]


def fit_scale(levels: Levels, codes: torch.Tensor, block: int, place) -> None:
    """Moves one block's scale to where the error is least, given all else."""
    start, local, near, changes = place
    size = levels.grid.block
    inside = slice(block * size - start, (block + 1) * size - start)
    signed = codes[:, block * size : (block + 1) * size] - levels.zeros[:, block, None]
    curvature = ((signed @ near[inside, inside]) * signed).sum(-1).clamp(min=1e-12)
    old = levels.scales[:, block]
    step = (signed * local[:, inside]).sum(-1) / curvature
    new = torch.from_numpy(half((old + step).numpy()))
    new = torch.where(new.abs() < 1e-7, old, new)
    moved = signed * (new - old)[:, None]
    levels.scales[:, block] = new
    changes[:, inside] += moved
    local -= moved @ near[inside]


def stored(levels: Levels, codes: torch.Tensor) -> torch.Tensor:
    """The matrix that codes stand for."""
    blocks = codes.view(len(codes), -1, levels.grid.block)
    return ((blocks - levels.zeros[..., None]) * levels.scales[..., None]).view(codes.shape)
