"""The tokenizer in Hugging Face's format, with the tokens that are kept."""

import json
from pathlib import Path

import numpy as np
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

from qwen.source import Source
from tokenizer import SPLIT

END, START_OF_TURN, END_OF_TURN = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
PREFIX, MIDDLE, SUFFIX, PAD = "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|fim_pad|>"
REPOSITORY, FILE = "<|repo_name|>", "<|file_sep|>"
CONTROL = (END, START_OF_TURN, END_OF_TURN, PREFIX, MIDDLE, SUFFIX, PAD, REPOSITORY, FILE)
# Text to a tokenizer, and what the model writes around a call of a tool.
PLAIN = ("<tool_call>", "</tool_call>")
BYTES = 256


class Vocabulary:
    """Some of the source's tokens: control tokens, all bytes, the merges that were kept.

    Ids follow how much a token is needed, not the order of the merges: the first `common` are stored with more bits.
    """

    def __init__(self, tokens: list[str], merges: list[tuple[str, str]], common: int) -> None:
        self.tokens, self.merges, self.common = tokens, merges, common

    @staticmethod
    def of(source: Source, kept: np.ndarray | None = None, common: np.ndarray | None = None) -> "Vocabulary":
        """With the merges whose tokens are kept, and those among them that are common, bool by source id."""
        names, merges = source.tokens(), source.merges()
        check_ranks(names, merges)
        made = names[BYTES : BYTES + len(merges)]
        chosen = np.ones(len(made), bool) if kept is None else kept[BYTES : BYTES + len(made)]
        first = chosen if common is None else chosen & common[BYTES : BYTES + len(made)]
        near = [*CONTROL, *PLAIN, *names[:BYTES], *(made[number] for number in np.flatnonzero(first))]
        far = [made[number] for number in np.flatnonzero(chosen & ~first)]
        return Vocabulary(near + far, [merges[number] for number in np.flatnonzero(chosen)], len(near))

    def rows(self, source: Source) -> np.ndarray:
        """The source's id of every token."""
        ids = {token: index for index, token in enumerate(source.tokens())}
        return np.array([ids[token] for token in self.tokens])

    def tokenizer(self) -> Tokenizer:
        """A byte-level BPE tokenizer that leaves text as it is, without the source's Unicode normalization."""
        tokenizer = Tokenizer(models.BPE({token: id for id, token in enumerate(self.tokens)}, self.merges))
        split = pre_tokenizers.Split(Regex(SPLIT), "isolated")
        byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False)
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, byte_level])
        tokenizer.decoder = decoders.ByteLevel()
        tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in CONTROL])
        tokenizer.add_tokens([AddedToken(name, special=False, normalized=False) for name in PLAIN])
        return tokenizer


def check_ranks(names: list[str], merges: list[tuple[str, str]]) -> None:
    """Raises unless merge number n makes token 256 + n."""
    wrong = next((n for n, (left, right) in enumerate(merges) if names[BYTES + n] != left + right), None)
    if wrong is not None:
        raise ValueError(f"Merge {wrong} makes {merges[wrong]}, not token {BYTES + wrong} ({names[BYTES + wrong]}).")


def write_tokenizer(vocabulary: Vocabulary, folder: Path, context: int) -> None:
    """Writes tokenizer.json, in few bytes, and tokenizer_config.json without the chat template."""
    definition = json.loads(vocabulary.tokenizer().to_str())
    text = json.dumps(definition, ensure_ascii=False, separators=(",", ":"))
    (folder / "tokenizer.json").write_text(text + "\n", "utf8")
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "add_bos_token": False,
        "add_prefix_space": False,
        "clean_up_tokenization_spaces": False,
        "eos_token": END_OF_TURN,
        "pad_token": END,
        "unk_token": None,
        "model_max_length": context,
        "additional_special_tokens": list(CONTROL[1:]),
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n", "utf8")
