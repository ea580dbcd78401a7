"""Turn the lines of a plan into the bytes of each customer, of which the decisions file is the sum."""

import io
from collections.abc import Iterable

import lz4.block
import polars as pl

from sync.errors import StoreError
from sync.model import LINE_COLUMNS

LINES = pl.Schema(dict.fromkeys(LINE_COLUMNS, pl.String))
HEADER = (",".join(LINE_COLUMNS) + "\n").encode()
BLOCKS = pl.Schema({"customer_id": pl.String, "lines": pl.Int64, "block": pl.Binary})
_QUOTED = '[,"\r\n]'


def in_order(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines in the order of the decisions file: customer (none first), date (none last), line id."""
    return lines.sort("customer_id", "date", "line_id", nulls_last=[False, True, False])


def blocks_of(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the block of each customer, lines without a customer under the blank id, as a frame of BLOCKS.

    lines  in the order of the decisions file; a blank cell is null
    """
    written = io.BytesIO()
    lines.write_csv(written, include_header=False)
    content = written.getbuffer()
    sizes = lines.select(
        pl.col("customer_id").fill_null(""),
        pl.sum_horizontal(_size(name) for name in LINE_COLUMNS).alias("size") + len(LINE_COLUMNS),
    )
    ends = sizes.group_by("customer_id", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("lines"), pl.sum("size")
    )
    ends = ends.with_columns(pl.col("size").cum_sum().alias("end"))
    if ends["size"].sum() != len(content):
        raise StoreError("the bytes of a plan's lines are not counted as they are written")
    places = zip(ends["end"] - ends["size"], ends["end"], strict=True)
    # The lines of a customer are much alike: they shrink to a fourth, which saves more writing than it costs. Every
    # plan reads all of them for its digest, so it is unpacking that has to be quick.
    blocks = [lz4.block.compress(content[start:end]) for start, end in places]
    return ends.select("customer_id", "lines", pl.Series("block", blocks, pl.Binary))


def lines_in(blocks: Iterable[bytes]) -> pl.DataFrame:
    """Return the lines that stand in blocks, in their order."""
    content = b"".join(bytes_of(block) for block in blocks)
    return pl.read_csv(content, has_header=False, schema=LINES) if content else pl.DataFrame(schema=LINES)


def bytes_of(block: bytes) -> bytes:
    """Return the lines of one customer as they stand in the decisions file."""
    plain: bytes = lz4.block.decompress(block)
    return plain


def _size(name: str) -> pl.Expr:
    """Count the bytes of a cell as it is written: quotes around it and double within, where it needs them."""
    cell = pl.col(name)
    quotes = pl.when(cell.str.contains(_QUOTED)).then(cell.str.count_matches('"', literal=True) + 2)
    return (cell.str.len_bytes() + quotes.otherwise(0)).fill_null(0).cast(pl.Int64)
