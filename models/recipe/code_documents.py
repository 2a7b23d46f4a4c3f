"""Pairs of a function and the first sentence of its documentation, from the packages that the code model reads too."""

import ast
import json
import re
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Iterator

from corpus import code_packages, fetch
from documents import Document, documents_of
from filters import is_permissive

PACKAGE_BYTES = 20_000_000
NO_PRESET = ""
CODE_CHARACTERS = 700
WORDS = range(3, 21)
SENTENCE = re.compile(r"(.{12,200}?[.!?])(?:\s|$)")
NO_SENTENCE = (
    "@", "http", ">>>", "Test", "test", "eslint", "TODO", "FIXME", "Deprecated", "See ", "Internal", ".. ", ":",
)  # fmt: skip
JSDOC = re.compile(
    r"/\*\*((?:(?!\*/)[\s\S]){10,1500})\*/\s*\n([ \t]*)"
    r"((?:export |default |async |static |public |private |protected |readonly )*"
    r"(?:function\b|(?:const|let) \w+ = (?:async )?(?:\(|function)|[\w#]+\([^)\n]*\)[^;\n]*\{))"
)


@dataclass(frozen=True)
class Documented:
    """One function without its documentation, and the sentence that documents it."""

    code: str
    sentence: str
    extension: str
    package: str


def first_sentence(text: str) -> str | None:
    """The first sentence of a documentation text, None when it is no plain sentence of 3 to 20 words."""
    paragraph = re.sub(r"\s+", " ", re.split(r"\n\s*\n", text.strip())[0]).strip()
    match = SENTENCE.match(paragraph)
    sentence = match[1] if match else paragraph
    plain = sentence.isascii() and re.search(r"[a-z]{3} [a-z]", sentence) and not sentence.startswith(NO_SENTENCE)
    if not plain or len(sentence.split()) not in WORDS or re.search(r"https?:|\{@|<\w+>", sentence):
        return None
    return sentence if sentence[-1] in ".!?" else sentence.rstrip(":;,") + "."


def python_functions(text: str) -> Iterator[tuple[str, str]]:
    """Functions with a docstring as (source without it, docstring); nothing when the file does not parse."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    lines = text.split("\n")
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and len(node.body) > 1:
            documentation, first = ast.get_docstring(node), node.body[0]
            if documentation:
                kept = lines[node.lineno - 1 : first.lineno - 1] + lines[first.end_lineno : node.end_lineno]
                yield "\n".join(line[node.col_offset :] for line in kept), documentation


def script_functions(text: str) -> Iterator[tuple[str, str]]:
    """JavaScript and TypeScript functions below a JSDoc comment, up to the bracket that ends them by its indent."""
    for match in JSDOC.finditer(text):
        documentation = re.sub(r"^\s*\*? ?", "", match[1], flags=re.M).split("@")[0]
        indent, body = match[2], text[match.start(3) : match.start(3) + 4 * CODE_CHARACTERS]
        end = re.search(rf"\n{indent}[}}\])]+[;,]?[^\n]*\n", body + "\n")
        lines = body[: end.end() if end else len(body)].rstrip().split("\n")
        yield "\n".join(line.removeprefix(indent) for line in lines), documentation


def documented_functions(document: Document) -> Iterator[Documented]:
    """All usable pairs of one file; long functions are cut at the end of a line."""
    functions = python_functions if document.extension == "py" else script_functions
    for code, documentation in functions(document.text):
        sentence = first_sentence(documentation)
        code = re.sub(r"\n\s*\n", "\n", code).strip("\n")
        if sentence and len(code) >= 40:
            yield Documented(shortened(code), sentence, document.extension, document.package)


def shortened(code: str) -> str:
    """At most CODE_CHARACTERS, whole lines."""
    return code if len(code) <= CODE_CHARACTERS else code[:CODE_CHARACTERS].rsplit("\n", 1)[0]


def split_functions(functions: Iterator[tuple[bool, Documented]]) -> dict[str, list[Documented]]:
    """'train' and 'unseen' by the package's flag; each code once, and no unseen code or sentence in 'train'."""
    splits: dict[str, dict[str, Documented]] = {"train": {}, "unseen": {}}
    for held_out, function in functions:
        splits["unseen" if held_out else "train"].setdefault(re.sub(r"\W+", "", function.code), function)
    sentences = {function.sentence.lower() for function in splits["unseen"].values()}
    kept = [
        function
        for code, function in splits["train"].items()
        if code not in splits["unseen"] and function.sentence.lower() not in sentences
    ]
    return {"train": kept, "unseen": list(splits["unseen"].values())}


def corpus_functions() -> Iterator[tuple[bool, Documented]]:
    """(held out, pair) of the code packages that no preset keeps for itself; fetches what is not there."""
    for package in code_packages(NO_PRESET):
        if not is_permissive(package.license):
            raise ValueError(f"{package.name} is {package.license}: not permissive.")
        fetch(package)
        for document in documents_of(package, PACKAGE_BYTES):
            if document.extension in ("py", "js", "ts", "tsx", "jsx"):
                yield from ((package.held_out, function) for function in documented_functions(document))


def build_functions(folder: Path) -> None:
    """Writes functions-train.jsonl and functions-unseen.jsonl."""
    for split, functions in split_functions(corpus_functions()).items():
        lines = "".join(json.dumps(asdict(function)) + "\n" for function in functions)
        (folder / f"functions-{split}.jsonl").write_text(lines, "utf8")
        print(f"{split}: {len(functions)} documented functions.", flush=True)


def read_functions(folder: Path, split: str) -> list[Documented]:
    """Reads one split in its written order."""
    with (folder / f"functions-{split}.jsonl").open(encoding="utf8") as file:
        return [Documented(**json.loads(line)) for line in file]
