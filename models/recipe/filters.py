"""Pure tests that decide which files become training text."""

import re

PERMISSIVE = frozenset({"MIT", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "PSF-2.0", "PostgreSQL"})
EXTENSIONS = {
    "ts": "ts", "mts": "ts", "cts": "ts", "tsx": "tsx", "js": "js", "mjs": "js", "cjs": "js", "jsx": "jsx",
    "py": "py", "pyi": "py", "md": "md", "txt": "txt", "rst": "txt",
}  # fmt: skip
COPYLEFT = re.compile(r"general public licen[sc]e|\b[al]?gpl|mozilla public|creative commons.{0,20}share", re.I)
GENERATED = re.compile(r"@generated|auto-?\s?generated|generated (?:by|from)|do not edit|machine.generated", re.I)
PLACEHOLDER = re.compile(r"\{\w*\}|%(?:\(\w+\))?(?:\d+\$)?[a-zA-Z]|\{\$[^$]*\$\}")
LONG_LINE_CHARACTERS = 24
NEAR_DUPLICATE_SHARE = 0.7


def is_permissive(license_name: str) -> bool:
    """True for the licences whose text may end up in shipped weights."""
    return license_name in PERMISSIVE


def extension_of(path: str) -> str | None:
    """The extension the model is told ('mts' becomes 'ts'), None for files that are no training text."""
    if path.endswith((".d.ts", ".d.mts", ".d.cts", ".min.js")):
        return None
    return EXTENSIONS.get(path.rsplit(".", 1)[-1].lower())


def has_copyleft_notice(text: str) -> bool:
    """True when the head of a file names a copyleft licence, whatever its package says."""
    return COPYLEFT.search(text[:3000]) is not None


def is_generated(text: str) -> bool:
    """True when the head of a file says that a program wrote it."""
    return GENERATED.search(text[:800]) is not None


def is_minified(text: str) -> bool:
    """True for lines no person would write."""
    lines = text.split("\n")
    return max(map(len, lines)) > 1000 or len(text) / len(lines) > 120


def has_useful_length(text: str) -> bool:
    """True between 200 characters and 200,000."""
    return 200 <= len(text) <= 200_000


def is_mostly_words(text: str) -> bool:
    """False for tables, encoded data and other text with few letters, judged on the first 20,000 characters."""
    head = text[:20_000]
    return sum(c.isalpha() or c.isspace() for c in head) >= 0.55 * len(head)


def is_usable(text: str) -> bool:
    """True for a text that passes every filter on its own."""
    return (
        has_useful_length(text)
        and is_mostly_words(text)
        and not is_minified(text)
        and not is_generated(text)
        and not has_copyleft_notice(text)
    )


class NearDuplicates:
    """Remembers the long lines of all accepted texts; a text made mostly of them is a near-duplicate."""

    def __init__(self) -> None:
        self._lines: set[str] = set()

    def accept(self, text: str) -> bool:
        """True, and remembers the text, unless 70 % of its long lines have been seen."""
        lines = {line.strip() for line in text.split("\n")}
        lines = {line for line in lines if len(line) >= LONG_LINE_CHARACTERS}
        if not lines or len(lines & self._lines) > NEAR_DUPLICATE_SHARE * len(lines):
            return False
        self._lines |= lines
        return True
