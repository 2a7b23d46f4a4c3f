"""Rounding to 8-bit blocks, and the yardstick's arithmetic."""

import unittest

import numpy as np

from blocks import block_size_for, quantize
from ngram import DocumentCache, NGram


class QuantizeTest(unittest.TestCase):
    def test_error_is_at_most_half_a_step(self) -> None:
        matrix = np.random.default_rng(1).normal(size=(8, 256)).astype(np.float32)
        blocks = quantize(matrix)
        error = np.abs(blocks.matrix() - matrix).reshape(8, 2, 128)
        self.assertTrue((error <= blocks.scales[..., None] / 2 + 1e-6).all())

    def test_block_divides_the_columns(self) -> None:
        self.assertEqual([block_size_for(columns) for columns in (256, 640, 192)], [128, 128, 64])


class NGramTest(unittest.TestCase):
    def test_probabilities_of_all_tokens_sum_to_one(self) -> None:
        stream = np.random.default_rng(2).integers(0, 9, 400)
        model = NGram(stream, vocabulary=12)
        context = stream[100:108].tolist()
        total = sum(model.probabilities([*context, token])[-1] for token in range(12))
        self.assertAlmostEqual(total, 1.0, places=9)

    def test_learns_a_cycle(self) -> None:
        model = NGram(np.array([1, 2, 3, 4] * 50), vocabulary=8)
        self.assertEqual(model.best([1, 2, 3])[0], 4)
        self.assertGreater(model.probabilities([1, 2, 3, 4])[-1], 0.9)

    def test_document_cache_sums_to_one_and_finds_a_repeat(self) -> None:
        cache = DocumentCache()
        for token in [5, 6, 7, 5, 6]:
            cache.add(token)
        self.assertAlmostEqual(sum(cache.probability(token, 1 / 10) for token in range(10)), 1.0, places=9)
        self.assertEqual(cache.best([5, 6]), (7, 2))


if __name__ == "__main__":
    unittest.main()
