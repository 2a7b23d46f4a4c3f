"""Bytes in files of limited size, and their way back. Needs nothing but Python."""

import random
import tempfile
import unittest
from pathlib import Path

from parcels import MANIFEST, Limits, pack, unpack

LIMITS = Limits(file_bytes=1000, files=4, bytes=3500)


class ParcelTest(unittest.TestCase):
    def setUp(self) -> None:
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.folder = Path(kept.name) / "sent"

    def test_comes_back_as_it_went_whatever_its_size(self) -> None:
        for size in (0, 1, 999, 1000, 1001, 2500):
            data = random.Random(size).randbytes(size)
            paths = pack(data, self.folder, {"step": size}, LIMITS)
            self.assertLessEqual(max(path.stat().st_size for path in paths), 1000)
            found, about = unpack(self.folder)
            self.assertEqual((found, about["step"]), (data, size))

    def test_refuses_what_does_not_fit_and_leaves_what_was_there(self) -> None:
        pack(b"earlier", self.folder, {}, LIMITS)
        for limits in (Limits(1000, 3, 9000), Limits(1000, 9, 2600)):
            with self.assertRaises(ValueError):
                pack(bytes(2500), self.folder, {}, limits)
        self.assertEqual(unpack(self.folder)[0], b"earlier")

    def test_refuses_a_part_that_is_cut_changed_or_missing(self) -> None:
        for damage in (lambda part: part[:-1], lambda part: part[:-1] + b"x", None):
            pack(bytes(2500), self.folder, {}, LIMITS)
            path = self.folder / "part-1"
            path.write_bytes(damage(path.read_bytes())) if damage else path.unlink()
            with self.assertRaises((ValueError, FileNotFoundError)):
                unpack(self.folder)

    def test_a_parcel_without_its_manifest_is_none(self) -> None:
        pack(b"abc", self.folder, {}, LIMITS)
        (self.folder / MANIFEST).unlink()
        with self.assertRaises(FileNotFoundError):
            unpack(self.folder)


if __name__ == "__main__":
    unittest.main()
