"""The network in PyTorch, one layer at a time, so that calibration sees what goes into every matrix."""

from typing import Callable

import numpy as np
import torch
from torch.nn.functional import rms_norm, scaled_dot_product_attention, silu

from qwen.source import SHAPE

Weights = dict[str, torch.Tensor]
# Called with the matrices that read an input and that input, [tokens, inputs].
Watch = Callable[[tuple[str, ...], torch.Tensor], None]


def no_watch(names: tuple[str, ...], inputs: torch.Tensor) -> None:
    """Watches nothing."""


def tensors(layer: dict[str, np.ndarray]) -> Weights:
    """A layer's weights for PyTorch."""
    return {name: torch.from_numpy(values) for name, values in layer.items()}


def rotary(length: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Cosines and sines, [length, head size / 2]."""
    frequencies = SHAPE.rope_theta ** (-torch.arange(0, SHAPE.head_size, 2, dtype=torch.float64) / SHAPE.head_size)
    angles = torch.outer(torch.arange(length, dtype=torch.float64), frequencies)
    return angles.cos().float(), angles.sin().float()


def rotate(x: torch.Tensor, tables: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    """Applies rotary positions to [batch, heads, length, head size]."""
    cosines, sines = tables
    left, right = x.chunk(2, -1)
    return torch.cat([left * cosines - right * sines, right * cosines + left * sines], -1)


def attention_inputs(weights: Weights, stream: torch.Tensor) -> torch.Tensor:
    """What query, key and value read."""
    return rms_norm(stream, (SHAPE.width,), weights["attention_norm"], SHAPE.epsilon)


def attend(weights: Weights, normed: torch.Tensor) -> torch.Tensor:
    """What the output matrix reads, [batch, length, width]."""
    batch, length, _ = normed.shape
    tables = rotary(length)

    def heads(part: str, count: int) -> torch.Tensor:
        projected = normed @ weights[part].T + weights[f"{part}_bias"]
        return projected.view(batch, length, count, SHAPE.head_size).transpose(1, 2)

    query, key = rotate(heads("query", SHAPE.heads), tables), rotate(heads("key", SHAPE.kv_heads), tables)
    value = heads("value", SHAPE.kv_heads)
    mixed = scaled_dot_product_attention(query, key, value, is_causal=True, enable_gqa=True)
    return mixed.transpose(1, 2).reshape(batch, length, -1)


def forward_layer(weights: Weights, stream: torch.Tensor, watch: Watch = no_watch) -> torch.Tensor:
    """The residual stream [batch, length, width] behind one layer."""
    normed = attention_inputs(weights, stream)
    watch(("query", "key", "value"), normed.flatten(0, 1))
    attended = attend(weights, normed)
    watch(("output",), attended.flatten(0, 1))
    stream = stream + attended @ weights["output"].T
    normed = rms_norm(stream, (SHAPE.width,), weights["feed_norm"], SHAPE.epsilon)
    watch(("gate", "up"), normed.flatten(0, 1))
    inner = silu(normed @ weights["gate"].T) * (normed @ weights["up"].T)
    watch(("down",), inner.flatten(0, 1))
    return stream + inner @ weights["down"].T


def surprise(stream: torch.Tensor, norm: torch.Tensor, table: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
    """Bits that each id but the first costs, [batch, length - 1]; the logits are computed in pieces."""
    normed = rms_norm(stream, (SHAPE.width,), norm, SHAPE.epsilon)[:, :-1]
    pieces = []
    for row, targets in zip(normed, ids[:, 1:]):
        for start in range(0, len(row), 256):
            logits = row[start : start + 256] @ table.T
            wanted = targets[start : start + 256, None]
            pieces.append(torch.logsumexp(logits, -1) - logits.gather(1, wanted)[:, 0])
    return torch.cat(pieces).view(len(ids), -1) / np.log(2)
