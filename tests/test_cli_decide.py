"""The command decide: what it refuses, what it reports, and which exit code it leaves with."""

import json
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from sync.crosswalk import Crosswalk
from sync.rules.enrollments import enrolled
from sync.tables import read_folder
from tests.commands import run_command_for_text
from tests.folders import AS_OF, good_folder, lay
from tests.support import ROOT, crosswalk_row, decided, rule_settings, shipped_crosswalk, with_rows, write_tables


def _decide(*arguments: str) -> subprocess.CompletedProcess[str]:
    return run_command_for_text("decide", *arguments)


def _told(folder: Path, out: Path) -> dict[str, object]:
    done = _decide("--input", str(folder), "--as-of", AS_OF, "--out", str(out), "--json")
    assert done.returncode in {0, 1}, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


def test_an_output_never_takes_the_place_of_an_input(tmp_path: Path) -> None:
    folder = good_folder(tmp_path / "in")
    before = (folder / "services.csv").read_bytes()

    done = _decide("--input", str(folder), "--as-of", AS_OF, "--out", str(folder / "services.csv"))

    assert done.returncode == 2
    assert (folder / "services.csv").read_bytes() == before


def test_decisions_may_lie_beside_the_input(tmp_path: Path) -> None:
    folder = good_folder(tmp_path / "in")

    first = _told(folder, folder / "decisions.csv")

    assert _told(folder, folder / "decisions.csv")["digest"] == first["digest"]


def test_answers_that_answer_nothing_are_reported(tmp_path: Path) -> None:
    folder = good_folder(tmp_path / "in")
    lay(
        folder,
        "choices.csv",
        "line_id,answer,answered_by,answered_on\n"
        "payment:P1,Bus Card,TEST,2026-04-01\n"
        "service:NOBODY,delivered,TEST,2026-04-01\n"
        "service:S1,delivered,,2026-04-01\n",
    )

    told = _told(folder, tmp_path / "out.csv")

    rejected = {(row["file"], row["line"]) for row in told["rejected_rows"]}  # type: ignore[attr-defined]
    assert rejected == {("choices.csv", 2), ("choices.csv", 3), ("choices.csv", 4)}


def test_a_name_that_slipped_into_another_column_is_not_shown(tmp_path: Path) -> None:
    folder = lay(
        tmp_path / "in",
        "payments.csv",
        "payment_id,customer_id,program,provider,control,paid_to,other_resources_unavailable,amount\n"
        "P1,C1,EOP Portland,IRCO,Support Services Payments,Testname, Testfirst,yes,12.00\n",
    )

    done = _decide("--input", str(folder), "--as-of", AS_OF, "--out", str(tmp_path / "out.csv"), "--json")

    assert "Testfirst" not in done.stdout + done.stderr
    assert "Testname" not in done.stdout + done.stderr
    assert '"column": "other_resources_unavailable"' in done.stdout


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_any_day_can_be_decided_for(day: str, tmp_path: Path) -> None:
    done = _decide("--input", str(good_folder(tmp_path / "in")), "--as-of", day, "--out", str(tmp_path / "out.csv"))

    assert done.returncode in {0, 1}, done.stderr


@pytest.mark.parametrize("day", ["20260420", "2026-W17-1", "4/20/2026", "2026-02-30", ""])
def test_what_is_no_day_is_called_wrongly(day: str, tmp_path: Path) -> None:
    done = _decide("--input", str(tmp_path), "--as-of", day, "--out", str(tmp_path / "out.csv"))

    assert done.returncode == 2
    assert "expected YYYY-MM-DD" in done.stderr


def test_a_full_stdout_is_no_fault_of_ours(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sync", "decide", "--input", str(good_folder(tmp_path / "in"))]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*command, "--as-of", AS_OF, "--out", "-"], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False
        )

    assert done.returncode == 2
    assert b"fault of our own" not in done.stderr
    assert b"digest" not in done.stderr


def test_a_table_that_is_a_pipe_or_a_folder_is_passed_over(tmp_path: Path) -> None:
    folder = good_folder(tmp_path / "in")
    os.mkfifo(folder / "employments.csv")
    (folder / "goals.xlsx").mkdir()

    told = _told(folder, tmp_path / "out.csv")

    assert {note.split(":")[0] for note in told["notes"]} >= {"employments.csv", "goals.xlsx"}  # type: ignore[attr-defined]


def test_stopping_with_the_keyboard_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    rows = "".join(f"S{n},C{n % 999},EOP Portland,IRCO,Services,Career Coaching\n" for n in range(450_000))
    folder = lay(tmp_path / "in", "services.csv", "service_id,customer_id,program,provider,control,service\n" + rows)
    (tmp_path / "out").mkdir()
    command = [sys.executable, "-m", "sync", "decide", "--input", str(folder), "--as-of", AS_OF]
    command += ["--out", str(tmp_path / "out" / "out.csv")]

    running = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert running.stderr is not None
    first = running.stderr.readline()
    running.send_signal(signal.SIGINT)
    told = running.communicate(timeout=120)[1]

    assert b"services.csv" in first
    assert running.returncode == 130, told
    assert b"stopped" in told
    assert list((tmp_path / "out").iterdir()) == []


def test_dated_rows_of_the_crosswalk_do_not_multiply_the_enrollments(tmp_path: Path) -> None:
    dated = [{"service": f"Test {n}", "first": f"2026-01-{n:02d}", "last": ""} for n in range(1, 29)]
    crosswalk = with_rows(shipped_crosswalk(), {"known_services": dated})
    write_tables(
        tmp_path,
        {"enrollments": [{"enrollment_id": "E1", "customer_id": "C1", "program": "NextGen", "provider": "POIC"}]},
    )
    days = [date(2026, 1, number) for number in range(1, 32)]
    eras = pl.Series([crosswalk.label_era(day) for day in days], dtype=pl.Int32)

    known = enrolled(read_folder(tmp_path, {})["enrollments"], eras, crosswalk=crosswalk, settings=rule_settings({}))

    assert len(known.of_place) == 1


def test_an_alias_that_begins_within_a_month_counts_from_its_day(tmp_path: Path) -> None:
    alias = crosswalk_row(
        "aliases",
        1,
        {"kind": "provider", "scope": "", "label": "Immigrant Org", "stands_for": "IRCO", "first": "2026-03-10"},
    )
    shipped = shipped_crosswalk()
    folder = good_folder(tmp_path / "in")
    services = pl.read_csv(folder / "services.csv", infer_schema=False).head(1)
    rows = [services.with_columns(pl.lit(f"S-{day}").alias("service_id"), pl.lit("Immigrant Org").alias("provider"),
                                  *(pl.lit(day).alias(name) for name in ("start_date", "end_date")))
            for day in ("2026-03-09", "2026-03-10")]  # fmt: skip
    pl.concat(rows).write_csv(folder / "services.csv")

    lines = decided(
        read_folder(folder, {}),
        Crosswalk([*shipped.rows, alias], shipped.hash),
        settings=rule_settings({}),
        as_of=date.fromisoformat(AS_OF),
    )

    found = {line: reasons or "" for line, reasons in lines.select("line_id", "reasons").iter_rows()}
    assert "not-enrolled-in-program" in found["service:S-2026-03-09"]
    assert "not-enrolled-in-program" not in found["service:S-2026-03-10"]
