"""Writes a graph whose long weights lie beside it in files that Git hosts take."""

from pathlib import Path

import onnx
from onnx import TensorProto

from graph import Graph

# Small enough to land in two parts. A tensor that is longer has a file of its own.
SHARD_BYTES = 73_500_000
# Memory maps begin at such a multiple everywhere.
ALIGNMENT = 65_536
INLINE_BYTES = 16_384


def write_sharded(graph: Graph, file: Path) -> list[Path]:
    """Writes <file> and <file>_data_0, _1 ... beside it; returns all of them. The same graph gives the same bytes."""
    model = graph.model()
    shards: list[bytearray] = [bytearray()]
    for tensor in model.graph.initializer:
        if len(tensor.raw_data) > INLINE_BYTES:
            move_out(tensor, shards, file.name)
    file.parent.mkdir(parents=True, exist_ok=True)
    written = []
    for number, shard in enumerate(shards):
        path = file.with_name(shard_name(file.name, number))
        path.write_bytes(shard)
        written.append(path)
    file.write_bytes(model.SerializeToString(deterministic=True))
    return [file, *written]


def shard_name(file: str, number: int) -> str:
    """Name of a file of weights."""
    return f"{file}_data_{number}"


def move_out(tensor: onnx.TensorProto, shards: list[bytearray], file: str) -> None:
    """Puts the tensor's bytes behind the last of a shard and leaves a reference."""
    data = tensor.raw_data
    if shards[-1] and len(shards[-1]) + ALIGNMENT + len(data) > SHARD_BYTES:
        shards.append(bytearray())
    shard = shards[-1]
    alignment = ALIGNMENT if len(data) >= ALIGNMENT * 16 else 64
    shard.extend(b"\0" * (-len(shard) % alignment))
    place = {"location": shard_name(file, len(shards) - 1), "offset": str(len(shard)), "length": str(len(data))}
    shard.extend(data)
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in place.items():
        tensor.external_data.add(key=key, value=value)
