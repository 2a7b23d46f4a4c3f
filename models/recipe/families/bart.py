"""BART family: encoder and decoder with learned positions and norms after each addition, pre-trained by denoising."""

import torch.nn.functional as F
from torch import Tensor
from transformers import BartConfig, BartForConditionalGeneration

from families.encoder_decoder_shape import EncoderDecoderShape
from families.family import Family, Vocabulary, shifted

BART_SHAPE = EncoderDecoderShape(
    width=192, encoder_layers=3, decoder_layers=2, heads=6, feed_forward=512, context=256
)  # 3.7 M with a vocabulary of 8,192


class Bart(Family):
    """transformers' BART. Answers begin as BART's do: with the end token, then with a forced first token."""

    def __init__(
        self, vocabulary: Vocabulary, shape: EncoderDecoderShape = BART_SHAPE, dropout: float = 0.1
    ) -> None:
        super().__init__(vocabulary)
        self.network = BartForConditionalGeneration(bart_config(vocabulary, shape, dropout))

    @property
    def table(self) -> Tensor:
        """The embedding is the head; the bias of the logits stays 0."""
        return self.network.lm_head.weight

    def answer_states(self, source: Tensor, source_mask: Tensor, target: Tensor) -> Tensor:
        """See Family; the decoder reads end, start, target, and what it says after the end is not asked for."""
        written = self.network.model(
            input_ids=source,
            attention_mask=source_mask.long(),
            decoder_input_ids=F.pad(shifted(target, self.vocabulary.start), (1, 0), value=self.vocabulary.end),
            use_cache=False,
        )
        return written.last_hidden_state[:, 1:]


def bart_config(vocabulary: Vocabulary, shape: EncoderDecoderShape, dropout: float = 0.0) -> BartConfig:
    """The configuration that transformers reads; no padding id, which would freeze that token's embedding."""
    return BartConfig(
        vocab_size=vocabulary.size,
        max_position_embeddings=shape.context,
        d_model=shape.width,
        encoder_layers=shape.encoder_layers,
        decoder_layers=shape.decoder_layers,
        encoder_attention_heads=shape.heads,
        decoder_attention_heads=shape.heads,
        encoder_ffn_dim=shape.feed_forward,
        decoder_ffn_dim=shape.feed_forward,
        dropout=dropout,
        bos_token_id=vocabulary.start,
        eos_token_id=vocabulary.end,
        pad_token_id=None,
        decoder_start_token_id=vocabulary.end,
        forced_eos_token_id=None,
    )
