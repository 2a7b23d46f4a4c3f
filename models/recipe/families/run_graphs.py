"""Runs the exported graphs of a family in ONNX Runtime step by step, as an engine would."""

from pathlib import Path

import numpy as np

from verify import open_session

Arrays = dict[str, np.ndarray]


class Graphs:
    """Sessions of one folder and suffix, by file name without either."""

    def __init__(self, folder: Path, suffix: str = "") -> None:
        self.sessions = {
            path.name.removesuffix(f"{suffix}.onnx"): open_session(path)
            for path in sorted((folder / "onnx").glob(f"*{suffix}.onnx"))
        }

    def run(self, name: str, values: Arrays) -> Arrays:
        """All outputs by name; inputs the graph does not have are left out."""
        session = self.sessions[name]
        have = {entry.name for entry in session.get_inputs()}
        names = [entry.name for entry in session.get_outputs()]
        return dict(zip(names, session.run(names, {key: value for key, value in values.items() if key in have})))

    def empty_pasts(self, name: str) -> Arrays:
        """A past of no tokens for every past input; symbolic sizes are 1 for the batch, 0 for tokens."""
        return {
            entry.name: np.zeros([size_of(dim) for dim in entry.shape], np.float32)
            for entry in self.sessions[name].get_inputs()
            if entry.name.startswith("past")
        }


def size_of(dim: int | str) -> int:
    """Size of a dimension when nothing has been read."""
    return dim if isinstance(dim, int) else int(dim == "batch_size")


def ids_of(ids: list[int]) -> np.ndarray:
    """One row of ids."""
    return np.array([ids], np.int64)


def step_logits(graphs: Graphs, source: list[int], inputs: list[int]) -> np.ndarray:
    """Logits [inputs, vocabulary] after each decoder input, fed one by one after one run over the source."""
    if "model" in graphs.sessions:
        return decoder_logits(graphs, source, inputs)
    if "decoder_model" in graphs.sessions and "decoder_with_past_model" not in graphs.sessions:
        return recurrent_logits(graphs, source, inputs)
    return encoder_decoder_logits(graphs, source, inputs)


def decoder_logits(graphs: Graphs, source: list[int], inputs: list[int]) -> np.ndarray:
    """GPT and prefix-LM: the source and the first input are read in one run."""
    pasts, rows, done = graphs.empty_pasts("model"), [], 0
    prefix = np.array([len(source) + 1], np.int64)
    for ids in ([*source, inputs[0]], *([one] for one in inputs[1:])):
        positions = np.arange(done, done + len(ids))[None]
        feeds = {"input_ids": ids_of(ids), "position_ids": positions, "prefix_length": prefix}
        out = graphs.run("model", {**feeds, **pasts})
        done += len(ids)
        rows.append(out["logits"][0, -1])
        pasts = {name: out[name.replace("past_key_values", "present").replace("past_", "present_")] for name in pasts}
    return np.stack(rows)


def recurrent_logits(graphs: Graphs, source: list[int], inputs: list[int]) -> np.ndarray:
    """The hidden state goes round."""
    mask, rows = np.ones((1, len(source)), np.int64), []
    read = graphs.run("encoder_model", {"input_ids": ids_of(source), "attention_mask": mask})
    for one in inputs:
        out = graphs.run("decoder_model", {"input_ids": ids_of([one]), "attention_mask": mask, **read})
        read["hidden"] = out["present_hidden"]
        rows.append(out["logits"][0, -1])
    return np.stack(rows)


def encoder_decoder_logits(graphs: Graphs, source: list[int], inputs: list[int]) -> np.ndarray:
    """Three files or a merged decoder; what the decoder computed of the encoder is kept from the first run."""
    mask, rows, pasts = np.ones((1, len(source)), np.int64), [], {}
    read = graphs.run("encoder_model", {"input_ids": ids_of(source), "attention_mask": mask})["last_hidden_state"]
    merged = "decoder_model_merged" in graphs.sessions
    if merged:
        pasts = graphs.empty_pasts("decoder_model_merged")
    for step, one in enumerate(inputs):
        name = "decoder_model_merged" if merged else "decoder_with_past_model" if step else "decoder_model"
        feeds = {"input_ids": ids_of([one]), "encoder_attention_mask": mask, "encoder_hidden_states": read}
        out = graphs.run(name, {**feeds, **pasts, "use_cache_branch": np.array([step > 0])})
        rows.append(out["logits"][0, -1])
        fresh = {key.replace("present", "past_key_values"): value for key, value in out.items() if key != "logits"}
        pasts = fresh if step == 0 else {**pasts, **{key: value for key, value in fresh.items() if ".decoder." in key}}
    return np.stack(rows)
