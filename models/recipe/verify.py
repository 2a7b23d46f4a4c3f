"""Checks an exported graph against PyTorch in ONNX Runtime: in one run, with a growing cache, with a fixed one."""

from pathlib import Path

import numpy as np
import onnxruntime
import torch

from decoder import Decoder

STEPS = (9, 1, 1, 3, 1, 8)  # tokens a run


def open_session(path: Path) -> onnxruntime.InferenceSession:
    """A quiet session on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def test_ids(model: Decoder) -> np.ndarray:
    """A fixed row of ids [1, tokens]."""
    rng = np.random.default_rng(1)
    return rng.integers(0, model.shape.vocabulary - 16, (1, sum(STEPS)))


@torch.no_grad()
def expected_logits(model: Decoder, ids: np.ndarray) -> np.ndarray:
    """PyTorch's logits [1, tokens, vocabulary]."""
    return model(torch.from_numpy(ids)).numpy()


def feeds(session: onnxruntime.InferenceSession, ids: np.ndarray, total: int) -> dict[str, np.ndarray]:
    """Everything but the cache, for the last ids of a text of `total` tokens."""
    have = {entry.name for entry in session.get_inputs()}
    values = {
        "input_ids": ids,
        "attention_mask": np.ones((1, total), np.int64),
        "position_ids": np.arange(total - ids.shape[1], total)[None],
        "num_logits_to_keep": np.array(0, np.int64),
    }
    return {name: value for name, value in values.items() if name in have}


def grow(session: onnxruntime.InferenceSession, model: Decoder, ids: np.ndarray) -> np.ndarray:
    """Logits of all positions, in STEPS, every present becoming the next past."""
    shape, rows, total = model.shape, [], 0
    names = [entry.name for entry in session.get_outputs() if entry.name != "copy_stop"]
    kind = np.float16 if session.get_outputs()[-1].type == "tensor(float16)" else np.float32
    pasts = [entry.name for entry in session.get_inputs() if entry.name.startswith("past")]
    cache = {name: np.zeros((1, shape.kv_heads, 0, shape.head_size), kind) for name in pasts}
    for step in STEPS:
        part, total = ids[:, total : total + step], total + step
        out = dict(zip(names, session.run(names, {**feeds(session, part, total), **cache})))
        rows.append(out["logits"].astype(np.float32))
        cache = {name: out[name.replace("past_key_values", "present")] for name in pasts}
    return np.concatenate(rows, 1)


def in_place(session: onnxruntime.InferenceSession, model: Decoder, ids: np.ndarray, capacity: int = 64) -> np.ndarray:
    """The same with one buffer of fixed capacity bound as past and as present."""
    shape, rows, total = model.shape, [], 0
    pasts = [entry.name for entry in session.get_inputs() if entry.name.startswith("past")]
    size = (1, shape.kv_heads, capacity, shape.head_size)
    cache = {name: onnxruntime.OrtValue.ortvalue_from_numpy(np.zeros(size, np.float32)) for name in pasts}
    for step in STEPS:
        part, total = ids[:, total : total + step], total + step
        binding = session.io_binding()
        for name, value in feeds(session, part, total).items():
            binding.bind_cpu_input(name, value)
        for name, value in cache.items():
            binding.bind_ortvalue_input(name, value)
            binding.bind_ortvalue_output(name.replace("past_key_values", "present"), value)
        binding.bind_output("logits")
        session.run_with_iobinding(binding)
        rows.append(binding.get_outputs()[-1].numpy())
    return np.concatenate(rows, 1)


def largest_difference(a: np.ndarray, b: np.ndarray) -> float:
    """Largest absolute difference."""
    return float(np.abs(a - b).max())


def verify_fused(path: Path, model: Decoder) -> dict[str, float]:
    """Differences of a fused graph; raises when the two ways to hold the cache disagree."""
    session, ids = open_session(path), test_ids(model)
    expected, growing, fixed = expected_logits(model, ids), grow(session, model, ids), in_place(session, model, ids)
    if largest_difference(growing, fixed) > 1e-6:
        raise ValueError(f"{path}: the fixed cache gives other logits than the growing one.")
    return {
        "fromTorch": largest_difference(expected, growing),
        "sameBest": float((expected.argmax(-1) == growing.argmax(-1)).mean()),
        "fixedFromGrowing": largest_difference(growing, fixed),
    }


def verify_plain(path: Path, model: Decoder) -> dict[str, float]:
    """Differences of a plain graph with its growing cache."""
    session, ids = open_session(path), test_ids(model)
    return {"fromTorch": largest_difference(expected_logits(model, ids), grow(session, model, ids))}
