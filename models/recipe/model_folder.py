"""Writes a model folder the way Hugging Face's tools lay it out, with our prompt formats in config.json."""

import json
from pathlib import Path

from tokenizers import Tokenizer

from decoder import EPSILON
from graph import Graph
from settings import Shape
from tokenizer import ANSWER, END, FILE, MIDDLE, PREFIX, SUFFIX, TO_CHINESE, write_tokenizer

STOP = (END, FILE, PREFIX, SUFFIX, MIDDLE)
FILE_HEAD = [{"token": FILE}, {"text": "{extension}\n"}]
FILL = [*FILE_HEAD, {"token": SUFFIX}, {"text": "{suffix}"}, {"token": PREFIX}, {"text": "{prefix}"}]
CONTINUE = [*FILE_HEAD, {"text": "{text}"}]
TRANSLATE = [{"token": TO_CHINESE}, {"text": "{text}"}, {"token": ANSWER}]
TRANSLATE_TASK = {"task": "translate", "to": "zh", "unit": "line", "prompt": TRANSLATE}


def code_prompts(shape: Shape, tasks: bool) -> dict:
    """The `inkling` object of a model that fills, continues and perhaps translates."""
    prompts = {
        "roles": ["fill", "task"] if tasks else ["fill"],
        "contextTokens": shape.context,
        "fill": {"prompt": FILL},
        "continue": {"prompt": CONTINUE},
    }
    return {**prompts, "tasks": [TRANSLATE_TASK]} if tasks else prompts


def model_config(shape: Shape, end_id: int, prompts: dict | None) -> dict:
    """config.json with the fields of Hugging Face's LlamaConfig."""
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.width,
        "intermediate_size": shape.feed_forward,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.kv_heads,
        "head_dim": shape.head_size,
        "max_position_embeddings": shape.context,
        "rope_theta": shape.rope_theta,
        "rms_norm_eps": EPSILON,
        "hidden_act": "silu",
        "tie_word_embeddings": True,
        "attention_bias": False,
        "mlp_bias": False,
        "bos_token_id": end_id,
        "eos_token_id": end_id,
    }
    return {**config, "inkling": prompts} if prompts else config


def write_json(path: Path, value: object) -> None:
    """Writes indented JSON."""
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", "utf8")


def write_model_folder(
    file: Path, graph: Graph, shape: Shape, tokenizer: Tokenizer, prompts: dict | None, stop: list[int]
) -> None:
    """Writes <folder>/onnx/<file>, the tokenizer and both configurations; the network last, then renamed."""
    folder = file.parent.parent
    file.parent.mkdir(parents=True, exist_ok=True)
    end_id = tokenizer.token_to_id(END)
    write_tokenizer(tokenizer, folder, shape.context)
    write_json(folder / "config.json", model_config(shape, end_id, prompts))
    eos = stop[0] if len(stop) == 1 else stop
    write_json(folder / "generation_config.json", {"bos_token_id": end_id, "eos_token_id": eos, "do_sample": False})
    temporary = file.with_suffix(".tmp")
    temporary.write_bytes(graph.model().SerializeToString())
    temporary.rename(file)
