"""English and Chinese strings of one package, in whatever form the package keeps its messages."""

import ast
import json
import re
import subprocess
from pathlib import Path
from typing import Iterator

from gettext_catalogues import read_catalogue

Texts = Iterator[tuple[str, str]]

DIAGNOSTIC = re.compile(r'diag\(\d+, \d /\* \w+ \*/, "([^"]+)", ("(?:[^"\\]|\\.)*")')
LOCALIZE = re.compile(r'localize2?\(\s*(\d+)\s*,\s*("(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n"]|\\[^\'])*\')')
MESSAGES = re.compile(r"_VSCODE_NLS_MESSAGES\s*=\s*(\[.*?\]);", re.S)
BUNDLED_JSON = re.compile(r"JSON\.parse\('((?:[^'\\]|\\.)*)'\)")
PYRIGHT_KEY, TRADITIONAL_ONLY = '"abstractMethodInvocation"', re.compile("類型|無法|[\u3040-\u30ff\uac00-\ud7a3]")
CHINESE_CATALOGUES = ("**/zh_CN/LC_MESSAGES/*.[mp]o", "**/zh_Hans/LC_MESSAGES/*.[mp]o")


def typescript_texts(root: Path) -> Texts:
    """TypeScript's diagnostics, joined by their key."""
    chinese = json.loads((root / "lib/zh-cn/diagnosticMessages.generated.json").read_text("utf8"))
    for key, english in DIAGNOSTIC.findall((root / "lib/typescript.js").read_text("utf8")):
        if key in chinese:
            yield json.loads(english), chinese[key]


def monaco_texts(root: Path) -> Texts:
    """The Monaco editor's strings, joined by their number."""
    source = MESSAGES.search((root / "esm/vs/nls/lang/zh-cn.js").read_text("utf8"))
    chinese = json.loads(source[1]) if source else []
    for file in sorted((root / "esm/vs").rglob("*.js")):
        for number, literal in LOCALIZE.findall(file.read_text("utf8")):
            english = literal[1:-1].encode().decode("unicode_escape") if literal.isascii() else ""
            if english and int(number) < len(chinese) and chinese[int(number)]:
                yield english, chinese[int(number)]


def vscode_texts(english_root: Path, chinese_root: Path) -> Texts:
    """VS Code's strings: English from code-server, Chinese from a language pack, joined by module and key."""
    product = english_root / "lib/vscode"
    keys = json.loads((product / "out/nls.keys.json").read_text("utf8"))
    messages = iter(json.loads((product / "out/nls.messages.json").read_text("utf8")))
    chinese = evaluate_module(chinese_root / "translations/main.i18n.json.js")["default"]
    for module, names in keys:
        for name in names:
            english = next(messages)
            if name in chinese.get(module, {}):
                yield english, chinese[module][name]
    for file in sorted((chinese_root / "translations/extensions").glob("*.i18n.json")):
        yield from extension_texts(product / "extensions", file)


def extension_texts(extensions: Path, file: Path) -> Texts:
    """One extension's strings: manifest texts by key, the others by their English."""
    contents = json.loads(file.read_text("utf8"))["contents"]
    yield from contents.get("bundle", {}).items()
    manifest = extensions / file.name.removesuffix(".i18n.json").split(".", 1)[1] / "package.nls.json"
    if manifest.exists():
        for key, english in json.loads(manifest.read_text("utf8")).items():
            english = english["message"] if isinstance(english, dict) else english
            if key in contents.get("package", {}):
                yield english, contents["package"][key]


def gettext_texts(root: Path) -> Texts:
    """Every Simplified Chinese gettext catalogue of a Debian package; the .po where it lies beside the .mo."""
    files = sorted({file.with_suffix("") for pattern in CHINESE_CATALOGUES for file in root.glob(pattern)})
    for stem in files:
        source = stem.with_name(stem.name + ".po")
        yield from read_catalogue(source if source.exists() else stem.with_name(stem.name + ".mo"))


def module_texts(root: Path, english: str, chinese: str) -> Texts:
    """Two JavaScript or JSON files with the same tree of keys. The outermost key may name the language."""
    first, second = (flattened(read_tree(root / path)) for path in (english, chinese))
    for key, text in first.items():
        if key in second:
            yield text, second[key]


def read_tree(path: Path) -> object:
    """The value of a JSON file, or everything a JavaScript module exports; the one outer key is left out."""
    tree = json.loads(path.read_text("utf8")) if path.suffix == ".json" else evaluate_module(path)
    return next(iter(tree.values())) if isinstance(tree, dict) and len(tree) == 1 else tree


def flattened(tree: object, path: str = "") -> dict[str, str]:
    """All strings of a tree by their dotted path."""
    if isinstance(tree, str):
        return {path: tree}
    children = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return {key: text for name, child in children for key, text in flattened(child, f"{path}.{name}").items()}


def evaluate_module(path: Path) -> dict:
    """What a JavaScript module exports, through node; functions are left out."""
    script = "const m = await import(process.argv[1]); process.stdout.write(JSON.stringify(m))"
    run = subprocess.run(
        ["node", "--experimental-default-type=module", "--input-type=module", "-e", script, path.as_uri()],
        check=True, capture_output=True,
    )  # fmt: skip
    return json.loads(run.stdout)


def properties_texts(root: Path, english: str, chinese: str) -> Texts:
    """Two Java property files, joined by their key."""
    first, second = (read_properties((root / path).read_text("utf8")) for path in (english, chinese))
    for key, text in first.items():
        if key in second:
            yield text, second[key]


def read_properties(text: str) -> dict[str, str]:
    """key=value lines with \\uXXXX escapes."""
    lines = [line.partition("=") for line in text.split("\n") if "=" in line and not line.startswith("#")]
    return {key.strip(): json.loads(f'"{unescaped}"') for key, _, value in lines if (unescaped := safe(value))}


def safe(value: str) -> str:
    """A property value as the inside of a JSON string; empty when it holds other escapes than \\uXXXX."""
    value = value.strip().replace('"', '\\"')
    return "" if re.search(r'\\(?!u[0-9a-fA-F]{4}|")', value) else value


def pyright_texts(root: Path) -> Texts:
    """Pyright's diagnostics, which its bundle holds as one JSON text a language."""
    bundle = (root / "dist/pyright-internal.js").read_text("utf8")
    texts = [ast.literal_eval(f"'{literal}'") for literal in BUNDLED_JSON.findall(bundle) if PYRIGHT_KEY in literal]
    english = next(text for text in texts if "cannot be called because it is abstract" in text)
    chinese = next(text for text in texts if "无法调用方法" in text and not TRADITIONAL_ONLY.search(text))
    first, second = flattened(json.loads(english)), flattened(json.loads(chinese))
    yield from ((text, second[key]) for key, text in first.items() if key in second)
