"""Damaged exports: reading works or says what is wrong with the file; nothing else ever happens."""

import csv
import io
import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.errors import BadInput
from sync.model import TABLES
from sync.tables.raw import Limits
from sync.tables.table import read_table
from tests.books import SHEET, packed, parts_of
from tests.folders import decide_folder, good_folder, lay_book, seed

ROUNDS = 300
LIMITS = Limits(file_bytes=10**6, unpacked_bytes=10**7, rows=20_000, sheet_cells=200_000)
TABLE = "payments"


def truncated(content: bytes, chance: random.Random) -> bytes:
    """Return the beginning of the content."""
    return content[: chance.randrange(len(content))]


def flipped(content: bytes, chance: random.Random) -> bytes:
    """Return the content with some bytes changed, often to such as steer a reader."""
    made = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 8])):
        made[chance.randrange(len(made))] = chance.choice([chance.randrange(256), *b'",\r\n\0\xff<>=9'])
    return bytes(made)


def flipped_inside(content: bytes, chance: random.Random) -> bytes:
    """Return a workbook that is whole as an archive, with bytes changed in one of its parts."""
    parts = parts_of(content)
    name = chance.choice([SHEET, *parts])
    return packed(parts | {name: flipped(parts[name], chance)})


def good_book(folder: Path) -> Path:
    """Return the good folder's payments as a workbook with numbers and dates in it."""
    rows = [line.split(",") for line in (folder / f"{TABLE}.csv").read_text("utf-8").splitlines()]
    cells = [[float(cell) if cell.replace(".", "").isdigit() else cell for cell in row] for row in rows]
    return lay_book(folder / f"{TABLE}.xlsx", cells)


def outcome(path: Path, content: bytes) -> str:
    """Read a damaged file and say how it ended; any other error goes on and fails the test."""
    path.write_bytes(content)
    try:
        read_table(path, TABLES[TABLE], {}, limits=LIMITS)
    except BadInput as wrong:
        assert f"{TABLE}." in str(wrong)
        assert "What to do: " in str(wrong)
        return "refused"
    return "read"


def damages(content: bytes, how: str) -> Iterator[bytes]:
    """Yield damaged copies by the printed seed."""
    chance = random.Random(seed())
    damage = {"truncated": truncated, "flipped": flipped, "flipped inside": flipped_inside}[how]
    for _ in range(ROUNDS):
        yield damage(content, chance)


@pytest.mark.parametrize("how", ["truncated", "flipped"])
def test_a_damaged_csv_is_read_or_refused(tmp_path: Path, how: str) -> None:
    path = good_folder(tmp_path / "in") / f"{TABLE}.csv"
    content = path.read_bytes().replace(b"45.00", b'"1,045.00"').replace(b"\n", b"\r\n", 1)

    ended = {outcome(path, damaged) for damaged in damages(content, how)}

    assert ended == {"read", "refused"}


@pytest.mark.parametrize("how", ["truncated", "flipped", "flipped inside"])
def test_a_damaged_workbook_is_read_or_refused(tmp_path: Path, how: str) -> None:
    path = good_book(good_folder(tmp_path / "in"))
    content = path.read_bytes()

    ended = {outcome(path, damaged) for damaged in damages(content, how)}

    assert "refused" in ended


@pytest.mark.parametrize(
    ("how", "older"),
    [
        ("truncated", None),
        ("flipped", b"an older file"),
        ("flipped inside", None),
        ("flipped inside", b"older"),
    ],
)
def test_the_command_leaves_nothing_half_written_over_damaged_input(
    tmp_path: Path, how: str, older: bytes | None
) -> None:
    folder = good_folder(tmp_path / "in")
    book = good_book(folder)
    path = book if how == "flipped inside" or older is None else folder / f"{TABLE}.csv"
    content = path.read_bytes()
    for name in {f"{TABLE}.csv", f"{TABLE}.xlsx"}:
        (folder / name).unlink()
    path.write_bytes(next(damages(content, how)))
    out = tmp_path / "out" / "decisions.csv"
    out.parent.mkdir()
    if older is not None:
        out.write_bytes(older)

    done = decide_folder(folder, out, "--json")

    left = {file.name: file.read_bytes() for file in out.parent.iterdir()}
    assert done.returncode in {0, 1, 3}, done.stderr
    assert b"Traceback" not in done.stderr
    if done.returncode == 3:
        assert left == ({} if older is None else {out.name: older})
        assert done.stdout == b""
    else:
        assert list(left) == [out.name]
        written = list(csv.reader(io.StringIO(left[out.name].decode(), newline="")))
        assert len(written) == json.loads(done.stdout)["lines"] + 1


def test_the_command_refuses_what_is_surely_damaged_and_touches_no_older_file(tmp_path: Path) -> None:
    folder = good_folder(tmp_path / "in")
    (folder / "services.csv").write_bytes(b'service_id,customer_id\nS1,"C1\n')
    out = tmp_path / "out.xlsx"
    out.write_bytes(b"an older file")

    done = decide_folder(folder, out)

    assert done.returncode == 3
    assert b"services.csv" in done.stderr
    assert b"line 2" in done.stderr
    assert b"Traceback" not in done.stderr
    assert out.read_bytes() == b"an older file"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out.xlsx"]
