"""Many npm packages carry their TypeScript only inside source maps (`sourcesContent`): reads it from there."""

import json
import re
from pathlib import Path
from typing import Iterable, Iterator

TYPESCRIPT = (".ts", ".tsx", ".mts", ".cts")
SCHEME = re.compile(r"^[./]*(?:[a-z-]+:/+)?")


def sources_of(files: Iterable[tuple[str, Path]]) -> Iterator[tuple[str, str]]:
    """Yields (path, text) of the package's own TypeScript in all its maps; a text in several maps once."""
    seen: set[str] = set()
    for path, file in files:
        if path.endswith(".map"):
            for source, text in embedded_sources(file.read_text("utf8", "replace")):
                if text not in seen:
                    seen.add(text)
                    yield source, text


def embedded_sources(source_map: str) -> Iterator[tuple[str, str]]:
    """The TypeScript of one map. Raises ValueError, naming the reason, for a map that is no JSON object."""
    contents = json.loads(source_map)
    if not isinstance(contents, dict):
        raise ValueError("A source map is a JSON object.")
    for source, text in zip(contents.get("sources") or (), contents.get("sourcesContent") or ()):
        path = plain_path(source or "")
        if text and is_own_typescript(path):
            yield path, text


def plain_path(source: str) -> str:
    """A source's path from its last `src` folder on, without scheme, query and the steps up that bundlers write.

    The same file is called 'webpack://git/./src/main.ts', '../../src/main.ts' or 'file:/home/x/src/main.ts'.
    """
    path = SCHEME.sub("", source.split("?")[0])
    _, folder, rest = f"/{path}".rpartition("/src/")
    return f"src/{rest}" if folder and "node_modules" not in path else path.replace("/./", "/").lstrip("./")


def is_own_typescript(path: str) -> bool:
    """False for declarations, and for other packages that were bundled in."""
    other = "node_modules/" in path or "/compiled/" in path
    return path.endswith(TYPESCRIPT) and not path.endswith((".d.ts", ".d.mts", ".d.cts")) and not other
