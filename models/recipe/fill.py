"""Fill-in-the-middle: where a document is cut, and the order in which the pieces are given."""

import random
import re
from typing import Callable

from tokenizers import Tokenizer

from documents import Document
from messages import Pair
from tokenizer import ANSWER, END, FILE, MIDDLE, PREFIX, SPECIAL, SUFFIX, TO_CHINESE

LEFT_TO_RIGHT_SHARE = 0.4
SUFFIX_FIRST_SHARE = 0.8  # of the fill-in-the-middle examples; the others are prefix-suffix-middle
WORD_START = re.compile(r"(?<![A-Za-z0-9_])(?=[A-Za-z0-9_])|(?<=[A-Za-z0-9_])(?![A-Za-z0-9_])")
LINE_FEED = "\u010a"  # how the vocabulary spells a line feed
BLOCK_LINES = 8
MIDDLE_CHARACTERS = 320

Encode = Callable[[str], list[int]]


def line_end(text: str, position: int) -> int:
    """Index of the next line feed at or after a position, or the end of the text."""
    found = text.find("\n", position)
    return len(text) if found < 0 else found


def indent_of(line: str) -> int:
    """Number of leading blanks."""
    return len(line) - len(line.lstrip())


def block_end(text: str, position: int) -> int:
    """End of the last line that belongs to the block the position is in, at most BLOCK_LINES on."""
    start = text.rfind("\n", 0, position) + 1
    end = line_end(text, position)
    depth = indent_of(text[start:end])
    for _ in range(BLOCK_LINES - 1):
        following = line_end(text, end + 1)
        line = text[end + 1 : following]
        if end >= len(text) or (line.strip() and indent_of(line) < depth):
            break
        end = following
    return end


def word_bounds(text: str) -> list[int]:
    """Every index where a word starts or ends."""
    return [match.start() for match in WORD_START.finditer(text)] or [0]


def cut(text: str, rng: random.Random) -> tuple[int, int]:
    """Chooses where the middle starts and ends: mostly at word bounds, to the end of a line or a block."""
    kind = rng.random()
    if kind < 0.1:
        start = rng.randrange(len(text))
        return start, min(len(text), start + rng.randrange(1, 120))
    start = rng.choice(word_bounds(text))
    if kind < 0.5:
        return start, line_end(text, start)
    if kind < 0.65:
        later = [bound for bound in word_bounds(text) if start < bound <= start + 120]
        return start, rng.choice(later) if later else line_end(text, start)
    if kind < 0.8:
        start = text.rfind("\n", 0, start) + 1
        start += indent_of(text[start : line_end(text, start)])
    return start, min(block_end(text, start), start + MIDDLE_CHARACTERS)


class Formatter:
    """Turns pieces of documents into token ids in one of the three orders."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._id = {name: tokenizer.token_to_id(name) for name in SPECIAL}

    def encode(self, text: str) -> list[int]:
        """Token ids of plain text."""
        return self._tokenizer.encode(text, add_special_tokens=False).ids

    def decode(self, ids: list[int]) -> str:
        """Text of token ids, special tokens spelled out."""
        return self._tokenizer.decode(ids, skip_special_tokens=False)

    def special(self, name: str) -> int:
        """Id of a special token."""
        return self._id[name]

    def is_special(self, token: int) -> bool:
        """True for special tokens."""
        return token in self._id.values()

    def line_feeds(self) -> frozenset[int]:
        """Ids of all tokens with a line feed in them."""
        vocabulary = self._tokenizer.get_vocab()
        return frozenset(token for text, token in vocabulary.items() if LINE_FEED in text)

    def head(self, extension: str) -> list[int]:
        """The file separator and the extension line that every prompt starts with."""
        return [self._id[FILE], *self.encode(f"{extension}\n")]

    def continuation(self, extension: str, text: str) -> list[int]:
        """Left to right, without the end token."""
        return [*self.head(extension), *self.encode(text)]

    def suffix_first(self, extension: str, prefix: list[int], suffix: list[int]) -> list[int]:
        """Suffix, then prefix: the middle follows with nothing in between, so typing only appends."""
        return [*self.head(extension), self._id[SUFFIX], *suffix, self._id[PREFIX], *prefix]

    def prefix_first(self, extension: str, prefix: list[int], suffix: list[int]) -> list[int]:
        """Prefix, suffix, then the mark of the middle."""
        return [*self.head(extension), self._id[PREFIX], *prefix, self._id[SUFFIX], *suffix, self._id[MIDDLE]]

    def translation(self, english: str) -> list[int]:
        """The prompt that asks for Chinese."""
        return [self._id[TO_CHINESE], *self.encode(english), self._id[ANSWER]]

    def pair(self, pair: Pair) -> list[int]:
        """One training example of the translator."""
        return [*self.translation(pair.english), *self.encode(pair.chinese), self._id[END]]

    def example(self, document: Document, window: str, limit: int, rng: random.Random) -> list[int]:
        """One training example of at most `limit` tokens, freshly cut; ends with the end token where the text does."""
        if rng.random() < LEFT_TO_RIGHT_SHARE:
            ends = document.text.endswith(window)
            ids = self.continuation(document.extension, window) + ([self._id[END]] if ends else [])
            return ids[:limit]
        start, end = cut(window, rng)
        prefix, middle, suffix = (self.encode(part) for part in (window[:start], window[start:end], window[end:]))
        room = limit - len(middle) - 12
        suffix = suffix[: max(room // 4, room - len(prefix))]
        prefix = prefix[max(0, len(prefix) + len(suffix) - room) :]
        order = self.suffix_first if rng.random() < SUFFIX_FIRST_SHARE else self.prefix_first
        return (order(document.extension, prefix, suffix) + [*middle, self._id[END]])[:limit]
