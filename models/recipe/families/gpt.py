"""GPT family: GPT-2's decoder with learned positions; the source is just the beginning of the text."""

from dataclasses import dataclass

from torch import Tensor
from transformers import GPT2Config, GPT2LMHeadModel

from families.family import Family, Vocabulary
from families.joined_rows import join


@dataclass(frozen=True)
class GptShape:
    """`width` = heads * head size; `context` is the number of learned positions."""

    width: int
    layers: int
    heads: int
    context: int


GPT_SHAPE = GptShape(width=192, layers=5, heads=6, context=512)  # 3.9 M with a vocabulary of 8,192


class Gpt(Family):
    """transformers' GPT-2, trained on `source <start> target`; only the target counts."""

    def __init__(self, vocabulary: Vocabulary, shape: GptShape = GPT_SHAPE, dropout: float = 0.1) -> None:
        super().__init__(vocabulary)
        self.network = GPT2LMHeadModel(gpt_config(vocabulary, shape, dropout))

    @property
    def table(self) -> Tensor:
        """The embedding is the head."""
        return self.network.lm_head.weight

    def answer_states(self, source: Tensor, source_mask: Tensor, target: Tensor) -> Tensor:
        """See Family; padding comes after every token that counts, so causal attention needs no mask for it."""
        rows = join(source, source_mask, target, self.vocabulary.start)
        return rows.answer_states(self.network.transformer(rows.ids, use_cache=False).last_hidden_state)


def gpt_config(vocabulary: Vocabulary, shape: GptShape, dropout: float = 0.0) -> GPT2Config:
    """The configuration that transformers reads."""
    return GPT2Config(
        vocab_size=vocabulary.size,
        n_positions=shape.context,
        n_embd=shape.width,
        n_layer=shape.layers,
        n_head=shape.heads,
        resid_pdrop=dropout,
        embd_pdrop=dropout,
        attn_pdrop=dropout,
        bos_token_id=vocabulary.end,
        eos_token_id=vocabulary.end,
        pad_token_id=vocabulary.end,
    )
