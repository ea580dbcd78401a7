"""Run the command: parse, hand over, and turn every way to fail into one message and one exit code."""

import io
import signal
import sys
import traceback
from typing import NoReturn

import typer

from sync.cli import (
    accounts,
    alerts,
    crosswalk_labels,
    crosswalk_proposed,
    crosswalk_sheets,
    crosswalk_use,
    crosswalk_versions,
    decide,
    demo,
    explain,
    key,
    keying,
    month,
    review,
    runs,
    safety,
    schedule,
    service,
    status,
    web,
)
from sync.cli.collector import collect_less
from sync.errors import Overtaken, SyncError, WrongCall

_INTERRUPTED = 130
_WAKES = True
"""Ctrl-C ends what waits: where polars is imported, what waits would go on waiting (its issue 21739)."""

app = typer.Typer(
    name="ims-sync",
    help="Keep iMatchSkills in step with I-Trac: decide what has to be entered there, and say why.",
    epilog="Example: ims-sync decide --input exports/ --as-of 2026-04-20 --out decisions.csv",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command("decide")(decide.decide)
app.command("demo")(demo.demo)
app.command("explain")(explain.explain)
for command in (service.pull, service.plan, service.push, service.readback, service.reconcile, service.run):
    app.command(command.__name__)(command)
app.command("worklist")(keying.worklist)
app.command("keyed")(keying.keyed)
app.command("stop")(service.stop)
app.command("go-on")(service.go_on)
app.command("schedule")(schedule.schedule)
app.command("approve")(schedule.approve)
app.command("runs")(runs.runs)
app.command("backup")(safety.backup)
app.command("restore")(safety.restore)
app.command("verify")(safety.verify)
app.command("purge")(safety.purge)
app.command("alerts")(alerts.alerts)
app.command("status")(status.status)
app.command("web")(web.web)
app.add_typer(accounts.app, name="user")
crosswalk_versions.app.command("import")(crosswalk_sheets.import_)
crosswalk_versions.app.command("use")(crosswalk_use.use)
crosswalk_versions.app.command("labels")(crosswalk_labels.labels)
crosswalk_versions.app.command("proposals")(crosswalk_proposed.proposals)
crosswalk_versions.app.command("contracts")(crosswalk_proposed.contracts)
app.add_typer(crosswalk_versions.app, name="crosswalk")
app.add_typer(key.app, name="key")
app.add_typer(review.app, name="review")
app.add_typer(month.app, name="month")


def main() -> NoReturn:
    """Run one command and leave with its exit code."""
    try:
        signal.siginterrupt(signal.SIGINT, _WAKES)
        collect_less()
        _speak_utf8()
        code = app(standalone_mode=False)
        if code == _INTERRUPTED:
            _say("ims-sync: stopped; nothing was left half-written")
    except SyncError as wrong:
        own = wrong.own if isinstance(wrong, Overtaken) else {}
        _say("\n".join([f"ims-sync: {wrong}", *(f"  You wrote {name}: {text}" for name, text in own.items())]))
        code = wrong.exit_code
    except typer.TyperException as wrong:
        if wrong.format_message():
            _say(f"ims-sync: {wrong.format_message()}\n  What to do: {WrongCall.advice}")
        code = WrongCall.exit_code
    except Exception as wrong:  # the last resort: no fact of a person may reach the screen
        _say(_our_fault(wrong))
        code = SyncError.exit_code
    sys.exit(code or 0)


def _speak_utf8() -> None:
    """Write UTF-8 whatever the terminal claims, so that no label stops a command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _our_fault(wrong: Exception) -> str:
    """Name the place of a fault but not its message, which may hold the facts of a row."""
    places = traceback.extract_tb(wrong.__traceback__)
    ours = [place for place in places if "/sync/" in place.filename] or places
    where = f"{ours[-1].filename.rpartition('/sync/')[2]}, line {ours[-1].lineno}"
    return f"ims-sync: a fault of our own: {type(wrong).__name__} in {where}\n  What to do: {SyncError.advice}"
