"""Batches by several processes are those of each share of the text, and go on where they stopped."""

import unittest

import torch

from batches import Batches
from decoder import Decoder
from documents import Document
from fill import Formatter
from parallel_batches import ParallelBatches
from settings import Shape
from tokenizer import train_bpe

DOCUMENTS = [
    Document("package", f"{n}.py", "py", f"def step_{n}(value):\n    return value + {n}\n" * 30) for n in range(6)
]
ROWS, TOKENS, PROCESSES = 6, 64, 3


class ParallelBatchesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.formatter = Formatter(train_bpe([d.text for d in DOCUMENTS], 300))

    def share(self, which: int, count: int) -> Batches:
        return Batches(DOCUMENTS[which::count], [], self.formatter, which)

    def parallel(self, state: list[int]) -> ParallelBatches:
        return ParallelBatches(self.share, PROCESSES, ROWS, TOKENS, state)

    def test_every_process_gives_as_many_rows_of_its_own_share(self) -> None:
        batches, alone = self.parallel([]), [self.share(which, PROCESSES) for which in range(PROCESSES)]
        for _ in range(20):
            ids, counted = batches.next(ROWS, TOKENS)
            expected = [one.next(ROWS // PROCESSES, TOKENS) for one in alone]
            self.assertTrue(torch.equal(ids, torch.cat([rows for rows, _ in expected])))
            self.assertTrue(torch.equal(counted, torch.cat([marks for _, marks in expected])))

    def test_the_state_says_where_every_process_is(self) -> None:
        batches = self.parallel([])
        for _ in range(3):
            batches.next(ROWS, TOKENS)
        alone = self.share(1, PROCESSES)
        for _ in range(3):
            alone.next(ROWS // PROCESSES, TOKENS)
        self.assertEqual(batches.state[2:4], alone.state)
        again = self.parallel(batches.state)
        again.next(ROWS, TOKENS)
        self.assertGreater(again.state[2:4], alone.state)

    def test_rows_of_another_shape_are_refused(self) -> None:
        with self.assertRaises(ValueError):
            self.parallel([]).next(ROWS, TOKENS * 2)
        with self.assertRaises(ValueError):
            ParallelBatches(self.share, 4, ROWS, TOKENS, [])


class LossTest(unittest.TestCase):
    def test_targets_that_do_not_count_change_nothing(self) -> None:
        torch.manual_seed(3)
        model = Decoder(Shape(vocabulary=50, width=16, layers=1, heads=2, kv_heads=1, feed_forward=32, context=16))
        rows, counted = torch.randint(0, 50, (2, 9)), torch.ones(2, 8, dtype=torch.bool)
        counted[1, 5:] = False
        loss = model.loss(rows, counted)
        loss.backward()
        gradient, rows[1, 6:] = model.table.grad.clone(), 0
        model.zero_grad()
        again = model.loss(rows, counted)
        again.backward()
        self.assertAlmostEqual(loss.item(), again.item(), places=6)
        whole = torch.nn.functional.cross_entropy(model(rows[:, :-1])[counted], rows[:, 1:][counted])
        self.assertAlmostEqual(loss.item(), whole.item(), places=5)
        self.assertTrue(torch.allclose(gradient, model.table.grad))


if __name__ == "__main__":
    unittest.main()
