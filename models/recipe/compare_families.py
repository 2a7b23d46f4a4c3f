"""The `evaluate` step of all families at once: the same unseen strings through the engine that ships, in turns."""

import json
import math
import platform
import random
import statistics
import subprocess
import time
from pathlib import Path

import torch

from evaluate_family import figures, memory_answers
from families.export_comparison import FORMS
from families.export_family import rounded
from families.export_text import DIRECTIONS, FOLDER
from families.family import Family
from families.verify_family import rounding_cost
from families_document import write_document
from family_train import read_family, rows_of
from model_folder import write_json
from settings import FAMILY_PRESETS, PROJECT, RECIPE, SEED, FamilyPreset
from text_tasks import Question, TextFormat, batches_of, questions, read_text_tokenizer
from tokenizer import TO_SENTENCE

SHIPPED = "inkling-text"
FUNCTIONS = 100
STRINGS = 150  # of each direction, drawn by the seed
COMPARED = 40  # of them, whose tokens are compared with PyTorch's
FORM_THAT_SHIPS, EXACT_FORM = "int8", "exact"
LEAST_STEPS = 4  # an answer of fewer tokens says nothing about speed
COMPARISON = tuple(preset for preset in FAMILY_PRESETS.values() if not preset.ships)

Asked = dict[str, list[Question]]
Answers = dict[str, dict[str, list[dict]]]


def ask_engine(folders: dict[str, Path], asked: Asked, most: int, place: Path) -> dict:
    """Answers of every model to all questions in turn: {model: {direction: [answer]}}, and the machine they ran on."""
    flat = [(to, question) for to, some in asked.items() for question in some]
    random.Random(SEED).shuffle(flat)
    question_file, answer_file = place / "questions.json", place / "answers.json"
    question_file.write_text(json.dumps([{"text": q.source, "to": to} for to, q in flat]), "utf8")
    models = [part for name, folder in folders.items() for part in ("--model", f"{name}={folder}")]
    script = PROJECT / "test" / "bench" / "families" / "run.mjs"
    files = ["--questions", str(question_file), "--answers", str(answer_file), "--max-tokens", str(most)]
    subprocess.run(["node", str(script), *models, *files], check=True, cwd=PROJECT)
    found = json.loads(answer_file.read_text("utf8"))
    places = {(to, question): index for index, (to, question) in enumerate(flat)}
    answers = {
        name: {to: [given[places[to, question]] for question in some] for to, some in asked.items()}
        for name, given in found["answers"].items()
    }
    return {"machine": found["machine"], "answers": answers}


def speed(answers: dict[str, list[dict]]) -> dict[str, float]:
    """Medians over the answers: tokens a second once the source is read, and milliseconds for a whole string."""
    given = [answer for some in answers.values() for answer in some]
    rates = [1000 * a["newTokens"] / a["decodeMs"] for a in given if a["newTokens"] >= LEAST_STEPS and a["decodeMs"]]
    whole = [a["prefillMs"] + a["decodeMs"] for a in given]
    return {"tokensPerSecond": round(statistics.median(rates)), "msPerString": round(statistics.median(whole), 1)}


@torch.no_grad()
def bits_per_byte(network: Family, text_format: TextFormat, asked: list[Question], preset: FamilyPreset) -> float:
    """Bits that the network needs for the answers, over their UTF-8 bytes; an answer that was cut counts in full."""
    examples, nats = [text_format.example(question, preset) for question in asked], 0.0
    for batch in batches_of(examples, preset.tokens_per_step, random.Random(SEED)):
        rows = rows_of(batch)
        nats += network.loss(*rows).item() * rows[3].sum().item()
    return round(nats / math.log(2) / sum(len(question.answer.encode()) for question in asked), 3)


def same_tokens(network: Family, preset: FamilyPreset, asked: Asked, answers: Answers) -> dict[str, int]:
    """How many of the first strings of each direction get PyTorch's greedy tokens of the rounded weights, by form."""
    text_format, same = read_text_tokenizer(preset.data), dict.fromkeys(("strings", *FORMS), 0)
    for to, some in asked.items():
        for index, question in enumerate(some[:COMPARED]):
            expected = network.greedy(text_format.source(question, preset.source_tokens), preset.target_tokens)
            same["strings"] += 1
            for form in FORMS:
                same[form] += answers[f"{preset.name} {form}"][to][index]["tokenIds"] == expected
    return same


def evaluate_network(preset: FamilyPreset, asked: Asked, answers: Answers) -> dict:
    """Everything about one family; `answers` are the engine's, by '<preset> <form>'."""
    network, effort = read_family(preset)
    text_format, stored = read_text_tokenizer(preset.data), rounded(network)
    functions = [q for q in questions(preset, "unseen") if q.task == TO_SENTENCE][:FUNCTIONS]
    texts = {to: [answer["text"] for answer in some] for to, some in answers[f"{preset.name} {FORM_THAT_SHIPS}"].items()}
    directions = {
        to: {
            **figures(texts[to], some),
            "bitsPerByte": bits_per_byte(network, text_format, some, preset),
            "int8BitsPerByte": bits_per_byte(stored, text_format, some, preset),
        }
        for to, some in asked.items()
    }
    examples = [text_format.example(question, preset) for some in asked.values() for question in some[:COMPARED]]
    return {
        "family": preset.family,
        "parameters": sum(p.numel() for p in network.parameters()),
        "bytes": sum(path.stat().st_size for path in (preset.folder / FORM_THAT_SHIPS / "onnx").glob("*.onnx")),
        "training": effort,
        "directions": directions,
        "sentenceBitsPerByte": bits_per_byte(network, text_format, functions, preset),
        "natsPerToken": rounding_cost(network, [(e.source, e.answer) for e in examples]),
        "sameTokensAsTorch": same_tokens(stored, preset, asked, answers),
        **speed(answers[f"{preset.name} {FORM_THAT_SHIPS}"]),
        "answers": texts,
    }


def ask_all_forms(asked: Asked, place: Path, most: int) -> dict:
    """What ships and the families in that form answer everything; in the exact form they answer what is compared."""
    ships = {f"{preset.name} {FORM_THAT_SHIPS}": preset.folder / FORM_THAT_SHIPS for preset in COMPARISON}
    exact = {f"{preset.name} {EXACT_FORM}": preset.folder / EXACT_FORM for preset in COMPARISON}
    first = {to: some[:COMPARED] for to, some in asked.items()}
    found = ask_engine({SHIPPED: FOLDER, **ships}, asked, most, place)
    return {**found, "answers": found["answers"] | ask_engine(exact, first, most, place)["answers"]}


def compare_families() -> None:
    """Asks the engine, writes results/families.json and docs/model-families.md. Needs the step `export` before it."""
    torch.set_num_threads(1)
    shared, unseen = COMPARISON[0], questions(COMPARISON[0], "unseen")
    asked = {to: [q for q in unseen if q.task == token] for to, token in DIRECTIONS.items()}
    asked = {to: random.Random(SEED).sample(some, min(STRINGS, len(some))) for to, some in asked.items()}
    engine = ask_all_forms(asked, shared.data, shared.target_tokens)
    networks = {preset.name: evaluate_network(preset, asked, engine["answers"]) for preset in COMPARISON}
    memory = {to: memory_answers(shared, DIRECTIONS[to], some) for to, some in asked.items()}
    shipped = {to: [answer["text"] for answer in some] for to, some in engine["answers"][SHIPPED].items()}
    result = {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "machine": {**engine["machine"], "torch": torch.__version__, "python": platform.python_version()},
        "coreMinutes": shared.core_minutes,
        "pairs": sum(1 for q in questions(shared, "train") if q.task == DIRECTIONS["zh"]),
        "strings": len(asked["zh"]),
        "networks": networks,
        "memory": {to: figures(memory[to], some) for to, some in asked.items()},
        "shipped": {to: figures(shipped[to], some) for to, some in asked.items()},
    }
    write_document(result, {to: [(q.source, q.answer) for q in some] for to, some in asked.items()})
    for entry in networks.values():
        del entry["answers"]
    write_json(RECIPE / "results" / "families.json", result)
