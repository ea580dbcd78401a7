"""The two ways to split CSV give the same rows: the fast one and the strict reader of the standard library."""

import csv
import io
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.errors import BadInput
from sync.tables.csv_file import read_csv, read_strictly
from sync.tables.raw import Limits

CELLS = st.text(alphabet=st.sampled_from('ab,"\n\r é=\t'), max_size=6)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=0, max_size=8)


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rows=ROWS, blank_lines=st.booleans(), carriage=st.booleans())
def test_both_ways_give_the_same_rows_with_the_same_line_numbers(
    rows: list[list[str]], blank_lines: bool, carriage: bool, tmp_path: Path
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n" if carriage else "\n")
    writer.writerow(["a", "b", "c"])
    for row in rows:
        writer.writerow(row)
        if blank_lines:
            text.write("\r\n" if carriage else "\n")
    path = tmp_path / "t.csv"
    path.write_bytes(text.getvalue().encode())

    fast, strict = read_csv(path, Limits()), read_strictly(path, path.read_bytes(), Limits())

    assert fast.headings == strict.headings
    order = ["line", "0", "1", "2", "surplus"]
    assert fast.rows.select(order).fill_null("").rows() == strict.rows.select(order).fill_null("").rows()


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(content=st.text(alphabet=st.sampled_from('ab,"\n\r '), max_size=30))
def test_both_ways_refuse_the_same_texts(content: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"a,b\n" + content.encode())

    told = []
    ways = (partial(read_csv, path, Limits()), partial(read_strictly, path, path.read_bytes(), Limits()))
    for read in ways:
        try:
            told.append(read().rows.select("line", "0", "1").fill_null("").rows())
        except BadInput:
            told.append([])

    assert told[0] == told[1]
