"""Which of the source's 151,643 tokens are kept: those that code, English, Chinese and other European text need most.

`kept_tokens.bin` has a bit for each, and behind those a bit for each that says whether it is common. `python -m qwen.kept_tokens [--write]` counts again in the texts of the set `vocabulary`
and in the word lists of the package wordfreq, and says how many tokens are the same as in the file, or writes it.
"""

import json
import sys
from pathlib import Path

import numpy as np

from qwen.calibration import kind_of
from qwen.source import Source, fetch_source
from qwen.texts import OUTPUT
from qwen.vocabulary import BYTES, Vocabulary
from settings import RECIPE

TEXTS = OUTPUT / "vocabulary.jsonl"
FILE = RECIPE / "qwen" / "kept_tokens.bin"
TOKENS = 151_643
KEPT, COMMON = 112_000, 24_000
# What a kind of text counts; every kind of code that is not named, and every other language, counts little but something.
WEIGHTS = {"js": 2.0, "ts": 2.0, "py": 2.0, "prose": 6.0, "zh": 6.0}
LITTLE = 0.4
WORD_WEIGHTS = {"en": 10.0, "zh": 26.0, "de": 1.0, "fr": 1.0, "es": 1.0, "it": 1.0, "pt": 1.0, "ru": 1.0}
OTHER_LANGUAGES = ("ja", "ko", "nl", "pl", "sv", "cs", "tr", "uk", "ar", "el", "fi", "hu", "ro", "da", "nb", "vi", "id")
WORDS_OF_A_LANGUAGE = 100_000
# The source's own order says how common a token of code or Latin text is; from here on its tokens are of other scripts.
LATIN_TOKENS, LATIN_SHARE = 100_256, 0.25


def read_kept(file: Path = FILE) -> tuple[np.ndarray, np.ndarray]:
    """Which tokens are kept, and which of them are common: bool by source id."""
    bits = np.unpackbits(np.fromfile(file, np.uint8).reshape(2, -1), axis=1, bitorder="little")[:, :TOKENS].astype(bool)
    return bits[0], bits[1]


def write_kept(kept: np.ndarray, common: np.ndarray, file: Path = FILE) -> None:
    """Writes both."""
    np.packbits(np.stack([kept, common]), axis=1, bitorder="little").tofile(file)


class Counter:
    """Counts how often tokens occur, by the source's ids."""

    def __init__(self, source: Source) -> None:
        vocabulary = Vocabulary.of(source)
        self._tokenizer, self._source_ids = vocabulary.tokenizer(), vocabulary.rows(source)

    def kinds(self, texts: Path) -> dict[str, np.ndarray]:
        """In each kind of text."""
        kinds: dict[str, list[str]] = {}
        with texts.open(encoding="utf8") as lines:
            for document in map(json.loads, lines):
                kinds.setdefault(kind_of(document), []).append(document["text"])
        return {kind: self.count(kinds[kind], [1.0] * len(kinds[kind])) for kind in sorted(kinds)}

    def words(self, language: str) -> np.ndarray:
        """In a language, by its list of words."""
        from wordfreq import get_frequency_dict

        words = sorted(get_frequency_dict(language).items(), key=lambda item: -item[1])[:WORDS_OF_A_LANGUAGE]
        texts, weights = [], []
        for word, share in words:
            spelled = [word] if language in ("zh", "ja") else [f" {word}", f" {word.capitalize()}", word]
            texts += spelled
            weights += [share / len(spelled)] * len(spelled)
        return self.count(texts, weights)

    def count(self, texts: list[str], weights: list[float]) -> np.ndarray:
        """In texts that count as much as their weights."""
        count = np.zeros(TOKENS)
        for encoded, weight in zip(self._tokenizer.encode_batch_fast(texts), weights):
            ids = self._source_ids[encoded.ids]
            np.add.at(count, ids[ids < TOKENS], weight)
        return count


def weighted(counts: dict[str, np.ndarray], words: dict[str, np.ndarray]) -> np.ndarray:
    """Share of each token in a mixture of all kinds and languages and the source's own order."""
    parts = [(WEIGHTS.get(kind, LITTLE if kind in words else 1.0), count) for kind, count in counts.items()]
    parts += [(WORD_WEIGHTS.get(language, LITTLE), count) for language, count in words.items()]
    mixed = sum(weight * count / count.sum() for weight, count in parts) / sum(weight for weight, _ in parts)
    order = 1 / (np.arange(len(mixed)) + 3000.0)
    order[LATIN_TOKENS:] = 0
    return mixed + LATIN_SHARE * order / order.sum()


def choose(shares: np.ndarray, parts: dict[int, tuple[int, int]], number: int) -> np.ndarray:
    """The most common tokens with all that they are merged from; `parts` has the two of every merged token."""
    kept = np.zeros(TOKENS, bool)
    kept[:BYTES] = True
    for id in np.argsort(-shares, kind="stable"):
        needed = missing_parts(int(id), kept, parts)
        if kept.sum() + len(needed) > number:
            break
        kept[list(needed)] = True
    return kept


def missing_parts(id: int, kept: np.ndarray, parts: dict[int, tuple[int, int]]) -> set[int]:
    """The token and those of its parts that are not kept yet."""
    needed, open_ids = set(), [id]
    while open_ids:
        part = open_ids.pop()
        if not kept[part] and part not in needed:
            needed.add(part)
            open_ids += parts[part]
    return needed


def parts_of_tokens(source: Source) -> dict[int, tuple[int, int]]:
    """The two ids that each merged token is made of."""
    ids = {token: id for id, token in enumerate(source.tokens())}
    return {BYTES + number: (ids[left], ids[right]) for number, (left, right) in enumerate(source.merges())}


def main() -> None:
    """Counts again, and compares or writes."""
    source = Source(fetch_source())
    counter, parts = Counter(source), parts_of_tokens(source)
    words = {language: counter.words(language) for language in (*WORD_WEIGHTS, *OTHER_LANGUAGES)}
    shares = weighted(counter.kinds(TEXTS), words)
    kept, common = choose(shares, parts, KEPT), choose(shares, parts, COMMON)
    if "--write" in sys.argv[1:]:
        write_kept(kept, common)
    print(f"{int((kept & read_kept()[0]).sum())} of {KEPT} tokens are the same.")


if __name__ == "__main__":
    main()
