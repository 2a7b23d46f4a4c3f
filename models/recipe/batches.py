"""Endless training batches: windows of documents, freshly cut each epoch and packed into rows."""

import random
from collections import deque
from typing import Iterator

import torch
from torch import Tensor

from documents import Document
from fill import Formatter
from messages import Pair
from tokenizer import ANSWER

CHARACTERS_PER_TOKEN = 3.6
SHORTER_SHARE, SHORTEST = 0.4, 1 / 8  # windows of any size fill the rows that whole ones leave open: 97 % instead of 90
WAITING = 128
State = list[int]  # epoch and sources done, of every process that makes batches


def windows_of(document: Document, characters: int, rng: random.Random) -> Iterator[str]:
    """Cuts a document into pieces of at most about that many characters, at line bounds, first cut at a random place."""
    at, size = 0, rng.randrange(characters // 2, characters + 1)
    while at < len(document.text):
        end = document.text.find("\n", at + size)
        end = len(document.text) if end < 0 else end + 1
        yield document.text[at:end]
        at, size = end, characters
        if rng.random() < SHORTER_SHARE:
            size = rng.randrange(int(characters * SHORTEST), characters)


class Batches:
    """Rows of token ids. The state is (epoch, windows done), so a run can go on where it stopped."""

    def __init__(self, documents: list[Document], pairs: list[Pair], formatter: Formatter, seed: int) -> None:
        self.documents, self.pairs, self.formatter, self.seed = documents, pairs, formatter, seed
        self.epoch, self.done = 0, 0
        self._waiting: deque[list[int]] = deque()
        self._examples: Iterator[list[int]] | None = None
        self._limit = 0

    @property
    def state(self) -> State:
        """What a run must keep to go on from here."""
        return [self.epoch, self.done]

    @state.setter
    def state(self, state: State) -> None:
        self.epoch, self.done = state

    def next(self, rows: int, tokens: int) -> tuple[Tensor, Tensor]:
        """ids [rows, tokens + 1] and which of the [rows, tokens] targets count (False on padding)."""
        if self._examples is None or tokens != self._limit:
            self._limit, self._examples = tokens, self._read(tokens)
            self._waiting.clear()
        ids = torch.zeros(rows, tokens + 1, dtype=torch.long)
        counted = torch.zeros(rows, tokens, dtype=torch.bool)
        for row in range(rows):
            packed = self._pack(tokens + 1)
            ids[row, : len(packed)] = torch.tensor(packed)
            counted[row, : len(packed) - 1] = True
        return ids, counted

    def _pack(self, room: int) -> list[int]:
        """One row: the oldest waiting example, then the longest ones that still fit."""
        while len(self._waiting) < WAITING:
            self._waiting.append(next(self._examples))
        row = list(self._waiting.popleft())
        while fitting := [example for example in self._waiting if len(example) <= room - len(row)]:
            best = max(fitting, key=len)
            self._waiting.remove(best)
            row += best
        return row

    def _read(self, limit: int) -> Iterator[list[int]]:
        """Examples of all documents in a new order each epoch, from where the state says."""
        while True:
            rng = random.Random(f"{self.seed}/{self.epoch}")
            size = int(limit * CHARACTERS_PER_TOKEN)
            sources: list[tuple[Document, str] | Pair] = list(self.pairs)
            sources += [(d, w) for d in self.documents for w in windows_of(d, size, rng) if w.strip()]
            rng.shuffle(sources)
            for source in sources[self.done % len(sources) :]:
                self.done += 1
                if isinstance(source, Pair):
                    yield self.formatter.pair(source)[:limit]
                else:
                    yield self.formatter.example(*source, limit, rng)
            self.epoch, self.done = self.epoch + 1, 0


class PairBatches(Batches):
    """Rows that hold one pair each, of similar length; only the Chinese side counts."""

    def next(self, rows: int, tokens: int) -> tuple[Tensor, Tensor]:
        """ids [examples, longest] and which targets count, at most rows * tokens ids."""
        if not self._waiting:
            self._waiting.extend(self._epoch(rows * tokens))
        examples = self._waiting.popleft()
        self.done += 1
        if not self._waiting:
            self.epoch, self.done = self.epoch + 1, 0
        longest = max(map(len, examples))
        ids = torch.zeros(len(examples), longest, dtype=torch.long)
        counted = torch.zeros(len(examples), longest - 1, dtype=torch.bool)
        answer = self.formatter.special(ANSWER)
        for row, example in enumerate(examples):
            ids[row, : len(example)] = torch.tensor(example)
            counted[row, example.index(answer) : len(example) - 1] = True
        return ids, counted

    def _epoch(self, room: int) -> list[list[list[int]]]:
        """All batches of the epoch that are not done, in a seeded order."""
        rng = random.Random(f"{self.seed}/{self.epoch}")
        examples = [self.formatter.pair(pair) for pair in self.pairs]
        rng.shuffle(examples)
        examples.sort(key=len)
        batches: list[list[list[int]]] = [[]]
        for example in examples:
            if (len(batches[-1]) + 1) * len(example) > room:
                batches.append([])
            batches[-1].append(example)
        rng.shuffle(batches)
        return batches[self.done :]
