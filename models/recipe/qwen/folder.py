"""The model's folder: network, tokenizer, configuration with our prompt formats and our own chat template."""

from pathlib import Path

from model_folder import write_json
from qwen.source import SHAPE
from qwen.vocabulary import END, END_OF_TURN, Vocabulary, write_tokenizer

# A document began behind this token in training; without it an empty text would be no prompt at all.
CONTINUE = [{"token": END}, {"text": "{text}"}]
# ChatML, which the model was trained on, with our own words where a conversation has no instructions of its own.
CHAT_TEMPLATE = """\
{%- if messages[0]['role'] != 'system' %}
{{- '<|im_start|>system\\nYou are a helpful assistant for writing and code.<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
{{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
{{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""


def write_folder(folder: Path, vocabulary: Vocabulary) -> None:
    """Writes everything but the network."""
    folder.mkdir(parents=True, exist_ok=True)
    write_tokenizer(vocabulary, folder, SHAPE.context)
    (folder / "chat_template.jinja").write_text(CHAT_TEMPLATE, "utf8")
    ids = {name: id for id, name in enumerate(vocabulary.tokens)}
    write_json(folder / "config.json", configuration(ids))
    stop = [ids[END_OF_TURN], ids[END]]
    generation = {"bos_token_id": ids[END], "eos_token_id": stop, "pad_token_id": ids[END], "do_sample": False}
    write_json(folder / "generation_config.json", generation)


def configuration(ids: dict[str, int]) -> dict:
    """config.json with the fields of Hugging Face's Qwen2Config, and ours under `inkling`."""
    return {
        "architectures": ["Qwen2ForCausalLM"],
        "model_type": "qwen2",
        "vocab_size": len(ids),
        "hidden_size": SHAPE.width,
        "intermediate_size": SHAPE.feed_forward,
        "num_hidden_layers": SHAPE.layers,
        "num_attention_heads": SHAPE.heads,
        "num_key_value_heads": SHAPE.kv_heads,
        "max_position_embeddings": SHAPE.context,
        "rope_theta": SHAPE.rope_theta,
        "rms_norm_eps": SHAPE.epsilon,
        "hidden_act": "silu",
        "tie_word_embeddings": True,
        "bos_token_id": ids[END],
        "eos_token_id": ids[END_OF_TURN],
        "inkling": {
            "roles": ["fill", "task", "chat"],
            "contextTokens": SHAPE.context,
            "continue": {"prompt": CONTINUE},
        },
    }
