"""What the text model is asked: (source, answer) token ids of every task, from pairs and documented functions."""

import random
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from code_documents import read_functions
from families.family import Vocabulary
from messages import HELD_OUT_SOURCES, read_pairs
from settings import FamilyPreset
from tokenizer import ANSWER, END, GAP, TEXT_SPECIAL, TO_CHINESE, TO_ENGLISH, TO_SENTENCE, train_bpe

SOFTWARE_REPEATS = 2  # strings of editors and compilers are what the model is for: they come twice an epoch


@dataclass(frozen=True)
class Question:
    """A task's text and the answer wanted."""

    task: str
    source: str
    answer: str


@dataclass(frozen=True)
class Example:
    """Token ids; the source starts with the task's token, the answer ends with the end token."""

    source: list[int]
    answer: list[int]


def questions(preset: FamilyPreset, split: str) -> list[Question]:
    """All questions of 'train' or 'unseen', each once."""
    pairs = read_pairs(preset.data, split)
    asked = [Question(TO_CHINESE, pair.english, pair.chinese) for pair in pairs]
    asked += [Question(TO_ENGLISH, pair.chinese, pair.english) for pair in pairs]
    return asked + [Question(TO_SENTENCE, f.code, f.sentence) for f in read_functions(preset.data, split)]


def training_questions(preset: FamilyPreset) -> list[Question]:
    """The training questions, those from software strings SOFTWARE_REPEATS times."""
    pairs = [pair for pair in read_pairs(preset.data, "train") if pair.package in HELD_OUT_SOURCES]
    again = [Question(TO_CHINESE, pair.english, pair.chinese) for pair in pairs]
    again += [Question(TO_ENGLISH, pair.chinese, pair.english) for pair in pairs]
    return questions(preset, "train") + again * (SOFTWARE_REPEATS - 1)


class TextFormat:
    """Turns questions into token ids and answers back into text."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.special = {name: tokenizer.token_to_id(name) for name in TEXT_SPECIAL}

    def vocabulary(self) -> Vocabulary:
        """What a network has to know."""
        size = self.tokenizer.get_vocab_size()
        return Vocabulary(size, self.special[ANSWER], self.special[END], self.special[GAP])

    def encode(self, text: str) -> list[int]:
        """Token ids of plain text."""
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def decode(self, ids: list[int]) -> str:
        """Text of token ids; special tokens are left out."""
        return self.tokenizer.decode([i for i in ids if i not in self.special.values()])

    def source(self, question: Question, most: int) -> list[int]:
        """The task's token and at most `most` - 1 tokens of the text."""
        return [self.special[question.task], *self.encode(question.source)[: most - 1]]

    def example(self, question: Question, preset: FamilyPreset) -> Example:
        """One training or test example."""
        answer = [*self.encode(question.answer)[: preset.target_tokens - 1], self.special[END]]
        return Example(self.source(question, preset.source_tokens), answer)


def train_text_tokenizer(preset: FamilyPreset) -> None:
    """Trains on the training text of all tasks and writes tokenizer.json."""
    texts = [text for asked in questions(preset, "train") for text in (asked.source, asked.answer)]
    tokenizer = train_bpe(texts, preset.vocabulary, TEXT_SPECIAL)
    tokenizer.save(str(preset.data / "tokenizer.json"), pretty=False)
    print(f"Tokenizer with {tokenizer.get_vocab_size()} tokens.", flush=True)


def read_text_tokenizer(folder: Path) -> TextFormat:
    """Reads the shared tokenizer; text is never searched for special tokens."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.encode_special_tokens = True
    return TextFormat(tokenizer)


def batches_of(examples: list[Example], tokens: int, rng: random.Random) -> list[list[Example]]:
    """Batches of examples of similar length, at most `tokens` padded ids each, in a seeded order."""
    ordered = sorted(examples, key=lambda e: (len(e.source) // 4, len(e.answer), rng.random()))
    batches: list[list[Example]] = [[]]
    longest = 0
    for example in ordered:
        size = len(example.source) + len(example.answer)
        longest = max(longest, size)
        if (len(batches[-1]) + 1) * longest > tokens and batches[-1]:
            batches.append([])
            longest = size
        batches[-1].append(example)
    rng.shuffle(batches)
    return batches
