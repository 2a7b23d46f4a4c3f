"""Muon: momentum whose update is orthogonalised, for the matrices of the layers."""

from collections import defaultdict

import torch
from torch import Tensor


def orthogonalise(update: Tensor, dtype: torch.dtype) -> Tensor:
    """Newton-Schulz: pushes the singular values of [count, rows, columns] matrices towards one."""
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = update.shape[-2] > update.shape[-1]
    x = (update.mT if tall else update).to(dtype)
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(5):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.mT if tall else x).float()


class Muon:
    """Matrices of equal shape are stacked and orthogonalised together."""

    def __init__(
        self, matrices: list[Tensor], dtype: torch.dtype, momentum: float = 0.95, weight_decay: float = 0.02
    ) -> None:
        self.dtype, self.momentum, self.weight_decay = dtype, momentum, weight_decay
        self.groups: dict[torch.Size, list[Tensor]] = defaultdict(list)
        for matrix in matrices:
            self.groups[matrix.shape].append(matrix)
        self.buffers = {shape: torch.zeros(len(group), *shape) for shape, group in self.groups.items()}
        self.buffers = {shape: buffer.to(matrices[0].device) for shape, buffer in self.buffers.items()}

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """One update with Nesterov momentum; the rate is scaled by the shape of each matrix."""
        for shape, group in self.groups.items():
            gradient = torch.stack([matrix.grad for matrix in group])
            buffer = self.buffers[shape].lerp_(gradient, 1 - self.momentum)
            update = orthogonalise(gradient.lerp(buffer, self.momentum), self.dtype)
            scale = max(1.0, shape[0] / shape[1]) ** 0.5
            for matrix, change in zip(group, update):
                matrix.mul_(1 - rate * self.weight_decay).add_(change, alpha=-rate * scale)
