"""Measure pulling and planning over each database, and planning anew after a few customers changed.

Each step runs in a fresh process; the seconds are those of the job alone. Planning anew takes a second, so it is done
three times, after the changes came, went and came again: the middle one counts. Each plan must have the digest that
`decide` gives for the same files: else the measurement fails, however fast it was.
"""

import hashlib
import json
import sys
import tempfile
from collections.abc import Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.children import ChildFailedError, measure
from benchmarks.databases import databases
from benchmarks.options import Options
from benchmarks.results import Json

STEPS: Final = (
    ("first pull", "pull", "tables"), ("read-back", "readback", "tables"), ("same pull again", "pull", "tables"),
    ("first plan", "plan", "tables"),
)  # fmt: skip
CHANGES: Final = ("changed", "tables", "changed")
PLAN_SECONDS: Final = 60.0
ANEW_SHARE: Final = 0.05


class _Place(NamedTuple):
    """Where the tables and the messages of a measurement are."""

    folder: Path
    options: Options


def measure_plan(options: Options) -> tuple[dict[str, Json], str]:
    """Measure every step on each database; return the results and a table of them to print."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name, databases() as urls:
        place = _Place(Path(name), options)
        _make(place, "tables", "--services", str(options.plan_services), "--seed", str(options.seed))
        _make(place, "changes", "--tables", str(place.folder / "tables"))
        digests = {folder: _decided(place, folder) for folder in ("tables", "changed")}
        found = {kind: _measured(place, url, digests) for kind, url in urls.items()}
    return {"as_of": options.as_of, "seed": options.seed, **found}, _table(found)


def _make(place: _Place, maker: str, *words: str) -> None:
    out = place.folder / ("tables" if maker == "tables" else "changed")
    _run(place, [sys.executable, "-m", f"benchmarks.{maker}", *words, "--out", str(out)])


def _decided(place: _Place, folder: str) -> str:
    """Return the digest that deciding about the files gives, without any database."""
    out, options = place.folder / "decisions.csv", place.options
    same = ["--config", str(options.config), "--input", str(place.folder / folder), "--as-of", options.as_of]
    _run(place, [*options.command, *same, "--out", str(out)])
    return hashlib.sha256(out.read_bytes()).hexdigest()


def _measured(place: _Place, url: str, digests: dict[str, str]) -> dict[str, Json]:
    steps: dict[str, Any] = {name: _step(place, url, job=job, folder=folder) for name, job, folder in STEPS}
    rounds = [[_step(place, url, job=job, folder=folder) for job in ("pull", "plan")] for folder in CHANGES]
    plans = [steps["first plan"], *(anew for _, anew in rounds)]
    if [plan.pop("digest") for plan in plans] != [digests[folder] for folder in ("tables", *CHANGES)]:
        raise ChildFailedError("a plan has not the digest that `decide` gives for the same files")
    for name, measured in zip(("pull of the changes", "plan anew"), zip(*rounds, strict=True), strict=True):
        steps[name] = _middle(measured)
    full, anew = steps["first plan"]["seconds"], steps["plan anew"]["seconds"]
    reached = {"plan_in_time": full <= PLAN_SECONDS, "anew_in_share": anew / full <= ANEW_SHARE}
    return {"steps": steps, "anew_as_share_of_first_plan": round(anew / full, 4), "reached": reached}


def _middle(measured: Sequence[dict[str, Any]]) -> dict[str, Json]:
    """Return the one that took neither the shortest nor the longest, with the seconds of all."""
    one = sorted(measured, key=itemgetter("seconds"))[len(measured) // 2]
    return {**one, "runs": [run["seconds"] for run in measured]}


def _step(place: _Place, url: str, *, job: str, folder: str) -> dict[str, Json]:
    out = place.folder / "step.json"
    words = ["--database", url, "--tables", str(place.folder / folder), "--config", str(place.options.config)]
    words += ["--as-of", place.options.as_of, "--out", str(out)]
    print(f"{url.partition(':')[0]}: {job} of {folder}", file=sys.stderr, flush=True)
    peak = _run(place, [sys.executable, "-m", "benchmarks.stage", job, *words])
    told = json.loads(out.read_text(encoding="utf-8"))
    kept = {name: told["counts"][name] for name in ("lines", "decided_about", "digest") if name in told["counts"]}
    return {"seconds": round(told["seconds"], 3), "peak_bytes": peak, **kept}


def _run(place: _Place, command: list[str]) -> int:
    """Run a command in a process of its own; return its peak memory in bytes."""
    return measure(command, place.folder / "messages.txt", frozenset({0, 1})).peak_bytes


def _table(found: dict[str, dict[str, Json]]) -> str:
    """Write what each step took as text."""
    text = [f"{'database':<12} {'step':<20} {'seconds':>8} {'peak MiB':>9} {'lines':>9}"]
    for kind, measured in found.items():
        steps: Any = measured["steps"]
        for name, step in steps.items():
            peak, lines = step["peak_bytes"] / 2**20, step.get("lines", "")
            text.append(f"{kind:<12} {name:<20} {step['seconds']:>8.2f} {peak:>9.0f} {lines:>9}")
        text.append(f"{kind:<12} plan anew took {measured['anew_as_share_of_first_plan']:.1%} of the first plan")
    return "\n".join(text)
