"""The `export` step of preset `tiny-families`: a test model of every family with expected answers, from a few pairs."""

import copy
import json
import random
from pathlib import Path

import torch
from tokenizers import Tokenizer

from families.bart import Bart
from families.beam_reference import Answer, BeamSearch, BeamSettings, transformers_beams
from families.encoder_decoder_shape import EncoderDecoderShape
from families.export_family import rounded
from families.family import Family, Vocabulary
from families.family_folder import write_family_folder
from families.gpt import Gpt, GptShape
from families.prefix_lm import PrefixLm
from families.recurrent import Recurrent, RecurrentShape
from families.t5 import T5
from messages import Pair, read_pairs
from model_folder import TRANSLATE_TASK
from settings import PRESETS, PROJECT, SEED, Shape
from tokenizer import ANSWER, END, TO_CHINESE, train_bpe

SIZE = 640
SHAPE = EncoderDecoderShape(width=64, encoder_layers=1, decoder_layers=1, heads=4, feed_forward=64, context=64)
PAIRS, STEPS, ROWS, MOST = 400, 160, 32, 20
GREEDY_PROMPTS, BEAM_PROMPTS = 10, 4
MARGIN = 0.002  # logits; a step that is decided by less may turn with rounding
NOISE = 1e-4  # share of each weight; a beam search that this turns is no reference
SETTINGS = (
    BeamSettings(length_penalty=1.0, stop_early=False),
    BeamSettings(length_penalty=0.6, stop_early=False),
    BeamSettings(length_penalty=1.0, stop_early=True, no_repeat=3),
    BeamSettings(length_penalty=0.6, stop_early="never", no_repeat=3),
)
NAMES = ("tiny-recurrent", "tiny-prefix-lm", "tiny-t5", "tiny-bart", "tiny-gpt")
FIXTURES = PROJECT / "test" / "fixtures"
RATES = {"tiny-t5": 1e-2}  # T5's table has unit variance and needs longer steps


def tiny_family(name: str, vocabulary: Vocabulary) -> Family:
    """A network with the weights it starts from, by the name of its folder."""
    torch.manual_seed(SEED)
    decoder = Shape(vocabulary.size, width=64, layers=2, heads=4, kv_heads=2, feed_forward=128, context=96)
    if name == "tiny-recurrent":
        return Recurrent(vocabulary, RecurrentShape(width=64, state=64, decoder_layers=2), dropout=0)
    if name == "tiny-prefix-lm":
        return PrefixLm(vocabulary, decoder, dropout=0)
    if name == "tiny-gpt":
        return Gpt(vocabulary, GptShape(width=64, layers=2, heads=4, context=96), dropout=0)
    return {"tiny-t5": T5, "tiny-bart": Bart}[name](vocabulary, SHAPE, dropout=0)


def short_pairs() -> list[Pair]:
    """The first pairs of the text preset that are short on both sides."""
    pairs = read_pairs(PRESETS["text"].folder, "train")
    return [pair for pair in pairs if len(pair.english) <= 28 and len(pair.chinese) <= 10][:PAIRS]


def padded(rows: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids [rows, longest] and their mask."""
    mask = torch.arange(max(map(len, rows)))[None] < torch.tensor([len(row) for row in rows])[:, None]
    ids = torch.zeros(mask.shape, dtype=torch.long)
    ids[mask] = torch.tensor([value for row in rows for value in row])
    return ids, mask


def train_tiny(family: Family, examples: list[tuple[list[int], list[int]]], rate: float) -> float:
    """A few hundred steps; returns the last loss."""
    rng, loss = random.Random(SEED), torch.tensor(0.0)
    optimiser = torch.optim.AdamW(family.parameters(), lr=rate, betas=(0.9, 0.95), weight_decay=0.0)
    for step in range(STEPS):
        rows = rng.sample(examples, ROWS)
        loss = family.loss(*padded([source for source, _ in rows]), *padded([target for _, target in rows]))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(family.parameters(), 1.0)
        optimiser.param_groups[0]["lr"] = rate * min(1.0, (step + 1) / 20, (STEPS - step) / (0.6 * STEPS))
        optimiser.step()
        optimiser.zero_grad()
    return loss.item()


@torch.no_grad()
def greedy_reference(
    family: Family, tokenizer: Tokenizer, text: str, source: list[int], least_margin: float = MARGIN
) -> dict:
    """One entry as references.reference makes it, cut before the first step that rounding could turn."""
    ids, margins, stop = list[int](), list[float](), None
    while len(ids) < MOST and stop is None:
        top = family.next_logits(source, torch.tensor([ids], dtype=torch.long))[0].topk(2)
        margin, best = (top.values[0] - top.values[1]).item(), int(top.indices[0])
        if margin < least_margin:
            break
        margins.append(round(margin, 5))
        stop = best if best == family.vocabulary.end else None
        ids += [] if stop is not None else [best]
    prompt = prompt_ids(family, source)
    return {
        "kind": "task", "task": "translate", "to": "zh", "text": text, "promptIds": prompt, "continuationIds": ids,
        "continuation": tokenizer.decode(ids), "stopId": stop, "margins": margins,
    }  # fmt: skip


def prompt_ids(family: Family, source: list[int]) -> list[int]:
    """What the engine's prompt builder makes of a source."""
    return [*source, family.vocabulary.start] if isinstance(family, (Gpt, PrefixLm)) else source


def disturbed(family: Family) -> Family:
    """A copy with a little noise on every weight."""
    other, generator = copy.deepcopy(family), torch.Generator().manual_seed(SEED)
    with torch.no_grad():
        for value in other.parameters():
            value.mul_(1 + NOISE * torch.randn(value.shape, generator=generator))
    return other


def beam_references(family: Family, sources: list[tuple[str, list[int]]]) -> list[dict]:
    """Answers of beam search under all settings, of prompts whose answers a little noise leaves alone."""
    noisy, entries = disturbed(family), []
    for text, source in sources:
        for settings in SETTINGS:
            answers = BeamSearch(family, source, settings).run()
            other = [answer.ids for answer in BeamSearch(noisy, source, settings).run()]
            if other != [answer.ids for answer in answers]:
                continue
            if isinstance(family, (T5, Bart, Gpt)):
                answers = agreed(answers, transformers_beams(family, source, settings))
            entries.append(beam_entry(text, prompt_ids(family, source), settings, answers))
    return entries


def agreed(plain: list[Answer], library: list[Answer]) -> list[Answer]:
    """transformers' answers; raises when the plain search found others."""
    same = [a.ids == b.ids and abs(a.score - b.score) < 1e-4 for a, b in zip(plain, library)]
    if len(plain) != len(library) or not all(same):
        raise ValueError(f"The plain beam search differs from transformers: {plain} and {library}.")
    return library


def beam_entry(text: str, prompt: list[int], settings: BeamSettings, answers: list[Answer]) -> dict:
    """One entry of `beams` in a references file; `ids` end with the end token where it came."""
    return {
        "text": text,
        "promptIds": prompt,
        "beams": settings.beams,
        "lengthPenalty": settings.length_penalty,
        "earlyStopping": settings.stop_early,
        "noRepeatNgram": settings.no_repeat,
        "maximumTokens": settings.most,
        "answers": [{"ids": answer.ids, "score": round(answer.score, 6)} for answer in answers],
    }


def write_tiny_references(name: str, greedy: list[dict], beams: list[dict]) -> None:
    """Writes test/fixtures/references/<name>.json, one entry a line."""
    blocks = [",\n".join("\t" + json.dumps(entry, ensure_ascii=False) for entry in part) for part in (greedy, beams)]
    head = f'{{ "model": "{name}", "decoding": "greedy", "references": [\n{blocks[0]}\n]'
    text = f'{head}, "beams": [\n{blocks[1]}\n] }}\n'
    (FIXTURES / "references" / f"{name}.json").write_text(text, "utf8")
    print(f"{name}: {len(greedy)} greedy and {len(beams)} beam references.", flush=True)


def export_tiny_families(names: tuple[str, ...] = NAMES) -> None:
    """Trains the tokenizer and the networks, then writes folders and references."""
    torch.set_num_threads(1)  # the networks are too small to be shared
    pairs = short_pairs()
    tokenizer = train_bpe([text for pair in pairs for text in (pair.english, pair.chinese)], SIZE)
    tokenizer.encode_special_tokens = True
    start, end, mask, translate = map(tokenizer.token_to_id, (ANSWER, END, "<|reserved_0|>", TO_CHINESE))
    sources = [[translate, *tokenizer.encode(pair.english).ids] for pair in pairs]
    targets = [[*tokenizer.encode(pair.chinese).ids, end] for pair in pairs]
    chosen = [(pairs[at].english, sources[at]) for at in range(0, len(pairs), len(pairs) // GREEDY_PROMPTS)]
    for name in names:
        family = tiny_family(name, Vocabulary(tokenizer.get_vocab_size(), start, end, mask))
        loss = train_tiny(family, list(zip(sources, targets)), RATES.get(name, 3e-3))
        print(f"{name}: loss {loss:.3f} after {STEPS} steps.", flush=True)
        export_tiny_family(name, rounded(family), tokenizer, chosen[:GREEDY_PROMPTS])


def export_tiny_family(name: str, family: Family, tokenizer: Tokenizer, chosen: list[tuple[str, list[int]]]) -> None:
    """Writes the folder of one network and the answers to the chosen texts with their sources."""
    tasks = [{**TRANSLATE_TASK, "prompt": TRANSLATE_TASK["prompt"][:-1]}]
    write_family_folder(tiny_folder(name), family, tokenizer, tasks, accuracy=1)
    greedy = [greedy_reference(family, tokenizer, text, source) for text, source in chosen]
    write_tiny_references(name, greedy, beam_references(family, chosen[:BEAM_PROMPTS]))


def tiny_folder(name: str) -> Path:
    """Where a test model goes."""
    return FIXTURES / "models" / name
