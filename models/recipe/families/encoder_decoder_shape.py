"""Shape of an encoder-decoder of transformer layers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EncoderDecoderShape:
    """`width` = heads * head size; `feed_forward` is the inner width of a layer; `context` counts positions."""

    width: int
    encoder_layers: int
    decoder_layers: int
    heads: int
    feed_forward: int
    context: int
