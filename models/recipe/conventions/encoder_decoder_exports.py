"""Encoder-decoders as the three files that Optimum makes of them."""

from pathlib import Path

import onnx
import torch
from torch import Tensor, nn
from transformers import EncoderDecoderCache, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutput

from conventions.trace import trace
from conventions.traced_cache import causal_mask, flat, traced_cache

SOURCE, PAST, COUNT = 4, 3, 2  # tokens in the example that is traced


class EncoderRun(nn.Module):
    """The encoder with ids and mask as plain tensors."""

    def __init__(self, network: PreTrainedModel) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        mask = seen(attention_mask)
        return self.network.get_encoder()(input_ids=input_ids, attention_mask=mask).last_hidden_state


class FirstRun(nn.Module):
    """The decoder's first run: its own keys and values and those of the encoder come out, layer by layer."""

    def __init__(self, network: PreTrainedModel) -> None:
        super().__init__()
        self.network, self.layers = network, decoder_layers(network)

    def forward(self, source_mask: Tensor, input_ids: Tensor, states: Tensor) -> tuple[Tensor, ...]:
        cache = EncoderDecoderCache(traced_cache(self.layers), traced_cache(self.layers))
        out = decode(self.network, (source_mask, input_ids, states), cache, 0)
        own, cross = flat(cache.self_attention_cache), flat(cache.cross_attention_cache)
        return (out, *(part for at in range(0, len(own), 2) for part in (*own[at : at + 2], *cross[at : at + 2])))


class NextRun(nn.Module):
    """A run behind a past: only the decoder's own keys and values come out."""

    def __init__(self, network: PreTrainedModel) -> None:
        super().__init__()
        self.network, self.layers = network, decoder_layers(network)

    def forward(self, source_mask: Tensor, input_ids: Tensor, states: Tensor, *past: Tensor) -> tuple[Tensor, ...]:
        own = tuple(part for at in range(0, len(past), 4) for part in past[at : at + 2])
        cross = tuple(part for at in range(0, len(past), 4) for part in past[at + 2 : at + 4])
        cache = EncoderDecoderCache(traced_cache(self.layers, own), traced_cache(self.layers, cross))
        cache.is_updated = {layer: True for layer in range(self.layers)}
        out = decode(self.network, (source_mask, input_ids, states), cache, own[0].shape[2])
        return (out, *flat(cache.self_attention_cache))


def decode(
    network: PreTrainedModel, inputs: tuple[Tensor, Tensor, Tensor], cache: EncoderDecoderCache, past: int
) -> Tensor:
    """Logits of the ids."""
    source_mask, input_ids, states = inputs
    total = torch.ones(1, input_ids.shape[1] + past, dtype=torch.int64)
    return network(
        attention_mask=seen(source_mask), encoder_outputs=BaseModelOutput(last_hidden_state=states),
        decoder_input_ids=input_ids, decoder_attention_mask=causal_mask(total, input_ids.shape[1], past),
        past_key_values=cache, use_cache=True,
    ).logits  # fmt: skip


def seen(attention_mask: Tensor) -> Tensor:
    """Numbers to add to every query's attention: [batch, 1, 1, tokens]."""
    return torch.where(attention_mask[:, None, None, :] > 0, 0.0, -1e9)


def decoder_layers(network: PreTrainedModel) -> int:
    """How many layers the decoder has."""
    config = network.config
    return getattr(config, "num_decoder_layers", None) or config.decoder_layers


def part_names(prefix: str, layers: int, kinds: tuple[str, ...] = ("decoder", "encoder")) -> list[str]:
    """Names of the cache in Optimum's order."""
    return [
        f"{prefix}.{layer}.{kind}.{part}" for layer in range(layers) for kind in kinds for part in ("key", "value")
    ]


def export_encoder_decoder(network: PreTrainedModel, folder: Path) -> tuple[onnx.ModelProto, onnx.ModelProto]:
    """Writes encoder_model, decoder_model and decoder_with_past_model; returns the decoders."""
    config, layers = network.config, decoder_layers(network)
    ids, mask = torch.randint(5, 20, (1, SOURCE)), torch.ones(1, SOURCE, dtype=torch.int64)
    source = {0: "batch_size", 1: "encoder_sequence_length"}
    trace(
        EncoderRun(network), (ids, mask), folder / "onnx/encoder_model.onnx", ["input_ids", "attention_mask"],
        ["last_hidden_state"], {"input_ids": source, "attention_mask": source, "last_hidden_state": source},
    )  # fmt: skip
    states = torch.randn(1, SOURCE, config.d_model)
    inputs = ["encoder_attention_mask", "input_ids", "encoder_hidden_states"]
    target = {0: "batch_size", 1: "decoder_sequence_length"}
    axes = {inputs[0]: source, inputs[1]: target, inputs[2]: source, "logits": target}
    pasts, presents = part_names("past_key_values", layers), part_names("present", layers)
    axes |= {
        name: {0: "batch_size", 2: f"{name.split('.')[-2]}_sequence_length"} for name in (*pasts, *presents)
    }
    first = trace(
        FirstRun(network), (mask, ids[:, :COUNT], states), folder / "onnx/decoder_model.onnx", inputs,
        ["logits", *presents], axes,
    )  # fmt: skip
    heads = getattr(config, "num_heads", None) or config.decoder_attention_heads
    size = getattr(config, "d_kv", None) or config.d_model // heads
    past = [torch.randn(1, heads, PAST if ".decoder." in name else SOURCE, size) for name in pasts]
    own = part_names("present", layers, ("decoder",))
    with_past = trace(
        NextRun(network), (mask, ids[:, :1], states, *past), folder / "onnx/decoder_with_past_model.onnx",
        [*inputs, *pasts], ["logits", *own], axes,
    )  # fmt: skip
    return first, with_past
