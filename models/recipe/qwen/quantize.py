"""All matrices of the network, rounded one after another on what the rounded part before them gives."""

from typing import Callable

import numpy as np
import torch
from torch.nn.functional import rms_norm, silu

from qwen.graph_form import Layer, Table
from qwen.network import Weights, attend, attention_inputs, tensors
from qwen.rounded import Rounded, round_to_levels
from qwen.rounding import Grid, as_rounded, round_calibrated, search_levels
from qwen.source import SHAPE, Source
from qwen.vocabulary import Vocabulary

MATRICES = Grid(bits=4, block=64, floating_zero=True)
# Common tokens are stored with 8 bits, of which these levels are used: what is not used a package does not hold.
COMMON_LEVELS, COMMON_BLOCK = 127, 64
RARE = Grid(bits=4, block=64)
ROWS_AT_ONCE = 16
Report = Callable[[str, float], None]


def round_table(source: Source, vocabulary: Vocabulary) -> Table:
    """Embedding and head in one, [tokens, width] in two parts. No input is more important than another to an embedding."""
    table = source.table()[vocabulary.rows(source)]
    near, far = table[: vocabulary.common], torch.from_numpy(table[vocabulary.common :])
    levels = search_levels(far, torch.ones(far.shape[1]), RARE)
    codes = torch.stack([levels.nearest(far[:, column], column) for column in range(far.shape[1])], 1)
    return round_to_levels(near, COMMON_LEVELS, COMMON_BLOCK), as_rounded(levels, codes)


def embeddings(table: Table, ids: torch.Tensor) -> torch.Tensor:
    """What the rounded table gives for token ids."""
    return torch.from_numpy(np.concatenate([part.matrix() for part in table]))[ids]


def round_layers(source: Source, stream: torch.Tensor, report: Report) -> list[Layer]:
    """The layers as the graph stores them; `stream` is what the rounded table gives for the calibration rows."""
    layers = []
    for index in range(SHAPE.layers):
        weights = tensors(source.layer(index))
        rounder = Rounder(weights, lambda part, error, index=index: report(f"{index}.{part}", error))
        stream = rounder.forward(stream)
        layers.append(rounder.layer())
    return layers


class Rounder:
    """Rounds one layer while the calibration rows pass through it."""

    def __init__(self, weights: Weights, report: Report) -> None:
        self.weights, self.report = weights, report
        self.rounded: dict[str, Rounded] = {}

    def forward(self, stream: torch.Tensor) -> torch.Tensor:
        """The stream [rows, length, width] behind the rounded layer. Every matrix sees what rounded ones made."""
        weights = self.weights
        normed = attention_inputs(weights, stream)
        self.round(("query", "key", "value"), normed)
        attended = torch.cat([attend(weights, part) for part in normed.split(ROWS_AT_ONCE)])
        self.round(("output",), attended)
        stream = stream + attended @ weights["output"].T
        normed = rms_norm(stream, (SHAPE.width,), weights["feed_norm"], SHAPE.epsilon)
        self.round(("gate", "up"), normed)
        inner = silu(normed @ weights["gate"].T) * (normed @ weights["up"].T)
        self.round(("down",), inner)
        return stream + inner @ weights["down"].T

    def round(self, parts: tuple[str, ...], inputs: torch.Tensor) -> None:
        """Rounds the matrices that read these inputs and puts what they stand for in their places."""
        flat = inputs.flatten(0, 1)
        moments = flat.T @ flat / len(flat)
        for part in parts:
            self.rounded[part], error = round_calibrated(self.weights[part], moments, MATRICES)
            self.weights[part] = torch.from_numpy(self.rounded[part].matrix())
            self.report(part, error)

    def layer(self) -> Layer:
        """With query, key and value as one matrix."""
        parts = [self.rounded[part] for part in ("query", "key", "value")]
        joined = [np.concatenate([getattr(part, name) for part in parts]) for name in ("codes", "scales", "zeros")]
        biases = [self.weights[f"{part}_bias"].numpy() for part in ("query", "key", "value")]
        return {
            "heads": Rounded(MATRICES.bits, *joined),
            "heads_bias": np.concatenate(biases),
            **{part: self.rounded[part] for part in ("output", "gate", "up", "down")},
            **{norm: self.weights[norm].numpy() for norm in ("attention_norm", "feed_norm")},
        }
