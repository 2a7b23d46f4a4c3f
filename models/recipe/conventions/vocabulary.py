"""One vocabulary for all: every byte, and the special tokens that the conventions need."""

import json
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors

from model_folder import write_json

PAD, END, UNKNOWN, MASK = "<pad>", "</s>", "<unk>", "<mask>"
LANGUAGES = ("eng_Latn", "zho_Hans", "fra_Latn", "deu_Latn")
SPECIAL = (PAD, END, UNKNOWN, MASK, *LANGUAGES)
ALPHABET = sorted(pre_tokenizers.ByteLevel.alphabet())  # in this order the bytes are the first ids
SIZE = len(ALPHABET) + len(SPECIAL)


def token_id(token: str) -> int:
    """Special tokens follow the bytes."""
    return len(ALPHABET) + SPECIAL.index(token)


def letter_ids() -> tuple[int, int]:
    """First and last plus one of a to z."""
    first = ALPHABET.index("a")
    return first, first + 26


def text_of(ids: list[int]) -> str:
    """The letters among some ids."""
    return "".join(ALPHABET[index] for index in ids if index < len(ALPHABET))


def make_tokenizer(frame: str | None = None) -> Tokenizer:
    """frame: how a text is framed, as 'eng_Latn $A </s>'."""
    tokenizer = Tokenizer(models.BPE({token: index for index, token in enumerate(ALPHABET)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(list(SPECIAL))
    if frame:
        specials = [(token, token_id(token)) for token in frame.split() if token != "$A"]
        tokenizer.post_processor = processors.TemplateProcessing(single=frame, special_tokens=specials)
    return tokenizer


def write_tokenizer_files(folder: Path, tokenizer: Tokenizer, more: dict) -> None:
    """tokenizer.json on one line, and tokenizer_config.json."""
    text = json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":"))
    (folder / "tokenizer.json").write_text(text + "\n", "utf8")
    named = {"pad_token": PAD, "eos_token": END, "unk_token": UNKNOWN, "mask_token": MASK}
    write_json(folder / "tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast", **named, **more})
