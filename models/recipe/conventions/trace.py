"""Tracing a module into an ONNX file, as Optimum does."""

import warnings
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn


def trace(
    run: nn.Module,
    example: tuple[Tensor, ...],
    file: Path,
    inputs: list[str],
    outputs: list[str],
    axes: dict[str, dict[int, str]],
) -> onnx.ModelProto:
    """Writes <folder>/onnx/<file> and returns the model. Names of modules that were traced are left out: they double it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            run.eval(), example, str(file), input_names=inputs, output_names=outputs, dynamic_axes=axes,
            opset_version=17, dynamo=False, do_constant_folding=True,
        )  # fmt: skip
    return shorten(onnx.load(file), file)


def shorten(model: onnx.ModelProto, file: Path) -> onnx.ModelProto:
    """Gives nodes and values short names and drops comments: nobody reads them, and they are most of a tiny file."""
    known = {value.name for value in (*model.graph.input, *model.graph.output)}
    names: dict[str, str] = {"": ""}

    def short(name: str) -> str:
        if name in known:
            return name
        return names.setdefault(name, f"v{len(names)}")

    for weight in model.graph.initializer:
        weight.name = short(weight.name)
    for index, node in enumerate(model.graph.node):
        node.name, node.doc_string = f"n{index}", ""
        node.input[:] = [short(name) for name in node.input]
        node.output[:] = [short(name) for name in node.output]
    del model.graph.value_info[:]
    onnx.save(model, file)
    return model
