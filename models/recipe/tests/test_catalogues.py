"""Message catalogues in the forms that packages keep them in."""

import struct
import tempfile
import unittest
from pathlib import Path

from catalogues import flattened, module_texts, read_properties
from gettext_catalogues import read_mo, read_po

PO = '''
# a comment
msgid ""
msgstr "Language: zh_CN\\n"

#: file.py:1
msgid "Open "
"file"
msgstr "打开"
"文件"

#, fuzzy
msgid "Close"
msgstr "打开"

msgid "%d file"
msgid_plural "%d files"
msgstr[0] "%d 个文件"

msgid "Untranslated"
msgstr ""
'''


def compiled(entries: dict[str, str]) -> bytes:
    """A .mo file."""
    texts = [text.encode() for text in (*entries, *entries.values())]
    at, table, data = 20 + 8 * len(texts), b"", b""
    for text in texts:
        table += struct.pack("<2I", len(text), at + len(data))
        data += text + b"\0"
    return struct.pack("<5I", 0x950412DE, 0, len(entries), 20, 20 + 8 * len(entries)) + table + data


class CatalogueTest(unittest.TestCase):
    def test_reads_po_without_fuzzy_plural_and_empty_entries(self) -> None:
        self.assertEqual(list(read_po(PO)), [("Open file", "打开文件")])

    def test_reads_mo_without_header_and_plural_entries(self) -> None:
        data = compiled({"": "header", "Save": "保存", "%d file\0%d files": "%d 个文件", "menu\4Open": "打开"})
        self.assertEqual(list(read_mo(data)), [("Save", "保存"), ("Open", "打开")])

    def test_refuses_what_is_no_mo_file(self) -> None:
        with self.assertRaisesRegex(ValueError, "no little-endian"):
            list(read_mo(b"\0" * 20))

    def test_joins_json_trees_by_path_below_the_language(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "en.json").write_text('{"en": {"a": {"b": "Open", "c": ["One"]}, "d": "Only"}}', "utf8")
            (Path(folder) / "zh.json").write_text('{"zh": {"a": {"b": "打开", "c": ["一"]}}}', "utf8")
            pairs = list(module_texts(Path(folder), "en.json", "zh.json"))
        self.assertEqual(pairs, [("Open", "打开"), ("One", "一")])

    def test_flattens_strings_only(self) -> None:
        self.assertEqual(flattened({"a": 1, "b": {"c": "x"}}), {".b.c": "x"})

    def test_reads_properties_with_unicode_escapes(self) -> None:
        text = '# note\nOPEN=\\u6253\\u5f00\nQUOTE=Say "yes"\nBROKEN=a\\tb\n'
        self.assertEqual(read_properties(text), {"OPEN": "打开", "QUOTE": 'Say "yes"'})


if __name__ == "__main__":
    unittest.main()
