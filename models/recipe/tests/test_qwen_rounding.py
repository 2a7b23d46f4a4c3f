"""Calibrated rounding: better than rounding alone on what it was shown, and stored as ONNX Runtime reads it."""

import unittest

import numpy as np
import torch

from qwen.rounded import Rounded, round_to_levels
from qwen.rounding import Grid, relative_error, round_calibrated, search_levels, stored

ROWS, COLUMNS = 48, 256


def example() -> tuple[torch.Tensor, torch.Tensor]:
    """A matrix, and the moments of inputs that depend on each other as those of a network do."""
    torch.manual_seed(7)
    inputs = torch.randn(2000, 32) @ torch.randn(32, COLUMNS) + 0.3 * torch.randn(2000, COLUMNS)
    return torch.randn(ROWS, COLUMNS), inputs.T @ inputs / 2000


class CalibratedRounding(unittest.TestCase):
    def test_loses_less_than_the_nearest_codes(self) -> None:
        matrix, moments = example()
        for floating in (False, True):
            grid = Grid(bits=4, block=32, floating_zero=floating)
            levels = search_levels(matrix, moments.diagonal(), grid)
            nearest = torch.stack([levels.nearest(matrix[:, c], c) for c in range(COLUMNS)], 1)
            before = relative_error(matrix, stored(levels, nearest), moments)
            _, after = round_calibrated(matrix, moments, grid)
            self.assertLess(after, before / 2)

    def test_gives_the_same_twice(self) -> None:
        matrix, moments = example()
        first, second = (round_calibrated(matrix, moments, Grid(4, 64, True))[0] for _ in range(2))
        self.assertTrue(np.array_equal(first.codes, second.codes))
        self.assertTrue(np.array_equal(first.scales, second.scales))

    def test_scales_fit_half_precision(self) -> None:
        matrix, moments = example()
        rounded, _ = round_calibrated(matrix, moments, Grid(4, 64, True))
        self.assertTrue(np.array_equal(rounded.scales, rounded.scales.astype(np.float16).astype(np.float32)))


class StoredForm(unittest.TestCase):
    def test_two_codes_share_a_byte_with_the_first_in_the_low_bits(self) -> None:
        codes = np.arange(16, dtype=np.uint8).reshape(1, 1, 16)
        one = np.ones((1, 1), np.float32)
        packed = Rounded(4, codes, one, np.full((1, 1), 8, np.uint8)).packed_codes()
        self.assertEqual(packed[0, 0, :2].tolist(), [0x10, 0x32])

    def test_zeros_are_left_out_where_they_are_what_the_operator_assumes(self) -> None:
        codes, scales = np.zeros((2, 3, 16), np.uint8), np.ones((2, 3), np.float32)
        self.assertIsNone(Rounded(4, codes, scales, np.full((2, 3), 8, np.uint8)).packed_zeros())
        zeros = np.array([[1, 2, 3], [4, 5, 6]], np.uint8)
        self.assertEqual(Rounded(4, codes, scales, zeros).packed_zeros().tolist(), [0x21, 0x83, 0x54, 0x86])

    def test_a_table_of_few_levels_stays_within_half_a_step(self) -> None:
        table = np.random.default_rng(3).normal(size=(20, 256)).astype(np.float32)
        rounded = round_to_levels(table, 63, 128)
        steps = np.repeat(rounded.scales, 128, axis=1)
        self.assertLess(np.abs(rounded.matrix() - table).max() / steps.max(), 0.51)
        self.assertLessEqual(int(rounded.codes.max()) - int(rounded.codes.min()), 62)


if __name__ == "__main__":
    unittest.main()
