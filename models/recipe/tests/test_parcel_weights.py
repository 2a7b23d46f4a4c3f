"""A checkpoint on its way back: blocks, their rounding, and training that goes on from them."""

import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

import settings
from blocks import quantize
from decoder import Decoder
from parcel_weights import from_bytes, pack_checkpoint, to_bytes, unpack_checkpoint
from parcels import Limits
from settings import PRESETS

TINY = PRESETS["tiny"]


class ParcelWeightsTest(unittest.TestCase):
    def setUp(self) -> None:
        kept, cache = tempfile.TemporaryDirectory(), settings.CACHE
        self.addCleanup(kept.cleanup)
        self.addCleanup(setattr, settings, "CACHE", cache)
        settings.CACHE = self.place = Path(kept.name)
        TINY.folder.mkdir()
        self.state = Decoder(TINY.shape).state_dict()
        torch.save({"model": self.state, "progress": [7, 900, 12.5, 11.5], "batches": [1, 30]}, TINY.folder / "last.pt")

    def test_matrices_come_back_as_their_blocks_and_vectors_as_they_were(self) -> None:
        found = from_bytes(to_bytes(self.state))
        self.assertEqual(found.keys(), self.state.keys())
        for name, value in self.state.items():
            expected = quantize(value.numpy()).matrix() if value.dim() == 2 else value.numpy()
            np.testing.assert_array_equal(found[name].numpy(), expected)

    def test_rounding_what_came_back_changes_nothing(self) -> None:
        once = quantize(np.random.default_rng(1).normal(size=(32, 256)).astype(np.float32))
        again = quantize(once.matrix())
        np.testing.assert_array_equal(again.values, once.values)
        np.testing.assert_allclose(again.scales, once.scales, rtol=1e-6)

    def test_a_checkpoint_comes_back_in_pieces_with_its_progress(self) -> None:
        pack_checkpoint(TINY, self.place / "parcel", Limits(file_bytes=60_000, files=8))
        self.assertGreater(len(list((self.place / "parcel").iterdir())), 2)
        (TINY.folder / "last.pt").unlink()
        unpack_checkpoint(TINY, self.place / "parcel")
        state = torch.load(TINY.folder / "last.pt")
        self.assertEqual((state["progress"], state["batches"]), ([7, 900, 12.5, 11.5], [1, 30]))
        Decoder(TINY.shape).load_state_dict(state["model"])

    def test_refuses_the_parcel_of_another_preset(self) -> None:
        pack_checkpoint(TINY, self.place / "parcel")
        with self.assertRaises(ValueError):
            unpack_checkpoint(replace(TINY, name="cpu"), self.place / "parcel")

    def test_the_gpu_preset_fits_the_way_back(self) -> None:
        with torch.device("meta"):
            shapes = {name: value.shape for name, value in Decoder(PRESETS["gpu"].shape).state_dict().items()}
        sizes = [s.numel() * (1 + 4 / 128) if len(s) == 2 else 4 * s.numel() for s in shapes.values()]
        self.assertLess(sum(sizes), 0.95 * Limits().bytes)
        self.assertLess(sum(sizes) / Limits().file_bytes + 1, Limits().files)


if __name__ == "__main__":
    unittest.main()
