"""Batches cut and packed by several processes, for a device that is faster than one of them."""

import multiprocessing
from multiprocessing.connection import Connection
from typing import Callable

import numpy as np
import torch
from torch import Tensor

from batches import Batches, State

MakeShare = Callable[[int, int], Batches]  # (which, of how many) -> batches of that share of the text


def send_rows(batches: Batches, rows: int, tokens: int, way: Connection) -> None:
    """Sends [rows, tokens + 1] ids as 16-bit numbers, the tokens that count and the state after them, for ever."""
    while True:
        ids, counted = batches.next(rows, tokens)
        way.send((ids.numpy().astype(np.uint16), counted.sum(1).tolist(), batches.state))


class ParallelBatches:
    """Rows from as many processes, always the same number from each, so that a run does not depend on their speed."""

    def __init__(self, make: MakeShare, processes: int, rows: int, tokens: int, state: State) -> None:
        if rows % processes:
            raise ValueError(f"{rows} rows cannot be shared among {processes} processes.")
        self.shape, self.state = (rows, tokens), [0, 0] * processes
        self._ways: list[Connection] = []
        fork = multiprocessing.get_context("fork")  # the text is shared, not sent
        for which in range(processes):
            share = make(which, processes)
            share.state = state[2 * which : 2 * which + 2] or share.state
            receive, send = fork.Pipe(duplex=False)
            fork.Process(target=send_rows, args=(share, rows // processes, tokens, send), daemon=True).start()
            send.close()
            self._ways.append(receive)

    def next(self, rows: int, tokens: int) -> tuple[Tensor, Tensor]:
        """ids [rows, tokens + 1] and which of the [rows, tokens] targets count. Raises for another shape than agreed."""
        if (rows, tokens) != self.shape:
            raise ValueError(f"Rows of {self.shape} were agreed, not of {(rows, tokens)}.")
        parts = [way.recv() for way in self._ways]
        self.state = [number for part in parts for number in part[2]]
        ids = torch.from_numpy(np.concatenate([part[0] for part in parts]).astype(np.int64))
        lengths = torch.tensor([length for part in parts for length in part[1]])
        return ids, torch.arange(tokens) < lengths[:, None]
