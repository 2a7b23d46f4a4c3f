"""Makes models/qwen2.5-coder-0.5b: `python -m qwen [--source <gguf>]` in models/recipe, after `python -m qwen.texts`."""

import argparse
import time
from pathlib import Path

import torch

from qwen.calibration import calibration_rows
from qwen.folder import write_folder
from qwen.graph_form import build_graph
from qwen.kept_tokens import read_kept
from qwen.licence import write_notice
from qwen.quantize import embeddings, round_layers, round_table
from qwen.shards import write_sharded
from qwen.source import Source, fetch_source
from qwen.texts import OUTPUT
from qwen.vocabulary import Vocabulary
from settings import PROJECT

TARGET = PROJECT / "models" / "qwen2.5-coder-0.5b"
GRAPH = "onnx/model_q4.onnx"
CALIBRATION_ROWS = 72
# Sums depend on how many threads share them, and with them the last bit of a weight.
THREADS = 2


def main() -> None:
    """Reads the command line and makes the folder; about a quarter of an hour on two cores."""
    parser = argparse.ArgumentParser(prog="python -m qwen", description=__doc__)
    parser.add_argument("--source", type=Path, help="the publisher's GGUF file, where it is at hand")
    parser.add_argument("--texts", type=Path, default=OUTPUT / "calibration.jsonl")
    parser.add_argument("--target", type=Path, default=TARGET)
    arguments = parser.parse_args()
    torch.set_num_threads(THREADS)
    torch.set_grad_enabled(False)
    make_model(Source(fetch_source(arguments.source)), arguments.texts, arguments.target)


def make_model(source: Source, texts: Path, target: Path) -> None:
    """Writes the whole folder: the network last."""
    vocabulary = Vocabulary.of(source, *read_kept())
    table = round_table(source, vocabulary)
    ids = calibration_rows(texts, vocabulary.tokenizer(), CALIBRATION_ROWS)
    stream = embeddings(table, ids)
    start = time.monotonic()

    def report(matrix: str, error: float) -> None:
        print(f"{time.monotonic() - start:5.0f} s  {matrix:10} {error:.5f}", flush=True)

    layers = round_layers(source, stream, report)
    write_folder(target, vocabulary)
    write_notice(target)
    for file in write_sharded(build_graph(table, layers, source.norm()), target / GRAPH):
        print(f"{file.stat().st_size:11,}  {file}")


if __name__ == "__main__":
    main()
