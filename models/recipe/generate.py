"""Runs an exported graph in ONNX Runtime, as the engine would: the figures describe what ships."""

from pathlib import Path

import numpy as np

from settings import Shape
from verify import feeds, open_session


class Generator:
    """One exported fused graph with a growing cache."""

    def __init__(self, path: Path, shape: Shape) -> None:
        self.session, self.shape = open_session(path), shape
        self.pasts = [entry.name for entry in self.session.get_inputs() if entry.name.startswith("past")]
        self.presents = [name.replace("past_key_values", "present") for name in self.pasts]

    def probabilities(self, tokens: list[int]) -> np.ndarray:
        """Probability of each token given those before it: [tokens]; the first one's is 1."""
        logits = self._run(tokens, len(tokens), self._empty(), keep=0)[0][0, :-1].astype(np.float64)
        shares = np.exp(logits - logits.max(-1, keepdims=True))
        chosen = shares[np.arange(len(tokens) - 1), tokens[1:]] / shares.sum(-1)
        return np.concatenate([[1.0], chosen])

    def greedy(self, prompt: list[int], stop: frozenset[int], limit: int) -> list[int]:
        """Greedy tokens, the stopping one included."""
        out: list[int] = []
        tokens, cache = prompt, self._empty()
        while len(out) < limit:
            logits, *presents = self._run(tokens, len(prompt) + len(out), cache, keep=1)
            cache = dict(zip(self.pasts, presents))
            out.append(int(logits[0, -1].argmax()))
            if out[-1] in stop:
                break
            tokens = out[-1:]
        return out

    def _empty(self) -> dict[str, np.ndarray]:
        empty = np.zeros((1, self.shape.kv_heads, 0, self.shape.head_size), np.float32)
        return {name: empty for name in self.pasts}

    def _run(self, tokens: list[int], total: int, cache: dict[str, np.ndarray], keep: int) -> list[np.ndarray]:
        values = feeds(self.session, np.array([tokens], np.int64), total)
        values["num_logits_to_keep"] = np.array(keep, np.int64)
        return self.session.run(["logits", *self.presents], {**values, **cache})
