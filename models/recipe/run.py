"""Entry point: python models/recipe/run.py <step> [--preset <one of settings.py>]; see README.md."""

import argparse
import math
import sys
from dataclasses import replace
from pathlib import Path

from settings import FAMILY_PRESETS, PRESETS, VENDOR, FamilyPreset, Preset

STEPS = ("data", "tokenizer", "train", "export", "evaluate")
TRAVEL_STEPS = ("bundle", "receive", "pack", "unpack", "rehearse")


def main() -> None:
    """Reads the command line and runs one step. What came in a bundle is found after everything that is installed."""
    sys.path.append(str(VENDOR))
    parser = argparse.ArgumentParser(description="Makes the built-in models.")
    parser.add_argument("step", choices=(*STEPS, *TRAVEL_STEPS))
    presets = (*PRESETS, *FAMILY_PRESETS, "families", "tiny-families")
    parser.add_argument("--preset", choices=presets, default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--minutes", type=float, help="overrides the training time; processor time for a family")
    parser.add_argument("--seconds", type=float, default=math.inf, help="train: ends with a checkpoint before they are over")
    parser.add_argument("--folder", type=Path, help="pack, unpack: where the parcel is")
    arguments = parser.parse_args()
    if arguments.preset == "tiny-families":
        return run_tiny_families(arguments.step)
    if arguments.preset == "families":
        return run_all_families(arguments.step)
    if arguments.preset in FAMILY_PRESETS:
        family = FAMILY_PRESETS[arguments.preset]
        run_family_step(arguments.step, replace(family, core_minutes=arguments.minutes or family.core_minutes))
        return
    preset = PRESETS[arguments.preset]
    if arguments.minutes is not None:
        preset = replace(preset, minutes=arguments.minutes)
    if arguments.step in TRAVEL_STEPS:
        return run_travel_step(arguments.step, preset, arguments.folder)
    run_step(arguments.step, preset, arguments.threads, arguments.seconds)


def run_travel_step(step: str, preset: Preset, folder: Path | None) -> None:
    """Training on another machine: `bundle` and `unpack` here, `receive` and `pack` there; `rehearse` does it all here."""
    if step in ("bundle", "receive"):
        from bundle import make_bundle, receive_bundle

        return make_bundle(preset) if step == "bundle" else receive_bundle(preset)
    if step == "rehearse":
        from rehearse import rehearse

        return rehearse()
    from parcel_weights import pack_checkpoint, unpack_checkpoint

    if folder is None:
        raise SystemExit(f"Say where the parcel is: {step} --folder <folder>.")
    pack_checkpoint(preset, folder) if step == "pack" else unpack_checkpoint(preset, folder)


def run_tiny_families(step: str) -> None:
    """Trains and exports at once; the pairs are those of preset `text`."""
    if step != "export":
        raise SystemExit("Preset tiny-families has one step: export. It needs the pairs of `data --preset text`.")
    from families.tiny import export_tiny_families

    export_tiny_families()


def run_all_families(step: str) -> None:
    """The step for every family that is compared, one after another; `evaluate` exports too and writes the document."""
    if step == "evaluate":
        from compare_families import compare_families

        return compare_families()
    compared = [preset for preset in FAMILY_PRESETS.values() if not preset.ships]
    for preset in compared[:1] if step in ("data", "tokenizer") else compared:
        run_family_step(step, preset)


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
        from families.export_comparison import export_comparison

        export_comparison(preset)


def run_step(step: str, preset: Preset, threads: int, seconds: float) -> None:
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

        train(preset, threads, seconds)
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
