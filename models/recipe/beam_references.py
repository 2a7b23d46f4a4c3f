"""Beam search by transformers on the weights of the tiny decoder, which the engine's tests must reproduce.

python models/recipe/beam_references.py writes test/fixtures/references/tiny-plain-beams.json.
"""

import json
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from transformers import LlamaConfig, LlamaForCausalLM

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "test/fixtures/models/tiny-plain"
REFERENCES = ROOT / "test/fixtures/references"
STOP = [1012, 198, 25]  # the end of text, and two tokens of a text so that hypotheses do end: a line break and a colon
MOST = 24
NOISE = 1e-5  # share of each weight; a search that this turns is no reference
PROMPTS = 4

# What the engine is asked (camelCase, `Sampling` in src/generation) as transformers takes it.
SETTINGS = (
    {"beams": 1, "lengthPenalty": 1.0, "earlyStopping": False},
    {"beams": 4, "lengthPenalty": 1.0, "earlyStopping": False},
    {"beams": 4, "lengthPenalty": 0.0, "earlyStopping": "never"},
    {"beams": 3, "lengthPenalty": 2.0, "earlyStopping": "never"},
    {"beams": 5, "lengthPenalty": -1.0, "earlyStopping": True},
    {"beams": 4, "lengthPenalty": 0.6, "earlyStopping": True, "noRepeatNgramSize": 2},
    {"beams": 4, "lengthPenalty": 1.0, "earlyStopping": False, "noRepeatNgramSize": 3, "minTokens": 12},
    {"beams": 2, "lengthPenalty": 1.0, "earlyStopping": False, "repetitionPenalty": 1.2},
)
LLAMA_NAMES = {
    "query": "self_attn.q_proj",
    "key": "self_attn.k_proj",
    "value": "self_attn.v_proj",
    "output": "self_attn.o_proj",
    "gate": "mlp.gate_proj",
    "up": "mlp.up_proj",
    "down": "mlp.down_proj",
    "attention_norm.weight": "input_layernorm",
    "feed_norm.weight": "post_attention_layernorm",
}


def load_llama(folder: Path) -> LlamaForCausalLM:
    """transformers' own network with the weights of a plain exported graph."""
    graph = onnx.load(folder / "onnx/model.onnx").graph
    arrays = {entry.name: torch.from_numpy(numpy_helper.to_array(entry).copy()) for entry in graph.initializer}
    weights = {"model.embed_tokens.weight": arrays["table"], "model.norm.weight": arrays["norm.weight"]}
    for name, array in arrays.items():
        if name.startswith("layers."):
            _, layer, part = name.split(".", 2)
            # Linear layers keep [out, in], the graph multiplies by [in, out].
            weights[f"model.layers.{layer}.{LLAMA_NAMES[part]}.weight"] = array.T if array.dim() == 2 else array
    network = LlamaForCausalLM(LlamaConfig.from_pretrained(folder)).eval()
    missing, unexpected = network.load_state_dict(weights, strict=False)
    if unexpected or missing != ["lm_head.weight"]:
        raise ValueError(f"The weights do not fit: missing {missing}, unexpected {unexpected}.")
    network.tie_weights()
    return network


def search(network: LlamaForCausalLM, prompt: list[int], settings: dict) -> list[dict]:
    """All hypotheses, best first, without the stop token."""
    ids = torch.tensor([prompt])
    found = network.generate(
        input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=MOST,
        num_beams=settings["beams"], num_return_sequences=settings["beams"], length_penalty=settings["lengthPenalty"],
        early_stopping=settings["earlyStopping"], no_repeat_ngram_size=settings.get("noRepeatNgramSize", 0),
        min_new_tokens=settings.get("minTokens"), repetition_penalty=settings.get("repetitionPenalty", 1.0),
        eos_token_id=STOP, pad_token_id=STOP[0], return_dict_in_generate=True, output_scores=True,
    )  # fmt: skip
    scores = found.sequences_scores.tolist() if settings["beams"] > 1 else [None]
    return [
        {"tokenIds": before_stop(row[len(prompt) :]), "score": score}
        for row, score in zip(found.sequences.tolist(), scores)
    ]


def before_stop(ids: list[int]) -> list[int]:
    """The answer without what ends it and pads behind it."""
    return ids[: next((at for at, token in enumerate(ids) if token in STOP), len(ids))]


@torch.no_grad()
def disturb(network: LlamaForCausalLM) -> None:
    """Changes every weight by about a share NOISE of itself."""
    torch.manual_seed(1)
    for parameter in network.parameters():
        parameter.mul_(1 + NOISE * torch.randn_like(parameter))


def main() -> None:
    """Writes every search that a little noise leaves alone."""
    torch.set_num_threads(1)
    network, disturbed = load_llama(FOLDER), load_llama(FOLDER)
    disturb(disturbed)
    greedy = json.loads((REFERENCES / "tiny-plain.json").read_text())["references"][:PROMPTS]
    entries = []
    for prompt in [entry["promptIds"] for entry in greedy]:
        for settings in SETTINGS:
            answers, again = search(network, prompt, settings), search(disturbed, prompt, settings)
            if [answer["tokenIds"] for answer in answers] == [answer["tokenIds"] for answer in again]:
                entries.append({"promptIds": prompt, **settings, "maxTokens": MOST, "answers": answers})
    lines = ",\n".join("\t" + json.dumps(entry) for entry in entries)
    head = json.dumps({"model": "tiny-plain", "decoding": "beams", "stopIds": STOP})[:-1]
    (REFERENCES / "tiny-plain-beams.json").write_text(f'{head}, "references": [\n{lines}\n] }}\n')
    print(f"{len(entries)} of {len(greedy) * len(SETTINGS)} searches are references.")


if __name__ == "__main__":
    main()
