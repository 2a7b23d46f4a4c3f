"""Bytes in files that a narrow way takes: a limit for each file, for their number and for all of them; checked on arrival."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

MEBIBYTE = 1 << 20
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Limits:
    """What the way takes; the manifest is one of the files."""

    file_bytes: int = 16 * MEBIBYTE
    files: int = 8
    bytes: int = 60 * MEBIBYTE


def sha256(data: bytes) -> str:
    """The checksum in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def pack(data: bytes, folder: Path, about: dict, limits: Limits = Limits()) -> list[Path]:
    """Writes the bytes as part-0 ... and a manifest, last, with their checksums and what they are about.

    Raises before anything is written when they do not fit.
    """
    parts = [data[at : at + limits.file_bytes] for at in range(0, max(1, len(data)), limits.file_bytes)]
    entries = [{"name": f"part-{index}", "bytes": len(part), "sha256": sha256(part)} for index, part in enumerate(parts)]
    manifest = json.dumps({**about, "bytes": len(data), "sha256": sha256(data), "parts": entries}, indent=2) + "\n"
    if len(parts) + 1 > limits.files or len(data) + len(manifest) > limits.bytes:
        raise ValueError(f"{len(data):,} bytes in {len(parts)} files and a manifest are more than {limits}.")
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / entry["name"] for entry in entries]
    (folder / MANIFEST).unlink(missing_ok=True)
    for path, part in zip(paths, parts):
        path.write_bytes(part)
    (folder / MANIFEST).write_text(manifest, "utf8")
    return [*paths, folder / MANIFEST]


def unpack(folder: Path) -> tuple[bytes, dict]:
    """The bytes and what they are about. Raises when a part is missing, cut or changed."""
    manifest, parts = json.loads((folder / MANIFEST).read_text("utf8")), []
    for entry in manifest["parts"]:
        part = (folder / entry["name"]).read_bytes()
        if len(part) != entry["bytes"] or sha256(part) != entry["sha256"]:
            raise ValueError(f"{folder / entry['name']} is not what was sent. Fetch it again.")
        parts.append(part)
    data = b"".join(parts)
    if sha256(data) != manifest["sha256"]:
        raise ValueError(f"The parts in {folder} do not make the whole. Fetch all of them again.")
    return data, manifest
