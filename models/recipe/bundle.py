"""The way out: everything that training on another machine needs in one archive, and its arrival there.

The other machine has Python with torch and numpy, and no network. Text travels as token ids, which compress better.
"""

import json
import lzma
import multiprocessing
import tarfile
from functools import cache, partial
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import numpy as np

from documents import Document, read_documents, write_documents
from parcels import MEBIBYTE, sha256
from settings import PROJECT, RECIPE, VENDOR, Preset
from tokenizer import read_tokenizer

LIMIT = 42 * MEBIBYTE  # 64 MiB may travel, and a copy of the repository is 22 MiB of them
# Two-byte items and a window as large as most packages.
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 6, "dict_size": 1 << 26, "lc": 0, "lp": 1, "pb": 1}]


def archive_of(preset: Preset) -> Path:
    """Where the archive lies before it travels."""
    return preset.folder / "bundle.tar.xz"


def make_bundle(preset: Preset) -> None:
    """Writes the archive: recipe, tokenizer, training text, the package `tokenizers`; paths are those of the project."""
    files = {path.relative_to(PROJECT): path.read_bytes() for path in recipe_files()}
    home = preset.folder.relative_to(PROJECT)
    files |= {home / name: data for name, data in tokenized(preset).items()}
    for name in ("tokenizer.json", *(["pairs-train.jsonl"] if preset.reads_pairs else [])):
        files[home / name] = (preset.folder / name).read_bytes()
    files |= vendored()
    path = archive_of(preset)
    with lzma.open(path, "wb", filters=FILTERS) as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name.as_posix())
            entry.size = len(data)
            tar.addfile(entry, BytesIO(data))
    size = path.stat().st_size
    print(f"{path}: {size:,} bytes, {size / LIMIT:.0%} of what may travel.", flush=True)
    if size > LIMIT:
        raise ValueError(f"{path} has more than {LIMIT:,} bytes. Lower package_bytes of preset {preset.name}.")


def recipe_files() -> list[Path]:
    """The recipe itself, without results."""
    return [RECIPE / "corpus.json", *sorted(RECIPE.glob("*.py")), *sorted((RECIPE / "families").glob("*.py"))]


def tokenized(preset: Preset) -> dict[str, bytes]:
    """The training text: ids of all documents as 16-bit numbers, what they are, one a line, and the ids' checksum."""
    tokenizer, rows, heads = read_tokenizer(preset), list[np.ndarray](), list[str]()
    for document in read_documents(preset, "train"):
        ids = tokenizer.encode(document.text, add_special_tokens=False).ids
        rows.append(np.array(ids, np.uint16))
        heads.append(json.dumps([document.package, document.path, document.extension, len(ids)]) + "\n")
    data = np.concatenate(rows).tobytes()
    print(f"{len(rows):,} documents, {len(data) // 2:,} tokens.", flush=True)
    return {"train.tokens": data, "train.heads": "".join(heads).encode(), "train.sha256": sha256(data).encode()}


def vendored() -> dict[Path, bytes]:
    """The files of the package `tokenizers`, which the other machine may lack: compiled for this platform."""
    spec = find_spec("tokenizers")
    if spec is None or spec.origin is None:
        raise ValueError("The package tokenizers is not installed. Run pip install -r models/recipe/requirements.txt.")
    root, home = Path(spec.origin).parent, VENDOR.relative_to(PROJECT)
    found = [path for path in sorted(root.rglob("*")) if path.suffix in (".py", ".so", ".pyd")]
    return {home / "tokenizers" / path.relative_to(root): path.read_bytes() for path in found}


def receive_bundle(preset: Preset) -> None:
    """On the other machine, once the archive is unpacked: makes train.jsonl of the ids. Raises when they are damaged."""
    data = (preset.folder / "train.tokens").read_bytes()
    if sha256(data) != (preset.folder / "train.sha256").read_text("utf8"):
        raise ValueError(f"{preset.folder / 'train.tokens'} is not what was sent. Send the bundle again.")
    heads = [json.loads(line) for line in (preset.folder / "train.heads").read_text("utf8").splitlines()]
    rows = np.split(np.frombuffer(data, np.uint16), np.cumsum([head[3] for head in heads])[:-1])
    with multiprocessing.Pool() as pool:
        texts = pool.map(partial(decode_row, preset), rows, chunksize=64)
    write_documents(preset.folder / "train.jsonl", [Document(*head[:3], text) for head, text in zip(heads, texts)])


def decode_row(preset: Preset, ids: np.ndarray) -> str:
    """The text of one document; every process reads the tokenizer once."""
    return cached_tokenizer(preset).decode(ids.tolist(), skip_special_tokens=False)


cached_tokenizer = cache(read_tokenizer)
