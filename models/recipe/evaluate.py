"""The `evaluate` step: held-out figures of the exported graph beside the yardsticks, written to results/."""

import random
from dataclasses import dataclass

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


@dataclass(frozen=True)
class LineTask:
    """A line to finish: the text before the cursor, the rest of the line, and what follows it."""

    extension: str
    prefix: str
    line: str
    suffix: str


@dataclass(frozen=True)
class Contenders:
    """What is measured: the trained network, its 8-bit weights, the exported graph, the n-gram."""

    network: Decoder
    rounded: Decoder
    graph: Generator
    ngram: NGram
    formatter: Formatter


def evaluate(preset: Preset) -> None:
    """Measures the code model on both held-out sets, or the translator on its unseen strings."""
    if not preset.reads_code:
        from evaluate_translation import evaluate_translation

        return evaluate_translation(preset)
    model, effort = read_model(preset)
    tokenizer = read_tokenizer(preset)
    formatter = Formatter(tokenizer)
    contenders = Contenders(
        network=model,
        rounded=with_weights(model, dequantized(weights_of(model))),
        graph=Generator(CODE_FILE, preset.shape),
        ngram=NGram(training_stream(preset, formatter), preset.shape.vocabulary),
        formatter=formatter,
    )
    result = {
        "preset": preset.name,
        "parameters": sum(p.numel() for p in model.parameters()),
        "training": effort,
        "fileBytes": CODE_FILE.stat().st_size,
        "splits": {name: evaluate_split(preset, name, contenders) for name in ("unseen_files", "unseen_packages")},
    }
    (RECIPE / "results").mkdir(exist_ok=True)
    write_json(RECIPE / "results" / "inkling-code.json", result)


def training_stream(preset: Preset, formatter: Formatter) -> np.ndarray:
    """Every training document, left to right: the n-gram reads what the network may read."""
    end = formatter.special(END)
    rows = [formatter.continuation(d.extension, d.text) + [end] for d in read_documents(preset, "train")]
    return np.concatenate([np.array(row, np.uint16) for row in rows])


def chosen_documents(preset: Preset, split: str) -> list[Document]:
    """A seeded sample of a held-out set."""
    documents = read_documents(preset, split)
    return sorted(documents, key=lambda d: hash_fraction(f"evaluate/{d.package}/{d.path}"))[:DOCUMENTS]


def evaluate_split(preset: Preset, split: str, contenders: Contenders) -> dict:
    """Bits a byte and lines finished exactly, for every contender."""
    documents = chosen_documents(preset, split)
    result = {"documents": len(documents), **bits_per_byte(documents, contenders), **exact_lines(documents, contenders)}
    print(split, result, flush=True)
    return result


@torch.no_grad()
def network_probabilities(model: Decoder, tokens: list[int]) -> np.ndarray:
    """Probability of each token; the first one's is 1."""
    log = F.log_softmax(model(torch.tensor([tokens]))[0, :-1].double(), -1)
    chosen = log.gather(1, torch.tensor(tokens[1:])[:, None])[:, 0].exp().numpy()
    return np.concatenate([[1.0], chosen])


def bits_per_byte(documents: list[Document], contenders: Contenders) -> dict:
    """Mean over all bytes of the first TOKENS tokens of each document; the head of the prompt is not counted."""
    bits: dict[str, float] = {}
    size = 0
    for document in documents:
        head = contenders.formatter.head(document.extension)
        tokens = contenders.formatter.continuation(document.extension, document.text)[:TOKENS]
        size += len(contenders.formatter.decode(tokens[len(head) :]).encode())
        graph = np.concatenate([[1.0], np.exp(contenders.graph.log_probabilities(tokens))])
        for name, probabilities in (
            ("network", network_probabilities(contenders.network, tokens)),
            ("roundedWeights", network_probabilities(contenders.rounded, tokens)),
            ("graph", graph),
            ("ngram", contenders.ngram.probabilities(tokens)),
        ):
            bits[name] = bits.get(name, 0.0) - float(np.log2(probabilities[len(head) :]).sum())
            if name in ("graph", "ngram"):
                cached = cached_bits(probabilities, tokens, len(head))
                bits[f"{name}WithCache"] = bits.get(f"{name}WithCache", 0.0) + cached
    return {"bytes": size, "bitsPerByte": {name: round(value / size, 4) for name, value in bits.items()}}


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


def exact_lines(documents: list[Document], contenders: Contenders) -> dict:
    """Share of lines finished exactly (ends trimmed), greedy, by the graph (suffix first) and by the n-gram."""
    formatter, tasks = contenders.formatter, line_tasks(documents)
    stop = frozenset(formatter.special(name) for name in STOP) | formatter.line_feeds()
    hits = {"graph": 0, "ngramWithCache": 0}
    for task in tasks:
        prefix = formatter.encode(task.prefix[-4000:])[-PREFIX_TOKENS:]
        suffix = formatter.encode(task.suffix[:2000])[:SUFFIX_TOKENS]
        prompt = formatter.suffix_first(task.extension, prefix, suffix)
        for name, ids in (
            ("graph", contenders.graph.greedy(prompt, stop, LINE_TOKENS)),
            ("ngramWithCache", complete_line(contenders.ngram, prefix, suffix, stop)),
        ):
            text = formatter.decode([i for i in ids if not formatter.is_special(i)]).split("\n")[0]
            hits[name] += text.rstrip() == task.line.rstrip()
    shares = {name: round(100 * count / len(tasks), 1) for name, count in hits.items()}
    return {"lines": len(tasks), "exactLinesPercent": shares}
