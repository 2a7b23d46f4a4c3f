"""The memory that answers with the nearest known string. Needs nothing but Python."""

import unittest

from memory import Memory
from messages import Pair

KNOWN = [
    Pair("Open file", "打开文件", "a"),
    Pair("Open folder", "打开文件夹", "a"),
    Pair("Close the editor", "关闭编辑器", "b"),
    Pair("open file", "又一个", "b"),
]


class MemoryTest(unittest.TestCase):
    def test_knows_a_string_it_has_seen_whatever_its_case_and_prefers_the_first(self) -> None:
        self.assertEqual(Memory(KNOWN).translate("OPEN FILE"), "打开文件")

    def test_answers_with_the_nearest_string(self) -> None:
        self.assertEqual(Memory(KNOWN).translate("Open a folder"), "打开文件夹")
        self.assertEqual(Memory(KNOWN).translate("Close editors"), "关闭编辑器")

    def test_answers_with_the_first_string_when_nothing_is_near(self) -> None:
        self.assertEqual(Memory(KNOWN).translate("qqq"), "打开文件")


if __name__ == "__main__":
    unittest.main()
