"""Writes all fixtures: `python -m conventions` in models/recipe, two minutes."""

import json
import shutil
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from transformers import PreTrainedModel

from conventions import networks
from conventions.answers import Frame, answers, write_answers
from conventions.decoder_exports import DecoderLayout, export_decoder
from conventions.encoder_decoder_exports import export_encoder_decoder
from conventions.fused_decoder import fused_decoder
from conventions.merged_export import merge_decoders
from conventions.vocabulary import END, LANGUAGES, PAD, make_tokenizer, token_id, write_tokenizer_files
from model_folder import write_json
from settings import PROJECT

FIXTURES = PROJECT / "test/fixtures/models"
TARGET = token_id("zho_Hans")


def main() -> None:
    """Every convention in a folder of its own."""
    write_qwen2()
    write_llama_128k()
    write_gpt2()
    write_t5()
    write_marian()
    write_m2m100()


def write_qwen2() -> None:
    """Optimum's export with 16-bit caches, and the fused one of onnxruntime-genai."""
    network = networks.qwen2()
    folder = start("tiny-qwen2", network)
    export_decoder(network, DecoderLayout(cache_type=torch.float16), folder / "onnx/model.onnx")
    finish(folder, network, Frame())
    folder = start("tiny-qwen2-gqa", network)
    save(fused_decoder(network, keeps_logits=False), folder / "onnx/model.onnx")
    finish(folder, network, Frame())


def write_llama_128k() -> None:
    """128,256 ids and `num_logits_to_keep`; tokenizer.json is made by the test, which needs no megabytes in git for it."""
    network = networks.llama_128k()
    folder = start("tiny-llama-128k", network)
    model = fused_decoder(network, keeps_logits=True, table="table")
    model.graph.initializer.extend(numpy_helper.from_array(part, name) for name, part in network.large_table.items())
    save(model, folder / "onnx/model.onnx")
    finish(folder, network, Frame())
    (folder / "tokenizer.json").unlink()


def write_gpt2() -> None:
    """ONNX Runtime's own layout with 32-bit ids and a mask of floats, Optimum's without positions, and the merged one."""
    network = networks.gpt2()
    folder = start("tiny-gpt2-int32", network)
    layout = DecoderLayout(torch.int32, torch.float32, combined=True)
    export_decoder(network, layout, folder / "onnx/model.onnx")
    finish(folder, network, Frame())
    folder = start("tiny-gpt2-merged", network)
    layout = DecoderLayout(position_ids=False)
    parts = folder / "onnx/first.onnx", folder / "onnx/past.onnx"
    first = export_decoder(network, layout, parts[0], has_past=False)
    merged = merge_decoders(first, export_decoder(network, layout, parts[1], count=1))
    replace(parts, merged, folder / "onnx/decoder_model_merged.onnx")
    finish(folder, network, Frame())


def write_t5() -> None:
    """The merged decoder."""
    network = networks.t5()
    folder = start("tiny-t5-merged", network)
    write_merged(network, folder)
    finish(folder, network, Frame(after=(token_id(END),)), frame=f"$A {END}")


def write_marian() -> None:
    """Three files; padding starts an answer and is forbidden in it, and </s> ends it also at the limit."""
    network = networks.marian()
    folder = start("tiny-marian", network)
    export_encoder_decoder(network, folder)
    limits = {"bad_words_ids": [[token_id(PAD)]], "forced_eos_token_id": token_id(END)}
    write_generation(folder, network, {**limits, "num_beams": 4, "max_length": networks.CONTEXT})
    settings = tuple(limits.items())
    finish(folder, network, Frame(after=(token_id(END),), settings=settings), frame=f"$A {END}")


def write_m2m100() -> None:
    """The language of the source stands before it, that of the answer is forced as its first token."""
    network = networks.m2m100()
    folder = start("tiny-m2m100", network)
    write_merged(network, folder)
    source = (token_id("eng_Latn"),)
    write_generation(folder, network, {"forced_eos_token_id": token_id(END), "max_length": networks.CONTEXT})
    settings = (("forced_bos_token_id", TARGET), ("forced_eos_token_id", token_id(END)))
    frame = Frame(before=source, after=(token_id(END),), settings=settings, letters=True)
    more = {"src_lang": "eng_Latn", "tgt_lang": "zho_Hans", "additional_special_tokens": list(LANGUAGES)}
    finish(folder, network, frame, frame=f"eng_Latn $A {END}", more=more)


def write_merged(network: PreTrainedModel, folder: Path) -> None:
    """encoder_model and decoder_model_merged."""
    merged = merge_decoders(*export_encoder_decoder(network, folder))
    parts = folder / "onnx/decoder_model.onnx", folder / "onnx/decoder_with_past_model.onnx"
    replace(parts, merged, folder / "onnx/decoder_model_merged.onnx")


def start(name: str, network: PreTrainedModel) -> Path:
    """An empty folder with the configurations that transformers writes."""
    folder = FIXTURES / name
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "onnx").mkdir(parents=True)
    config = json.loads(network.config.to_json_string(use_diff=True))
    write_json(folder / "config.json", {**config, "vocab_size": network.config.vocab_size})
    write_generation(folder, network, {})
    return folder


def write_generation(folder: Path, network: PreTrainedModel, more: dict) -> None:
    """generation_config.json with the ids that matter."""
    names = ("bos_token_id", "eos_token_id", "pad_token_id", "decoder_start_token_id")
    known = {name: getattr(network.config, name, None) for name in names}
    write_json(folder / "generation_config.json", {**{k: v for k, v in known.items() if v is not None}, **more})


def finish(
    folder: Path, network: PreTrainedModel, around: Frame, frame: str | None = None, more: dict | None = None
) -> None:
    """Tokenizer and references."""
    write_tokenizer_files(folder, make_tokenizer(frame), more or {})
    entries = answers(network, around)
    write_answers(folder.name, entries)
    size = sum(file.stat().st_size for file in folder.rglob("*.onnx"))
    print(f"{folder.name}: {size // 1024} KB of graphs, {len(entries)} answers.", flush=True)


def replace(parts: tuple[Path, Path], merged: onnx.ModelProto, file: Path) -> None:
    """The merged graph in place of its two parts."""
    save(merged, file)
    for part in parts:
        part.unlink()


def save(model: onnx.ModelProto, file: Path) -> None:
    """Checked and written."""
    onnx.checker.check_model(model) if not uses_microsoft(model) else None
    onnx.save(model, file)


def uses_microsoft(model: onnx.ModelProto) -> bool:
    """Whether there are operators that the checker does not know."""
    return any(node.domain or node.op_type.startswith(("Simplified", "Skip")) for node in model.graph.node)


if __name__ == "__main__":
    main()
