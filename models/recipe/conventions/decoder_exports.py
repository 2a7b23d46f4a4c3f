"""Decoder-only networks as files, in the layouts that Optimum and ONNX Runtime's own scripts give them."""

from dataclasses import dataclass
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from conventions.trace import trace
from conventions.traced_cache import causal_mask, flat, no_mask, traced_cache

PAST, COUNT = 3, 2  # tokens in the example that is traced; any other numbers work afterwards


@dataclass(frozen=True)
class DecoderLayout:
    """Which inputs an export has and how its cache lies."""

    id_type: torch.dtype = torch.int64
    mask_type: torch.dtype = torch.int64
    position_ids: bool = True
    cache_type: torch.dtype = torch.float32
    combined: bool = False  # GPT-2's own: one tensor [2, batch, heads, tokens, size] a layer


class DecoderRun(nn.Module):
    """One run of a network with everything it reads and writes as plain tensors."""

    def __init__(self, network: PreTrainedModel, layout: DecoderLayout, has_past: bool) -> None:
        super().__init__()
        self.network, self.layout, self.has_past = network, layout, has_past

    def forward(self, input_ids: Tensor, attention_mask: Tensor, *rest: Tensor) -> tuple[Tensor, ...]:
        positions, past = (rest[:1], rest[1:]) if self.layout.position_ids else ((), rest)
        cache = traced_cache(self.network.config.num_hidden_layers, self.read(past))
        held = cache.get_seq_length()
        # transformers made no causal mask for one token, so in exports of 2023 the branch with a past has none for more either.
        mask = no_mask(attention_mask) if input_ids.shape[1] == 1 else causal_mask(attention_mask, input_ids.shape[1], held)
        given = {"position_ids": positions[0].long()} if positions else {}
        out = self.network(
            input_ids=input_ids.long(), attention_mask=mask, past_key_values=cache, use_cache=True, **given
        )
        return (out.logits, *self.write(flat(out.past_key_values)))

    def read(self, past: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        """Keys and values as the network takes them."""
        if not self.has_past:
            return ()
        parts = [part for layer in past for part in (layer[0], layer[1])] if self.layout.combined else past
        return tuple(part.float() for part in parts)

    def write(self, parts: list[Tensor]) -> list[Tensor]:
        """Keys and values as the file gives them."""
        if self.layout.combined:
            return [torch.stack(pair) for pair in zip(parts[::2], parts[1::2])]
        return [part.to(self.layout.cache_type) for part in parts]


def cache_names(layers: int, combined: bool) -> tuple[list[str], list[str]]:
    """Names of the cache among inputs and outputs."""
    if combined:
        return [f"past_{layer}" for layer in range(layers)], [f"present_{layer}" for layer in range(layers)]
    parts = [f"{layer}.{part}" for layer in range(layers) for part in ("key", "value")]
    return [f"past_key_values.{part}" for part in parts], [f"present.{part}" for part in parts]


def example_cache(network: PreTrainedModel, layout: DecoderLayout) -> list[Tensor]:
    """A cache of PAST tokens."""
    config = network.config
    heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    if layout.combined:
        return [torch.randn(2, 1, heads, PAST, size) for _ in range(config.num_hidden_layers)]
    return [torch.randn(1, heads, PAST, size).to(layout.cache_type) for _ in range(2 * config.num_hidden_layers)]


def export_decoder(
    network: PreTrainedModel, layout: DecoderLayout, file: Path, has_past: bool = True, count: int = COUNT
) -> onnx.ModelProto:
    """Traces the network into `file`.

    has_past: without one the graph is the first branch of a merged decoder.
    count: with 1 the causal mask is traced away, as in exports of 2023.
    """
    past = PAST if has_past else 0
    ids = torch.randint(5, 20, (1, count)).to(layout.id_type)
    mask = torch.ones(1, past + count).to(layout.mask_type)
    positions = [torch.arange(past, past + count)[None].to(layout.id_type)] if layout.position_ids else []
    pasts, presents = cache_names(network.config.num_hidden_layers, layout.combined)
    rows = 3 if layout.combined else 2
    inputs = ["input_ids", "attention_mask", *(["position_ids"] if positions else []), *(pasts if has_past else [])]
    axes = {
        "input_ids": {0: "batch_size", 1: "sequence_length"},
        "attention_mask": {0: "batch_size", 1: "total_sequence_length"},
        **({"position_ids": {0: "batch_size", 1: "sequence_length"}} if positions else {}),
        "logits": {0: "batch_size", 1: "sequence_length"},
        **({name: {rows - 2: "batch_size", rows: "past_sequence_length"} for name in pasts} if has_past else {}),
        **{name: {rows - 2: "batch_size", rows: "total_sequence_length"} for name in presents},
    }
    run = DecoderRun(network, layout, has_past)
    example = (ids, mask, *positions, *(example_cache(network, layout) if has_past else []))
    return trace(run, example, file, inputs, ["logits", *presents], axes)
