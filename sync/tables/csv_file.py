"""Read a CSV file exactly: every line accounted for, and a clear word where it is no CSV.

A file in which every record stands on one line and is quoted by the book is split by polars. Any other
file (cells with line breaks, or quoting trouble) goes through the strict reader of the standard library,
which says where it stops.
"""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from sync.tables.raw import SURPLUS, Limits, RawTable, check_width, no_unread, refuse

if TYPE_CHECKING:
    import _csv

_BOM = b"\xef\xbb\xbf"
_CELL = r'(?:[^",]*|"(?:[^"]|"")*")'
_ONE_LINE_RECORD = f"^{_CELL}(?:,{_CELL})*$"
_CHUNK = 50_000
_UTF8_ADVICE = 'Save it again as "CSV UTF-8".'


def read_csv(path: Path, limits: Limits) -> RawTable:
    """Read a CSV file; raise BadInput naming line and column where it is none."""
    came = _content(path, limits)
    content = came.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in came else came
    lines = _lines(path, content)
    quoted = lines.filter(lines.str.contains('"', literal=True))
    if not quoted.str.contains(_ONE_LINE_RECORD).all():
        return read_strictly(path, came, limits)
    if lines.len() > limits.rows:
        raise refuse(path, f"{lines.len()} lines found, expected {limits.rows} at the most")
    header = lines.ne("").arg_max() or 0
    headings = next(csv.reader([lines[header]], strict=True), [])
    check_width(path, headings, limits, line=header + 1)
    rows = _split(content, lines, len(headings)).slice(header + 1).filter((lines != "").slice(header + 1))
    return RawTable(path, header + 1, headings, rows, no_unread())


def _content(path: Path, limits: Limits) -> bytes:
    """Return the bytes of the file without byte order mark."""
    if path.stat().st_size > limits.file_bytes:
        raise refuse(path, f"larger than {limits.file_bytes} bytes", "Export fewer months at a time.")
    content = path.read_bytes()
    _check_encoding(path, content)
    content = content.removeprefix(_BOM)
    if not content.strip():
        raise refuse(path, "line 1: the file is empty, expected a header row")
    return content


def _check_encoding(path: Path, content: bytes) -> None:
    if content.startswith(b"PK\x03\x04"):
        raise refuse(path, "a workbook found, expected CSV text", "Name it .xlsx, or save it as CSV.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse(path, "line 1: UTF-16 text found, expected UTF-8", _UTF8_ADVICE)
    if (place := content.find(b"\0")) >= 0:
        raise refuse(path, f"{_where(content, place)}: a NUL byte found, expected text", _UTF8_ADVICE)


def _lines(path: Path, content: bytes) -> pl.Series:
    """Return the lines of the text; polars refuses what is no UTF-8, then the place of it is looked for."""
    try:
        return pl.read_lines(io.BytesIO(content))["line"]
    except pl.exceptions.ComputeError:
        place = _first_bad_byte(content)
        found = f"byte 0x{content[place]:02x} found, expected UTF-8"
        raise refuse(path, f"{_where(content, place)}: {found}", _UTF8_ADVICE) from None


def _first_bad_byte(content: bytes) -> int:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as wrong:
        return wrong.start
    return 0


def _where(content: bytes, place: int) -> str:
    before = content[:place].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return f"line {before.count(10) + 1}, byte {len(before) - before.rfind(10)} of that line"


def _split(content: bytes, lines: pl.Series, width: int) -> pl.DataFrame:
    """Split records that stand on one line each; line numbers are those of the file."""
    rows = pl.read_csv(
        content,
        has_header=False,
        schema=dict.fromkeys([*(str(place) for place in range(width)), SURPLUS], pl.String),
        missing_columns="insert",
        truncate_ragged_lines=True,
    )
    bare = lines.str.replace_all('"[^"]*"', "") if lines.str.contains('"', literal=True).any() else lines
    surplus = (bare.str.count_matches(",", literal=True) >= width).alias(SURPLUS)
    numbers = pl.int_range(1, len(lines) + 1, dtype=pl.Int64, eager=True).alias("line")
    return rows.with_columns(surplus, numbers)


def read_strictly(path: Path, content: bytes, limits: Limits) -> RawTable:
    """Read a CSV file by the strict reader of the standard library; `content` has no byte order mark."""
    csv.field_size_limit(limits.file_bytes)
    reader = csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True)
    records = _records(path, reader)
    header, headings = next(records, (1, []))
    check_width(path, headings, limits, line=header)
    width, count = len(headings), 0
    parts = [_frame([], width)]
    while chunk := list(islice(records, _CHUNK)):
        count += len(chunk)
        if count > limits.rows:
            raise refuse(path, f"more than {limits.rows} rows found")
        parts.append(_frame(chunk, width))
    return RawTable(path, header, headings, pl.concat(parts), no_unread())


def _records(path: Path, reader: "_csv.Reader") -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line on which it starts; a record that is an empty line is passed over."""
    start = 1
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as wrong:
            what = f'line {start}: quoting trouble ({wrong}), expected cells quoted as "..." with "" inside'
            raise refuse(path, what) from None
        if record:
            yield start, record
        start = reader.line_num + 1


def _frame(chunk: list[tuple[int, list[str]]], width: int) -> pl.DataFrame:
    """Return a chunk of records as a table of the header's width; missing cells are null."""
    padded = [(*record[:width], *[None] * (width - len(record))) for _, record in chunk]
    columns = list(zip(*padded, strict=True)) or [()] * width
    named = {str(place): pl.Series(column, dtype=pl.String) for place, column in enumerate(columns)}
    lines = pl.Series([line for line, _ in chunk], dtype=pl.Int64)
    surplus = pl.Series([len(record) > width for _, record in chunk], dtype=pl.Boolean)
    return pl.DataFrame({"line": lines, **named, SURPLUS: surplus})
