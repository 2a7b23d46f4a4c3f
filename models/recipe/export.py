"""The `export` step: a trained checkpoint becomes model folders and reference continuations."""

import copy
import json
from pathlib import Path
from typing import Callable

import numpy as np
import torch

import references
from decoder import Decoder
from fill import Formatter
from fused_graph import Weights, fused_graph
from model_folder import STOP, code_prompts, write_model_folder
from plain_graph import PlainForm, plain_graph
from settings import PROJECT, Preset
from tokenizer import END, FILE, read_tokenizer
from train import read_model
from verify import verify_fused, verify_plain
from weights import dequantized

PromptMakers = tuple[Callable[[Formatter], list[references.Prompt]], ...]

FIXTURES = PROJECT / "test" / "fixtures"
PLAIN_FORMS = {
    "tiny-plain": PlainForm(position_ids=True, cache="float32"),
    "tiny-nopos": PlainForm(position_ids=False, cache="float32"),
    "tiny-fp16cache": PlainForm(position_ids=True, cache="float16"),
}
CODE_FILE = PROJECT / "models" / "inkling-code" / "onnx" / "model_int8.onnx"
FLOAT_MARGIN = 0.002
HALF_MARGIN = 0.02
BLOCK_MARGIN = 0.25  # 8-bit activations move the top-1 margin by 0.03 (standard deviation), 0.11 at most


def weights_of(model: Decoder) -> Weights:
    """All parameters as float32 arrays."""
    return {name: value.detach().numpy().astype(np.float32) for name, value in model.named_parameters()}


def with_weights(model: Decoder, weights: Weights) -> Decoder:
    """A copy of the network with other weights."""
    other = copy.deepcopy(model)
    other.load_state_dict({name: torch.from_numpy(values) for name, values in weights.items()})
    return other


def export(preset: Preset) -> None:
    """Exports the tiny test models or the code model from the last checkpoint."""
    model, _ = read_model(preset)
    if preset.name == "tiny":
        export_tiny(preset, model)
    else:
        texts = (references.continue_prompts, references.fill_prompts)
        export_blocks(preset, model, CODE_FILE, code_prompts(preset.shape, tasks=False), texts)


def export_tiny(preset: Preset, model: Decoder) -> None:
    """Writes tiny-gqa and the plain test models: the same weights in four graphs."""
    tokenizer, weights = read_tokenizer(preset), weights_of(model)
    formatter = Formatter(tokenizer)
    stop = [tokenizer.token_to_id(name) for name in STOP]
    graph, prompts = fused_graph(preset.shape, weights, bits=32), code_prompts(preset.shape, tasks=True)
    write_model_folder(tiny_file("tiny-gqa"), graph, preset.shape, tokenizer, prompts, stop)
    print("tiny-gqa", verify_fused(tiny_file("tiny-gqa"), model), flush=True)
    texts = references.continue_prompts(formatter) + references.fill_prompts(formatter)
    texts += references.translate_prompts(formatter)
    write_references("tiny-gqa", references.references(model, formatter, texts, stop, FLOAT_MARGIN))
    for name, form in PLAIN_FORMS.items():
        stop = [tokenizer.token_to_id(token) for token in ((END, FILE) if name == "tiny-nopos" else (END,))]
        graph = plain_graph(preset.shape, weights, form)
        write_model_folder(tiny_file(name), graph, preset.shape, tokenizer, None, stop)
        print(name, verify_plain(tiny_file(name), model), flush=True)
        margin = HALF_MARGIN if form.cache == "float16" else FLOAT_MARGIN
        texts = references.bare_prompts(formatter)
        write_references(name, references.references(model, formatter, texts, stop, margin))


def tiny_file(name: str) -> Path:
    """Where the network of a test model goes."""
    return FIXTURES / "models" / name / "onnx" / "model.onnx"


def export_blocks(preset: Preset, model: Decoder, file: Path, prompts: dict, texts: PromptMakers) -> None:
    """Writes a model folder in 8 bits; its references come from the rounded weights."""
    tokenizer, weights, name = read_tokenizer(preset), weights_of(model), file.parent.parent.name
    stop = [tokenizer.token_to_id(name) for name in STOP]
    graph = fused_graph(preset.shape, weights, bits=8)
    write_model_folder(file, graph, preset.shape, tokenizer, prompts, stop)
    rounded, formatter = with_weights(model, dequantized(weights)), Formatter(tokenizer)
    print(name, verify_fused(file, rounded), flush=True)
    entries = [prompt for make in texts for prompt in make(formatter)]
    write_references(name, references.references(rounded, formatter, entries, stop, BLOCK_MARGIN))


def write_references(model: str, entries: list[dict]) -> None:
    """Writes test/fixtures/references/<model>.json."""
    path: Path = FIXTURES / "references" / f"{model}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join("\t" + json.dumps(entry, ensure_ascii=False) for entry in entries)
    path.write_text(f'{{ "model": "{model}", "decoding": "greedy", "references": [\n{lines}\n] }}\n', "utf8")
    print(f"{model}: {len(entries)} references.", flush=True)
