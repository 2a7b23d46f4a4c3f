"""Writes docs/model-families.md from the figures of a run."""

import subprocess
from dataclasses import dataclass

from settings import FAMILY_PRESETS, PROJECT

DOCUMENT = PROJECT / "docs" / "model-families.md"
SHOWN = 3  # right and wrong answers of each family
SAMPLE_CHARACTERS = 60
DIRECTION_NAMES = {"zh": "into Chinese", "en": "into English"}


@dataclass(frozen=True)
class Account:
    """What a reader should know about a family; files are relative to src/engine/families."""

    title: str
    idea: str
    papers: str
    graphs: str
    files: tuple[str, ...]


ACCOUNTS = {
    "recurrent": Account(
        "Recurrent sequence to sequence",
        "A bidirectional GRU reads the source; two GRU layers write the answer, and attention lets them look back at what was read.",
        "Sutskever et al. 2014 (arXiv:1409.3215), Cho et al. 2014 (1406.1078), Bahdanau et al. 2015 (1409.0473), Luong et al. 2015"
        " (1508.04025)",
        "`encoder_model`, `decoder_model`; the hidden state goes round instead of a cache",
        ("recurrent.ts", "encoder.ts"),
    ),
    "prefix-lm": Account(
        "Prefix language model (UniLM)",
        "One decoder: the source is seen from both sides, the answer left to right.",
        "Dong et al. 2019 (1905.03197), Liu et al. 2018 (1801.10198)",
        "`model` with the input `prefix_length`",
        ("prefixLanguageModel.ts",),
    ),
    "t5": Account(
        "T5",
        "Encoder and decoder with relative positions as biases of attention; every task is text to text, its name comes first.",
        "Raffel et al. 2020 (1910.10683), Shaw et al. 2018 (1803.02155)",
        "`encoder_model`, `decoder_model_merged`",
        ("encoderDecoder.ts", "encoder.ts", "crossLayout.ts"),
    ),
    "bart": Account(
        "BART",
        "Encoder and decoder with learned positions; for the first part of its time it restores text with gaps in it, then it learns the"
        " tasks.",
        "Lewis et al. 2020 (1910.13461)",
        "`encoder_model`, `decoder_model`, `decoder_with_past_model`, with a forced first token",
        ("encoderDecoder.ts", "encoder.ts", "crossLayout.ts"),
    ),
    "gpt": Account(
        "GPT-2",
        "A decoder with learned positions and nothing else: the source is the beginning of a text, the answer is how it goes on.",
        "Radford et al. 2018 and 2019, Brown et al. 2020 (2005.14165)",
        "`model` in GPT-2's own layout, keys and values of a layer in one `past_N`",
        ("gpt2.ts",),
    ),
}


def write_document(result: dict, samples: dict[str, list[tuple[str, str]]]) -> None:
    """Writes and formats the document; `samples` are (source, wanted) of each direction in the order of the answers."""
    parts = [head(result), figures_table(result), checks_table(result), reading(result)]
    parts += [family_section(name, entry, samples) for name, entry in result["networks"].items()]
    DOCUMENT.write_text("\n\n".join(parts) + "\n", "utf8")
    prettier = PROJECT / "node_modules" / "prettier" / "bin" / "prettier.cjs"
    subprocess.run(["node", str(prettier), "--write", "--log-level", "warn", str(DOCUMENT)], check=True)


def table(rows: list[list[object]]) -> str:
    """A Markdown table; the first row is its head."""
    lines = [f"| {' | '.join(map(cell, row))} |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])


def cell(value: object) -> str:
    """Text that cannot end a cell or start markup."""
    text = str(value).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
    return text.replace("*", "\\*").replace("_", "\\_") if not text.startswith("`") else text


def head(result: dict) -> str:
    """What was compared, where, and what it is for."""
    machine, effort = result["machine"], result["coreMinutes"]
    return f"""<!-- Written by `python models/recipe/run.py evaluate --preset families`. Change the recipe, not this file. -->

# Model families

The engine runs five families of language models beside the LLaMA-style decoder that completes code. Here each is at work as a small
trained model: the same {result["pairs"]:,} pairs of software strings (English and Simplified Chinese, both directions) and documented
functions, the same tokenizer of {FAMILY_PRESETS["gpt"].vocabulary:,} tokens, and **{effort:g} minutes of one processor core each**, float32,
one thread. That is far too little for any of them; it is enough to see that each learns and that the engine runs it right. The models are
not in the package: the one that ships, `inkling-text`, is the recurrent one trained longer.

Run of {result["date"]} on {machine["processor"]} ({machine["cores"]} cores, {machine["platform"]} {machine["arch"]}), PyTorch
{result["machine"]["torch"].split("+")[0]}. {result["strings"]} strings each way, drawn from those of TypeScript, Monaco and VS Code that none
of them has seen, answered greedily through the engine process that ships, one thread, all models in turns for every string. chrF and exact
matches are of all answers; times are medians and the machine was shared, so compare them with each other only."""


def figures_table(result: dict) -> str:
    """One row a family, with the memory and the shipped model beside them."""
    rows = [["", "parameters", "files", "chrF into Chinese", "exact", "chrF into English", "exact", "tokens/s", "ms a string"]]
    for name, entry in result["networks"].items():
        size, directions = f"{entry['bytes'] / 1e6:.1f} MB", entry["directions"]
        scores = [directions[to][key] for to in ("zh", "en") for key in ("chrF", "exactPercent")]
        speeds = [f"{entry['tokensPerSecond']:,}", entry["msPerString"]]
        rows.append([ACCOUNTS[name].title, f"{entry['parameters'] / 1e6:.1f} M", size, *percents(scores), *speeds])
    for title, key in (("_nearest-neighbour memory_", "memory"), ("_inkling-text, as it ships_", "shipped")):
        scores = [result[key][to][figure] for to in ("zh", "en") for figure in ("chrF", "exactPercent")]
        rows.append([title, "", "", *percents(scores), "", ""])
    text = table(rows).replace("\\_", "_")
    note = (
        "The memory answers with the translation of the most similar string of the training text. The model that ships was trained with"
        f" {FAMILY_PRESETS['text-recurrent'].core_minutes:g} core-minutes of a faster processor in bfloat16, three times through the text."
    )
    return f"## Figures\n\n{text}\n\n{note}"


def percents(scores: list[float]) -> list[str]:
    """chrF as it is, exact matches with their sign."""
    return [f"{score:.1f}" if index % 2 == 0 else f"{score:.1f} %" for index, score in enumerate(scores)]


def checks_table(result: dict) -> str:
    """Bits per byte, what 8 bits cost, and whether the engine says what PyTorch says."""
    rows = [["", "bits/byte zh", "with int8", "bits/byte en", "with int8", "code to a sentence", "int8, nats a token"]]
    rows[0] += ["tokens as PyTorch's", "as it ships", "steps"]
    for name, entry in result["networks"].items():
        bits = [entry["directions"][to][key] for to in ("zh", "en") for key in ("bitsPerByte", "int8BitsPerByte")]
        cost, same = entry["natsPerToken"], entry["sameTokensAsTorch"]
        change = f"{100 * (cost['int8'] / cost['float32'] - 1):+.2f} %"
        equal = [f"{same[form]} of {same['strings']}" for form in ("exact", "int8")]
        row = [ACCOUNTS[name].title, *(f"{value:.3f}" for value in bits), f"{entry['sentenceBitsPerByte']:.3f}", change]
        rows.append([*row, *equal, f"{entry['training']['step']:,}"])
    return f"""## Checks

{table(rows)}

Bits per byte are those of the wanted answer, computed in PyTorch: lower is better. _With int8_: every matrix rounded to the 8-bit blocks that
are stored; the next-to-last figures say what that costs. _Tokens as PyTorch's_: strings whose greedy answer, token by token, is that of
PyTorch with the same rounded weights, through the engine with activations left alone; _as it ships_: with activations rounded to 8 bits
too, which is faster and may turn a close decision. _Steps_: optimiser steps that fitted into the time."""


def reading(result: dict) -> str:
    """Which is best, said in words that follow from the figures."""
    networks, memory = result["networks"], result["memory"]
    best = {to: max(networks, key=lambda name: networks[name]["directions"][to]["chrF"]) for to in ("zh", "en")}
    above = [
        ACCOUNTS[name].title
        for name, entry in networks.items()
        if all(entry["directions"][to]["chrF"] > memory[to]["chrF"] for to in ("zh", "en"))
    ]
    shipped = result["shipped"]
    better = [
        ACCOUNTS[name].title
        for name, entry in networks.items()
        if all(entry["directions"][to]["chrF"] > shipped[to]["chrF"] for to in ("zh", "en"))
    ]
    lines = [
        f"Best into Chinese at this budget: {ACCOUNTS[best['zh']].title}; into English: {ACCOUNTS[best['en']].title}.",
        f"Better than the memory both ways: {', '.join(above) or 'none'}.",
        f"Better than the model that ships both ways: {', '.join(better) or 'none, so what ships stays as it is'}.",
    ]
    return "## What the figures say\n\n" + "\n".join(f"- {line}" for line in lines)


def family_section(name: str, entry: dict, samples: dict[str, list[tuple[str, str]]]) -> str:
    """What a family is, which file runs it, and a few of its answers."""
    account = ACCOUNTS[name]
    files = ", ".join(f"[{file}](../src/engine/families/{file})" for file in account.files)
    rows = [["", "source", "wanted", "answer"]]
    for to, pairs in samples.items():
        triples = [(*pair, text) for pair, text in zip(pairs, entry["answers"][to]) if len(pair[0]) <= SAMPLE_CHARACTERS]
        right = sorted((t for t in triples if t[1] == t[2]), key=lambda t: -len(t[0]))[:SHOWN]
        wrong = [triple for triple in triples if triple[1] != triple[2]]
        wrong = wrong[:: max(1, len(wrong) // SHOWN)][:SHOWN]
        rows += [["right", source, wanted, "the same"] for source, wanted, _ in right]
        rows += [["wrong", source, wanted, text] for source, wanted, text in wrong]
    return f"""## {account.title}

{account.idea} Papers: {account.papers}. Graphs: {account.graphs}. Run by {files}; trained as `{name}` by
`models/recipe/families/{FAMILY_PRESETS[name].family.replace("-", "_")}.py`.

{table(rows)}"""
