"""Writes a small Llama with random weights, GPT-2's own tokenizer and a chat template: python tinyChatModel.py VOCAB MERGES FOLDER.

Its answers are babble; what it is for is a real server with a real model behind it.
"""

import gzip
import sys
from pathlib import Path

import torch
from transformers import GPT2TokenizerFast, LlamaConfig, LlamaForCausalLM

TEMPLATE = (
    "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant:{% endif %}"
)


def main(vocab: str, merges: str, folder: str) -> None:
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for source, name in ((vocab, "vocab.json"), (merges, "merges.txt")):
        (target / name).write_bytes(gzip.decompress(Path(source).read_bytes()))
    tokenizer = GPT2TokenizerFast.from_pretrained(target)
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(target)
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=1024,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        initializer_range=0.4,
    )
    LlamaForCausalLM(config).save_pretrained(target)


if __name__ == "__main__":
    main(*sys.argv[1:4])
