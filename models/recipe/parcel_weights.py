"""The way back: a checkpoint's weights in 8-bit blocks and where the training stood, in files small enough to return.

Optimiser state stays behind: it is three times the size. Training that goes on from a parcel warms up again.
"""

import io
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from blocks import Blocks, quantize
from parcels import Limits, pack, unpack
from settings import Preset

VALUES, SCALES = ".values", ".scales"


def to_bytes(weights: dict[str, Tensor]) -> bytes:
    """Matrices as 8-bit blocks, vectors as float32."""
    arrays: dict[str, np.ndarray] = {}
    for name, value in weights.items():
        if value.dim() == 2:
            blocks = quantize(value.float().cpu().numpy())
            arrays[name + VALUES], arrays[name + SCALES] = blocks.values, blocks.scales
        else:
            arrays[name] = value.float().cpu().numpy()
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def from_bytes(data: bytes) -> dict[str, Tensor]:
    """The float32 weights that `to_bytes` stands for."""
    arrays = np.load(io.BytesIO(data), allow_pickle=False)
    weights = {name: arrays[name] for name in arrays.files if not name.endswith((VALUES, SCALES))}
    for name in (name.removesuffix(VALUES) for name in arrays.files if name.endswith(VALUES)):
        weights[name] = Blocks(arrays[name + VALUES], arrays[name + SCALES]).matrix()
    return {name: torch.from_numpy(value) for name, value in weights.items()}


def pack_checkpoint(preset: Preset, folder: Path, limits: Limits = Limits()) -> None:
    """Writes the last checkpoint of a preset into a folder as a parcel."""
    state = torch.load(preset.folder / "last.pt", map_location="cpu")
    about = {"preset": preset.name, "progress": state["progress"], "batches": state["batches"]}
    paths = pack(to_bytes(state["model"]), folder, about, limits)
    print(f"Step {state['progress'][0]}: {len(paths)} files, {sum(p.stat().st_size for p in paths):,} bytes.", flush=True)


def unpack_checkpoint(preset: Preset, folder: Path) -> None:
    """Checks a parcel and makes it the last checkpoint of a preset. Raises when it is another preset's, or damaged."""
    data, about = unpack(folder)
    if about["preset"] != preset.name:
        raise ValueError(f"{folder} holds preset {about['preset']}, not {preset.name}.")
    preset.folder.mkdir(parents=True, exist_ok=True)
    path = preset.folder / "last.pt"
    state = {"model": from_bytes(data), "progress": about["progress"], "batches": about["batches"]}
    torch.save(state, path.with_suffix(".tmp"))
    path.with_suffix(".tmp").rename(path)
    print(f"Step {about['progress'][0]} of {folder} is the last checkpoint of {preset.name}.", flush=True)
