"""The `evaluate` step: held-out figures of the exported graph beside the yardsticks, written to results/."""

import json
import random
from collections import defaultdict
from dataclasses import dataclass
from typing import Callable

import numpy as np
import torch
import torch.nn.functional as F

from decoder import Decoder
from documents import Document, hash_fraction, read_documents
from export import CODE_FILE, weights_of, with_weights
from fill import Formatter, line_end, word_bounds
from generate import Generator
from model_folder import STOP, write_json
from ngram import LINE_TOKENS, NGram, cached_bits, complete_line
from settings import RECIPE, SEED, Preset
from tokenizer import END, read_tokenizer
from train import read_model
from weights import dequantized

DOCUMENTS = 80
TOKENS = 768
LINES_PER_DOCUMENT = 2
PREFIX_TOKENS, SUFFIX_TOKENS = 400, 150
SPLITS = ("unseen_files", "unseen_packages")
CACHED = ("graph", "ngram")  # also measured when mixed with a cache of the document


@dataclass(frozen=True)
class LineTask:
    """A line to finish: the text before the cursor, the rest of the line, and what follows it."""

    extension: str
    prefix: str
    line: str
    suffix: str


Probabilities = Callable[[list[int]], np.ndarray]
Complete = Callable[[LineTask], str]


def evaluate(preset: Preset) -> None:
    """Measures the code model on both held-out sets."""
    model, effort = read_model(preset)
    formatter, graph = Formatter(read_tokenizer(preset)), Generator(CODE_FILE, preset.shape)
    rounded = with_weights(model, dequantized(weights_of(model)))
    samples = {split: chosen_documents(preset, split) for split in SPLITS}
    yardstick = read_yardstick(preset, formatter, samples)
    splits = {}
    for split, documents in samples.items():
        sources: dict[str, Probabilities] = {
            "network": lambda tokens: network_probabilities(model, tokens),
            "roundedWeights": lambda tokens: network_probabilities(rounded, tokens),
            "graph": graph.probabilities,
        }
        result = measure(documents, formatter, sources, {"graph": complete_by_graph(graph, formatter)})
        splits[split] = {key: merged(value, yardstick[split][key]) for key, value in result.items()}
        print(split, splits[split], flush=True)
    result = {
        "preset": preset.name,
        "parameters": sum(p.numel() for p in model.parameters()),
        "training": effort,
        "fileBytes": CODE_FILE.stat().st_size,
        "splits": splits,
    }
    (RECIPE / "results").mkdir(exist_ok=True)
    write_json(RECIPE / "results" / "inkling-code.json", result)


def merged(first: object, second: object) -> object:
    """Figures of two contenders side by side; sizes are the same for both."""
    return {**first, **second} if isinstance(first, dict) and isinstance(second, dict) else first


def read_yardstick(preset: Preset, formatter: Formatter, samples: dict[str, list[Document]]) -> dict:
    """The n-gram's figures, which depend on the text alone: measured once, then kept beside it."""
    path = preset.folder / "yardstick.json"
    if not path.exists():
        ngram = NGram(training_stream(preset, formatter), preset.shape.vocabulary)
        finish = {"ngramWithCache": complete_by_ngram(ngram, formatter)}
        sources: dict[str, Probabilities] = {"ngram": ngram.probabilities}
        write_json(path, {name: measure(texts, formatter, sources, finish) for name, texts in samples.items()})
    return json.loads(path.read_text("utf8"))


def training_stream(preset: Preset, formatter: Formatter) -> np.ndarray:
    """Every training document, left to right: the n-gram reads what the network may read."""
    end = formatter.special(END)
    rows = [formatter.continuation(d.extension, d.text) + [end] for d in read_documents(preset, "train")]
    return np.concatenate([np.array(row, np.uint16) for row in rows])


def chosen_documents(preset: Preset, split: str) -> list[Document]:
    """A seeded sample of a held-out set."""
    documents = read_documents(preset, split)
    return sorted(documents, key=lambda d: hash_fraction(f"evaluate/{d.package}/{d.path}"))[:DOCUMENTS]


def measure(
    documents: list[Document], formatter: Formatter, sources: dict[str, Probabilities], finish: dict[str, Complete]
) -> dict:
    """Bits a byte of every source of probabilities, and lines finished exactly by every completer."""
    tasks = line_tasks(documents)
    hits = {name: sum(complete(task) == task.line.rstrip() for task in tasks) for name, complete in finish.items()}
    shares = {name: round(100 * count / len(tasks), 1) for name, count in hits.items()}
    bits = bits_per_byte(documents, formatter, sources)
    return {"documents": len(documents), **bits, "lines": len(tasks), "exactLinesPercent": shares}


def bits_per_byte(documents: list[Document], formatter: Formatter, sources: dict[str, Probabilities]) -> dict:
    """Over all bytes of the first TOKENS tokens of each document; the head of the prompt is not counted."""
    bits: dict[str, float] = defaultdict(float)
    size = 0
    for document in documents:
        start = len(formatter.head(document.extension))
        tokens = formatter.continuation(document.extension, document.text)[:TOKENS]
        size += len(formatter.decode(tokens[start:]).encode())
        for name, source in sources.items():
            probabilities = source(tokens)
            bits[name] -= float(np.log2(probabilities[start:]).sum())
            if name in CACHED:
                bits[f"{name}WithCache"] += cached_bits(probabilities, tokens, start)
    return {"bytes": size, "bitsPerByte": {name: round(float(value / size), 4) for name, value in bits.items()}}


@torch.no_grad()
def network_probabilities(model: Decoder, tokens: list[int]) -> np.ndarray:
    """Probability of each token; the first one's is 1."""
    log = F.log_softmax(model(torch.tensor([tokens]))[0, :-1].double(), -1)
    chosen = log.gather(1, torch.tensor(tokens[1:])[:, None])[:, 0].exp().numpy()
    return np.concatenate([[1.0], chosen])


def line_tasks(documents: list[Document]) -> list[LineTask]:
    """Seeded cursors at word bounds with at least four characters left in the line."""
    tasks = []
    for document in documents:
        rng, text = random.Random(f"{SEED}/{document.path}"), document.text
        bounds = [at for at in word_bounds(text) if at > 80 and 4 <= line_end(text, at) - at <= 100]
        for start in rng.sample(bounds, min(LINES_PER_DOCUMENT, len(bounds))):
            end = line_end(text, start)
            tasks.append(LineTask(document.extension, text[:start], text[start:end], text[end:]))
    return tasks


def pieces(task: LineTask, formatter: Formatter) -> tuple[list[int], list[int]]:
    """Token ids of the prefix and the suffix, as far as a prompt has room."""
    prefix = formatter.encode(task.prefix[-4000:])[-PREFIX_TOKENS:]
    return prefix, formatter.encode(task.suffix[:2000])[:SUFFIX_TOKENS]


def first_line(ids: list[int], formatter: Formatter) -> str:
    """Text up to the first line feed, without blanks at its end."""
    return formatter.decode([i for i in ids if not formatter.is_special(i)]).split("\n")[0].rstrip()


def line_stops(formatter: Formatter) -> frozenset[int]:
    """Ids that end a line: the model's own stops and every token with a line feed."""
    return frozenset(formatter.special(name) for name in STOP) | formatter.line_feeds()


def complete_by_graph(graph: Generator, formatter: Formatter) -> Complete:
    """Greedy, suffix first."""
    stop = line_stops(formatter)

    def complete(task: LineTask) -> str:
        prompt = formatter.suffix_first(task.extension, *pieces(task, formatter))
        return first_line(graph.greedy(prompt, stop, LINE_TOKENS), formatter)

    return complete


def complete_by_ngram(ngram: NGram, formatter: Formatter) -> Complete:
    """Greedy, with the counts of prefix and suffix."""
    stop = line_stops(formatter)
    return lambda task: first_line(complete_line(ngram, *pieces(task, formatter), stop), formatter)
