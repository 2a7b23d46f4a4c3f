"""Functions and the sentences that document them."""

import unittest

from code_documents import CODE_CHARACTERS, Documented, documented_functions, first_sentence, split_functions
from documents import Document

PYTHON = '''
class Box:
    def area(self, width, height):
        """Return the area of a box. It is never negative."""
        return abs(width * height)

    def bare(self):
        return 1
'''
SCRIPT = """
/**
 * Adds two numbers together.
 * @param a the first
 */
export function add(a: number, b: number): number {
    return a + b;
}

function undocumented() {}
"""


def found(extension: str, text: str) -> list[tuple[str, str]]:
    """(code, sentence) of a file."""
    document = Document("package", f"a.{extension}", extension, text)
    return [(function.code, function.sentence) for function in documented_functions(document)]


class FunctionTest(unittest.TestCase):
    def test_takes_the_docstring_out_of_python(self) -> None:
        code = "def area(self, width, height):\n    return abs(width * height)"
        self.assertEqual(found("py", PYTHON), [(code, "Return the area of a box.")])

    def test_finds_the_function_below_a_comment(self) -> None:
        code = "export function add(a: number, b: number): number {\n    return a + b;\n}"
        self.assertEqual(found("ts", SCRIPT), [(code, "Adds two numbers together.")])

    def test_skips_python_that_does_not_parse(self) -> None:
        self.assertEqual(found("py", 'def broken(:\n    """Return the answer to it."""\n    return 1'), [])

    def test_cuts_long_functions_at_a_line(self) -> None:
        body = "".join(f"    value_{i} = compute({i})\n" for i in range(200))
        [(code, _)] = found("py", f'def long():\n    """Compute very many values."""\n{body}')
        self.assertLessEqual(len(code), CODE_CHARACTERS)
        self.assertTrue(code.endswith(")"))

    def test_wants_a_plain_sentence(self) -> None:
        self.assertEqual(first_sentence("Return the first item of a list"), "Return the first item of a list.")
        for text in ("@internal use only here", "TODO write this down", "Short.", "返回列表的第一个元素。"):
            self.assertIsNone(first_sentence(text))

    def test_trains_on_no_unseen_code_or_sentence(self) -> None:
        unseen = Documented("def f(): return 1", "Return the number one.", "py", "a")
        same_code = Documented("def f():\n    return 1", "Give back one number.", "py", "b")
        same_sentence = Documented("def g(): return one", "Return the number one.", "py", "b")
        other = Documented("def h(): return 2", "Return the number two.", "py", "b")
        splits = split_functions(iter([(False, same_code), (False, same_sentence), (False, other), (True, unseen)]))
        self.assertEqual(splits, {"train": [other], "unseen": [unseen]})


if __name__ == "__main__":
    unittest.main()
