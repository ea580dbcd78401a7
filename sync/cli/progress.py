"""Show on stderr how far a long command is."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from sync.jobs.decide_files import Tell

LONG_INPUT = 20_000_000


def size_of(folder: Path) -> int:
    """Return how many bytes the files of an input folder hold; 0 where there is no such folder."""
    return sum(path.stat().st_size for path in folder.glob("*") if path.is_file())


@contextmanager
def progress(size: int) -> Iterator[Tell]:
    """Yield what a job tells its steps to.

    size   bytes of the input; a terminal gets a bar, anything else a line for each step of a long input
    """
    if not sys.stderr.isatty():
        yield told_by_line if size > LONG_INPUT else silent
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def show(step: str, done: int, total: int) -> None:
            bar.update(task, description=step, completed=done, total=total + 2 if total else None)

        yield show


def told_by_line(step: str, done: int, total: int) -> None:
    """Print a step on a line of its own."""
    place = f" ({done + 1} of {total})" if total else ""
    print(f"{step}{place}", file=sys.stderr, flush=True)


def silent(step: str, done: int, total: int) -> None:
    """Say nothing of a step."""
