"""The `train` step: seeded, logged, resumable; the learning rate falls to nothing in the last minutes."""

import json
import math
import time
from pathlib import Path

import torch
from torch import Tensor

from batches import Batches, PairBatches, State
from decoder import Decoder
from documents import read_documents
from fill import Formatter
from messages import read_pairs
from muon import Muon
from parallel_batches import ParallelBatches
from settings import SEED, Preset
from tokenizer import read_tokenizer

LOG_STEPS = 20
CHECKPOINT_SECONDS = 180
CHECKPOINT_MARGIN_SECONDS = 5.0  # for the last step and for writing the checkpoint


def has_fast_bfloat16(device: str) -> bool:
    """True on GPUs and on processors that multiply bfloat16 natively; elsewhere it is slower than float32."""
    return device == "cuda" or torch.cpu._is_avx512_bf16_supported()


def open_batches(preset: Preset, state: State) -> Batches | ParallelBatches:
    """The training text from where a state says, or from its beginning for an empty one."""
    documents = read_documents(preset, "train") if preset.reads_code else []
    pairs = read_pairs(preset.folder, "train") if preset.reads_pairs else []
    formatter = Formatter(read_tokenizer(preset))

    def share(which: int, count: int) -> Batches:
        kind = Batches if preset.reads_code else PairBatches
        return kind(documents[which::count], pairs[which::count], formatter, SEED + which)

    if preset.packers > 1:
        return ParallelBatches(share, preset.packers, preset.rows_per_step, preset.row_tokens, state)
    batches = share(0, 1)
    batches.state = state or batches.state
    return batches


class Run:
    """One training run and everything that must survive a restart."""

    def __init__(self, preset: Preset, saved: dict | None = None) -> None:
        # Before anything uses the device: the processes that pack text are forks of this one.
        self.batches = open_batches(preset, saved["batches"] if saved else [])
        torch.manual_seed(SEED)
        self.preset = preset
        self.model = Decoder(preset.shape, preset.dropout).to(preset.device)
        if preset.compiled:
            self.model.compile_parts()
        matrices = [p for name, p in self.model.named_parameters() if p.dim() == 2 and name != "table"]
        others = [p for name, p in self.model.named_parameters() if p.dim() == 1 or name == "table"]
        self.dtype = torch.bfloat16 if has_fast_bfloat16(preset.device) else torch.float32
        self.muon = Muon(matrices, self.dtype)
        self.adam = torch.optim.AdamW(others, betas=(0.9, 0.95), weight_decay=0.0, fused=preset.device == "cuda")
        self.step, self.tokens, self.seconds, self.core_seconds = 0, 0, 0.0, 0.0
        self.warm_from = 0
        if saved:
            self.restore(saved)

    def rate(self) -> float:
        """Learning-rate factor: a linear warm-up by steps, then 1, then linear to 0 by the clock."""
        left = (self.preset.minutes * 60 - self.seconds) / (self.preset.anneal_minutes * 60)
        warm = (self.step - self.warm_from + 1) / self.preset.warmup_steps
        return min(1.0, warm) * max(0.0, min(1.0, left))

    def update(self) -> Tensor:
        """One optimiser step; the loss in nats a token. Late rows are longer, for the same tokens a step.

        Nothing here waits for the device, so that it never waits for the next rows.
        """
        preset = self.preset
        late = preset.minutes * 60 - self.seconds < preset.long_row_minutes * 60
        length = preset.long_row_tokens if late else preset.row_tokens
        rows, counted = self.batches.next(preset.rows_per_step * preset.row_tokens // length, length)
        loss = self.model.loss(self.sent(rows), self.sent(counted), self.dtype)
        loss.backward()
        for group in self.adam.param_groups:
            torch.nn.utils.clip_grad_norm_(group["params"], 1.0)
            group["lr"] = preset.adam_rate * self.rate()
        self.muon.step(preset.muon_rate * self.rate())
        self.adam.step()
        self.model.zero_grad(set_to_none=True)
        self.step, self.tokens = self.step + 1, self.tokens + int(counted.sum())
        return loss.detach()

    def sent(self, rows: Tensor) -> Tensor:
        """The tensor on the device; on its way there while the device is still busy."""
        return rows.pin_memory().to("cuda", non_blocking=True) if self.preset.device == "cuda" else rows

    def save(self, path: Path) -> None:
        """Writes the whole state under a temporary name, then renames it."""
        state = {
            "model": self.model.state_dict(),
            "muon": {tuple(shape): buffer for shape, buffer in self.muon.buffers.items()},
            "adam": self.adam.state_dict(),
            "progress": [self.step, self.tokens, self.seconds, self.core_seconds],
            "batches": self.batches.state,
        }
        torch.save(state, path.with_suffix(".tmp"))
        path.with_suffix(".tmp").rename(path)

    def restore(self, saved: dict) -> None:
        """Takes up a saved state; without optimiser state, as parcels are, it warms up again."""
        self.model.load_state_dict(saved["model"])
        self.step, self.tokens, self.seconds, self.core_seconds = saved["progress"]
        if "adam" not in saved:
            self.warm_from = self.step
            return
        self.adam.load_state_dict(saved["adam"])
        for shape, buffer in saved["muon"].items():
            self.muon.buffers[torch.Size(shape)].copy_(buffer)


def train(preset: Preset, threads: int = 2, slice_seconds: float = math.inf) -> None:
    """Trains until the preset's minutes are spent, going on from a checkpoint when there is one.

    Ends with a checkpoint before `slice_seconds` of this process are over, start and compilation included.
    """
    end = time.monotonic() + slice_seconds - CHECKPOINT_MARGIN_SECONDS
    torch.set_num_threads(threads)
    checkpoint = preset.folder / "last.pt"
    run = Run(preset, torch.load(checkpoint, map_location="cpu") if checkpoint.exists() else None)
    parameters = sum(p.numel() for p in run.model.parameters())
    print(f"Training {parameters} parameters from step {run.step} for {preset.minutes} minutes.", flush=True)
    smooth: Tensor | None = None
    saved = time.monotonic()
    while run.seconds < preset.minutes * 60 and time.monotonic() < end:
        clock, core_clock = time.monotonic(), time.process_time()
        loss = run.update()
        run.seconds += time.monotonic() - clock
        run.core_seconds += time.process_time() - core_clock
        smooth = loss if smooth is None else smooth.lerp(loss, 0.03)
        if run.step % LOG_STEPS == 0:
            log(run, smooth.item())
        if time.monotonic() - saved > CHECKPOINT_SECONDS:
            run.save(checkpoint)
            saved = time.monotonic()
    run.save(checkpoint)
    complete = run.seconds >= preset.minutes * 60
    print("Training is complete." if complete else f"The slice ends at step {run.step}.", flush=True)


def log(run: Run, loss: float) -> None:
    """Appends one line of progress to log.jsonl and prints it."""
    entry = {
        "step": run.step,
        "tokens": run.tokens,
        "seconds": round(run.seconds),
        "coreSeconds": round(run.core_seconds),
        "loss": round(loss, 4),
        "rate": round(run.rate(), 4),
        "epoch": run.batches.state[0],
    }
    with (run.preset.folder / "log.jsonl").open("a", encoding="utf8") as file:
        file.write(json.dumps(entry) + "\n")
    print(json.dumps(entry), flush=True)


def read_model(preset: Preset) -> tuple[Decoder, dict[str, float]]:
    """The trained network on the CPU, and how long it was trained."""
    state = torch.load(preset.folder / "last.pt", map_location="cpu")
    model = Decoder(preset.shape).eval()
    model.load_state_dict(state["model"])
    names = ("steps", "tokens", "seconds", "coreSeconds")
    return model, dict(zip(names, state["progress"]))
