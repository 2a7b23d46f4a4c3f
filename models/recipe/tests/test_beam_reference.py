"""The plain beam search follows the rules of transformers, and its own."""

import unittest

import torch

from families.beam_reference import BeamSearch, BeamSettings, banned, transformers_beams
from tests.test_families import VOCABULARY, small_families

SOURCE = [5, 9, 33, 12, 40, 7]
SETTINGS = (
    BeamSettings(length_penalty=1.0, stop_early=False, most=9),
    BeamSettings(length_penalty=0.6, stop_early=True, most=9),
    BeamSettings(length_penalty=0.6, stop_early="never", no_repeat=2, most=9),
)


class BeamReferenceTest(unittest.TestCase):
    def test_finds_what_transformers_finds(self) -> None:
        for name in ("t5", "bart", "gpt"):
            family = small_families()[name]
            for settings in SETTINGS:
                with self.subTest(name, settings=settings):
                    plain = BeamSearch(family, SOURCE, settings).run()
                    library = transformers_beams(family, SOURCE, settings)
                    self.assertEqual([answer.ids for answer in plain], [answer.ids for answer in library])
                    for mine, theirs in zip(plain, library):
                        self.assertAlmostEqual(mine.score, theirs.score, places=4)

    def test_one_beam_is_greedy(self) -> None:
        settings = BeamSettings(length_penalty=0.0, stop_early=True, beams=1, answers=1, most=8)
        for name in ("recurrent", "prefix-lm"):
            family = small_families()[name]
            with self.subTest(name), torch.no_grad():
                ids = BeamSearch(family, SOURCE, settings).run()[0].ids
                self.assertEqual([value for value in ids if value != VOCABULARY.end], family.greedy(SOURCE, 8))

    def test_a_repeated_n_gram_is_banned(self) -> None:
        self.assertEqual(banned([1, 2, 3, 1, 2], 3), [3])
        self.assertEqual(banned([1, 2, 3, 1, 2], 0), [])
        self.assertEqual(banned([7, 7], 3), [])


if __name__ == "__main__":
    unittest.main()
