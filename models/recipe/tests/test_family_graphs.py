"""Exported graphs of every family, run step by step with their caches, give PyTorch's logits."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from families.bart import Bart
from families.export_family import rounded, write_graphs
from families.family import Family
from families.run_graphs import Graphs, step_logits
from tests.test_families import VOCABULARY, small_families

SOURCE, ANSWER = [5, 9, 33, 12, 40, 7, 7], [14, 3, 58, 21, 3]


@torch.no_grad()
def torch_logits(family: Family) -> np.ndarray:
    """Logits [answer + 1, vocabulary] of a teacher-forced pass."""
    source, target = torch.tensor([SOURCE]), torch.tensor([[*ANSWER, VOCABULARY.end]])
    states = family.answer_states(source, torch.ones_like(source, dtype=torch.bool), target)
    return F.linear(states, family.table)[0].numpy()


def graph_logits(family: Family, accuracy: int) -> np.ndarray:
    """The same from the exported graphs."""
    forced = [VOCABULARY.end] if isinstance(family, Bart) else []
    with tempfile.TemporaryDirectory() as folder:
        write_graphs(family, Path(folder), accuracy)
        return step_logits(Graphs(Path(folder)), SOURCE, [*forced, VOCABULARY.start, *ANSWER])[len(forced) :]


class FamilyGraphTest(unittest.TestCase):
    def test_float_graphs_give_the_logits_of_torch(self) -> None:
        for name, family in small_families().items():
            with self.subTest(name):
                np.testing.assert_allclose(graph_logits(family, 0), torch_logits(family), atol=2e-4, rtol=1e-4)

    def test_block_graphs_give_the_logits_of_the_rounded_network(self) -> None:
        for name, family in small_families().items():
            with self.subTest(name):
                expected = torch_logits(rounded(family))
                np.testing.assert_allclose(graph_logits(family, 1), expected, atol=2e-4, rtol=1e-4)
                self.assertGreater(np.abs(torch_logits(family) - expected).max(), 1e-3)


if __name__ == "__main__":
    unittest.main()
