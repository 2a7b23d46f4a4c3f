"""T5 family: encoder and decoder with relative positions as biases, RMS norms and gated feed-forward."""

from torch import Tensor
from transformers import T5Config, T5ForConditionalGeneration

from families.encoder_decoder_shape import EncoderDecoderShape
from families.family import Family, Vocabulary, shifted


T5_SHAPE = EncoderDecoderShape(
    width=192, encoder_layers=3, decoder_layers=2, heads=6, feed_forward=448, context=512
)  # 3.9 M with a vocabulary of 8,192


class T5(Family):
    """transformers' T5 1.1 with one table for embedding and head."""

    def __init__(
        self, vocabulary: Vocabulary, shape: EncoderDecoderShape = T5_SHAPE, dropout: float = 0.1
    ) -> None:
        super().__init__(vocabulary)
        self.network = T5ForConditionalGeneration(t5_config(vocabulary, shape, dropout))

    @property
    def table(self) -> Tensor:
        """The embedding is the head."""
        return self.network.shared.weight

    def answer_states(self, source: Tensor, source_mask: Tensor, target: Tensor) -> Tensor:
        """See Family; a tied head of T5 expects states divided by the root of their width."""
        mask = source_mask.long()
        read = self.network.encoder(source, attention_mask=mask).last_hidden_state
        written = self.network.decoder(
            shifted(target, self.vocabulary.start),
            encoder_hidden_states=read,
            encoder_attention_mask=mask,
            use_cache=False,
        )
        return written.last_hidden_state * self.network.config.d_model**-0.5


def t5_config(vocabulary: Vocabulary, shape: EncoderDecoderShape, dropout: float = 0.0) -> T5Config:
    """The configuration that transformers reads."""
    return T5Config(
        vocab_size=vocabulary.size,
        d_model=shape.width,
        d_kv=shape.width // shape.heads,
        d_ff=shape.feed_forward,
        num_layers=shape.encoder_layers,
        num_decoder_layers=shape.decoder_layers,
        num_heads=shape.heads,
        dropout_rate=dropout,
        feed_forward_proj="gated-gelu",
        pad_token_id=vocabulary.end,
        eos_token_id=vocabulary.end,
        decoder_start_token_id=vocabulary.start,
    )
