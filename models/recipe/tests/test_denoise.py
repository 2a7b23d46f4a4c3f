"""BART's noise: what is hidden, what is kept, and how much."""

import random
import statistics
import unittest

from families.denoise import MEAN_SPAN, infill, span_length

MASK = 999


def is_subsequence(part: list[int], whole: list[int]) -> bool:
    """True when `part` can be had from `whole` by leaving out."""
    rest = iter(whole)
    return all(value in rest for value in part)


class DenoiseTest(unittest.TestCase):
    def test_span_lengths_have_the_mean_and_variance_of_poisson(self) -> None:
        rng = random.Random(1)
        lengths = [span_length(rng) for _ in range(20_000)]
        self.assertAlmostEqual(statistics.mean(lengths), MEAN_SPAN, delta=0.05)
        self.assertAlmostEqual(statistics.variance(lengths), MEAN_SPAN, delta=0.15)

    def test_what_is_kept_keeps_its_order(self) -> None:
        rng = random.Random(2)
        for size in range(40):
            ids = list(range(size))
            kept = [value for value in infill(ids, MASK, rng) if value != MASK]
            self.assertTrue(is_subsequence(kept, ids))

    def test_about_the_share_is_hidden_and_never_more(self) -> None:
        rng = random.Random(3)
        hidden = []
        for _ in range(500):
            kept = [value for value in infill(list(range(40)), MASK, rng) if value != MASK]
            hidden.append(40 - len(kept))
        self.assertLessEqual(max(hidden), 12)
        self.assertGreater(statistics.mean(hidden), 6)

    def test_gaps_never_touch(self) -> None:
        rng = random.Random(4)
        for _ in range(200):
            noisy = infill(list(range(30)), MASK, rng, share=0.6)
            self.assertFalse(any(a == b == MASK for a, b in zip(noisy, noisy[1:])))

    def test_the_same_seed_gives_the_same_noise(self) -> None:
        ids = list(range(50))
        self.assertEqual(infill(ids, MASK, random.Random(5)), infill(ids, MASK, random.Random(5)))


if __name__ == "__main__":
    unittest.main()
