"""A parquet file in, a frame of numbers and texts out; dates become ISO text, categories text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from helpers.errors import Problem
from helpers.readers.bounded import check_bytes, check_cells

if TYPE_CHECKING:
    import pyarrow as pa


def read(path: Path) -> tuple[pd.DataFrame, list[Problem]]:
    """All columns, an index that pandas stored among them; equal texts share one object."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        about = file.metadata
        check_cells(about.num_rows, about.num_columns)
        check_bytes(sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups)))
        texts = [field.name for field in file.schema_arrow if _is_text(field.type)]
    # texts that are stored once each stay so until it is known how much they are together
    with pq.ParquetFile(path, read_dictionary=texts) as file:
        table = file.read()
    check_bytes(sum(map(_text_bytes, table.columns)))
    kinds = [
        _kind(name, cells) for name, cells in zip(table.column_names, table.columns, strict=True)
    ]
    table = table.cast(pa.schema(list(zip(table.column_names, kinds, strict=True))))
    frame = table.to_pandas(
        ignore_metadata=True,  # else a stored index leaves the columns
        split_blocks=True,
        self_destruct=True,  # frees arrow's columns one by one: half the peak of a large table
        date_as_object=False,
    )
    return frame, []


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return pa.types.is_string(kind) or pa.types.is_binary(kind)


def _text_bytes(cells: pa.ChunkedArray) -> int:
    """Bytes that a column of texts takes when every cell has its own; 0 for other columns."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(cells.type) or not _is_text(cells.type.value_type):
        return 0
    sizes = (pc.binary_length(chunk.dictionary).take(chunk.indices) for chunk in cells.chunks)
    return sum(pc.sum(pc.cast(each, pa.int64())).as_py() or 0 for each in sizes)


def _kind(name: str, cells: pa.ChunkedArray) -> pa.DataType:
    """The plain type that a column is read as. Errors: `ValueError` where there is none."""
    import pyarrow as pa

    types = pa.types
    kind = cells.type.value_type if types.is_dictionary(cells.type) else cells.type
    if types.is_nested(kind):
        raise ValueError(f"column {name} holds {kind}: neither numbers nor texts")
    if types.is_decimal(kind):
        return pa.float64()  # exact for any count or dose; Decimal objects would be slow
    if not any(
        holds(kind)
        for holds in (types.is_binary, types.is_large_binary, types.is_fixed_size_binary)
    ):
        return kind
    try:
        cells.cast(pa.string())  # the bytes of a text that its writer did not call one
    except pa.ArrowInvalid:
        raise ValueError(f"column {name} holds bytes that are no text in UTF-8") from None
    return pa.string()
