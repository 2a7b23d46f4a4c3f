"""The graphs of a family as files, from weights that were rounded to 8-bit blocks or not."""

import copy
from pathlib import Path

import numpy as np
import onnx
import torch
from transformers.pytorch_utils import Conv1D

from blocks import quantize
from families.bart import Bart
from families.bart_graph import BartPieces, bart_decoder, bart_encoder
from families.family import Family
from families.gpt import Gpt
from families.gpt_graph import gpt_decoder
from families.merged_graph import merged_decoder
from families.pieces import Pieces
from families.prefix_lm import PrefixLm
from families.prefix_lm_graph import prefix_lm_decoder
from families.recurrent import Recurrent
from families.recurrent_graph import RecurrentPieces, recurrent_decoder, recurrent_encoder
from families.t5 import T5
from families.t5_graph import T5Pieces, t5_decoder, t5_encoder
from fused_graph import Weights
from graph import Graph
from weights import BlockWeights, FloatWeights

KEPT = ("relative_attention_bias", "embed_positions", "wpe")  # small tables that stay float32


def rounded(family: Family) -> Family:
    """A copy whose matrices are what their 8-bit blocks stand for."""
    other = copy.deepcopy(family).eval()
    turned = {f"{name}.weight" for name, module in other.named_modules() if isinstance(module, Conv1D)}
    with torch.no_grad():
        for name, value in other.named_parameters():
            if value.dim() == 2 and not any(part in name for part in KEPT):
                matrix = value.numpy().T if name in turned else value.numpy()
                blocks = quantize(matrix).matrix()
                value.copy_(torch.from_numpy(blocks.T.copy() if name in turned else blocks))
    return other


def family_weights(family: Family) -> Weights:
    """Parameters by name, matrices as [outputs, inputs]."""
    network = getattr(family, "network", family)
    turned = {f"{name}.weight" for name, module in network.named_modules() if isinstance(module, Conv1D)}
    return {
        name: np.ascontiguousarray(value.detach().numpy().T if name in turned else value.detach().numpy())
        for name, value in network.named_parameters()
    }


class Exporter:
    """Makes the graphs of one network; `accuracy` is that of BlockWeights, or 0 for float32 weights."""

    def __init__(self, family: Family, accuracy: int) -> None:
        self.family, self.accuracy, self.weights = family, accuracy, family_weights(family)

    def start(self) -> tuple[Graph, FloatWeights | BlockWeights]:
        """An empty graph and its store of matrices."""
        graph = Graph()
        return graph, BlockWeights(graph, self.accuracy) if self.accuracy else FloatWeights(graph)

    def write(self, kind: type[Pieces], heads: int, build, *rest) -> Graph:
        """One graph, written by `build`."""
        graph, store = self.start()
        build(kind(graph, store, self.weights, heads), self.family, *rest)
        return graph

    def models(self) -> dict[str, onnx.ModelProto]:
        """Models by file name, in the layout of the family."""
        family = self.family
        if isinstance(family, T5):
            heads = family.network.config.num_heads
            decoders = [self.write(T5Pieces, heads, t5_decoder, with_past) for with_past in (False, True)]
            encoder = self.write(T5Pieces, heads, t5_encoder).model()
            return {"encoder_model": encoder, "decoder_model_merged": merged_decoder(*decoders)}
        if isinstance(family, Bart):
            heads = family.network.config.encoder_attention_heads
            graphs = {"encoder_model": self.write(BartPieces, heads, bart_encoder)}
            graphs["decoder_model"] = self.write(BartPieces, heads, bart_decoder, False)
            graphs["decoder_with_past_model"] = self.write(BartPieces, heads, bart_decoder, True)
        elif isinstance(family, Gpt):
            graphs = {"model": self.write(Pieces, family.network.config.n_head, gpt_decoder)}
        elif isinstance(family, PrefixLm):
            graph, store = self.start()
            prefix_lm_decoder(graph, store, self.weights, family)
            graphs = {"model": graph}
        elif isinstance(family, Recurrent):
            graphs = {"encoder_model": self.write(RecurrentPieces, 1, recurrent_encoder)}
            graphs["decoder_model"] = self.write(RecurrentPieces, 1, recurrent_decoder)
        else:
            raise ValueError(f"{type(family).__name__} has no exporter. Add one to families/export_family.py.")
        return {name: graph.model() for name, graph in graphs.items()}


def write_graphs(family: Family, folder: Path, accuracy: int, suffix: str = "") -> list[Path]:
    """Writes <folder>/onnx/<file><suffix>.onnx for each graph; returns the paths."""
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    paths = []
    for name, model in Exporter(family, accuracy).models().items():
        path = folder / "onnx" / f"{name}{suffix}.onnx"
        path.with_suffix(".tmp").write_bytes(model.SerializeToString())
        path.with_suffix(".tmp").rename(path)
        paths.append(path)
    return paths
