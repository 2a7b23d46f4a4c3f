"""What the licence asks for: its text, where the weights come from, and that they were changed."""

import shutil
from pathlib import Path

from qwen.source import BYTES, FILE, REPOSITORY, REVISION, SHA256
from settings import RECIPE

ORIGINAL = "Qwen/Qwen2.5-Coder-0.5B-Instruct"
NOTICE = """\
Qwen2.5-Coder-0.5B-Instruct, Copyright 2024 Alibaba Cloud, licensed under the Apache License, Version 2.0 (see LICENSE).

Made from the file {file} ({bytes:,} bytes, sha256 {sha256})
of {repository}, revision {revision},
which its publisher made from {original}.

Changed for Inkling: the weights were rounded to fewer bits with calibration, the vocabulary was cut to 112,000 of its
151,643 tokens besides control tokens, and the network was written anew as an ONNX graph. The tokenizer's file follows
from the same source. The chat template and the configuration are Inkling's own. pack.json has the checksum of every
file that ships. The recipe is models/recipe/qwen of Inkling's repository.
"""


def write_notice(folder: Path) -> None:
    """Writes LICENSE and NOTICE."""
    shutil.copyfile(RECIPE / "qwen" / "LICENSE", folder / "LICENSE")
    facts = {"file": FILE, "bytes": BYTES, "sha256": SHA256, "repository": REPOSITORY, "revision": REVISION}
    (folder / "NOTICE").write_text(NOTICE.format(**facts, original=ORIGINAL), "utf8")
