"""A family's model folder: configuration, generation settings, tokenizer and graphs."""

import json
from pathlib import Path

from tokenizers import Tokenizer

from families.bart import Bart
from families.export_family import write_graphs
from families.family import Family
from families.gpt import Gpt
from families.prefix_lm import PrefixLm
from families.recurrent import Recurrent
from families.t5 import T5
from model_folder import write_json
from tokenizer import ANSWER, END, write_tokenizer

RECURRENT_CONTEXT = 512  # tokens of source or answer; no table limits it


def begins_with_source(family: Family) -> bool:
    """True for families without an encoder, whose prompt ends with the start token."""
    return isinstance(family, (Gpt, PrefixLm))


def context_of(family: Family) -> int:
    """Tokens that a source, or a source and its answer, may have."""
    if isinstance(family, Bart):
        return family.network.config.max_position_embeddings
    if isinstance(family, Gpt):
        return family.network.config.n_positions
    return family.network.shape.context if isinstance(family, PrefixLm) else RECURRENT_CONTEXT


def network_config(family: Family) -> dict:
    """What config.json says of the network; transformers' own fields where it knows the family."""
    if isinstance(family, (T5, Bart, Gpt)):
        return json.loads(family.network.config.to_json_string(use_diff=False))
    if isinstance(family, PrefixLm):
        shape = family.network.shape
        return {
            "model_type": "inkling-prefix-lm",
            "vocab_size": shape.vocabulary,
            "hidden_size": shape.width,
            "intermediate_size": shape.feed_forward,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "num_key_value_heads": shape.kv_heads,
            "head_dim": shape.head_size,
            "max_position_embeddings": shape.context,
            "rope_theta": shape.rope_theta,
        }
    if not isinstance(family, Recurrent):
        raise ValueError(f"{type(family).__name__} has no configuration. Add one to families/family_folder.py.")
    return {
        "model_type": "inkling-recurrent",
        "vocab_size": family.vocabulary.size,
        "embedding_size": family.shape.width,
        "hidden_size": family.shape.state,
        "num_hidden_layers": family.shape.decoder_layers,
        "max_position_embeddings": RECURRENT_CONTEXT,
    }


def special_ids(family: Family) -> dict:
    """The ids that start and end an answer, as generation_config.json has them."""
    end = family.vocabulary.end
    ids = {"bos_token_id": end, "eos_token_id": end, "pad_token_id": end}
    if isinstance(family, Bart):
        return {**ids, "decoder_start_token_id": end, "forced_bos_token_id": family.vocabulary.start}
    return ids if begins_with_source(family) else {**ids, "decoder_start_token_id": family.vocabulary.start}


def write_family_folder(folder: Path, family: Family, tokenizer: Tokenizer, tasks: list[dict], accuracy: int) -> None:
    """Writes the whole folder. Each task's `prompt` is what its source is made of; the start token is added here."""
    folder.mkdir(parents=True, exist_ok=True)
    last = [{"token": ANSWER}] if begins_with_source(family) else []
    tasks = [{**task, "prompt": [*task["prompt"], *last]} for task in tasks]
    inkling = {"roles": ["task"], "contextTokens": context_of(family), "tasks": tasks}
    config = {key: value for key, value in network_config(family).items() if value is not None}
    config |= {"is_encoder_decoder": not begins_with_source(family), **special_ids(family), "inkling": inkling}
    write_json(folder / "config.json", config)
    write_json(folder / "generation_config.json", {**special_ids(family), "do_sample": False})
    if tokenizer.token_to_id(END) != family.vocabulary.end:
        raise ValueError(f"{folder.name} ends answers with another token than its tokenizer. Export it with its own.")
    write_tokenizer(tokenizer, folder, context_of(family))
    write_graphs(family, folder, accuracy)
