"""The whole way of the GPU preset with a tiny network on this machine: out, two slices on two machines, and back.

The machines are empty folders, and their Python sees torch, numpy and what torch itself needs, nothing else.
"""

import os
import subprocess
import sys
import tarfile
import tempfile
from importlib.util import find_spec
from pathlib import Path

from bundle import archive_of, make_bundle
from decoder import Decoder
from export import weights_of
from fused_graph import fused_graph
from parcel_weights import from_bytes
from parcels import unpack
from settings import PRESETS, Preset
from verify import verify_fused
from weights import dequantized

SLICE_SECONDS = 20
MINUTES = 0.5
LARGEST_DIFFERENCE = 0.5  # logits; 8-bit activations
NEEDED_BY_TORCH = (
    "torch", "torchgen", "functorch", "numpy", "numpy.libs", "typing_extensions.py", "sympy", "mpmath", "networkx", "jinja2",
    "markupsafe", "filelock", "fsspec",
)  # fmt: skip


class Machine:
    """An empty folder with a Python of few packages, into which an archive was unpacked."""

    def __init__(self, root: Path, preset: Preset) -> None:
        self.root, self.preset, self.packages = root, preset, root / "packages"
        self.packages.mkdir(parents=True)
        installed = Path(find_spec("torch").origin).parent.parent
        for name in NEEDED_BY_TORCH:
            if (installed / name).exists():
                (self.packages / name).symlink_to(installed / name)
        with tarfile.open(archive_of(preset)) as tar:
            tar.extractall(root, filter="data")
        self.run("receive")

    def run(self, step: str, *arguments: str) -> None:
        """One step of the recipe; without `-S`, Python would find the packages that are installed here."""
        script = self.root / "models" / "recipe" / "run.py"
        command = [sys.executable, "-S", str(script), step, "--preset", self.preset.name, "--threads", "1", *arguments]
        subprocess.run(command, check=True, cwd=self.root, env={**os.environ, "PYTHONPATH": str(self.packages)})

    def train(self, parcel: Path) -> int:
        """One slice, packed; returns the step it ended with."""
        self.run("train", "--minutes", str(MINUTES), "--seconds", str(SLICE_SECONDS))
        self.run("pack", "--folder", str(parcel))
        return unpack(parcel)[1]["progress"][0]


def rehearse() -> None:
    """Raises when any part of the way does not hold."""
    preset = PRESETS["tiny"]
    if not (preset.folder / "tokenizer.json").exists():
        raise SystemExit("Run the steps data and tokenizer with --preset tiny first: the rehearsal sends their text.")
    make_bundle(preset)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        first = Machine(place / "first", preset).train(place / "parcel-1")
        second = Machine(place / "second", preset)  # the first one is lost, and its checkpoint with it
        second.run("unpack", "--folder", str(place / "parcel-1"))
        last = second.train(place / "parcel-2")
        if not 0 < first < last:
            raise ValueError(f"The second slice ends at step {last}, the first at {first}.")
        found = check_return(preset, place / "parcel-2", place / "model.onnx")
    print(f"The way holds: steps {first} and {last}, then a graph like the network {found}.", flush=True)


def check_return(preset: Preset, parcel: Path, file: Path) -> dict[str, float]:
    """Exports what came back and compares the graph with the network. Raises when 8 bits are not what was packed."""
    model = Decoder(preset.shape).eval()
    model.load_state_dict(from_bytes(unpack(parcel)[0]))
    weights = weights_of(model)
    again = dequantized(weights)
    if any(abs(again[name] - value).max() > 1e-6 for name, value in weights.items()):
        raise ValueError("Packing rounds to other blocks than exporting.")
    file.write_bytes(fused_graph(preset.shape, weights, bits=8).model().SerializeToString())
    found = verify_fused(file, model)
    if found["fromTorch"] > LARGEST_DIFFERENCE:
        raise ValueError(f"The graph differs from the network: {found}.")
    return found
