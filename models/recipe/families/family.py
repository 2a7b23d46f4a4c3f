"""What all families share: the loss of an answer given its source, greedy decoding, and the tokens they agree on."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from decoder import ChunkedCrossEntropy


@dataclass(frozen=True)
class Vocabulary:
    """Size of the vocabulary, and the ids that have a meaning: of the start and the end of an answer, and of a gap."""

    size: int
    start: int
    end: int
    mask: int


class Family(nn.Module, ABC):
    """A network that answers a source. Rows are padded on the right; masks are True on real tokens.

    Targets are answer ids and the end token; the token that starts an answer is the family's own business. Under
    `torch.autocast` the head is multiplied in autocast's type too.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self.vocabulary = vocabulary

    @property
    @abstractmethod
    def table(self) -> Tensor:
        """Weights of the head [vocabulary, width]."""

    @abstractmethod
    def answer_states(self, source: Tensor, source_mask: Tensor, target: Tensor) -> Tensor:
        """[batch, target tokens, width]; state t saw the source and the targets before t, and predicts target t."""

    def loss(self, source: Tensor, source_mask: Tensor, target: Tensor, target_mask: Tensor) -> Tensor:
        """Mean nats a target token where target_mask is True; ids [batch, tokens], masks of the same shape."""
        states = self.answer_states(source, source_mask, target)[target_mask]
        dtype = torch.get_autocast_dtype("cpu") if torch.is_autocast_enabled("cpu") else torch.float32
        if states.is_cuda:
            return F.cross_entropy(F.linear(states, self.table).float(), target[target_mask])
        return ChunkedCrossEntropy.apply(states.to(dtype), self.table, target[target_mask])

    def next_logits(self, source_ids: list[int], answers: Tensor) -> Tensor:
        """Logits [answers, vocabulary] of the token after each of the equally long answers [answers, tokens]."""
        source = torch.tensor([source_ids]).expand(len(answers), -1)
        target = F.pad(answers, (0, 1))
        states = self.answer_states(source, torch.ones_like(source, dtype=torch.bool), target)
        return F.linear(states[:, -1], self.table)

    @torch.no_grad()
    def greedy(self, source_ids: list[int], most: int) -> list[int]:
        """The likeliest token again and again, at most `most`, without the end token that stops it."""
        answer: list[int] = []
        while len(answer) < most:
            logits = self.next_logits(source_ids, torch.tensor([answer], dtype=torch.long))
            best = int(logits[0].argmax())
            if best == self.vocabulary.end:
                break
            answer.append(best)
        return answer


def shifted(target: Tensor, start: int) -> Tensor:
    """Decoder inputs: the start token, then the targets without their last column."""
    return F.pad(target[:, :-1], (1, 0), value=start)
