"""Runs the tests that need nothing but Python and prints their counts as JSON in the last line: python tests/plain.py."""

import importlib
import json
import sys
import unittest
from pathlib import Path

RECIPE = Path(__file__).resolve().parent.parent
PACKAGES = frozenset({"gguf", "numpy", "onnx", "onnxruntime", "sacrebleu", "tokenizers", "torch", "transformers"})


def suite_of(name: str) -> unittest.TestSuite | None:
    """The tests of one module; None when it needs a package that is not part of Python."""
    try:
        return unittest.defaultTestLoader.loadTestsFromModule(importlib.import_module(f"tests.{name}"))
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] in PACKAGES:
            return None
        raise


def main() -> int:
    """Exit status 1 when a test failed or none ran."""
    sys.path.insert(0, str(RECIPE))
    suites = {path.stem: suite_of(path.stem) for path in sorted((RECIPE / "tests").glob("test_*.py"))}
    found = unittest.TestSuite(suite for suite in suites.values() if suite is not None)
    outcome = unittest.TextTestRunner(stream=sys.stderr).run(found)
    failed = len(outcome.failures) + len(outcome.errors)
    left_out = [name for name, suite in suites.items() if suite is None]
    print(json.dumps({"passed": outcome.testsRun - failed, "failed": failed, "leftOut": left_out}))
    return 1 if failed or outcome.testsRun == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
