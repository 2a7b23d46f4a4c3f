"""What transformers' own `generate` answers, which the engine must answer too."""

import json
from dataclasses import dataclass

import torch
from transformers import PreTrainedModel

from conventions.vocabulary import SPECIAL, letter_ids, text_of
from settings import PROJECT

PROMPTS, TRIED, MOST, SOURCE = 5, 400, 12, 9
MARGIN = 0.02  # logits; a step that is decided by less may turn with rounding
LEAST_DIFFERENT = 3  # different tokens in an answer; less shows little


@dataclass(frozen=True)
class Frame:
    """What belongs around a source, and what `generate` is told. `letters` keeps to words of a to z, for references that a test asks for as text."""

    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    most: int = MOST
    settings: tuple[tuple[str, object], ...] = ()
    letters: bool = False


def answers(network: PreTrainedModel, frame: Frame) -> list[dict]:
    """Entries of a references file, each decided by MARGIN at every step."""
    generator = torch.Generator().manual_seed(5)
    found: list[dict] = []
    for _ in range(TRIED):
        length = int(torch.randint(3, SOURCE, (1,), generator=generator))
        first, end = letter_ids() if frame.letters else (0, network.config.vocab_size - len(SPECIAL))
        words = torch.randint(first, end, (length,), generator=generator).tolist()
        entry = answer(network, [*frame.before, *words, *frame.after], frame)
        seen = [other["continuationIds"] for other in found]
        if entry and entry["continuationIds"] not in seen and len(set(entry["continuationIds"])) >= LEAST_DIFFERENT:
            found.append(entry)
        if len(found) == PROMPTS:
            return found
    raise ValueError(f"{type(network).__name__} gave {len(found)} lively answers of {TRIED}.")


@torch.no_grad()
def answer(network: PreTrainedModel, prompt: list[int], frame: Frame) -> dict | None:
    """One greedy answer; None when rounding could turn it."""
    ids = torch.tensor([prompt])
    found = network.generate(
        input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False, num_beams=1, max_new_tokens=frame.most,
        return_dict_in_generate=True, output_scores=True, **dict(frame.settings),
    )  # fmt: skip
    top = torch.stack(found.scores)[:, 0].topk(2).values
    if (top[:, 0] - top[:, 1]).min() < MARGIN:
        return None
    start = 1 if network.config.is_encoder_decoder else len(prompt)
    new = found.sequences[0, start:].tolist()
    end = network.config.eos_token_id
    stop = end if new[-1] == end else None
    return {
        "kind": "text", "text": text_of(prompt) if frame.letters else "", "promptIds": prompt, "continuationIds": new[:-1] if stop else new,
        "continuation": "", "stopId": stop,
    }  # fmt: skip


def write_answers(name: str, entries: list[dict]) -> None:
    """Writes test/fixtures/references/<name>.json, one entry a line."""
    lines = ",\n".join("\t" + json.dumps(entry) for entry in entries)
    file = PROJECT / "test/fixtures/references" / f"{name}.json"
    file.write_text(f'{{ "model": "{name}", "decoding": "greedy", "references": [\n{lines}\n] }}\n', "utf8")
