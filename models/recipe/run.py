"""Entry point: python models/recipe/run.py <step> [--preset tiny|tiny-families|cpu|text|gpu]; see README.md."""

import argparse
from dataclasses import replace

from settings import PRESETS


def main() -> None:
    """Reads the command line and runs one step."""
    parser = argparse.ArgumentParser(description="Makes the built-in models.")
    parser.add_argument("step", choices=("data", "tokenizer", "train", "export", "evaluate"))
    parser.add_argument("--preset", choices=(*PRESETS, "tiny-families"), default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--minutes", type=float, help="overrides the preset's training time")
    arguments = parser.parse_args()
    if arguments.preset == "tiny-families":
        return run_tiny_families(arguments.step)
    preset = PRESETS[arguments.preset]
    if arguments.minutes is not None:
        preset = replace(preset, minutes=arguments.minutes)
    run_step(arguments.step, preset, arguments.threads)


def run_tiny_families(step: str) -> None:
    """Trains and exports at once; the pairs are those of preset `text`."""
    if step != "export":
        raise SystemExit("Preset tiny-families has one step: export. It needs the pairs of `data --preset text`.")
    from families.tiny import export_tiny_families

    export_tiny_families()


def run_step(step: str, preset, threads: int) -> None:
    """Imports only what the step needs, so that `data` works without torch."""
    if step == "data":
        from documents import build_documents
        from messages import build_pairs, chinese_documents

        build_pairs(preset)
        if preset.reads_code:
            build_documents(preset, chinese_documents(preset))
    elif step == "tokenizer":
        from tokenizer import train_tokenizer

        train_tokenizer(preset)
    elif step == "train":
        from train import train

        train(preset, threads)
    elif step == "export":
        from export import export

        export(preset)
    else:
        from evaluate import evaluate

        evaluate(preset)


if __name__ == "__main__":
    main()
