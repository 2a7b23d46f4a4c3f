"""Every family: padding does not count, and greedy decoding is what training taught."""

import unittest

import torch
import torch.nn.functional as F

from families.bart import Bart
from families.encoder_decoder_shape import EncoderDecoderShape
from families.family import Family, Vocabulary
from families.gpt import Gpt, GptShape
from families.joined_rows import join
from families.prefix_lm import PrefixLm, prefix_mask
from families.recurrent import Recurrent, RecurrentShape
from families.t5 import T5
from settings import Shape

torch.set_num_threads(1)
VOCABULARY = Vocabulary(size=64, start=60, end=61, mask=62)
ENCODER_DECODER = EncoderDecoderShape(
    width=32, encoder_layers=2, decoder_layers=2, heads=4, feed_forward=48, context=64
)
DECODER = Shape(64, width=32, layers=2, heads=4, kv_heads=2, feed_forward=48, context=64)


def small_families() -> dict[str, Family]:
    """One small network of each family with seeded random weights."""
    torch.manual_seed(5)
    families: dict[str, Family] = {
        "recurrent": Recurrent(VOCABULARY, RecurrentShape(width=32, state=64, decoder_layers=2)),
        "prefix-lm": PrefixLm(VOCABULARY, DECODER),
        "t5": T5(VOCABULARY, ENCODER_DECODER),
        "bart": Bart(VOCABULARY, ENCODER_DECODER),
        "gpt": Gpt(VOCABULARY, GptShape(width=32, layers=2, heads=4, context=64)),
    }
    for family in families.values():
        sharpen(family.eval())
    return families


def sharpen(family: Family) -> None:
    """Larger matrices, so that random networks prefer different tokens in different places."""
    with torch.no_grad():
        for parameter in family.parameters():
            if parameter.dim() == 2 and parameter is not family.table:
                parameter.mul_(5)


def rows(lengths: tuple[int, ...], seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Random ids [rows, longest] padded with 0, and the mask of the real ones."""
    generator = torch.Generator().manual_seed(seed)
    mask = torch.arange(max(lengths))[None] < torch.tensor(lengths)[:, None]
    return torch.randint(1, 60, mask.shape, generator=generator) * mask, mask


class FamilyTest(unittest.TestCase):
    def test_loss_of_a_padded_batch_is_the_mean_over_the_rows_alone(self) -> None:
        source, source_mask = rows((7, 3, 5), seed=1)
        target, target_mask = rows((2, 6, 4), seed=2)
        for name, family in small_families().items():
            with self.subTest(name):
                together = family.loss(source, source_mask, target, target_mask).item()
                alone = 0.0
                for index in range(3):
                    s, t = source[index, source_mask[index]][None], target[index, target_mask[index]][None]
                    ones = torch.ones_like
                    alone += family.loss(s, ones(s).bool(), t, ones(t).bool()).item() * t.shape[1]
                self.assertAlmostEqual(together, alone / 12, places=4)

    def test_loss_is_the_cross_entropy_of_the_next_logits(self) -> None:
        source, source_mask = rows((6,), seed=3)
        target, target_mask = rows((4,), seed=4)
        for name, family in small_families().items():
            with self.subTest(name), torch.no_grad():
                expected = 0.0
                for step in range(4):
                    logits = family.next_logits(source[0].tolist(), target[:, :step])
                    expected += F.cross_entropy(logits, target[:, step]).item() / 4
                loss = family.loss(source, source_mask, target, target_mask).item()
                self.assertAlmostEqual(loss, expected, places=4)

    def test_greedy_is_the_best_of_a_teacher_forced_pass(self) -> None:
        source, source_mask = rows((9,), seed=6)
        for name, family in small_families().items():
            with self.subTest(name), torch.no_grad():
                answer = family.greedy(source[0].tolist(), 12)
                target = torch.tensor([[*answer, VOCABULARY.end]])
                states = family.answer_states(source, source_mask, target)
                best = F.linear(states, family.table)[0].argmax(-1).tolist()
                self.assertEqual(best[: len(answer)], answer)
                self.assertGreater(len(set(answer)), 2)
                if len(answer) < 12:
                    self.assertEqual(best[len(answer)], VOCABULARY.end)

    def test_every_parameter_that_answers_learns(self) -> None:
        source, source_mask = rows((7, 3), seed=1)
        target, target_mask = rows((4, 6), seed=2)
        for name, family in small_families().items():
            with self.subTest(name):
                family.loss(source, source_mask, target, target_mask).backward()
                idle = [key for key, value in family.named_parameters() if value.grad is None]
                self.assertEqual(idle, [])


class JoinedRowsTest(unittest.TestCase):
    def test_target_follows_its_source_without_a_gap(self) -> None:
        source = torch.tensor([[5, 6, 7], [8, 0, 0]])
        joined = join(source, source > 0, torch.tensor([[1, 2], [3, 4]]), start=60)
        self.assertEqual(joined.ids.tolist(), [[5, 6, 7, 60, 1], [8, 60, 3, 0, 0]])
        self.assertEqual(joined.prefix.tolist(), [4, 2])

    def test_prefix_sees_itself_and_the_answer_sees_what_came_before(self) -> None:
        mask = prefix_mask(torch.tensor([2]), 4)[0, 0].int().tolist()
        self.assertEqual(mask, [[1, 1, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]])


if __name__ == "__main__":
    unittest.main()
