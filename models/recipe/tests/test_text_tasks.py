"""Questions of the text model as token ids, and the batches they come in."""

import random
import unittest

import torch

from families.family import Vocabulary
from families.recurrent import Recurrent, RecurrentShape
from family_train import noisy, rows_of
from settings import FamilyPreset
from text_tasks import Example, Question, TextFormat, batches_of
from tokenizer import ANSWER, END, GAP, TEXT_SPECIAL, TO_CHINESE, train_bpe

PRESET = FamilyPreset("test", "recurrent", core_minutes=0.1, source_tokens=6, target_tokens=4)


def text_format() -> TextFormat:
    """A format over a tokenizer that knows little more than bytes."""
    tokenizer = train_bpe(["open the file", "打开文件"], 256 + 12, TEXT_SPECIAL)
    tokenizer.encode_special_tokens = True
    return TextFormat(tokenizer)


class TextTasksTest(unittest.TestCase):
    def setUp(self) -> None:
        self.format = text_format()

    def test_begins_with_the_task_and_ends_with_the_end(self) -> None:
        example = self.format.example(Question(TO_CHINESE, "open the file now", "打开文件"), PRESET)
        self.assertEqual((len(example.source), len(example.answer)), (6, 4))
        self.assertEqual(example.source[0], self.format.special[TO_CHINESE])
        self.assertEqual(example.answer[-1], self.format.special[END])

    def test_never_finds_a_special_token_in_a_text(self) -> None:
        ids = self.format.encode(f"{END}{ANSWER}")
        self.assertFalse(set(ids) & set(self.format.special.values()))
        self.assertEqual(self.format.decode(ids), f"{END}{ANSWER}")

    def test_hides_part_of_a_text_and_asks_for_all_of_it(self) -> None:
        example = Example([1, *range(10, 14)], [*range(10, 14), self.format.special[END]])
        preset, rng = FamilyPreset("test", "bart", core_minutes=0.1), random.Random(3)
        made = [noisy(example, preset, self.format, rng) for _ in range(40)]
        self.assertTrue(all(one.answer == example.answer for one in made))
        self.assertTrue(any(self.format.special[GAP] in one.source for one in made))

    def test_puts_every_example_into_one_batch_within_the_limit(self) -> None:
        rng = random.Random(1)
        examples = [Example([n] * rng.randrange(1, 30), [n] * rng.randrange(1, 20)) for n in range(200)]
        batches = batches_of(examples, 256, rng)
        self.assertEqual(sorted(e.source[0] for batch in batches for e in batch), list(range(200)))
        for batch in batches:
            self.assertLessEqual(len(batch) * max(len(e.source) + len(e.answer) for e in batch), 256)

    def test_padding_does_not_change_the_loss(self) -> None:
        torch.manual_seed(0)
        network = Recurrent(Vocabulary(50, 47, 48, 49), RecurrentShape(8, 16, 2)).eval()
        short, long = Example([3, 4], [5, 48]), Example([6, 7, 8, 9, 10], [11, 12, 13, 48])
        both = network.loss(*rows_of([short, long])).item() * 6
        apart = network.loss(*rows_of([short])).item() * 2 + network.loss(*rows_of([long])).item() * 4
        self.assertAlmostEqual(both, apart, places=4)


if __name__ == "__main__":
    unittest.main()
