"""The `data` step: packages become documents, split into training text and two held-out sets before any training."""

import gzip
import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Callable, Iterable, Iterator

from corpus import Package, code_packages, fetch, files_of
from filters import NearDuplicates, extension_of, is_permissive, is_usable
from settings import SEED, Preset
from source_maps import sources_of

HELD_OUT_FILE_SHARE = 1 / 40


@dataclass(frozen=True)
class Document:
    """One file of one package."""

    package: str
    path: str
    extension: str
    text: str


def hash_fraction(key: str) -> float:
    """A number in [0, 1) that depends on the key and the seed only."""
    return int.from_bytes(hashlib.sha256(f"{SEED}:{key}".encode()).digest()[:6]) / 2**48


def split_of(package: Package, path: str) -> str:
    """'train', 'unseen_files' (of packages that are trained on) or 'unseen_packages'."""
    if package.held_out:
        return "unseen_packages"
    return "unseen_files" if hash_fraction(f"{package.name}/{path}") < HELD_OUT_FILE_SHARE else "train"


def documents_of(package: Package, byte_limit: int) -> Iterator[Document]:
    """Yields the usable files of one package in a seeded random order, up to a number of bytes."""
    taken = 0
    for path, read in sorted(texts_of(package), key=lambda item: hash_fraction(f"order/{package.name}/{item[0]}")):
        text = read().replace("\r\n", "\n")
        if taken >= byte_limit or "\ufffd" in text or not is_usable(text):
            continue
        taken += len(text.encode())
        yield Document(package.name, path, extension_of(path) or "", text)


def texts_of(package: Package) -> list[tuple[str, Callable[[], str]]]:
    """Every file that could be training text: its path inside the package, and how to read it."""
    if package.source_maps:
        return [(path, partial(str, text)) for path, text in sources_of(files_of(package))]
    files = ((path.removesuffix(".gz"), file) for path, file in files_of(package))
    return [(path, partial(read_text, file)) for path, file in files if extension_of(path)]


def read_text(file: Path) -> str:
    """The file's text, unpacked where it is packed; what is not UTF-8 shows as U+FFFD."""
    data = file.read_bytes()
    return (gzip.decompress(data) if file.suffix == ".gz" else data).decode("utf8", "replace")


def build_documents(preset: Preset, more_to_train_on: Iterable[Document]) -> None:
    """Fetches the corpus and writes train.jsonl, unseen_files.jsonl and unseen_packages.jsonl."""
    splits: dict[str, list[Document]] = {"train": [*more_to_train_on], "unseen_files": [], "unseen_packages": []}
    for package in code_packages(preset.name):
        if not is_permissive(package.license):
            raise ValueError(f"{package.name} is {package.license}: not permissive.")
        fetch(package)
        for document in documents_of(package, preset.package_bytes):
            splits[split_of(package, document.path)].append(document)
    preset.folder.mkdir(parents=True, exist_ok=True)
    seen = NearDuplicates()
    for name, documents in splits.items():  # training text first: held-out near-duplicates of it are dropped
        write_documents(preset.folder / f"{name}.jsonl", [d for d in documents if seen.accept(d.text)])


def write_documents(path: Path, documents: list[Document]) -> None:
    """Writes one document a line and prints the number of bytes by extension."""
    bytes_by_extension: Counter[str] = Counter()
    with path.open("w", encoding="utf8") as file:
        for document in documents:
            file.write(json.dumps(asdict(document), ensure_ascii=False) + "\n")
            bytes_by_extension[document.extension] += len(document.text.encode())
    print(f"{path.stem}: {len(documents)} documents, bytes {dict(bytes_by_extension.most_common())}", flush=True)


def read_documents(preset: Preset, split: str) -> list[Document]:
    """Reads one split in its written order."""
    with (preset.folder / f"{split}.jsonl").open(encoding="utf8") as file:
        return [Document(**json.loads(line)) for line in file]
