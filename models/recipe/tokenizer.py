"""The `tokenizer` step: byte-level BPE in Hugging Face's format, with ids in merge order."""

import json
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from documents import read_documents
from messages import read_pairs
from settings import Preset

END = "<|endoftext|>"
PREFIX, MIDDLE, SUFFIX = "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>"
FILE = "<|file_sep|>"
TO_CHINESE, ANSWER = "<|to_zh|>", "<|answer|>"
SPECIAL = (END, PREFIX, MIDDLE, SUFFIX, FILE, TO_CHINESE, ANSWER, *(f"<|reserved_{i}|>" for i in range(5)))
TO_ENGLISH, TO_SENTENCE, GAP = "<|to_en|>", "<|to_doc|>", "<|mask|>"
TEXT_SPECIAL = (END, ANSWER, TO_CHINESE, TO_ENGLISH, TO_SENTENCE, GAP, *(f"<|reserved_{i}|>" for i in range(2)))

# Qwen2's split without its (?i: group, which JavaScript's `u` flag refuses.
SPLIT = (
    r"'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def train_bpe(texts: list[str], vocabulary: int, special: tuple[str, ...] = SPECIAL) -> Tokenizer:
    """Learns merges; ids are 256 bytes, then tokens in merge order, then the special tokens."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(special),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        max_token_length=40,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens(list(special))
    check_merge_order(tokenizer)
    return tokenizer


def check_merge_order(tokenizer: Tokenizer) -> None:
    """Raises unless merge number n makes token 256 + n, which lets rank-based encoders use the ids."""
    model = json.loads(tokenizer.to_str())["model"]
    for number, (left, right) in enumerate(model["merges"]):
        if model["vocab"][left + right] != 256 + number:
            raise ValueError(f"Merge {number} ({left} {right}) does not make token {256 + number}.")


def train_tokenizer(preset: Preset) -> None:
    """Trains on the preset's training text and writes tokenizer.json."""
    texts: list[str] = []
    if preset.reads_code:
        texts += [document.text for document in read_documents(preset, "train")]
    if preset.reads_pairs:
        texts += [text for pair in read_pairs(preset.folder, "train") for text in (pair.english, pair.chinese)]
    tokenizer = train_bpe(texts, preset.shape.vocabulary)
    tokenizer.save(str(preset.folder / "tokenizer.json"), pretty=False)
    print(f"Tokenizer with {tokenizer.get_vocab_size()} tokens.", flush=True)


def read_tokenizer(preset: Preset) -> Tokenizer:
    """Reads the preset's tokenizer; text is never searched for special tokens."""
    tokenizer = Tokenizer.from_file(str(preset.folder / "tokenizer.json"))
    tokenizer.encode_special_tokens = True
    return tokenizer


def write_tokenizer(tokenizer: Tokenizer, folder: Path, context: int) -> None:
    """Writes tokenizer.json and tokenizer_config.json into a model folder."""
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "add_bos_token": False,
        "add_prefix_space": False,
        "clean_up_tokenization_spaces": False,
        "eos_token": END,
        "pad_token": END,
        "unk_token": None,
        "model_max_length": context,
        "additional_special_tokens": list(SPECIAL[1:]),
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n", "utf8")
