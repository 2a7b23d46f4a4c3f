"""Turns documentation into plain text (HTML, manual pages, fortunes, catalogues), and tells its language."""

import re
from html import unescape

BLOCK = "p|title|item|steps|list|note|div|h\\d|li|ul|ol|dl|dt|dd|table|tr|section|article|blockquote|br"
BLOCKS = re.compile(rf"</?(?:{BLOCK})\b[^>]*>", re.I)
SKIPPED = re.compile(r"<(script|style|head|nav|footer|svg|info)\b.*?</\1>", re.I | re.S)
PREFORMATTED = re.compile(r"<pre\b[^>]*>(.*?)</pre>", re.I | re.S)
SENTENCE_END = re.compile(r"[.!?:;)。！？：；）]$")
TAG = re.compile(r"<[^>]+>")
CJK = re.compile(r"[\u4e00-\u9fff]")
KANA_OR_HANGUL = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
FORMATTING = re.compile(r"\\f(?:[A-Z]|\(..|\[\w*\])|\\m\[\w*\]|\\[&|/,:^]|\\s[-+]?\d")
MESSAGE = re.compile(r'^msgstr(?:\[\d\])? ((?:".*"\n?)+)', re.M)


def text_of_html(html: str) -> str:
    """The text of a page, one paragraph a line; code keeps its lines."""
    html = PREFORMATTED.sub(lambda match: f"<p>{match[1].strip()}<p>".replace("\n", "\x00"), SKIPPED.sub("", html))
    paragraphs = (unescape(TAG.sub("", part)) for part in BLOCKS.split(html))
    lines = (" ".join(paragraph.split()) if "\x00" not in paragraph else paragraph for paragraph in paragraphs)
    kept = without_lists_of_links([line.replace("\x00", "\n") for line in lines if line.strip()])
    return "\n\n".join(kept)


def without_lists_of_links(paragraphs: list[str]) -> list[str]:
    """Leaves out four or more paragraphs in a row that are no sentences: menus and tables of contents."""
    kept: list[str] = []
    run: list[str] = []
    for paragraph in [*paragraphs, "."]:
        if "\n" not in paragraph and not SENTENCE_END.search(paragraph):
            run.append(paragraph)
            continue
        kept += run if len(run) < 4 else run[-1:]
        kept.append(paragraph)
        run = []
    return kept[:-1]


def text_of_manual(source: str) -> str:
    """The words of a manual page without its requests."""
    lines = []
    for line in source.split("\n"):
        if line.startswith((".\\\"", "'\\\"", "'")):
            continue
        heading = re.match(r"\.\s*(SH|SS|TP|PP|P|B|I|BR|IR|RB|RI|Sh|Pp)\b ?(.*)", line)
        if heading and heading[1] in ("SH", "SS", "PP", "P", "TP", "Sh", "Pp"):
            lines.append("\n" + heading[2].strip('"'))
        elif heading or not line.startswith("."):
            lines.append(heading[2] if heading else line)
    text = FORMATTING.sub("", "\n".join(lines)).replace("\\-", "-").replace("\\(aq", "'").replace("\\e", "\\")
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def text_of_fortunes(text: str) -> str:
    """Fortunes as paragraphs, without colours."""
    return re.sub(r"\n%\n", "\n\n", re.sub(r"\x1b\[[\d;]*m", "", text))


def text_of_messages(catalogue: str) -> str:
    """The translated messages of a .po file, one a line."""
    parts = (re.findall(r'"(.*)"', match[1]) for match in MESSAGE.finditer(catalogue))
    messages = ("".join(part).replace('\\"', '"').replace("\\n", "\n").strip() for part in parts)
    return "\n".join(message for message in messages if len(message) > 20 and "Content-Type" not in message)


def is_chinese(text: str) -> bool:
    """True when an eighth of the characters are Chinese and hardly any are Japanese or Korean."""
    head = text[:20_000]
    return len(CJK.findall(head)) >= len(head) / 8 and len(KANA_OR_HANGUL.findall(head)) < len(head) / 50


def is_english(text: str) -> bool:
    """True for text with the commonest words of English."""
    words = re.findall(r"[a-zA-Z]+", text[:20_000])
    common = sum(word.lower() in {"the", "of", "and", "to", "is", "in", "a", "that", "for"} for word in words)
    return common >= 0.12 * max(len(words), 1)


def passage(text: str, limit: int) -> str:
    """The beginning of a text, cut at a paragraph or line."""
    if len(text) <= limit:
        return text
    cut = max(text.rfind("\n\n", limit // 2, limit), text.rfind("\n", limit // 2, limit))
    return text[: cut if cut > 0 else limit]
