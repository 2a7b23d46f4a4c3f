"""Prefix-LM family (UniLM): one decoder whose tokens all see the whole source, and of the answer what came before."""

import torch
from torch import Tensor

from decoder import Decoder
from families.family import Family, Vocabulary
from families.joined_rows import join
from settings import Shape


def prefix_lm_shape(vocabulary: int) -> Shape:
    """3.5 M parameters with a vocabulary of 8,192."""
    return Shape(vocabulary, width=192, layers=5, heads=6, kv_heads=2, feed_forward=512, context=512)


def prefix_mask(prefix: Tensor, tokens: int) -> Tensor:
    """True where a query may look at a key: [batch, 1, queries, keys]; prefix [batch] counts leading tokens."""
    places = torch.arange(tokens, device=prefix.device)
    causal = places[None, :] <= places[:, None]
    return (causal | (places < prefix[:, None, None]))[:, None]


class PrefixLm(Family):
    """The source and the start token see each other; padding comes after every token that counts."""

    def __init__(self, vocabulary: Vocabulary, shape: Shape | None = None, dropout: float = 0.1) -> None:
        super().__init__(vocabulary)
        self.network = Decoder(shape or prefix_lm_shape(vocabulary.size), dropout)

    @property
    def table(self) -> Tensor:
        """The embedding is the head."""
        return self.network.table

    def answer_states(self, source: Tensor, source_mask: Tensor, target: Tensor) -> Tensor:
        """See Family."""
        rows = join(source, source_mask, target, self.vocabulary.start)
        dtype = torch.get_autocast_dtype("cpu") if torch.is_autocast_enabled("cpu") else torch.float32
        states = self.network.hidden(rows.ids, dtype, prefix_mask(rows.prefix, rows.ids.shape[1]))
        return rows.answer_states(states)
