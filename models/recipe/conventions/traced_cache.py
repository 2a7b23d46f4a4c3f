"""A key/value cache of transformers that can be traced into a graph."""

import torch
from torch import Tensor
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer


class TracedLayer(DynamicLayer):
    """As DynamicLayer, but begins with the first states themselves: ONNX cannot join an empty vector with a matrix."""

    def update(self, key_states: Tensor, value_states: Tensor, *args, **kwargs) -> tuple[Tensor, Tensor]:
        """The states of all tokens so far."""
        if self.is_initialized:
            return super().update(key_states, value_states, *args, **kwargs)
        self.lazy_initialization(key_states, value_states)
        self.keys, self.values = key_states, value_states
        return self.keys, self.values

    def hold(self, key_states: Tensor, value_states: Tensor) -> None:
        """Starts with what an earlier run computed."""
        self.lazy_initialization(key_states, value_states)
        self.keys, self.values = key_states, value_states

    def get_seq_length(self) -> int:
        """Without looking at the numbers, so that a trace fits every length."""
        return self.keys.shape[-2] if self.is_initialized else 0


def traced_cache(layers: int, past: tuple[Tensor, ...] = ()) -> DynamicCache:
    """A cache that holds `past`: key and value of each layer in turn."""
    cache = DynamicCache()
    cache.layers = [TracedLayer() for _ in range(layers)]
    for layer, (keys, values) in zip(cache.layers, zip(past[::2], past[1::2])):
        layer.hold(keys, values)
    return cache


def flat(cache: DynamicCache) -> list[Tensor]:
    """Key and value of each layer in turn."""
    return [states for layer in cache.layers for states in (layer.keys, layer.values)]


def causal_mask(attention_mask: Tensor, queries: int, past: int) -> Tensor:
    """What each of the queries behind `past` tokens may see, as numbers to add: [batch, 1, queries, past + queries]."""
    rows = torch.arange(queries)[:, None] + past
    columns = torch.arange(attention_mask.shape[1])[None]
    allowed = (columns <= rows)[None, None] & (attention_mask[:, None, None, :] > 0)
    return torch.where(allowed, 0.0, -1e9)


def no_mask(attention_mask: Tensor) -> Tensor:
    """Everything that is there may be seen."""
    return torch.where(attention_mask[:, None, None, :] > 0, 0.0, -1e9)
