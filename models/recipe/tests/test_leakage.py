"""What counts as nearly a held-out string."""

import unittest

from leakage import HeldOutStrings, normalised
from messages import Pair, split_of, split_pairs


class LeakageTest(unittest.TestCase):
    def setUp(self) -> None:
        self.held_out = HeldOutStrings(["Cannot find the module '{0}' or its type declarations.", "Close All", "全部关闭"])

    def test_ignores_case_punctuation_digits_and_placeholders(self) -> None:
        self.assertEqual(normalised("Close  {0} All 12..."), normalised("close all"))
        self.assertTrue(self.held_out.nearly_has("&close all (%s)"))

    def test_finds_long_strings_that_differ_in_a_word_ending(self) -> None:
        self.assertTrue(self.held_out.nearly_has("Cannot find module '{0}' or its type declarations."))

    def test_leaves_strings_that_only_share_words(self) -> None:
        self.assertFalse(self.held_out.nearly_has("Cannot find the file '{0}'."))
        self.assertFalse(self.held_out.nearly_has("Close"))

    def test_finds_chinese_strings(self) -> None:
        self.assertTrue(self.held_out.nearly_has("全部关闭。"))
        self.assertFalse(self.held_out.nearly_has("关闭"))


class SplitTest(unittest.TestCase):
    def setUp(self) -> None:
        texts = (f"Open the {letter} editor" for letter in "abcdefghijklmnopqrstuvwxyz" * 2)
        self.held_out = next(text for text in (f"{t} {n}x" for n, t in enumerate(texts)) if split_of(text) == "unseen")

    def test_drops_training_pairs_with_a_held_out_side(self) -> None:
        pairs = [
            Pair(self.held_out, "打开编辑器", "vscode"),
            Pair(f"{self.held_out}!", "打开其他编辑器", "postgresql-15"),
            Pair("Launch an editor", "打开编辑器。", "postgresql-15"),
            Pair("Launch a shell", "启动命令行", "postgresql-15"),
        ]
        splits = split_pairs(pairs)
        self.assertEqual(splits["unseen"], pairs[:1])
        self.assertEqual(splits["train"], pairs[3:])

    def test_holds_out_strings_of_editors_and_compilers_only(self) -> None:
        self.assertEqual(split_pairs([Pair(self.held_out, "打开编辑器", "postgresql-15")])["unseen"], [])


if __name__ == "__main__":
    unittest.main()
