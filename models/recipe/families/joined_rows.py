"""Source, start token and target in one row without a gap, for families that have no encoder."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from families.family import shifted


@dataclass(frozen=True)
class JoinedRows:
    """ids [batch, tokens] padded with 0 at the end; prefix [batch]: tokens up to and with the start token."""

    ids: Tensor
    prefix: Tensor
    answers: int

    def answer_states(self, states: Tensor) -> Tensor:
        """States [batch, tokens, width] -> those that predict the target [batch, target tokens, width]."""
        places = self.prefix[:, None] - 1 + torch.arange(self.answers, device=states.device)
        return states.gather(1, places[..., None].expand(-1, -1, states.shape[-1]))


def join(source: Tensor, source_mask: Tensor, target: Tensor, start: int) -> JoinedRows:
    """Moves each start token and target to the end of its own source."""
    lengths, answers = source_mask.sum(1), target.shape[1]
    ids = F.pad(source * source_mask, (0, answers))
    places = lengths[:, None] + torch.arange(answers, device=source.device)
    return JoinedRows(ids.scatter(1, places, shifted(target, start)), lengths + 1, answers)
