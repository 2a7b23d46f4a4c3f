"""Reads gettext catalogues, compiled (.mo) and in source (.po); entries with plural forms are left out."""

import ast
import re
import struct
from pathlib import Path
from typing import Iterator

MO_MAGIC = 0x950412DE


def read_catalogue(path: Path) -> Iterator[tuple[str, str]]:
    """Yields (message, translation) of a .mo or .po file."""
    return read_mo(path.read_bytes()) if path.suffix == ".mo" else read_po(path.read_text("utf8"))


def read_mo(data: bytes) -> Iterator[tuple[str, str]]:
    """Little-endian tables of (length, offset); raises ValueError when the file is none."""
    magic, _, count, messages, translations = struct.unpack_from("<5I", data)
    if magic != MO_MAGIC:
        raise ValueError("This is no little-endian .mo file.")
    for number in range(count):
        message, translation = (text_at(data, table + 8 * number) for table in (messages, translations))
        if message and "\0" not in message:
            yield message.split("\4")[-1], translation


def text_at(data: bytes, entry: int) -> str:
    """The text that a (length, offset) entry points to."""
    length, offset = struct.unpack_from("<2I", data, entry)
    return data[offset : offset + length].decode("utf8")


def read_po(text: str) -> Iterator[tuple[str, str]]:
    """Entries are parted by blank lines; what a translator marked as fuzzy is not believed."""
    for entry in re.split(r"\n\s*\n", text):
        if re.search(r"^#,.*\bfuzzy\b", entry, re.M) or "msgid_plural" in entry:
            continue
        lines = [line for line in entry.split("\n") if line and not line.startswith("#")]
        strings = po_strings(lines)
        if strings.get("msgid") and strings.get("msgstr"):
            yield strings["msgid"], strings["msgstr"]


def po_strings(lines: list[str]) -> dict[str, str]:
    """Keyword to its string, which may go on over several quoted lines."""
    strings: dict[str, str] = {}
    keyword = ""
    for line in lines:
        if not line.startswith('"'):
            keyword, _, line = line.partition(" ")
        strings[keyword] = strings.get(keyword, "") + ast.literal_eval(line.strip())
    return strings
