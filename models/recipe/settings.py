"""Presets of the recipe: what is trained, on how much text, for how long."""

from dataclasses import dataclass
from pathlib import Path

RECIPE = Path(__file__).resolve().parent
PROJECT = RECIPE.parent.parent
CACHE = PROJECT / ".cache" / "recipe"
VENDOR = CACHE / "vendor"  # packages that came in a bundle
SEED = 20261123


@dataclass(frozen=True)
class Shape:
    """Shape of a decoder. `width` = heads * head size; `feed_forward` is the inner width of SwiGLU."""

    vocabulary: int
    width: int
    layers: int
    heads: int
    kv_heads: int
    feed_forward: int
    context: int
    rope_theta: float = 10_000.0

    @property
    def head_size(self) -> int:
        """Width of one attention head."""
        return self.width // self.heads


@dataclass(frozen=True)
class Preset:
    """Everything that a run depends on. Lengths are in tokens unless the name says otherwise."""

    name: str
    shape: Shape
    package_bytes: int
    row_tokens: int
    long_row_tokens: int
    rows_per_step: int
    minutes: float
    anneal_minutes: float
    long_row_minutes: float
    muon_rate: float = 0.02
    adam_rate: float = 3e-3
    warmup_steps: int = 50
    dropout: float = 0.0
    device: str = "cpu"
    compiled: bool = False
    packers: int = 1  # processes that cut and pack the text
    reads_code: bool = True
    reads_pairs: bool = False

    @property
    def folder(self) -> Path:
        """Where this preset's tokenizer, text and checkpoints live."""
        return CACHE / self.name


PRESETS = {
    "tiny": Preset(
        name="tiny",
        shape=Shape(vocabulary=1024, width=64, layers=2, heads=4, kv_heads=2, feed_forward=128, context=512),
        package_bytes=40_000,
        row_tokens=128,
        long_row_tokens=256,
        rows_per_step=16,
        minutes=2.0,
        anneal_minutes=0.8,
        long_row_minutes=0.4,
        reads_pairs=True,
    ),
    "text": Preset(
        name="text",
        shape=Shape(vocabulary=4096, width=192, layers=4, heads=6, kv_heads=2, feed_forward=512, context=256),
        package_bytes=0,
        row_tokens=128,
        long_row_tokens=128,
        rows_per_step=10,
        minutes=40.0,
        anneal_minutes=16.0,
        long_row_minutes=0.0,
        dropout=0.1,
        reads_code=False,
        reads_pairs=True,
    ),
    "cpu": Preset(
        name="cpu",
        shape=Shape(vocabulary=8192, width=256, layers=4, heads=4, kv_heads=2, feed_forward=640, context=1024),
        package_bytes=3_000_000,
        row_tokens=512,
        long_row_tokens=1024,
        rows_per_step=8,
        minutes=100.0,
        anneal_minutes=40.0,
        long_row_minutes=10.0,
        compiled=True,
    ),
    "gpu": Preset(
        name="gpu",
        shape=Shape(vocabulary=16384, width=512, layers=12, heads=8, kv_heads=4, feed_forward=1408, context=1024),
        package_bytes=28_000_000,
        row_tokens=1024,
        long_row_tokens=1024,
        rows_per_step=128,
        minutes=9.2,  # with all that comes before and after, ten
        anneal_minutes=4.0,
        long_row_minutes=0.0,
        device="cuda",
        compiled=True,
        packers=16,
    ),
}


@dataclass(frozen=True)
class FamilyPreset:
    """One run of one family on the text pairs. `core_minutes` is processor time of the training process."""

    name: str
    family: str
    core_minutes: float
    anneal_share: float = 0.7
    denoise_share: float = 0.0
    rate: float = 2e-3
    warmup_steps: int = 50
    tokens_per_step: int = 2048
    dropout: float = 0.1
    bfloat16: bool = True
    vocabulary: int = 8192
    source_tokens: int = 160
    target_tokens: int = 64
    ships: bool = False

    @property
    def data(self) -> Path:
        """Pairs, functions and tokenizer, which all families share."""
        return CACHE / "families"

    @property
    def folder(self) -> Path:
        """Checkpoints and log of this run."""
        return self.data / self.name


FAMILY_PRESETS = {
    "text-recurrent": FamilyPreset("text-recurrent", "recurrent", core_minutes=22.0, ships=True),
    "recurrent": FamilyPreset("recurrent", "recurrent", core_minutes=6.0),
    "prefix-lm": FamilyPreset("prefix-lm", "prefix-lm", core_minutes=6.0),
    "t5": FamilyPreset("t5", "t5", core_minutes=6.0),
    "bart": FamilyPreset("bart", "bart", core_minutes=6.0, denoise_share=0.3),
    "gpt": FamilyPreset("gpt", "gpt", core_minutes=6.0),
}
