"""Which translation pairs are used."""

import unittest

from messages import Pair, is_usable_pair, split_of, without_mnemonic


class PairTest(unittest.TestCase):
    def test_drops_menu_keys(self) -> None:
        self.assertEqual(without_mnemonic("&&Save As..."), "Save As...")
        self.assertEqual(without_mnemonic("保存(&&S)"), "保存")

    def test_wants_the_same_placeholders(self) -> None:
        self.assertTrue(is_usable_pair(Pair("Cannot find {0}.", "找不到 {0}。", "p")))
        self.assertFalse(is_usable_pair(Pair("Cannot find {0}.", "找不到。", "p")))

    def test_wants_chinese_on_one_side_only(self) -> None:
        self.assertFalse(is_usable_pair(Pair("Alt", "Alt", "p")))
        self.assertFalse(is_usable_pair(Pair("保存", "保存", "p")))

    def test_keeps_spellings_of_one_string_on_one_side_of_the_split(self) -> None:
        for text in ("Close All", "Open File", "Show Output"):
            self.assertEqual(split_of(text), split_of(f"{text.lower()}..."))


if __name__ == "__main__":
    unittest.main()
