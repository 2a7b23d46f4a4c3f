"""The networks: transformers' own, tiny, with random weights that are large enough for lively answers."""

import torch
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    M2M100Config,
    M2M100ForConditionalGeneration,
    MarianConfig,
    MarianMTModel,
    PreTrainedModel,
    Qwen2Config,
    Qwen2ForCausalLM,
    T5Config,
    T5ForConditionalGeneration,
)

from conventions.vocabulary import END, PAD, SIZE, token_id

WIDTH, CONTEXT = 16, 64
LARGE_COARSE, LARGE_FINE = 256, 501  # their product is Llama 3's vocabulary of 128,256
DECODER = {
    "hidden_size": WIDTH, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "head_dim": 8, "max_position_embeddings": CONTEXT, "tie_word_embeddings": True,
    "eos_token_id": token_id(END), "bos_token_id": token_id(END), "pad_token_id": token_id(PAD),
}  # fmt: skip
TRANSLATOR = {
    "vocab_size": SIZE, "d_model": WIDTH, "encoder_layers": 2, "decoder_layers": 2, "encoder_attention_heads": 2,
    "decoder_attention_heads": 2, "encoder_ffn_dim": 24, "decoder_ffn_dim": 24, "max_position_embeddings": CONTEXT,
    "pad_token_id": token_id(PAD), "eos_token_id": token_id(END), "bos_token_id": token_id(END),
    "dropout": 0.0,
}  # fmt: skip


def qwen2() -> PreTrainedModel:
    """Tied embeddings, biases on query, key and value, half as many key/value heads."""
    return lively(Qwen2ForCausalLM, Qwen2Config(vocab_size=SIZE, **DECODER))


def llama_128k() -> PreTrainedModel:
    """Llama 3's vocabulary. Each row of its table is the sum of a coarse and a fine part, so that a file can be small."""
    network = lively(LlamaForCausalLM, LlamaConfig(vocab_size=LARGE_COARSE * LARGE_FINE, **DECODER))
    coarse, fine = torch.randn(LARGE_COARSE, WIDTH) * 0.6, torch.randn(LARGE_FINE, WIDTH) * 0.6
    table = (coarse[:, None] + fine[None]).reshape(-1, WIDTH)
    with torch.no_grad():
        network.model.embed_tokens.weight.copy_(table)
    network.large_table = {"table.coarse": coarse.numpy(), "table.fine": fine.numpy()}
    return network


def gpt2() -> PreTrainedModel:
    """Learned positions and matrices the other way round."""
    end = token_id(END)
    config = GPT2Config(
        vocab_size=SIZE, n_embd=WIDTH, n_layer=2, n_head=2, n_inner=24, n_positions=CONTEXT, bos_token_id=end,
        eos_token_id=end,
    )  # fmt: skip
    return lively(GPT2LMHeadModel, config)


def t5() -> PreTrainedModel:
    """Relative positions and no biases."""
    config = T5Config(
        vocab_size=SIZE, d_model=WIDTH, d_kv=8, d_ff=24, num_layers=2, num_decoder_layers=2, num_heads=2,
        pad_token_id=token_id(PAD), eos_token_id=token_id(END), decoder_start_token_id=token_id(PAD), dropout_rate=0.0,
    )  # fmt: skip
    return lively(T5ForConditionalGeneration, config)


def marian() -> PreTrainedModel:
    """Starts with its padding, which it must never write, and ends with </s> also where the length ends it."""
    config = MarianConfig(**TRANSLATOR, decoder_start_token_id=token_id(PAD))
    return lively(MarianMTModel, config)


def m2m100() -> PreTrainedModel:
    """Many languages: </s> starts an answer and its language follows; NLLB is the same network."""
    # Its positions are counted from the padding's id on.
    shape = {**TRANSLATOR, "max_position_embeddings": SIZE + CONTEXT, "decoder_start_token_id": token_id(END)}
    return lively(M2M100ForConditionalGeneration, M2M100Config(**shape))


def lively(kind: type[PreTrainedModel], config) -> PreTrainedModel:
    """Random weights of a size at which the next token depends on the whole text."""
    torch.manual_seed(2)
    network = kind._from_config(config, attn_implementation="eager").eval()
    with torch.no_grad():
        for name, value in network.named_parameters():
            is_table = any(part in name for part in ("embed_tokens", "wte", "wpe", "shared"))
            if value.dim() > 1 and "positions" not in name:
                value.normal_(0, 1.0 if is_table else 2.0 / value.shape[-1] ** 0.5)
            elif "bias" in name:
                value.normal_(0, 0.2)
    return network
