"""Reads {"texts", "references", "language"} as JSON and writes corpus chrF and BLEU, as sacrebleu computes them."""

import json
import sys

from sacrebleu.metrics import BLEU, CHRF


def main() -> None:
    """BLEU needs words, which Chinese text does not mark: sacrebleu splits it by character there."""
    job = json.load(sys.stdin)
    bleu = BLEU(tokenize="zh" if job["language"] == "zh" else "13a")
    scores = {
        "chrF": CHRF().corpus_score(job["texts"], [job["references"]]).score,
        "bleu": bleu.corpus_score(job["texts"], [job["references"]]).score,
    }
    json.dump({name: round(score, 1) for name, score in scores.items()}, sys.stdout)


main()
