"""Text for rounding the weights and for measuring them: `python -m qwen.texts [set ...]` in models/recipe.

`texts.json` names the packages. No package is in two sets, so the figures are of packages that nothing was chosen by.
"""

import json
import re
import sys
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Iterator

from corpus import Package, files_of
from documents import Document, hash_fraction, read_text
from filters import NearDuplicates, has_useful_length, is_generated, is_minified, is_mostly_words
from qwen import text_prose
from qwen.text_instructions import conversations
from qwen.text_sources import fetch
from settings import CACHE, RECIPE

LIST = RECIPE / "qwen" / "texts.json"
OUTPUT = CACHE / "qwen-texts"
SETS = ("calibration", "choose", "figure", "vocabulary")
BYTES = {"calibration": 150_000, "choose": 400_000, "figure": 400_000, "vocabulary": 3_000_000}
FILES = {"calibration": 60, "choose": 60, "figure": 60, "vocabulary": 3_000}
CODE_CHARACTERS = range(400, 24_000)
PROSE_CHARACTERS = 8_000

BUILT = (".d.ts", ".d.mts", ".min.js", ".min.css")
SHELL = re.compile(r"#!.*\b(?:ba|da|z|k)?sh\b")

# A language, the endings of its files, and the extension that the model is told.
CODE = {
    "ts": {"ts": "ts", "mts": "ts", "tsx": "tsx"}, "js": {"js": "js", "mjs": "js", "cjs": "js", "jsx": "jsx"},
    "py": {"py": "py"}, "go": {"go": "go"}, "rs": {"rs": "rs"}, "java": {"java": "java"}, "c": {"c": "c", "h": "h"},
    "cpp": {"cpp": "cpp", "cc": "cpp", "cxx": "cpp", "hpp": "hpp", "h": "hpp", "hxx": "hpp"}, "cs": {"cs": "cs"},
    "php": {"php": "php"}, "rb": {"rb": "rb", "rake": "rb"}, "kt": {"kt": "kt", "kts": "kt"},
    "swift": {"swift": "swift"},
    "sh": {"sh": "sh", "bash": "sh", "": "sh"}, "sql": {"sql": "sql"}, "html": {"html": "html", "htm": "html"},
    "css": {"css": "css", "scss": "scss", "less": "less"}, "yaml": {"yaml": "yaml", "yml": "yaml"},
    "vue": {"vue": "vue"}, "md": {"md": "md", "markdown": "md"},
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A package, the set it is for, and the languages that are taken from it."""

    package: Package
    set: str
    languages: tuple[str, ...]


def read_list(path: Path = LIST) -> list[Entry]:
    """Reads texts.json in its order."""
    entries = []
    for item in json.loads(path.read_text("utf8"))["packages"]:
        package = Package(
            item["source"], item["name"], item["version"], item["license"], tuple(item["include"]), False, "code"
        )
        entries.append(Entry(package, item["set"], tuple(item["languages"])))
    return entries


def ending_of(path: str) -> str:
    """What follows the last dot of a file's name, without the `.gz` of a packed one."""
    name = path.rsplit("/", 1)[-1].removesuffix(".gz").lower()
    return name.rsplit(".", 1)[-1] if "." in name.lstrip(".") else ""


def code_document(package: Package, path: str, text: str, language: str) -> Document | None:
    """The file as code of this language, or None when it is not usable code."""
    extension = CODE[language].get(ending_of(path))
    if extension is None or path.endswith(BUILT) or len(text) not in CODE_CHARACTERS:
        return None
    if not ending_of(path) and not SHELL.match(text):
        return None
    usable = is_mostly_words(text) and not is_minified(text) and not is_generated(text)
    foreign = language == "md" and not text_prose.is_english(text)
    return Document(package.name, path, extension, text) if usable and not foreign else None


def prose_of(path: str, text: str) -> tuple[str, str]:
    """(plain text, extension) of a documentation file."""
    ending = ending_of(path)
    if ending in ("html", "htm", "xhtml", "page") or text.lstrip()[:9].lower() == "<!doctype" or ".html." in path:
        return text_prose.text_of_html(text), "txt"
    if "/man/" in path:
        return text_prose.text_of_manual(text), "txt"
    if "/fortunes/" in path:
        return text_prose.text_of_fortunes(text), "txt"
    if ending == "po":
        return text_prose.text_of_messages(text), "txt"
    return (text, "md") if ending in ("md", "markdown") else (text, "txt") if ending in ("txt", "rst", "") else ("", "")


def prose_document(package: Package, path: str, text: str, language: str) -> Document | None:
    """The file as prose of this language, cut to a passage, or None when it is none."""
    if path.lower().endswith(("copyright", "changelog.gz", ".css", ".js", ".svg")):
        return None
    text, extension = prose_of(path, text)
    text = text_prose.passage(text.strip(), PROSE_CHARACTERS)
    if not has_useful_length(text) or len(text) < 600 and language != "zh" or not is_mostly_words(text):
        return None
    if is_generated(text) or language == "zh" and not text_prose.is_chinese(text):
        return None
    if language == "en" and not text_prose.is_english(text):
        return None
    return Document(package.name, path, extension if language in ("en", "zh") else language, text)


def documents_of(entry: Entry, language: str) -> Iterator[Document]:
    """Yields the usable files of one package and language in a seeded random order."""
    make = code_document if language in CODE else prose_document
    openings: set[str] = set()
    files = sorted(files_of(entry.package), key=lambda item: hash_fraction(f"order/{entry.package.name}/{item[0]}"))
    for path, file in files:
        if file.stat().st_size > 400_000 or language in CODE and ending_of(path) not in CODE[language]:
            continue
        try:
            text = read_text(file).replace("\r\n", "\n").removeprefix("\ufeff")
        except OSError:
            continue
        document = None if "\ufffd" in text or "\x00" in text else make(entry.package, path, text, language)
        if document:
            yield document if language in CODE else without_opening(document, openings)


def without_opening(document: Document, openings: set[str]) -> Document:
    """The document without the paragraphs that earlier pages of its package began with: the site's header."""
    paragraphs = document.text.split("\n\n")
    start = next((at for at, paragraph in enumerate(paragraphs) if paragraph not in openings), 0)
    openings.update(paragraphs[:3])
    return replace(document, text="\n\n".join(paragraphs[start:]))


def take_turns(entries: list[Entry], language: str, files: int, size: int, seen: NearDuplicates) -> list[Document]:
    """One file of each package in turn, until there are enough files or bytes."""
    sources = [documents_of(entry, language) for entry in entries]
    taken: list[Document] = []
    while sources and len(taken) < files and size > 0:
        for source in [*sources]:
            document = next((d for d in source if seen.accept(d.text)), None)
            if document is None:
                sources.remove(source)
            elif len(taken) < files and size > 0:
                taken.append(document)
                size -= len(document.text.encode())
    return taken


def documents_of_set(entries: list[Entry], name: str, seen: NearDuplicates) -> dict[str, list[Document]]:
    """The documents of one set by language."""
    by_language: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        for language in entry.languages:
            by_language[language].append(entry)
    return {
        language: take_turns(members, language, FILES[name], BYTES[name], seen)
        for language, members in by_language.items()
    }


def lines_of_other_sets(name: str) -> NearDuplicates:
    """Remembers what the other sets hold, so that no set has a near-duplicate of what another is measured with."""
    seen = NearDuplicates()
    others = {"calibration": (), "choose": ("calibration",), "figure": ("calibration", "choose")}
    for other in others.get(name, ("choose", "figure")):
        file = OUTPUT / f"{other}.jsonl"
        for line in file.read_text("utf8").splitlines() if file.exists() else []:
            seen.accept(json.loads(line)["text"])
    return seen


def write_set(name: str, documents: dict[str, list[Document]]) -> None:
    """Writes one set, whole or not at all, and prints its files and bytes by language."""
    part = OUTPUT / f"{name}.part"
    with part.open("w", encoding="utf8") as file:
        for document in (d for members in documents.values() for d in members):
            file.write(json.dumps(document.__dict__, ensure_ascii=False) + "\n")
    part.rename(OUTPUT / f"{name}.jsonl")
    for language, members in documents.items():
        packages = Counter(d.package for d in members)
        size = sum(len(d.text.encode()) for d in members)
        print(f"{name} {language}: {len(members)} files, {size} bytes, {dict(packages)}")


def try_fetch(entry: Entry) -> bool:
    """Fetches a package; says so and goes on when it cannot be had."""
    try:
        fetch(entry.package)
    except Exception as problem:  # one package must not stop the others
        print(f"{entry.package.name}: {problem}", file=sys.stderr)
        return False
    return True


def main(names: list[str]) -> None:
    """Fetches and writes the sets that are named, all of them without names."""
    sets = {*names, "calibration"} if "vocabulary" in names else {*names} or {*SETS}
    entries = [entry for entry in read_list() if entry.set in sets]
    with ThreadPoolExecutor(4) as pool:
        entries = [entry for entry, got in zip(entries, pool.map(try_fetch, entries)) if got]
    OUTPUT.mkdir(parents=True, exist_ok=True)
    for name in names or SETS:
        wanted = ("calibration", "vocabulary") if name == "vocabulary" else (name,)
        members = [entry for entry in entries if entry.set in wanted]
        documents = documents_of_set(members, name, lines_of_other_sets(name))
        if name == "calibration":
            documents["chat"] = conversations(documents)
        write_set(name, documents)


if __name__ == "__main__":
    main(sys.argv[1:])
