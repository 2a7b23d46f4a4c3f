"""TypeScript that source maps carry; and which preset reads which package. Needs nothing but Python."""

import json
import tempfile
import unittest
from pathlib import Path

from code_documents import NO_PRESET
from corpus import code_packages
from source_maps import embedded_sources, is_own_typescript, plain_path, sources_of


def map_of(**texts: str) -> str:
    """A source map with these sources; '_' in a name stands for '/', '0' for '.'."""
    names = [name.replace("_", "/").replace("0", ".") for name in texts]
    return json.dumps({"version": 3, "sources": names, "sourcesContent": list(texts.values())})


class SourceMapTest(unittest.TestCase):
    def test_calls_a_file_the_same_whatever_bundler_wrote_its_path(self) -> None:
        names = ("webpack://git/./src/a/main.ts?1f2e", "../../src/a/main.ts", "./file:/home/x/src/a/main.ts")
        self.assertEqual({plain_path(name) for name in names}, {"src/a/main.ts"})

    def test_takes_no_declarations_and_no_other_packages(self) -> None:
        self.assertTrue(is_own_typescript("src/a.tsx"))
        for path in ("src/a.d.ts", "src/a.js", "node_modules/b/src/a.ts", "next/dist/compiled/b.ts"):
            self.assertFalse(is_own_typescript(path), path)
        self.assertFalse(is_own_typescript(plain_path("../node_modules/b/src/a.ts")))

    def test_yields_a_text_in_two_maps_once_and_same_names_apart(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            files = []
            for number, text in enumerate((map_of(src_main0ts="one"), map_of(src_main0ts="two", src_b0ts="one"))):
                path = Path(folder) / f"{number}.js.map"
                path.write_text(text, "utf8")
                files.append((path.name, path))
            self.assertEqual(list(sources_of(files)), [("src/main.ts", "one"), ("src/main.ts", "two")])

    def test_skips_sources_without_text_and_refuses_what_is_no_map(self) -> None:
        self.assertEqual(list(embedded_sources('{"sources": ["src/a.ts", null], "sourcesContent": [null, "x"]}')), [])
        with self.assertRaises(ValueError):
            list(embedded_sources("[]"))


class PresetTest(unittest.TestCase):
    def test_the_cpu_preset_reads_no_package_that_is_marked_for_the_gpu(self) -> None:
        cpu, gpu = ({package.name for package in code_packages(name)} for name in ("cpu", "gpu"))
        self.assertLess(cpu, gpu)
        self.assertIn("@babylonjs/core", gpu - cpu)

    def test_documented_functions_come_from_packages_that_every_preset_reads(self) -> None:
        self.assertEqual([p.name for p in code_packages(NO_PRESET) if p.presets], [])
        self.assertLess({p.name for p in code_packages(NO_PRESET)}, {p.name for p in code_packages("gpu")})

    def test_held_out_packages_are_held_out_of_every_preset(self) -> None:
        held_out = [{p.name for p in code_packages(name) if p.held_out} for name in ("tiny", "cpu", "gpu")]
        self.assertTrue(held_out[0])
        self.assertEqual(held_out[0], held_out[1])
        self.assertEqual(held_out[0], held_out[2])


if __name__ == "__main__":
    unittest.main()
