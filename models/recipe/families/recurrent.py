"""Recurrent family: a bidirectional GRU reads, GRUs write, and attention over what was read links them."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from decoder import RmsNorm
from families.family import Family, Vocabulary, shifted

EMBEDDING_SCALE = 10.0  # the table starts small for the head; a GRU wants inputs of another order


@dataclass(frozen=True)
class RecurrentShape:
    """`state` is the size of the decoder's state and of an encoder output, half of it for each direction."""

    width: int
    state: int
    decoder_layers: int


RECURRENT_SHAPE = RecurrentShape(width=192, state=384, decoder_layers=2)  # 4.6 M with a vocabulary of 8,192


class Recurrent(Family):
    """The first decoder layer asks the encoder outputs; the later ones see its state and the answer."""

    def __init__(self, vocabulary: Vocabulary, shape: RecurrentShape = RECURRENT_SHAPE, dropout: float = 0.1) -> None:
        super().__init__(vocabulary)
        self.shape, self.dropout = shape, dropout
        width, state = shape.width, shape.state
        self.embedding = nn.Parameter(torch.randn(vocabulary.size, width) * 0.02)
        self.encoder = nn.GRU(width, state // 2, batch_first=True, bidirectional=True)
        self.bridge = nn.Linear(state, shape.decoder_layers * state)
        inputs = [width] + [2 * state] * (shape.decoder_layers - 1)
        self.decoder = nn.ModuleList(nn.GRU(size, state, batch_first=True) for size in inputs)
        self.query = nn.Linear(state, state, bias=False)
        self.output = nn.Linear(2 * state, width)
        self.norm = RmsNorm(width)

    @property
    def table(self) -> Tensor:
        """The embedding is the head."""
        return self.embedding

    def embed(self, ids: Tensor) -> Tensor:
        """ids [batch, tokens] -> [batch, tokens, width]."""
        return F.dropout(F.embedding(ids, self.embedding) * EMBEDDING_SCALE, self.dropout, self.training)

    def encode(self, source: Tensor, source_mask: Tensor) -> tuple[Tensor, Tensor]:
        """Encoder outputs [batch, tokens, state] and the decoder's first hidden state [layers, batch, state].

        Packed, so that no direction ever reads padding.
        """
        lengths = source_mask.sum(1).cpu()
        packed = pack_padded_sequence(self.embed(source), lengths, batch_first=True, enforce_sorted=False)
        outputs, last = self.encoder(packed)
        outputs, _ = pad_packed_sequence(outputs, batch_first=True, total_length=source.shape[1])
        first = torch.tanh(self.bridge(torch.cat((last[0], last[1]), -1)))
        return outputs, first.view(len(source), -1, self.shape.state).transpose(0, 1).contiguous()

    def attend(self, states: Tensor, outputs: Tensor, source_mask: Tensor) -> Tensor:
        """Luong's general attention: for each state [batch, tokens, state] a mean of the encoder outputs."""
        scores = self.query(states) @ outputs.transpose(1, 2) * self.shape.state**-0.5
        return torch.softmax(scores.masked_fill(~source_mask[:, None], -1e9), -1) @ outputs

    def answer_states(self, source: Tensor, source_mask: Tensor, target: Tensor) -> Tensor:
        """See Family; every layer runs over the whole target at once."""
        outputs, hidden = self.encode(source, source_mask)
        states, _ = self.decoder[0](self.embed(shifted(target, self.vocabulary.start)), hidden[:1])
        context = self.attend(states, outputs, source_mask)
        for index, layer in enumerate(self.decoder[1:], 1):
            states = states + layer(torch.cat((states, context), -1), hidden[index : index + 1])[0]
        joined = F.dropout(torch.cat((states, context), -1), self.dropout, self.training)
        return self.norm(torch.tanh(self.output(joined)))
