"""The commands `review …`: what people have to look at, and what they decide about it."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from sync.cli.figures import print_json
from sync.cli.options import CONFIG, Config, Database, Json
from sync.cli.progress import progress
from sync.cli.review_shown import item_document, page_document, tell_item, tell_page
from sync.errors import WrongCall
from sync.jobs import review_acts, review_together
from sync.jobs.review import Page, item, root_causes, work_list
from sync.jobs.review_acts import Target, Whose
from sync.jobs.review_filter import Filter
from sync.jobs.review_rules import Ruling
from sync.jobs.service import Service, opened
from sync.reconcile.settling import CHOICES
from sync.store.review_list import Selected
from sync.store.reviews import Seen

app = typer.Typer(
    help="Look at what the two systems disagree about, and decide.",
    epilog="Example: ims-sync review list --filter 'severity=claim'",
    no_args_is_help=True,
)
Asked = Annotated[str, typer.Argument(metavar="ID", help="The id that `review list` shows, or that of a line.")]
Given = Annotated[
    str,
    typer.Option(
        "--filter", metavar="QUERY",
        help="As in the page's address: month, provider, program, kind, reason, severity, state, assigned, cause, "
        "customer, item, age (days), joined by &.",
    ),
]  # fmt: skip
Version = Annotated[
    str | None,
    typer.Option("--seen", metavar="VERSION", help="The version that `review show` printed; the newest without it."),
]
Reason = Annotated[str, typer.Option("--reason", metavar="WORDS", help="Why, in a few words, without names.")]


@contextmanager
def _at_work(config: Path, database: str | None) -> Iterator[tuple[Service, Whose]]:
    who = getpass.getuser()
    with progress(0) as tell, opened(config, database, actor=who, tell=tell) as service:
        yield service, Whose(who)


@app.command("list")
def list_(
    *,
    given: Given = "",
    page: Annotated[int, typer.Option("--page", min=1, help="Which page.")] = 1,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """List what needs a person: the gravest first, then the most money, then the oldest; and what clears many.

    Prints the number and the hash that `review settle-all` asks for. Leaves with 1 where anything is listed.

    Example: ims-sync review list --filter 'severity=money&month=2026-04'
    """
    with _at_work(config, database) as (service, _):
        read = Filter.read(given)
        found: Page = work_list(service, read, page)
        causes = root_causes(service, read)
        chosen = review_together.selection(service, read)
    if json:
        print_json({**page_document(found, causes), "hash": chosen.hash})
    else:
        tell_page(found, causes)
        print(f"To settle all {chosen.number}: ims-sync review settle-all --count {chosen.number} --hash {chosen.hash}")
    return int(found.total > 0)


@app.command("show")
def show(asked: Asked, *, config: Config = CONFIG, database: Database = None, json: Json = False) -> int:
    """Show one item: both sides with what differs, what it means, what was done about it, what may be decided.

    Example: ims-sync review show money-at-risk:payment:P1
    """
    with _at_work(config, database) as (service, _):
        told = item(service, asked)
    print_json(item_document(told)) if json else tell_item(told)
    return 0


@app.command("settle")
def settle(
    asked: Asked,
    *,
    decision: Annotated[str, typer.Option("--decision", metavar="D", help=f"One of: {', '.join(CHOICES)}.")],
    reason: Reason,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="More, where the decision asks for it.")] = "",
    answer: Annotated[
        str | None, typer.Option("--answer", metavar="TYPE", help="The iMatchSkills type, for the decision `type`.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="The day on which it comes back, YYYY-MM-DD.")
    ] = None,
    seen: Version = None,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Settle one item; it reopens when its facts change.

    Example: ims-sync review settle date-differs:service:S1:E7 --decision accepted --reason "both days are right"
    """
    ruling = Ruling(decision=decision, reason=reason, note=note, answer=answer, until=until)
    with _at_work(config, database) as (service, whose):
        target = _target(service, asked, seen)
        review_acts.settle(service, target, ruling=ruling, whose=whose)
        return _told(service, target.item_id, json=json)


@app.command("settle-all")
def settle_all(
    *,
    decision: Annotated[str, typer.Option("--decision", metavar="D", help="As for `review settle`.")],
    reason: Reason,
    count: Annotated[int, typer.Option("--count", min=1, help="How many `review list` showed.")],
    hash_: Annotated[str, typer.Option("--hash", metavar="HEX", help="What `review list` printed.")],
    given: Given = "",
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="More, where the decision asks for it.")] = "",
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Settle everything that a filter selects, or nothing where that is not what was seen.

    Example: ims-sync review settle-all --filter kind=not-copied --decision accepted --reason old --count 3 --hash 9f…
    """
    ruling = Ruling(decision=decision, reason=reason, note=note)
    with _at_work(config, database) as (service, whose):
        saw = Selected(count, hash_)
        together = review_together.settle_many(service, Filter.read(given), saw, ruling=ruling, whose=whose)
    document = {"settled": count, "together": together}
    print_json(document) if json else print(f"{count} settled. To take it back: ims-sync review undo {together} --all")
    return 0


@app.command("defer")
def defer(
    asked: Asked,
    *,
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="The day on which it is open again.")],
    reason: Reason,
    seen: Version = None,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Put an item off until a day; it comes back before that if its facts change.

    Example: ims-sync review defer date-differs:service:S1:E7 --until 2026-05-02 --reason "asked the provider"
    """
    with _at_work(config, database) as (service, whose):
        target = _target(service, asked, seen)
        review_acts.defer(service, target, until=until, reason=reason, whose=whose)
        return _told(service, target.item_id, json=json)


@app.command("assign")
def assign(
    asked: Asked,
    *,
    to: Annotated[str, typer.Option("--to", metavar="ACCOUNT", help="Who looks at it; '' for nobody.")],
    seen: Version = None,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Assign an item to an account.

    Example: ims-sync review assign date-differs:service:S1:E7 --to reviewer2
    """
    with _at_work(config, database) as (service, whose):
        target = _target(service, asked, seen)
        review_acts.assign(service, target, to=to, whose=whose)
        return _told(service, target.item_id, json=json)


@app.command("undo")
def undo(
    asked: Asked,
    *,
    every: Annotated[bool, typer.Option("--all", help="ID is what `settle-all` printed: take all of it back.")] = False,
    seen: Version = None,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Take back what was done last about an item; nothing is deleted, and an undo can be undone.

    Example: ims-sync review undo date-differs:service:S1:E7
    """
    with _at_work(config, database) as (service, whose):
        if every:
            number = review_together.undo_many(service, asked, whose=whose)
            print_json({"taken_back": number}) if json else print(f"{number} taken back")
            return 0
        target = _target(service, asked, seen)
        review_acts.undo(service, target, whose=whose)
        return _told(service, target.item_id, json=json)


def _target(service: Service, asked: str, seen: str | None) -> Target:
    """Return the item, and the version that the person saw: the newest where none is named."""
    known = item(service, asked)
    if seen is None:
        return Target(known.row.item_id, known.seen)
    version = Seen.read(seen)
    if version is None:
        raise WrongCall(f"{seen!r} is no version", "Take it from `ims-sync review show`.")
    return Target(known.row.item_id, version)


def _told(service: Service, item_id: str, *, json: bool) -> int:
    told = item(service, item_id)
    print_json(item_document(told)) if json else print(f"{item_id}: {told.row.state}; version {told.seen}")
    return 0
