"""Trains one family on the text tasks: seeded, logged, resumable, cut off by processor time."""

import json
import random
import time
from typing import Iterator

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from families.bart import Bart
from families.denoise import infill
from families.family import Family, Vocabulary
from families.gpt import Gpt
from families.prefix_lm import PrefixLm
from families.recurrent import Recurrent
from families.t5 import T5
from settings import SEED, FamilyPreset
from text_tasks import Example, TextFormat, batches_of, read_text_tokenizer, training_questions
from tokenizer import TO_SENTENCE
from train import has_fast_bfloat16

FAMILIES = {"recurrent": Recurrent, "prefix-lm": PrefixLm, "t5": T5, "bart": Bart, "gpt": Gpt}
FUNCTIONS_PER_EPOCH = 3_000  # their sources are five times as long as a string: all of them would take most of the time
CHECKPOINT_CORE_SECONDS = 60
LOG_STEPS = 50

Rows = tuple[Tensor, Tensor, Tensor, Tensor]


def new_family(preset: FamilyPreset, vocabulary: Vocabulary) -> Family:
    """The untrained network of a preset."""
    return FAMILIES[preset.family](vocabulary, dropout=preset.dropout)


def rows_of(batch: list[Example]) -> Rows:
    """(source, source mask, target, target mask), padded with 0 on the right."""
    rows = []
    for lists in ([e.source for e in batch], [e.answer for e in batch]):
        ids = [torch.tensor(one) for one in lists]
        real = [torch.ones_like(one, dtype=torch.bool) for one in ids]
        rows += [pad_sequence(ids, True, 0), pad_sequence(real, True, False)]
    return tuple(rows)


def noisy(example: Example, preset: FamilyPreset, text_format: TextFormat, rng: random.Random) -> Example:
    """BART's pre-training example from either side of a pair: the text with gaps in it, and the text."""
    gap, end = text_format.vocabulary().mask, text_format.vocabulary().end
    ids = example.source[1:] if rng.random() < 0.5 else example.answer[:-1]
    ids = ids[: preset.target_tokens - 1]
    return Example(infill(ids, gap, rng) or [gap], [*ids, end])


class FamilyRun:
    """One run and everything that must survive a restart."""

    def __init__(self, preset: FamilyPreset) -> None:
        torch.manual_seed(SEED)
        self.preset, self.text_format = preset, read_text_tokenizer(preset.data)
        self.network = new_family(preset, self.text_format.vocabulary()).train()
        asked = training_questions(preset)
        self.functions = [self.text_format.example(q, preset) for q in asked if q.task == TO_SENTENCE]
        self.strings = [self.text_format.example(q, preset) for q in asked if q.task != TO_SENTENCE]
        self.adam = torch.optim.AdamW(self.network.parameters(), lr=0.0, betas=(0.9, 0.98), weight_decay=0.01)
        self.bfloat16 = preset.bfloat16 and has_fast_bfloat16("cpu")
        self.step, self.tokens, self.core_seconds, self.epoch, self.done = 0, 0, 0.0, 0, 0

    @property
    def progress(self) -> float:
        """Share of the processor time that is spent."""
        return self.core_seconds / (60 * self.preset.core_minutes)

    def rate(self) -> float:
        """Learning rate: a warm-up by steps, then flat, then linear to 0 by the clock."""
        left = (1 - self.progress) / self.preset.anneal_share
        return self.preset.rate * min(1.0, (self.step + 1) / self.preset.warmup_steps) * max(0.0, min(1.0, left))

    def batches(self) -> Iterator[list[Example]]:
        """The rest of this epoch, then the following ones."""
        while True:
            rng = random.Random(f"{SEED}/{self.epoch}")
            drawn = self.strings + rng.sample(self.functions, min(FUNCTIONS_PER_EPOCH, len(self.functions)))
            if self.progress < self.preset.denoise_share:
                drawn = [noisy(example, self.preset, self.text_format, rng) for example in drawn]
            for batch in batches_of(drawn, self.preset.tokens_per_step, rng)[self.done :]:
                self.done += 1
                yield batch
            self.epoch, self.done = self.epoch + 1, 0

    def update(self, batch: list[Example]) -> float:
        """One optimiser step; returns nats a target token."""
        rows = rows_of(batch)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bfloat16):
            loss = self.network.loss(*rows)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.adam.param_groups[0]["lr"] = self.rate()
        self.adam.step()
        self.adam.zero_grad(set_to_none=True)
        self.step, self.tokens = self.step + 1, self.tokens + int(rows[3].sum())
        return loss.item()

    def save(self) -> None:
        """Writes the whole state under a temporary name, then renames it."""
        names = ("step", "tokens", "core_seconds", "epoch", "done")
        state = {"network": self.network.state_dict(), "adam": self.adam.state_dict()}
        path = self.preset.folder / "last.pt"
        torch.save({**state, "progress": {name: getattr(self, name) for name in names}}, path.with_suffix(".tmp"))
        path.with_suffix(".tmp").rename(path)

    def resume(self) -> None:
        """Takes up the saved state when there is one."""
        path = self.preset.folder / "last.pt"
        if path.exists():
            state = torch.load(path)
            self.network.load_state_dict(state["network"])
            self.adam.load_state_dict(state["adam"])
            for name, value in state["progress"].items():
                setattr(self, name, value)


def train_family(preset: FamilyPreset) -> None:
    """Trains until the preset's processor time is spent, going on from a checkpoint when there is one."""
    torch.set_num_threads(1)
    preset.folder.mkdir(parents=True, exist_ok=True)
    run = FamilyRun(preset)
    run.resume()
    parameters = sum(p.numel() for p in run.network.parameters())
    print(f"Training {preset.name}: {parameters} parameters, {preset.core_minutes} core-minutes.", flush=True)
    smooth, saved, clock = 0.0, run.core_seconds, time.process_time()
    for batch in run.batches():
        loss = run.update(batch)
        run.core_seconds, clock = run.core_seconds + time.process_time() - clock, time.process_time()
        smooth = loss if smooth == 0.0 else 0.98 * smooth + 0.02 * loss
        if run.step % LOG_STEPS == 0:
            log(run, smooth)
        if run.progress >= 1:
            break
        if run.core_seconds - saved > CHECKPOINT_CORE_SECONDS:
            run.save()
            saved = run.core_seconds
    run.save()
    print("Training is complete.", flush=True)


def log(run: FamilyRun, loss: float) -> None:
    """Appends one line of progress to log.jsonl and prints it."""
    entry = {"step": run.step, "targetTokens": run.tokens, "coreSeconds": round(run.core_seconds)}
    entry |= {"loss": round(loss, 4), "rate": round(run.rate(), 6), "epoch": run.epoch}
    with (run.preset.folder / "log.jsonl").open("a", encoding="utf8") as file:
        file.write(json.dumps(entry) + "\n")
    print(json.dumps(entry), flush=True)


def read_family(preset: FamilyPreset) -> tuple[Family, dict[str, float]]:
    """The trained network in evaluation mode, and how long it was trained."""
    state = torch.load(preset.folder / "last.pt")
    network = new_family(preset, read_text_tokenizer(preset.data).vocabulary()).eval()
    network.load_state_dict(state["network"])
    return network, state["progress"]
