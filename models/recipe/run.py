"""Entry point: python models/recipe/run.py <step> [--preset <one of settings.py>]; see README.md."""

import argparse
from dataclasses import replace

from settings import FAMILY_PRESETS, PRESETS, FamilyPreset, Preset


def main() -> None:
    """Reads the command line and runs one step."""
    parser = argparse.ArgumentParser(description="Makes the built-in models.")
    parser.add_argument("step", choices=("data", "tokenizer", "train", "export", "evaluate"))
    parser.add_argument("--preset", choices=(*PRESETS, *FAMILY_PRESETS, "tiny-families"), default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--minutes", type=float, help="overrides the training time; processor time for a family")
    arguments = parser.parse_args()
    if arguments.preset == "tiny-families":
        return run_tiny_families(arguments.step)
    if arguments.preset in FAMILY_PRESETS:
        family = FAMILY_PRESETS[arguments.preset]
        run_family_step(arguments.step, replace(family, core_minutes=arguments.minutes or family.core_minutes))
        return
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


def run_family_step(step: str, preset: FamilyPreset) -> None:
    """`data` and `tokenizer` are shared by all families; the others are about one."""
    if step == "data":
        from code_documents import build_functions
        from messages import build_pairs

        build_pairs(preset.data)
        build_functions(preset.data)
    elif step == "tokenizer":
        from text_tasks import train_text_tokenizer

        train_text_tokenizer(preset)
    elif step == "train":
        from family_train import train_family

        train_family(preset)
    elif step == "evaluate":
        from evaluate_family import evaluate_family

        evaluate_family(preset)
        if preset.ships:
            from evaluate_text import evaluate_text

            evaluate_text(preset)
    elif preset.ships:
        from families.export_text import export_text

        export_text(preset)
    else:
        raise SystemExit(f"Preset {preset.name} is for comparison: it trains and evaluates, and is not exported.")


def run_step(step: str, preset: Preset, threads: int) -> None:
    """Imports only what the step needs, so that `data` works without torch."""
    if step == "data":
        from documents import build_documents
        from messages import build_pairs, chinese_documents

        build_pairs(preset.folder)
        if preset.reads_code:
            build_documents(preset, chinese_documents(preset))
    elif step == "tokenizer":
        from tokenizer import train_tokenizer

        train_tokenizer(preset)
    elif step == "train":
        from train import train

        train(preset, threads)
    elif step == "export" and preset.reads_code:
        from export import export

        export(preset)
    elif preset.reads_code:
        from evaluate import evaluate

        evaluate(preset)
    else:
        raise SystemExit(f"Preset {preset.name} ships no model of its own. Use text-recurrent.")


if __name__ == "__main__":
    main()
