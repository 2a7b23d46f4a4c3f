"""Bits per byte of a made folder, by kind of text: `python -m qwen.bits <folder> [set] [--documents n]`.

Reads the start of some documents of a set of `qwen.texts`, left to right behind the token that documents begin with.
"""

import argparse
import json
import math
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from qwen.calibration import CONVERSATION, kind_of
from qwen.source import SHAPE
from qwen.texts import OUTPUT
from qwen.vocabulary import END

CHARACTERS = {"zh": 900}
USUAL_CHARACTERS = 2000


def documents_by_kind(file: Path, number: int) -> dict[str, list[str]]:
    """The starts of `number` documents of every kind that are long enough, spread over the file."""
    kinds: dict[str, list[str]] = {}
    with file.open(encoding="utf8") as lines:
        for document in map(json.loads, lines):
            kind, text = kind_of(document), document["text"]
            length = CHARACTERS.get(kind, USUAL_CHARACTERS)
            if kind != CONVERSATION and len(text) > length:
                kinds.setdefault(kind, []).append(text[:length])
    return {kind: texts[:: max(1, len(texts) // number)][:number] for kind, texts in sorted(kinds.items())}


class Reader:
    """A graph in the engine's form and its tokenizer."""

    def __init__(self, folder: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        graph = next(file for file in (folder / "onnx").glob("*.onnx") if ".inkling." not in file.name)
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))

    def bits(self, text: str) -> float:
        """What the text costs."""
        ids = [self._tokenizer.token_to_id(END), *self._tokenizer.encode(text).ids]
        count = len(ids)
        feeds = {
            "input_ids": np.array([ids], np.int64),
            "attention_mask": np.ones((1, count), np.int64),
            "num_logits_to_keep": np.array(count, np.int64),
        }
        past = np.zeros((1, SHAPE.kv_heads, 0, SHAPE.head_size), np.float32)
        for index in range(SHAPE.layers):
            feeds |= {f"past_key_values.{index}.{part}": past for part in ("key", "value")}
        logits = self._session.run(["logits"], feeds)[0][0, :-1]
        largest = logits.max(-1)
        total = np.log(np.exp(logits - largest[:, None]).sum(-1)) + largest
        return float((total - logits[np.arange(count - 1), ids[1:]]).sum()) / math.log(2)


def main() -> None:
    """Prints a line for every kind, and their mean."""
    parser = argparse.ArgumentParser(prog="python -m qwen.bits", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("set", nargs="?", default="choose")
    parser.add_argument("--documents", type=int, default=6)
    arguments = parser.parse_args()
    reader, figures = Reader(arguments.folder), []
    for kind, texts in documents_by_kind(OUTPUT / f"{arguments.set}.jsonl", arguments.documents).items():
        figures.append(sum(map(reader.bits, texts)) / sum(len(text.encode()) for text in texts))
        print(f"{kind:6} {figures[-1]:.4f}", flush=True)
    print(f"mean   {sum(figures) / len(figures):.4f}")


if __name__ == "__main__":
    main()
