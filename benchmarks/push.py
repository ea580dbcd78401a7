"""Measure a push to a pretended iMatchSkills that answers after a while, without and with faults.

The pretended system runs in a process of its own, the push in another. Each entry must be entered once and confirmed:
else the measurement fails, however fast it was.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from benchmarks.children import ChildFailedError, measure
from benchmarks.databases import databases
from benchmarks.options import Options
from benchmarks.results import Json

ANSWER_MS: Final = 20
SENDERS: Final = 8
FAULTY: Final = 0.05
ENTRIES_PER_S: Final = 250


def measure_push(options: Options) -> tuple[dict[str, Json], str]:
    """Measure on each database; return the results and a table of them to print."""
    clean = _on_each(options, 0.0)
    faulty = _on_each(options, FAULTY)
    for kind, found in faulty.items():
        # A push without faults reads back to confirm. What is asked beyond that is asked because of unclear entries:
        # to look them up, and to confirm what had to wait for them. So the figure is more than the look-ups alone.
        beyond = found["lists"] - clean[kind]["lists"]
        found["look_ups_per_unclear_try"] = round(max(0, beyond) / max(1, found["unclear_tries"]), 3)
    results: dict[str, Json] = {
        kind: {
            "without_faults": clean[kind], "with_faults": faulty[kind],
            "reached": {
                "entries_per_s": clean[kind]["entries_per_s"] >= ENTRIES_PER_S,
                "one_write_call_per_entry": clean[kind]["write_calls"] == clean[kind]["entries"],
                "one_look_up_per_unclear_try": faulty[kind]["look_ups_per_unclear_try"] <= 1,
            },
        }
        for kind in clean
    }  # fmt: skip
    return {"answer_ms": ANSWER_MS, "senders": SENDERS, "faulty_share": FAULTY, **results}, _table(results)


def _on_each(options: Options, share: float) -> dict[str, dict[str, Any]]:
    with databases() as urls:
        return {kind: _pushed(options, url, share) for kind, url in urls.items()}


def _pushed(options: Options, url: str, share: float) -> dict[str, Any]:
    people = str(options.push_people)
    print(f"{url.partition(':')[0]}: push with {share:.0%} faults", file=sys.stderr, flush=True)
    serve = [sys.executable, "-m", "benchmarks.pretended", "--people", people, "--answer-ms", str(ANSWER_MS)]
    serve += ["--share", str(share), "--seed", str(options.seed)]
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        out, messages = Path(name) / "push.json", Path(name) / "messages.txt"
        with subprocess.Popen(serve, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as served:
            target = served.stdout.readline() if served.stdout else ""
            push = [sys.executable, "-m", "benchmarks.pushing", "--people", people, "--senders", str(SENDERS)]
            push += ["--database", url, "--config", str(options.config), "--target", target, "--out", str(out)]
            cost = measure(push, messages)
            asked = json.loads(served.communicate()[0])
        return _checked(json.loads(out.read_text(encoding="utf-8")) | asked | {"peak_bytes": cost.peak_bytes})


def _checked(found: dict[str, Any]) -> dict[str, Any]:
    whole = found["offered"] == found["confirmed"] == found["entries"] and not found["entered_twice"]
    if not whole:
        raise ChildFailedError(f"not every entry was entered once and confirmed: {found}")
    return {**found, "entries_per_s": round(found["confirmed"] / found["seconds"], 1)}


def _table(results: dict[str, Any]) -> str:
    """Write the speeds and counts as text."""
    text = [
        f"{'database':<12} {'faults':<8} {'entries':>8} {'entries/s':>10} {'writes':>8} {'unclear':>8} {'lists':>6}"
    ]
    for kind, found in results.items():
        for name, one in (("none", found["without_faults"]), ("some", found["with_faults"])):
            text.append(
                f"{kind:<12} {name:<8} {one['entries']:>8} {one['entries_per_s']:>10.1f} {one['write_calls']:>8}"
                f" {one['unclear_tries']:>8} {one['lists']:>6}"
            )
    return "\n".join(text)
