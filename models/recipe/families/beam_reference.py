"""Beam search by the rules of transformers, plain and slow: every step computes everything anew."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from families.bart import Bart
from families.family import Family
from families.family_folder import begins_with_source

FAR = -1e9


@dataclass(frozen=True)
class BeamSettings:
    """As transformers.generate takes them; `no_repeat` 0 allows repetition, `stop_early` is True, False or 'never'."""

    length_penalty: float
    stop_early: bool | str
    no_repeat: int = 0
    beams: int = 4
    answers: int = 3
    most: int = 20


@dataclass(frozen=True)
class Answer:
    """Ids after the start token, the end token included if it came; `score` is transformers' sequences_scores."""

    ids: list[int]
    score: float


class BeamSearch:
    """One search; `prompt` is what the n-gram rule sees before the answer, `forced` what every answer begins with."""

    def __init__(self, family: Family, source: list[int], settings: BeamSettings) -> None:
        self.family, self.source, self.settings = family, source, settings
        self.forced = [family.vocabulary.start] if isinstance(family, Bart) else []
        start = family.vocabulary.end if self.forced else family.vocabulary.start
        self.prompt = [*source, start] if begins_with_source(family) else [start]
        beams = settings.beams
        self.running = torch.zeros(beams, 0, dtype=torch.long)
        self.scores = torch.tensor([0.0] + [FAR] * (beams - 1))
        self.finished: list[tuple[float, bool, list[int]]] = [(FAR, False, [])] * beams

    def log_probabilities(self) -> Tensor:
        """[beams, vocabulary] of the next token, after the rules."""
        done = self.running.shape[1]
        if done < len(self.forced):
            logs = torch.full((len(self.running), self.family.vocabulary.size), -torch.inf)
            logs[:, self.forced[done]] = 0.0
            return logs
        logits = self.family.next_logits(self.source, self.running[:, len(self.forced) :])
        logs = F.log_softmax(logits.float(), -1)
        for row, ids in zip(logs, self.running.tolist()):
            row[banned(self.prompt + ids, self.settings.no_repeat)] = -torch.inf
        return logs

    def step(self) -> bool:
        """Adds a token to every beam; False once the search is over."""
        beams, penalty = self.settings.beams, self.settings.length_penalty
        totals = (self.log_probabilities() + self.scores[:, None]).flatten()
        scores, places = totals.topk(2 * beams)
        tokens = places % self.family.vocabulary.size
        rows = torch.cat((self.running[places // self.family.vocabulary.size], tokens[:, None]), 1)
        length = rows.shape[1]
        ended = (tokens == self.family.vocabulary.end) | (length >= self.settings.most)
        full = all(done for _, done, _ in self.finished) and self.settings.stop_early is True
        for index in range(beams):
            if ended[index] and not full:
                self.finished.append((scores[index].item() / length**penalty, True, rows[index].tolist()))
        self.finished = sorted(self.finished, key=lambda entry: -entry[0])[:beams]
        self.scores, best = (scores + ended * FAR).topk(beams)
        self.running = rows[best]
        return self.goes_on(length) and not bool(ended.all())

    def goes_on(self, length: int) -> bool:
        """Whether a running beam could still beat a finished one, as far as the settings care."""
        settings, penalty = self.settings, self.settings.length_penalty
        if settings.stop_early is True and all(done for _, done, _ in self.finished):
            return False
        longest = settings.most if settings.stop_early == "never" and penalty > 0 else length
        possible = self.scores[0].item() / longest**penalty
        worst = min(score if done else FAR for score, done, _ in self.finished)
        return possible > worst

    @torch.no_grad()
    def run(self) -> list[Answer]:
        """The best answers, best first."""
        while self.step():
            pass
        return [Answer(ids, score) for score, _, ids in self.finished[: self.settings.answers]]


def banned(ids: list[int], size: int) -> list[int]:
    """Tokens that would repeat an n-gram of `size` ids."""
    if size == 0 or len(ids) < size:
        return []
    last = ids[len(ids) - size + 1 :]
    return [ids[at + size - 1] for at in range(len(ids) - size + 1) if ids[at : at + size - 1] == last]


def transformers_beams(family: Family, source: list[int], settings: BeamSettings) -> list[Answer]:
    """The same search by transformers.generate, for the families it knows."""
    prompt = [*source, family.vocabulary.start] if begins_with_source(family) else source
    starts = {} if begins_with_source(family) else {"decoder_start_token_id": family.vocabulary.start}
    if isinstance(family, Bart):
        starts = {"decoder_start_token_id": family.vocabulary.end, "forced_bos_token_id": family.vocabulary.start}
    ids = torch.tensor([prompt])
    found = family.network.generate(
        input_ids=ids, attention_mask=torch.ones_like(ids), num_beams=settings.beams, do_sample=False,
        num_return_sequences=settings.answers, max_new_tokens=settings.most, length_penalty=settings.length_penalty,
        early_stopping=settings.stop_early, no_repeat_ngram_size=settings.no_repeat, return_dict_in_generate=True,
        output_scores=True, pad_token_id=family.vocabulary.end, eos_token_id=family.vocabulary.end, **starts,
    )  # fmt: skip
    skip = len(prompt) if begins_with_source(family) else 1
    answers = []
    for row, score in zip(found.sequences.tolist(), found.sequences_scores.tolist()):
        answer = row[skip:]
        end = answer.index(family.vocabulary.end) + 1 if family.vocabulary.end in answer else len(answer)
        answers.append(Answer(answer[:end], score))
    return answers
