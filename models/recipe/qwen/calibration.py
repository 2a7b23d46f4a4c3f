"""Rows of token ids that look like what the model is asked: gaps in code, plain text, conversations."""

import itertools
import json
import random
from pathlib import Path
from typing import Callable

import torch
from tokenizers import Tokenizer

from qwen.vocabulary import END, END_OF_TURN, MIDDLE, PREFIX, START_OF_TURN, SUFFIX
from settings import SEED

ROW_TOKENS = 512
# Of every eight rows of documents three are gaps in code, one is code from its start, two are Chinese and two other prose.
CYCLE = ("fill", "zh", "fill", "prose", "code", "zh", "prose", "fill")
CONVERSATION_ROWS = 8
CONVERSATION = "chat"
PROSE_EXTENSIONS = ("md", "txt")
SUFFIX_SHARE = (0.1, 0.4)
# A text of so many characters has more tokens than a row.
ENOUGH_CHARACTERS = 8 * ROW_TOKENS

Texts = dict[str, list[str]]


def calibration_rows(file: Path, tokenizer: Tokenizer, rows: int) -> torch.Tensor:
    """Token ids [rows, ROW_TOKENS]; the same file gives the same rows."""
    chance = random.Random(SEED)
    kinds = texts_by_kind(file)
    made = [conversation_row(chance.sample(kinds[CONVERSATION], 6), tokenizer) for _ in range(CONVERSATION_ROWS)]
    code = itertools.cycle(sorted(set(kinds) - {CONVERSATION, "zh", "prose"}))
    while len(made) < rows:
        kind = CYCLE[len(made) % len(CYCLE)]
        language = kind if kind in kinds else next(code)
        make: Callable[[str, Tokenizer, random.Random], list[int]] = fill_row if kind == "fill" else plain_row
        row = make(chance.choice(kinds[language]), tokenizer, chance)
        if len(row) == ROW_TOKENS:
            made.append(row)
    return torch.tensor(made)


def texts_by_kind(file: Path) -> Texts:
    """The documents that fill a row, by kind: an extension of code, `zh`, `prose` or `chat`."""
    kinds: Texts = {}
    with file.open(encoding="utf8") as lines:
        for document in map(json.loads, lines):
            if len(document["text"]) > ENOUGH_CHARACTERS // 4 or document["extension"] == CONVERSATION:
                kinds.setdefault(kind_of(document), []).append(document["text"])
    return {kind: kinds[kind] for kind in sorted(kinds)}


def kind_of(document: dict[str, str]) -> str:
    """Chinese is told by its characters, other prose and conversations by their extension."""
    extension, text = document["extension"], document["text"]
    if extension == CONVERSATION or extension not in PROSE_EXTENSIONS:
        return extension
    return "zh" if sum("\u4e00" <= character <= "\u9fff" for character in text) > len(text) / 5 else "prose"


def plain_row(text: str, tokenizer: Tokenizer, chance: random.Random) -> list[int]:
    """A piece of the text, from the start of a line."""
    start = text.rfind("\n", 0, chance.randrange(max(1, len(text) - ENOUGH_CHARACTERS // 4))) + 1
    return tokenizer.encode(text[start : start + ENOUGH_CHARACTERS]).ids[:ROW_TOKENS]


def fill_row(text: str, tokenizer: Tokenizer, chance: random.Random) -> list[int]:
    """A gap in a piece of the text, suffix first, as the editor asks."""
    ids = plain_row(text, tokenizer, chance)
    special = [tokenizer.token_to_id(name) for name in (PREFIX, SUFFIX, MIDDLE)]
    suffix = ids[: int(ROW_TOKENS * chance.uniform(*SUFFIX_SHARE))]
    head = special[:2] + ids[-len(suffix) :] + special[2:]
    return (head + ids)[:ROW_TOKENS]


def conversation_row(conversations: list[str], tokenizer: Tokenizer) -> list[int]:
    """Turns in ChatML, conversation after conversation until the row is full."""
    ids: list[int] = []
    for messages in map(json.loads, conversations):
        for message in messages:
            ids.append(tokenizer.token_to_id(START_OF_TURN))
            ids += tokenizer.encode(f"{message['role']}\n{message['content']}", add_special_tokens=False).ids
            ids += [tokenizer.token_to_id(END_OF_TURN), *tokenizer.encode("\n").ids]
        ids.append(tokenizer.token_to_id(END))
    return ids[:ROW_TOKENS]
