"""What the translator that ships is worth as its graphs run: chrF by how sure it is, beside PyTorch's float32 weights."""

import numpy as np
from sacrebleu.metrics import CHRF

from families.export_text import DIRECTIONS, FOLDER
from families.run_graphs import Arrays, Graphs, ids_of
from model_folder import write_json
from settings import RECIPE, FamilyPreset
from text_tasks import TextFormat, questions, read_text_tokenizer

THRESHOLDS = (None, -0.6, -0.5, -0.4, -0.3, -0.25, -0.2, -0.15, -0.1)
Answer = tuple[str, float]


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """[vocabulary] -> natural-log probabilities."""
    shifted = logits - logits.max()
    return shifted - np.log(np.exp(shifted).sum())


def translate(graphs: Graphs, text_format: TextFormat, source: list[int], most: int) -> Answer:
    """Greedy text, and the mean log-probability of its tokens, the end included."""
    mask = np.ones((1, len(source)), np.int64)
    state: Arrays = graphs.run("encoder_model", {"input_ids": ids_of(source), "attention_mask": mask})
    vocabulary, ids, log_probabilities = text_format.vocabulary(), [text_format.vocabulary().start], []
    while len(ids) <= most:
        out = graphs.run("decoder_model", {"input_ids": ids_of(ids[-1:]), "attention_mask": mask, **state})
        state["hidden"] = out["present_hidden"]
        scores = log_softmax(out["logits"][0, -1])
        best = int(scores.argmax())
        log_probabilities.append(float(scores[best]))
        if best == vocabulary.end:
            break
        ids.append(best)
    return text_format.decode(ids[1:]), sum(log_probabilities) / len(log_probabilities)


def row(answers: list[Answer], wanted: list[str], threshold: float | None) -> dict:
    """Share shown from a threshold on, and how good that is."""
    shown = [(text, right) for (text, sure), right in zip(answers, wanted) if threshold is None or sure >= threshold]
    if not shown:
        return {"threshold": threshold, "shownPercent": 0}
    texts, rights = zip(*shown)
    return {
        "threshold": threshold,
        "shownPercent": round(100 * len(shown) / len(wanted)),
        "chrF": round(CHRF().corpus_score(list(texts), [list(rights)]).score, 1),
        "exactPercent": round(100 * sum(map(str.__eq__, texts, rights)) / len(shown), 1),
    }


def evaluate_text(preset: FamilyPreset) -> None:
    """Writes results/inkling-text.json: a table by threshold for each direction, over all unseen strings."""
    graphs, text_format, tables = Graphs(FOLDER), read_text_tokenizer(preset.data), {}
    for to, token in DIRECTIONS.items():
        asked = [question for question in questions(preset, "unseen") if question.task == token]
        answers = [
            translate(graphs, text_format, text_format.source(question, preset.source_tokens), preset.target_tokens)
            for question in asked
        ]
        wanted = [question.answer for question in asked]
        tables[to] = [row(answers, wanted, threshold) for threshold in THRESHOLDS]
        print(to, *tables[to], sep="\n  ", flush=True)
    size = sum(path.stat().st_size for path in (FOLDER / "onnx").glob("*.onnx"))
    result = {"preset": preset.name, "strings": len(wanted), "fileBytes": size, "tables": tables}
    write_json(RECIPE / "results" / "inkling-text.json", result)
