"""Greedy continuations computed in PyTorch, which the engine's tests must reproduce token by token."""

from dataclasses import dataclass

import torch
from torch import Tensor

from decoder import Decoder
from fill import Formatter

CONTINUATION_TOKENS = 32
SHORTEST = 3

CONTINUE_PROMPTS = (
    ("ts", "import { readFile } from 'node:fs/promises'\n\nexport async function "),
    ("ts", "export interface Options {\n  readonly name: string\n  readonly "),
    ("ts", "  constructor(private readonly value: "),
    ("ts", "for (let i = 0; i < "),
    ("js", "const path = require('"),
    ("js", "function isString(value) {\n  return typeof value === "),
    ("py", "def main() -> None:\n    "),
    ("py", "class Node:\n    def __init__(self, "),
    ("py", "import os\nimport sys\nfrom typing import "),
    ("md", "# Usage\n\nInstall the package with "),
)
FILL_PROMPTS = (
    ("ts", "export function add(a: number, b: number): number {\n  return ", "\n}\n"),
    ("ts", "const names = items.map((item) => ", ")\nconsole.log(names)\n"),
    ("js", "if (typeof value === ", ") {\n  return value\n}\n"),
    ("py", "def total(values):\n    result = 0\n    for value in ", ":\n        result += value\n    return result\n"),
    ("py", "import json\n\ndef load(path):\n    with open(", ") as file:\n        return json.load(file)\n"),
)
TRANSLATE_PROMPTS = ("Cannot find name '{0}'.", "Open File", "Close All")


@dataclass(frozen=True)
class Prompt:
    """A prompt as a test gives it: the kind, the texts, and the token ids they must become."""

    kind: str
    texts: dict[str, str]
    ids: list[int]


def continue_prompts(formatter: Formatter) -> list[Prompt]:
    """Left-to-right prompts with the file head."""
    return [
        Prompt("continue", {"extension": extension, "text": text}, formatter.continuation(extension, text))
        for extension, text in CONTINUE_PROMPTS
    ]


def bare_prompts(formatter: Formatter) -> list[Prompt]:
    """The same texts without any special token, for models that declare no prompt formats."""
    return [Prompt("text", {"text": text}, formatter.encode(text)) for _, text in CONTINUE_PROMPTS]


def fill_prompts(formatter: Formatter) -> list[Prompt]:
    """Fill-in-the-middle prompts, suffix first."""
    return [
        Prompt(
            "fill",
            {"extension": extension, "prefix": prefix, "suffix": suffix},
            formatter.suffix_first(extension, formatter.encode(prefix), formatter.encode(suffix)),
        )
        for extension, prefix, suffix in FILL_PROMPTS
    ]


def translate_prompts(formatter: Formatter, texts: tuple[str, ...] = TRANSLATE_PROMPTS) -> list[Prompt]:
    """Software strings to translate into Chinese."""
    return [
        Prompt("task", {"task": "translate", "to": "zh", "text": text}, formatter.translation(text))
        for text in texts
    ]


@torch.no_grad()
def greedy(model: Decoder, ids: list[int], stop: frozenset[int]) -> tuple[list[int], list[float], int | None]:
    """Greedy ids without the stop id, the top-1 margin in logits at each step, and the stop id if one came."""
    out: list[int] = []
    margins: list[float] = []
    while len(out) < CONTINUATION_TOKENS:
        top: Tensor = model(torch.tensor([ids + out]))[0, -1].topk(2)
        margins.append(round((top.values[0] - top.values[1]).item(), 5))
        best = int(top.indices[0])
        if best in stop:
            return out, margins, best
        out.append(best)
    return out, margins, None


def reference(model: Decoder, formatter: Formatter, prompt: Prompt, stop: frozenset[int], least_margin: float) -> dict:
    """One entry of a references file, cut before the first step that rounding could turn."""
    ids, margins, stop_id = greedy(model, prompt.ids, stop)
    safe = next((step for step, margin in enumerate(margins) if margin < least_margin), len(margins))
    return {
        "kind": prompt.kind,
        **prompt.texts,
        "promptIds": prompt.ids,
        "continuationIds": ids[:safe],
        "continuation": formatter.decode(ids[:safe]),
        "stopId": stop_id if safe == len(margins) else None,
        "margins": margins[:safe],
    }


def references(
    model: Decoder, formatter: Formatter, prompts: list[Prompt], stop: list[int], least_margin: float
) -> list[dict]:
    """References whose every step is decided by at least that margin in logits, each SHORTEST steps or more."""
    entries = [reference(model, formatter, prompt, frozenset(stop), least_margin) for prompt in prompts]
    return [entry for entry in entries if len(entry["margins"]) >= SHORTEST]
