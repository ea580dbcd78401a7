"""Measure the service and write what was measured to a results file.

Run it from the project's folder, in an environment that has polars, numpy and pandas beside the service. With
pyarrow installed pandas is faster; the results say whether it was.
Example: python -m benchmarks.run --sizes 100000 1000000 --repeat 3

Every measurement is a function in MEASUREMENTS; it returns what goes under its own key of the results file
and a table to print. The other keys stay as they are.
"""

import argparse
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.children import ChildFailedError
from benchmarks.decide import measure_decide
from benchmarks.options import Options
from benchmarks.plan import measure_plan
from benchmarks.push import measure_push
from benchmarks.results import Json, keep, machine
from benchmarks.review import measure_review

MEASUREMENTS: Final[dict[str, Callable[[Options], tuple[dict[str, Json], str]]]] = {
    "decide": measure_decide,
    "plan": measure_plan,
    "push": measure_push,
    "review": measure_review,
}


def read_arguments(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line; a wrong one ends with code 2."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.repeat < 1:
        parser.error("--repeat must be 1 or more")
    if given.quick:
        given.plan_services, given.push_people = given.plan_services // 100, given.push_people // 10
    return given


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.run",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "--sizes",
        type=int,
        nargs="+",
        default=[100_000, 1_000_000],
        help="service rows (default: %(default)s)",
    )
    add("--repeat", type=int, default=3, help="runs of each command and size (default: %(default)s)")
    add(
        "--out",
        type=Path,
        default=Path("benchmarks/results.json"),
        help="results file (default: %(default)s)",
    )
    add("--as-of", default="2026-09-30", help="day to decide for (default: %(default)s)")
    add("--seed", type=int, default=1, help="of the synthetic tables (default: %(default)s)")
    add("--config", type=Path, default=Path("config"), help="configuration folder (default: %(default)s)")
    add("--plan-services", type=int, default=757_000, help="service rows to plan (default: %(default)s)")
    add("--push-people", type=int, default=600, help="people to push, six entries each (default: %(default)s)")
    add("--quick", action="store_true", help="measure plan and push with a hundredth and a tenth of that")
    add("--command", help="the deciding command, if not `decide` of this environment's `python -m sync`")
    add(
        "--only",
        nargs="+",
        choices=list(MEASUREMENTS),
        default=list(MEASUREMENTS),
        help="measurements to take",
    )
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Take the measurements asked for; keep and print each as soon as it is there."""
    given = read_arguments(arguments)
    command = shlex.split(given.command) if given.command else [sys.executable, "-m", "sync", "decide"]
    options = Options(
        sizes=tuple(sorted(set(given.sizes))), repeat=given.repeat, as_of=given.as_of, seed=given.seed,
        config=given.config, plan_services=given.plan_services, push_people=given.push_people, command=tuple(command),
    )  # fmt: skip
    for name in given.only:
        measured, table = MEASUREMENTS[name](options)
        keep(given.out, name, {"machine": machine(), **measured})
        print(table)
    return 0


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except ChildFailedError as failure:
        raise SystemExit(str(failure)) from None
