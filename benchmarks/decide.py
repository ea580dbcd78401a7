"""Measure `decide` beside the colleague's script, on the same tables, each run in a fresh process.

The two are not equals: the product reads every table and decides every kind of line with all gates, the
script reads three tables and decides services alone (`colleague.py`). Making the tables is not timed.
"""

import hashlib
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.children import TAIL, ChildFailedError, Measured, measure
from benchmarks.options import Options
from benchmarks.results import Json
from benchmarks.sizes import (
    COLLEAGUE,
    PRODUCT,
    Run,
    Size,
    linearity,
    million_gib,
    million_seconds,
    worst_ratio,
)


class Target(NamedTuple):
    """Something to reach: `found` gives the measured value, None where these sizes cannot tell."""

    name: str
    at_most: float
    unit: str
    found: Callable[[list[Size]], float | None]


TARGETS: Final = (
    Target("at_least_as_fast_as_colleague", 1.0, "of the colleague's time", worst_ratio),
    Target("million_services_in_time", 30.0, "s", million_seconds),
    Target("million_services_in_memory", 3.0, "GiB", million_gib),
    Target("linear", 1.3, "of the time per row", linearity),
)

GOOD_CODES: Final = {PRODUCT: frozenset({0, 1}), COLLEAGUE: frozenset({0})}


def measure_decide(options: Options) -> tuple[dict[str, Json], str]:
    """Measure both commands at every size; return the results and a table of them to print."""
    sizes = [_measure_size(options, services) for services in options.sizes]
    found = {target.name: target.found(sizes) for target in TARGETS}
    results: dict[str, Json] = {
        "as_of": options.as_of,
        "seed": options.seed,
        "repeat": options.repeat,
        "sizes": {str(size.services): _size_json(size) for size in sizes},
        "linearity": _rounded(found["linear"]),
        "targets": {t.name: {"at_most": t.at_most, "found": _rounded(found[t.name])} for t in TARGETS},
        "reached": {t.name: value <= t.at_most for t in TARGETS if (value := found[t.name]) is not None},
    }
    return results, _table(sizes, found)


def _measure_size(options: Options, services: int) -> Size:
    """Make the tables of one size, then run both commands in turn."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        tables, messages = folder / "tables", folder / "messages.txt"
        make = [sys.executable, "-m", "benchmarks.tables", "--services", str(services)]
        measure([*make, "--seed", str(options.seed), "--out", str(tables)], messages)
        commands = _commands(options, tables, folder)
        runs: dict[str, list[Run]] = {command: [] for command in commands}
        for command in in_turn(options.repeat):
            _say(f"{services} services, run {len(runs[command]) + 1} of {options.repeat}: {command}")
            cost = measure(commands[command], messages, GOOD_CODES[command])
            runs[command].append(_taken(cost, _output(folder, command), messages))
        rows = sum(count_rows(path) for path in tables.iterdir())
        return Size(count_rows(tables / "services.csv"), rows, runs)


def _taken(cost: Measured, output: Path, messages: Path) -> Run:
    """Look at what a run wrote, then delete it, so that no later run can pass for having written it.

    Exit code 1 is the product's "done, but something needs a person" and Python's own for a crash: without
    its output file a run has failed, whatever its code.
    """
    if not output.exists():
        end = messages.read_text(encoding="utf-8", errors="replace")[-TAIL:]
        raise ChildFailedError(f"no output was written (exit code {cost.exit_code}):\n{end}")
    with output.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    lines = count_rows(output)
    output.unlink()
    return Run(cost, lines, digest)


def in_turn(repeat: int) -> list[str]:
    """List the commands in the order they run: both in each round, another one first each time."""
    rounds = ((PRODUCT, COLLEAGUE) if turn % 2 == 0 else (COLLEAGUE, PRODUCT) for turn in range(repeat))
    return [command for both in rounds for command in both]


def _output(folder: Path, command: str) -> Path:
    return folder / f"{command}.csv"


def _commands(options: Options, tables: Path, folder: Path) -> dict[str, list[str]]:
    """Give the words of both commands: same tables, same day, same crosswalk."""
    crosswalk = str(options.config / "crosswalk" / "services.csv")
    same = ["--input", str(tables), "--as-of", options.as_of, "--out"]
    colleague = [sys.executable, "-m", "benchmarks.colleague", "--crosswalk", crosswalk, *same]
    return {
        PRODUCT: [*options.command, "--config", str(options.config), *same, str(_output(folder, PRODUCT))],
        COLLEAGUE: [*colleague, str(_output(folder, COLLEAGUE))],
    }


def count_rows(path: Path) -> int:
    """Count the rows of a CSV below its header; no cell of these tables holds a line break."""
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")) - 1


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _size_json(size: Size) -> dict[str, Json]:
    """Lay out one size: rows in, what each command took, and the ratio of their median wall times."""
    commands: dict[str, Json] = {command: _command_json(size, command) for command in size.runs}
    return {
        "service_rows": size.services,
        "all_rows": size.rows,
        **commands,
        "ratio_product_to_colleague": _rounded(size.ratio),
    }


def _command_json(size: Size, command: str) -> dict[str, Json]:
    wall_s, runs = size.wall_s(command), size.runs[command]
    facts: dict[str, Json] = {
        "median_wall_s": round(wall_s, 3),
        "median_peak_bytes": round(size.peak_bytes(command)),
        "lines_out": runs[0].lines,
        "same_output_every_run": len({run.digest for run in runs}) == 1,
        "service_rows_per_s": round(size.services / wall_s),
        "runs": [_cost_json(run.cost) for run in runs],
    }
    if command == PRODUCT:
        facts["all_rows_per_s"] = round(size.rows / wall_s)
    return facts


def _cost_json(cost: Measured) -> Json:
    return {"wall_s": round(cost.wall_s, 3), "peak_bytes": cost.peak_bytes, "exit_code": cost.exit_code}


def _table(sizes: list[Size], found: dict[str, float | None]) -> str:
    """Write the medians and the targets as text."""
    heading = f"{'services':>10} {'all rows':>10} {'command':<10} {'wall s':>8} {'peak MiB':>9}"
    text = [f"{heading} {'lines':>9} {'services/s':>11}"]
    for size in sizes:
        for command in size.runs:
            wall_s, peak = size.wall_s(command), size.peak_bytes(command) / 2**20
            text.append(
                f"{size.services:>10} {size.rows:>10} {command:<10} {wall_s:>8.2f} {peak:>9.0f}"
                f" {size.runs[command][0].lines:>9} {size.services / wall_s:>11.0f}"
            )
    text.append("")
    text += [_target_text(target, found[target.name]) for target in TARGETS]
    return "\n".join(text)


def _target_text(target: Target, value: float | None) -> str:
    if value is None:
        return f"{'-':<8} {target.name}: not measured with these sizes"
    verdict = "reached" if value <= target.at_most else "MISSED"
    return f"{verdict:<8} {target.name}: {value:.2f}, at most {target.at_most:g} {target.unit}"
