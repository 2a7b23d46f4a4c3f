"""English and Chinese software strings from the message catalogues of permissively licensed npm packages."""

import json
import re
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Iterable, Iterator

from corpus import Package, fetch, read_corpus
from documents import Document, hash_fraction
from settings import Preset

HELD_OUT_SHARE = 1 / 25
CATALOGUE_LINES = 60
HAN = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"\{\d+\}")
MNEMONIC = re.compile(r"\(&&\w\)|&&|\(&\w\)")
DIAGNOSTIC = re.compile(r'diag\(\d+, \d /\* \w+ \*/, "([^"]+)", ("(?:[^"\\]|\\.)*")')
LOCALIZE = re.compile(r'localize2?\(\s*(\d+)\s*,\s*("(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n"]|\\[^\'])*\')')
MESSAGES = re.compile(r"_VSCODE_NLS_MESSAGES\s*=\s*(\[.*?\]);", re.S)


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


def typescript_pairs(root: Path) -> Iterator[tuple[str, str]]:
    """TypeScript's diagnostics, joined by their key."""
    chinese = json.loads((root / "lib/zh-cn/diagnosticMessages.generated.json").read_text("utf8"))
    for key, english in DIAGNOSTIC.findall((root / "lib/typescript.js").read_text("utf8")):
        if key in chinese:
            yield json.loads(english), chinese[key]


def monaco_pairs(root: Path) -> Iterator[tuple[str, str]]:
    """The Monaco editor's strings, joined by their number."""
    source = MESSAGES.search((root / "esm/vs/nls/lang/zh-cn.js").read_text("utf8"))
    chinese = json.loads(source[1]) if source else []
    for file in sorted((root / "esm/vs").rglob("*.js")):
        for number, literal in LOCALIZE.findall(file.read_text("utf8")):
            english = literal[1:-1].encode().decode("unicode_escape") if literal.isascii() else ""
            if english and int(number) < len(chinese) and chinese[int(number)]:
                yield english, chinese[int(number)]


def vscode_pairs(english_root: Path, chinese_root: Path) -> Iterator[tuple[str, str]]:
    """VS Code's strings: English from code-server, Chinese from a language pack, joined by module and key."""
    product = english_root / "lib/vscode"
    keys = json.loads((product / "out/nls.keys.json").read_text("utf8"))
    messages = iter(json.loads((product / "out/nls.messages.json").read_text("utf8")))
    chinese = evaluate_module(chinese_root / "translations/main.i18n.json.js")
    for module, names in keys:
        for name in names:
            english = next(messages)
            if name in chinese.get(module, {}):
                yield english, chinese[module][name]
    for file in sorted((chinese_root / "translations/extensions").glob("*.i18n.json")):
        yield from extension_pairs(product / "extensions", file)


def extension_pairs(extensions: Path, file: Path) -> Iterator[tuple[str, str]]:
    """One extension's strings: manifest texts by key, the others by their English."""
    contents = json.loads(file.read_text("utf8"))["contents"]
    yield from contents.get("bundle", {}).items()
    manifest = extensions / file.name.removesuffix(".i18n.json").split(".", 1)[1] / "package.nls.json"
    if manifest.exists():
        for key, english in json.loads(manifest.read_text("utf8")).items():
            english = english["message"] if isinstance(english, dict) else english
            if key in contents.get("package", {}):
                yield english, contents["package"][key]


def evaluate_module(path: Path) -> dict[str, dict[str, str]]:
    """The default export of a JavaScript module, through node."""
    script = "const m = await import(process.argv[1]); process.stdout.write(JSON.stringify(m.default))"
    run = subprocess.run(
        ["node", "--experimental-default-type=module", "--input-type=module", "-e", script, path.as_uri()],
        check=True, capture_output=True,
    )  # fmt: skip
    return json.loads(run.stdout)


def all_pairs(packages: Iterable[Package]) -> Iterator[Pair]:
    """Cleaned, usable pairs of all catalogues, each English string once."""
    roots = {package.name: package.folder / "files" / "package" for package in packages}
    sources = (
        ("typescript", typescript_pairs(roots["typescript"])),
        ("monaco-editor", monaco_pairs(roots["monaco-editor"])),
        ("vscode", vscode_pairs(roots["code-server"], roots["@codingame/monaco-vscode-language-pack-zh-hans"])),
    )
    seen: set[str] = set()
    for name, texts in sources:
        for english, chinese in texts:
            pair = Pair(without_mnemonic(english), without_mnemonic(chinese), name)
            if pair.english.lower() not in seen and is_usable_pair(pair):
                seen.add(pair.english.lower())
                yield pair


def build_pairs(preset: Preset) -> None:
    """Fetches the catalogues and writes pairs-train.jsonl and pairs-unseen.jsonl."""
    packages = [package for package in read_corpus() if package.role == "messages"]
    for package in packages:
        fetch(package)
    pairs = list(all_pairs(packages))
    preset.folder.mkdir(parents=True, exist_ok=True)
    for split in ("train", "unseen"):
        chosen = [pair for pair in pairs if split_of(pair.english) == split]
        lines = "".join(json.dumps(asdict(pair), ensure_ascii=False) + "\n" for pair in chosen)
        (preset.folder / f"pairs-{split}.jsonl").write_text(lines, "utf8")
        print(f"{split}: {len(chosen)} pairs.", flush=True)


def chinese_documents(preset: Preset) -> Iterator[Document]:
    """The Chinese side of the training pairs as prose, CATALOGUE_LINES strings a document."""
    lines = [pair.chinese for pair in read_pairs(preset, "train")]
    for at in range(0, len(lines), CATALOGUE_LINES):
        yield Document("messages", f"zh/{at}.txt", "txt", "\n".join(lines[at : at + CATALOGUE_LINES]) + "\n")


def read_pairs(preset: Preset, split: str) -> list[Pair]:
    """Reads one split in its written order."""
    with (preset.folder / f"pairs-{split}.jsonl").open(encoding="utf8") as file:
        return [Pair(**json.loads(line)) for line in file]
