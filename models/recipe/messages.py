"""English and Chinese software strings from the message catalogues of permissively licensed packages."""

import json
import re
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Iterator

import catalogues
from corpus import fetch, read_corpus
from documents import Document, hash_fraction
from filters import PLACEHOLDER, is_permissive
from leakage import HeldOutStrings
from settings import Preset

HELD_OUT_SHARE = 1 / 25
CATALOGUE_LINES = 60
HAN = re.compile(r"[\u4e00-\u9fff]")
MNEMONIC = re.compile(r"\(&&\w\)|&&|\(&\w\)")
GETTEXT_PACKAGES = (
    "postgresql-15", "postgresql-client-15", "python3-django-horizon", "python3-heat", "python3-cinder",
    "python3-nova", "python3-django",
)  # fmt: skip
# Held-out strings come from these only, so that the figures of every release are about the same strings.
HELD_OUT_SOURCES = ("typescript", "monaco-editor", "vscode")


@dataclass(frozen=True)
class Pair:
    """One string in two languages."""

    english: str
    chinese: str
    package: str


def without_mnemonic(text: str) -> str:
    """Drops the marks of menu keys: '&&Save' and '保存(&&S)' become 'Save' and '保存'."""
    return MNEMONIC.sub("", text).strip()


def is_usable_pair(pair: Pair) -> bool:
    """True for single short lines with Chinese in them and the same placeholders on both sides."""
    return (
        2 <= len(pair.english) <= 120
        and 1 <= len(pair.chinese) <= 80
        and "\n" not in pair.english + pair.chinese
        and HAN.search(pair.chinese) is not None
        and HAN.search(pair.english) is None
        and sorted(PLACEHOLDER.findall(pair.english)) == sorted(PLACEHOLDER.findall(pair.chinese))
    )


def split_of(english: str) -> str:
    """'train' or 'unseen'; spellings that differ only in case and punctuation fall on the same side."""
    words = re.sub(r"\W+", " ", english.lower()).strip()
    return "unseen" if hash_fraction(f"pair/{words}") < HELD_OUT_SHARE else "train"


def sources(roots: dict[str, Path]) -> Iterator[tuple[str, catalogues.Texts]]:
    """Every catalogue by the name of what it is from, editors and compilers first."""
    yield "typescript", catalogues.typescript_texts(roots["typescript"])
    yield "monaco-editor", catalogues.monaco_texts(roots["monaco-editor"])
    language_pack = roots["@codingame/monaco-vscode-language-pack-zh-hans"]
    yield "vscode", catalogues.vscode_texts(roots["code-server"], language_pack)
    yield "pyright", catalogues.pyright_texts(roots["pyright"])
    names = ("dist/locales/en.min.json", "dist/locales/zh-CN.min.json")
    yield "@openstreetmap/id", catalogues.module_texts(roots["@openstreetmap/id"], *names)
    names = ("locales/en-US/editor.json", "locales/zh-CN/editor.json")
    yield "@node-red/editor-client", catalogues.module_texts(roots["@node-red/editor-client"], *names)
    names = ("lib/es/locale/en-US.js", "lib/es/locale/zh-CN.js")
    yield "@univerjs/sheets-formula", catalogues.module_texts(roots["@univerjs/sheets-formula"], *names)
    names = ("src/sap/m/messagebundle.properties", "src/sap/m/messagebundle_zh_CN.properties")
    yield "@openui5/sap.m", catalogues.properties_texts(roots["@openui5/sap.m"], *names)
    for name in GETTEXT_PACKAGES:
        yield name, catalogues.gettext_texts(roots[name])


def usable_pairs(texts: Iterator[tuple[str, catalogues.Texts]]) -> Iterator[Pair]:
    """Cleaned, usable pairs of all catalogues, each English string once."""
    seen: set[str] = set()
    for name, strings in texts:
        for english, chinese in strings:
            pair = Pair(without_mnemonic(english), without_mnemonic(chinese), name)
            if pair.english.lower() not in seen and is_usable_pair(pair):
                seen.add(pair.english.lower())
                yield pair


def split_pairs(pairs: list[Pair]) -> dict[str, list[Pair]]:
    """'train' and 'unseen'; nothing that is nearly an unseen string, in either language, is trained on."""
    unseen = [pair for pair in pairs if pair.package in HELD_OUT_SOURCES and split_of(pair.english) == "unseen"]
    english = HeldOutStrings(pair.english for pair in unseen)
    chinese = HeldOutStrings(pair.chinese for pair in unseen)
    train = [pair for pair in pairs if not english.nearly_has(pair.english) and not chinese.nearly_has(pair.chinese)]
    return {"train": train, "unseen": unseen}


def build_pairs(folder: Path) -> None:
    """Fetches the catalogues and writes pairs-train.jsonl and pairs-unseen.jsonl."""
    roots = {}
    for package in read_corpus():
        if package.role == "messages" or package.name in GETTEXT_PACKAGES:
            if not is_permissive(package.license):
                raise ValueError(f"{package.name} is {package.license}: not permissive.")
            fetch(package)
            roots[package.name] = package.folder / "files" / ("package" if package.source == "npm" else "")
    folder.mkdir(parents=True, exist_ok=True)
    for split, chosen in split_pairs(list(usable_pairs(sources(roots)))).items():
        lines = "".join(json.dumps(asdict(pair), ensure_ascii=False) + "\n" for pair in chosen)
        (folder / f"pairs-{split}.jsonl").write_text(lines, "utf8")
        print(f"{split}: {len(chosen)} pairs, {dict(Counter(pair.package for pair in chosen))}", flush=True)


def chinese_documents(preset: Preset) -> Iterator[Document]:
    """The Chinese side of the training pairs as prose, CATALOGUE_LINES strings a document."""
    lines = [pair.chinese for pair in read_pairs(preset.folder, "train")]
    for at in range(0, len(lines), CATALOGUE_LINES):
        yield Document("messages", f"zh/{at}.txt", "txt", "\n".join(lines[at : at + CATALOGUE_LINES]) + "\n")


def read_pairs(folder: Path, split: str) -> list[Pair]:
    """Reads one split in its written order."""
    with (folder / f"pairs-{split}.jsonl").open(encoding="utf8") as file:
        return [Pair(**json.loads(line)) for line in file]
