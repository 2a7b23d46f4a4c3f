"""The `export` step of preset `text-recurrent`: the translator that ships, with expected answers."""

import json

from families.export_family import rounded
from families.family_folder import write_family_folder
from families.tiny import greedy_reference
from family_train import read_family
from messages import read_pairs
from settings import PROJECT, FamilyPreset
from text_tasks import read_text_tokenizer
from tokenizer import TO_CHINESE, TO_ENGLISH

FOLDER = PROJECT / "models" / "inkling-text"
REFERENCES = PROJECT / "test" / "fixtures" / "references" / "inkling-text.json"
PROMPTS = 12
LONGEST_PROMPT = 60  # characters
BLOCK_MARGIN = 0.25  # logits; 8-bit activations may turn a step that is decided by less
# Mean log-probability of an answer's tokens from which it is shown; the card has the tables they were read from.
SURE_ENOUGH = {"zh": -0.3, "en": -0.4}
DIRECTIONS = {"zh": TO_CHINESE, "en": TO_ENGLISH}


def translate_task(to: str) -> dict:
    """The task of one direction for config.json, which shows every answer."""
    return {"task": "translate", "to": to, "unit": "line", "prompt": [{"token": DIRECTIONS[to]}, {"text": "{text}"}]}


def tasks() -> list[dict]:
    """Both directions, for config.json. Sentences about code are left out: too few of them were any good."""
    return [{**translate_task(to), "minimumLogProbability": SURE_ENOUGH[to]} for to in DIRECTIONS]


def export_text(preset: FamilyPreset) -> None:
    """Writes models/inkling-text in 8 bits, and what PyTorch answers with the rounded weights."""
    network, text_format = rounded(read_family(preset)[0]), read_text_tokenizer(preset.data)
    write_family_folder(FOLDER, network, text_format.tokenizer, tasks(), accuracy=4)
    pairs = [pair for pair in read_pairs(preset.data, "unseen") if len(pair.english) <= LONGEST_PROMPT]
    entries = []
    for index, pair in enumerate(pairs[:: len(pairs) // PROMPTS][:PROMPTS]):
        to, text = ("zh", pair.english) if index % 2 == 0 else ("en", pair.chinese)
        source = [text_format.special[DIRECTIONS[to]], *text_format.encode(text)]
        entry = greedy_reference(network, text_format.tokenizer, text, source, BLOCK_MARGIN)
        entries.append({**entry, "to": to})
    lines = ",\n".join("\t" + json.dumps(entry, ensure_ascii=False) for entry in entries if entry["continuationIds"])
    REFERENCES.write_text(
        f'{{ "model": "inkling-text", "decoding": "greedy", "references": [\n{lines}\n] }}\n', "utf8"
    )
