"""The commands `key …`: the keying queue for whoever has a terminal and no browser."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from sync.cli.figures import print_json
from sync.cli.options import CONFIG, Config, Database, Json
from sync.cli.progress import progress
from sync.jobs import keying
from sync.jobs.keyed_word import Said
from sync.jobs.keying import Keyer
from sync.jobs.keying_checks import Word
from sync.jobs.keying_shown import Held, Queue, held
from sync.jobs.keying_shown import queue as asked_queue
from sync.jobs.service import Service, opened

app = typer.Typer(
    help="Key what waits, one customer at a time.", epilog="Example: ims-sync key next", no_args_is_help=True
)
By = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who keys; your account without it.")]
Line = Annotated[str, typer.Argument(metavar="LINE", help="The line of the entry, as `key next` shows it.")]


@contextmanager
def _at_work(config: Path, database: str | None, by: str | None) -> Iterator[tuple[Service, Keyer]]:
    keyer = Keyer(by or getpass.getuser())
    with progress(0) as tell, opened(config, database, actor=keyer.name, tell=tell) as service:
        yield service, keyer


@app.command("queue")
def queue(*, by: By = None, config: Config = CONFIG, database: Database = None, json: Json = False) -> int:
    """Show what waits to be keyed, and the time saved. Leaves with 1 where anything waits.

    Example: ims-sync key queue
    """
    with _at_work(config, database, by) as (service, keyer):
        found = asked_queue(service, keyer)
    print_json(_queue_document(found)) if json else print("\n".join(_queue_words(found)))
    return int(bool(found.waiting.entries or found.waiting.unclear))


@app.command("next")
def next_(*, by: By = None, config: Config = CONFIG, database: Database = None, json: Json = False) -> int:
    """Open the customer that comes next, or go on with the one you hold; shows what to type where.

    Leaves with 1 where there is something to key, 0 where not.

    Example: ims-sync key next
    """
    with _at_work(config, database, by) as (service, keyer):
        claim = keying.open_next(service, keyer)
        shown = held(service, keyer, handle=claim.handle) if claim else None
    _tell(shown, json=json)
    return int(shown is not None)


@app.command("say")
def say(
    line: Line,
    said: Annotated[Said, typer.Argument(help="What became of it.")],
    *,
    date: Annotated[str, typer.Option("--date", metavar="DATE", help="The date, as you keyed it.")] = "",
    component: Annotated[str, typer.Option("--component", metavar="TEXT", help="What you chose, typed again.")] = "",
    entry_number: Annotated[str, typer.Option("--entry-number", metavar="NR", help="If iMatchSkills shows it.")] = "",
    reason: Annotated[str, typer.Option("--reason", metavar="WORDS", help="Why it could not be keyed.")] = "",
    by: By = None,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Say what became of an entry: keyed (with date and component typed again), 'could not', or 'not sure'.

    Leaves with 1 where somebody has to look at it.

    Example: ims-sync key say service:S1 keyed --date 2026-04-07 --component "Job Retention"
    """
    word = Word(line_id=line, said=said, date=date, name=component, entry_number=entry_number, reason=reason)
    with _at_work(config, database, by) as (service, keyer):
        keying.say(service, keyer, word)
        shown = held(service, keyer)
    _tell(shown, json=json)
    return int(said is not Said.KEYED)


@app.command("take-back")
def take_back(
    line: Line, *, by: By = None, config: Config = CONFIG, database: Database = None, json: Json = False
) -> int:
    """Take back what you said by a slip, while you hold the customer; the entry is open again.

    Example: ims-sync key take-back service:S1
    """
    with _at_work(config, database, by) as (service, keyer):
        keying.take_back(service, keyer, line)
        shown = held(service, keyer)
    _tell(shown, json=json)
    return 0


@app.command("give-back")
def give_back(
    *,
    untouched: Annotated[
        bool, typer.Option("--untouched", help="You typed nothing of the open entry; without it that one is unclear.")
    ] = False,
    by: By = None,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Give the customer back that you hold; what was not begun is free for others.

    Example: ims-sync key give-back --untouched
    """
    with _at_work(config, database, by) as (service, keyer):
        keying.give_back(service, keyer, untouched=untouched)
    document = {"given_back": True, "unclear": not untouched}
    print_json(document) if json else print("Given back." if untouched else "Given back; the open entry is unclear.")
    return int(not untouched)


def _queue_document(found: Queue) -> dict[str, Any]:
    return {
        **asdict(found.waiting), "months": [month._asdict() for month in found.waiting.months],
        "holding": found.own is not None, "why_not": found.why_not and found.why_not[0],
        "saved": {**asdict(found.saved), "seconds": found.saved.seconds},
    }  # fmt: skip


def _queue_words(found: Queue) -> Iterator[str]:
    seen, saved = found.waiting, found.saved
    if found.why_not:
        yield f"Nothing may be keyed now: {found.why_not[0]}\n  What to do: {found.why_not[1]}"
    yield f"{_counted(seen.entries, seen.customers)} can be keyed now"
    yield from (f"  {month}: {_counted(entries, customers)}" for month, customers, entries in seen.months)
    yield f"{seen.after} entries wait until another one is keyed; {seen.unclear} are unclear and looked up first"
    yield f"Saved: {saved.seconds} seconds, for {saved.carried + saved.found} entries that nobody keyed twice"


def _document(shown: Held) -> dict[str, Any]:
    entries = [
        {"line": one.line.line_id, "what": one.what, "open": one.open, "said": str(one.event.act),
         "fields": dict(one.fields)}
        for one in shown.entries
    ]  # fmt: skip
    later = [f"{what}: {name}" for what, name in shown.later]
    until = shown.claim.until.isoformat()
    return {"customer": shown.claim.customer_id, "until": until, "entries": entries, "later": later}


def _tell(shown: Held | None, *, json: bool) -> None:
    if shown is None:
        print_json({"customer": None}) if json else print("Nothing can be keyed now.")
    elif json:
        print_json(_document(shown))
    else:
        print("\n".join(_words(shown)))


def _words(shown: Held) -> Iterator[str]:
    """Say what to type where, and what to type to say that it was done."""
    yield f"Customer {shown.claim.customer_id}, yours until {shown.claim.until:%Y-%m-%d %H:%M} UTC"
    for one in shown.entries:
        yield f"{one.what} ({one.line.line_id}): {'open' if one.open else one.event.act}"
        if one.open:
            yield from (f"  {label:<17} {text}" for label, text in one.fields)
            yield f"  Then:  ims-sync key say {one.line.line_id} keyed --date DATE --component TEXT"
    yield from (f"Later: {what}: {name}" for what, name in shown.later)
    if not any(one.open for one in shown.entries):
        yield "Nothing of this customer is open.  Go on:  ims-sync key next"


def _counted(entries: int, customers: int) -> str:
    return f"{entries} {'entry' if entries == 1 else 'entries'} of {customers} customer{'' if customers == 1 else 's'}"
