"""Checks a family's exported graphs against PyTorch, and says what rounding to 8 bits costs."""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from families.bart import Bart
from families.export_family import rounded
from families.family import Family
from families.run_graphs import Graphs, step_logits


@torch.no_grad()
def torch_logits(family: Family, source: list[int], answer: list[int]) -> np.ndarray:
    """Logits [answer + 1, vocabulary] after the start token and after each id of the answer."""
    ids, target = torch.tensor([source]), torch.tensor([[*answer, family.vocabulary.end]])
    states = family.answer_states(ids, torch.ones_like(ids, dtype=torch.bool), target)
    return F.linear(states, family.table)[0].numpy()


def graph_logits(graphs: Graphs, family: Family, source: list[int], answer: list[int]) -> np.ndarray:
    """The same from the exported graphs, token by token with their caches."""
    forced = [family.vocabulary.end] if isinstance(family, Bart) else []
    return step_logits(graphs, source, [*forced, family.vocabulary.start, *answer])[len(forced) :]


def verify_family(folder: Path, family: Family, source: list[int], answer: list[int]) -> dict[str, float]:
    """Largest difference in logits, and the share of steps with the same best token, of graphs and network."""
    expected = torch_logits(family, source, answer)
    found = graph_logits(Graphs(folder), family, source, answer)
    same = expected.argmax(-1) == found.argmax(-1)
    return {"fromTorch": float(np.abs(expected - found).max()), "sameBest": float(same.mean())}


@torch.no_grad()
def rounding_cost(family: Family, examples: list[tuple[list[int], list[int]]]) -> dict[str, float]:
    """Nats a target token with the weights as trained and as stored in 8-bit blocks; targets end with the end token."""
    costs = {}
    for name, network in (("float32", family), ("int8", rounded(family))):
        total = count = 0.0
        for source, target in examples:
            logits = torch.from_numpy(torch_logits(network, source, target[:-1]))
            total += F.cross_entropy(logits, torch.tensor(target), reduction="sum").item()
            count += len(target)
        costs[name] = total / count
    return costs
