"""Held-out chrF of the translator beside a memory that answers with its nearest neighbour's translation."""

from collections import Counter

from sacrebleu.metrics import CHRF

from export import TRANSLATE_FILE
from fill import Formatter
from generate import Generator
from messages import Pair, read_pairs
from model_folder import STOP, write_json
from settings import RECIPE, Preset
from tokenizer import read_tokenizer
from train import read_model

EXAMPLES = 12
LIMIT = 48


def trigrams(text: str) -> Counter[str]:
    """Character trigrams of a lower-cased, padded text."""
    padded = f"  {text.lower()} "
    return Counter(padded[i : i + 3] for i in range(len(padded) - 2))


class Memory:
    """Answers with the translation of the most similar known string."""

    def __init__(self, pairs: list[Pair]) -> None:
        self.entries = [(trigrams(pair.english), pair) for pair in pairs]

    def translate(self, text: str) -> str:
        """Similarity is the Dice coefficient over trigrams."""
        wanted = trigrams(text)

        def similarity(entry: tuple[Counter[str], Pair]) -> float:
            shared = sum(min(count, entry[0][gram]) for gram, count in wanted.items() if gram in entry[0])
            return 2 * shared / (wanted.total() + entry[0].total())

        return max(self.entries, key=similarity)[1].chinese


def evaluate_translation(preset: Preset) -> None:
    """Translates every unseen string with the exported graph and with the memory."""
    formatter, unseen = Formatter(read_tokenizer(preset)), read_pairs(preset.folder, "unseen")
    graph, memory = Generator(TRANSLATE_FILE, preset.shape), Memory(read_pairs(preset.folder, "train"))
    stop = frozenset(formatter.special(name) for name in STOP)
    answers: dict[str, list[str]] = {"graph": [], "memory": []}
    for pair in unseen:
        ids = graph.greedy(formatter.translation(pair.english), stop, LIMIT)
        answers["graph"].append(formatter.decode([i for i in ids if not formatter.is_special(i)]))
        answers["memory"].append(memory.translate(pair.english))
    wanted = [pair.chinese for pair in unseen]
    model, effort = read_model(preset)
    result = {
        "preset": preset.name,
        "parameters": sum(p.numel() for p in model.parameters()),
        "training": effort,
        "fileBytes": TRANSLATE_FILE.stat().st_size,
        "strings": len(unseen),
        "chrF": {name: round(CHRF().corpus_score(texts, [wanted]).score, 1) for name, texts in answers.items()},
        "exactPercent": {
            name: round(100 * sum(a == b for a, b in zip(texts, wanted)) / len(wanted), 1)
            for name, texts in answers.items()
        },
        "examples": [
            {"english": pair.english, "wanted": pair.chinese, "graph": answer}
            for pair, answer in list(zip(unseen, answers["graph"]))[:EXAMPLES]
        ],
    }
    (RECIPE / "results").mkdir(exist_ok=True)
    write_json(RECIPE / "results" / "translate.json", result)
    print(result["chrF"], result["exactPercent"], flush=True)
