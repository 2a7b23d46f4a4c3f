"""The cut vocabulary writes every text, and weights lie beside the graph in files of limited size."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnx

from graph import Graph
from qwen import shards
from qwen.kept_tokens import BYTES, KEPT, TOKENS, choose, read_kept
from qwen.vocabulary import CONTROL, PLAIN, Vocabulary


def small_vocabulary() -> Vocabulary:
    """All bytes in GPT-2's alphabet, and three merges."""
    from tokenizers import pre_tokenizers

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    merges = [("i", "n"), ("in", "k"), ("l", "y")]
    return Vocabulary([*CONTROL, *PLAIN, *alphabet, "in", "ly", "ink"], merges, 260)


class CutVocabulary(unittest.TestCase):
    def test_has_as_many_tokens_as_it_says(self) -> None:
        kept, common = read_kept()
        self.assertEqual((len(kept), int(kept.sum())), (TOKENS, KEPT))
        self.assertTrue(common[:BYTES].all() and kept[common].all())

    def test_writes_any_text_and_reads_it_back(self) -> None:
        tokenizer = small_vocabulary().tokenizer()
        for text in ("inkly 墨水\r\n\tκόσμος", "e\u0301 and é", "<|fim_prefix|"):
            self.assertEqual(tokenizer.decode(tokenizer.encode(text).ids), text)

    def test_a_token_brings_the_parts_it_is_merged_from(self) -> None:
        shares = np.zeros(TOKENS)
        shares[BYTES + 1] = 1.0
        parts = {id: () for id in range(TOKENS)} | {BYTES: (105, 110), BYTES + 1: (BYTES, 107)}
        chosen = choose(shares, parts, BYTES + 2)
        self.assertTrue(chosen[[BYTES, BYTES + 1]].all())


class Shards(unittest.TestCase):
    def test_hold_what_the_graph_held(self) -> None:
        graph = Graph()
        wanted = {f"w{n}": np.random.default_rng(n).normal(size=(40, 300)).astype(np.float32) for n in range(5)}
        total = graph.input("x", "float32", [40, 300])
        for name, values in wanted.items():
            total = graph.node("Add", [total, graph.weight(name, values)])
        graph.node("Identity", [total], "y")
        graph.output("y", "float32", [40, 300])
        with tempfile.TemporaryDirectory() as folder:
            limit, shards.SHARD_BYTES = shards.SHARD_BYTES, 120_000
            try:
                files = shards.write_sharded(graph, Path(folder) / "model.onnx")
            finally:
                shards.SHARD_BYTES = limit
            self.assertGreater(len(files), 3)
            read = {one.name: onnx.numpy_helper.to_array(one) for one in onnx.load(files[0]).graph.initializer}
        for name, values in wanted.items():
            self.assertTrue(np.array_equal(read[name], values))


if __name__ == "__main__":
    unittest.main()
