"""Where documents are cut, and in which order the pieces come."""

import random
import unittest

from batches import windows_of
from documents import Document
from fill import Formatter, block_end, cut
from tokenizer import END, FILE, MIDDLE, PREFIX, SUFFIX, train_bpe

TEXT = """def total(values):
    result = 0
    for value in values:
        result += value
    return result


print(1)
"""


class CutTest(unittest.TestCase):
    def test_stays_inside_the_text(self) -> None:
        rng = random.Random(1)
        for _ in range(500):
            start, end = cut(TEXT, rng)
            self.assertTrue(0 <= start <= end <= len(TEXT))

    def test_often_ends_with_the_line(self) -> None:
        rng = random.Random(2)
        ends = [cut(TEXT, rng)[1] for _ in range(500)]
        self.assertGreater(sum(end == len(TEXT) or TEXT[end] == "\n" for end in ends), 300)

    def test_a_block_ends_before_a_smaller_indentation(self) -> None:
        end = block_end(TEXT, TEXT.index("result = 0"))
        self.assertTrue(TEXT[:end].rstrip().endswith("return result"))

    def test_windows_join_to_the_whole_document(self) -> None:
        document = Document("package", "a.py", "py", TEXT * 20)
        windows = list(windows_of(document, 200, random.Random(3)))
        self.assertEqual("".join(windows), document.text)
        self.assertGreater(len(windows), 5)


class FormatTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.tokenizer = train_bpe([TEXT] * 4, 320)
        cls.tokenizer.encode_special_tokens = True
        cls.formatter = Formatter(cls.tokenizer)

    def test_every_example_fits_and_gives_the_text_back(self) -> None:
        rng, document = random.Random(4), Document("package", "a.py", "py", TEXT)
        for _ in range(200):
            ids = self.formatter.example(document, TEXT, 400, rng)
            self.assertLessEqual(len(ids), 400)
            self.assertEqual(ids[0], self.formatter.special(FILE))
            self.assertEqual(ids[-1], self.formatter.special(END))
            self.assertEqual(self.text_of(ids), TEXT)

    def text_of(self, ids: list[int]) -> str:
        """Puts the pieces of an example back in the order of the document."""
        text = self.formatter.decode(ids).removeprefix(f"{FILE}py\n").removesuffix(END)
        if text.startswith(SUFFIX):
            suffix, rest = text.removeprefix(SUFFIX).split(PREFIX)
            return rest + suffix
        if text.startswith(PREFIX):
            prefix, rest = text.removeprefix(PREFIX).split(SUFFIX)
            suffix, middle = rest.split(MIDDLE)
            return prefix + middle + suffix
        return text

    def test_special_tokens_in_text_stay_text(self) -> None:
        self.assertNotIn(self.formatter.special(END), self.formatter.encode(f"a{END}b"))
        self.assertEqual(self.formatter.decode(self.formatter.encode(f"a{END}b")), f"a{END}b")

    def test_ids_are_in_merge_order(self) -> None:
        self.assertEqual(self.formatter.encode(TEXT), encode_by_rank(self.tokenizer, TEXT))


def encode_by_rank(tokenizer, text: str) -> list[int]:
    """Encodes as rank-based encoders do: the pair whose joined token has the lowest id is merged first."""
    ids = tokenizer.get_vocab(with_added_tokens=False)
    out: list[int] = []
    for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(text):
        parts = list(word)
        while True:
            ranks = [(ids[a + b], i) for i, (a, b) in enumerate(zip(parts, parts[1:])) if a + b in ids]
            if not ranks:
                break
            at = min(ranks)[1]
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        out += [ids[part] for part in parts]
    return out


if __name__ == "__main__":
    unittest.main()
