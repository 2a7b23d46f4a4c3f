"""Exported graphs of every family, run step by step with their caches, give PyTorch's logits."""

import tempfile
import unittest
from pathlib import Path

import numpy as np

from families.export_family import rounded, write_graphs
from families.family import Family
from families.run_graphs import Graphs
from families.verify_family import graph_logits, torch_logits
from tests.test_families import small_families

SOURCE, ANSWER = [5, 9, 33, 12, 40, 7, 7], [14, 3, 58, 21, 3]


def exported(family: Family, accuracy: int) -> np.ndarray:
    """Logits of the exported graphs."""
    with tempfile.TemporaryDirectory() as folder:
        write_graphs(family, Path(folder), accuracy)
        return graph_logits(Graphs(Path(folder)), family, SOURCE, ANSWER)


class FamilyGraphTest(unittest.TestCase):
    def test_float_graphs_give_the_logits_of_torch(self) -> None:
        for name, family in small_families().items():
            with self.subTest(name):
                expected = torch_logits(family, SOURCE, ANSWER)
                np.testing.assert_allclose(exported(family, 0), expected, atol=2e-4, rtol=1e-4)

    def test_block_graphs_give_the_logits_of_the_rounded_network(self) -> None:
        for name, family in small_families().items():
            with self.subTest(name):
                expected = torch_logits(rounded(family), SOURCE, ANSWER)
                np.testing.assert_allclose(exported(family, 1), expected, atol=2e-4, rtol=1e-4)
                self.assertGreater(np.abs(torch_logits(family, SOURCE, ANSWER) - expected).max(), 1e-3)


if __name__ == "__main__":
    unittest.main()
