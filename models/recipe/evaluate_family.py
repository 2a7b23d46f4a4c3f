"""Held-out figures of one family in PyTorch: chrF, exact answers and bits per byte of every task, beside the memory."""

import math

import torch
from sacrebleu.metrics import CHRF

from families.family import Family
from family_train import read_family, rows_of
from memory import Memory
from messages import Pair, read_pairs
from model_folder import write_json
from settings import RECIPE, FamilyPreset
from text_tasks import Question, TextFormat, questions, read_text_tokenizer
from tokenizer import TO_CHINESE, TO_ENGLISH, TO_SENTENCE

EXAMPLES = 8
FUNCTIONS = 200


def bits_per_byte(network: Family, text_format: TextFormat, asked: list[Question], preset: FamilyPreset) -> float:
    """Bits that the network needs for the answers, over their UTF-8 bytes; an answer that was cut counts in full."""
    bits = 0.0
    with torch.no_grad():
        for question in asked:
            rows = rows_of([text_format.example(question, preset)])
            bits += network.loss(*rows).item() * rows[3].sum().item() / math.log(2)
    return bits / sum(len(question.answer.encode()) for question in asked)


def figures(answers: list[str], asked: list[Question]) -> dict[str, float]:
    """Corpus chrF, and the share of answers that equal the wanted ones to the character."""
    wanted = [question.answer for question in asked]
    exact = sum(answer == right for answer, right in zip(answers, wanted))
    chrf = CHRF().corpus_score(answers, [wanted]).score
    return {"chrF": round(chrf, 1), "exactPercent": round(100 * exact / len(wanted), 1)}


def memory_answers(preset: FamilyPreset, task: str, asked: list[Question]) -> list[str]:
    """What a memory says that answers with the translation of the nearest training string."""
    pairs = read_pairs(preset.data, "train")
    if task == TO_ENGLISH:
        pairs = [Pair(pair.chinese, pair.english, pair.package) for pair in pairs]
    memory = Memory(pairs)
    return [memory.translate(question.source) for question in asked]


def evaluate_task(network: Family, preset: FamilyPreset, task: str) -> dict:
    """Figures and samples of one task; of the functions the first FUNCTIONS."""
    text_format = read_text_tokenizer(preset.data)
    asked = [question for question in questions(preset, "unseen") if question.task == task]
    asked = asked[:FUNCTIONS] if task == TO_SENTENCE else asked
    sources = [text_format.source(question, preset.source_tokens) for question in asked]
    answers = [text_format.decode(network.greedy(source, preset.target_tokens)) for source in sources]
    samples = [{"source": q.source, "wanted": q.answer, "answer": a} for q, a in list(zip(asked, answers))[:EXAMPLES]]
    result = {"questions": len(asked), "network": figures(answers, asked), "samples": samples}
    result["bitsPerByte"] = round(bits_per_byte(network, text_format, asked, preset), 3)
    if task != TO_SENTENCE:
        result["memory"] = figures(memory_answers(preset, task, asked), asked)
    return result


def evaluate_family(preset: FamilyPreset) -> None:
    """Writes results/<family preset>.json."""
    torch.set_num_threads(1)
    network, effort = read_family(preset)
    parameters = sum(p.numel() for p in network.parameters())
    tasks = {task: evaluate_task(network, preset, task) for task in (TO_CHINESE, TO_ENGLISH, TO_SENTENCE)}
    result = {"preset": preset.name, "family": preset.family, "parameters": parameters, "training": effort}
    write_json(RECIPE / "results" / f"family-{preset.name}.json", {**result, "tasks": tasks})
    print({task: (entry["network"], entry.get("memory")) for task, entry in tasks.items()}, flush=True)
