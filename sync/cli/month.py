"""The commands `month …`: close months of providers, decide about what changes later, and pack evidence."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from sync.cli.figures import print_json
from sync.cli.month_shown import checklist_document, list_document, tell_adjustments, tell_checklist, tell_list
from sync.cli.options import CONFIG, Config, Database, Json
from sync.cli.progress import progress
from sync.errors import WrongCall
from sync.jobs import month_close
from sync.jobs.evidence import Sample
from sync.jobs.evidence import evidence as pack
from sync.jobs.month_list import Adjustment, Checklist, MonthState, checklist, month_list
from sync.jobs.month_points import NOTHING
from sync.jobs.months import Asked
from sync.jobs.service import Service, opened
from sync.tables.writing import check_output, whole

app = typer.Typer(
    help="Close months of providers: what is open, the sign-off, later changes, evidence for an auditor.",
    epilog="Example: ims-sync month list",
    no_args_is_help=True,
)
Provider = Annotated[str, typer.Argument(metavar="PROVIDER", help="The provider, as `month list` shows it.")]
Month = Annotated[str, typer.Argument(metavar="MONTH", help="The month, YYYY-MM.")]
Line = Annotated[str, typer.Argument(metavar="LINE_ID", help="The line, as `month adjustments` shows it.")]
Reason = Annotated[str, typer.Option("--reason", metavar="WORDS", help="Why, in a few words, without names.")]
Seen = Annotated[
    str | None,
    typer.Option("--seen", metavar="VERSION", help="What `month adjustments` printed; the newest without it."),
]


@contextmanager
def _at_work(config: Path, database: str | None) -> Iterator[Service]:
    with progress(0) as tell, opened(config, database, actor=getpass.getuser(), tell=tell) as service:
        yield service


@app.command("list")
def list_(
    *,
    month: Annotated[str | None, typer.Option("--month", metavar="MONTH", help="Only this one, YYYY-MM.")] = None,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """List the months of every provider, the newest first. Leaves with 1 where a change of a signed month waits.

    Example: ims-sync month list --month 2026-03
    """
    with _at_work(config, database) as service:
        found = month_list(service, months=[month] if month else None)
    print_json(list_document(found)) if json else tell_list(found)
    return int(any(one.state is MonthState.ADJUSTMENTS for one in found))


@app.command("check")
def check(
    provider: Provider, month: Month, *, config: Config = CONFIG, database: Database = None, json: Json = False
) -> int:
    """Show the checklist of a month, and the digest that a sign-off names. Leaves with 1 where a point blocks.

    Example: ims-sync month check IRCO 2026-03
    """
    with _at_work(config, database) as service:
        return _told(service, Asked(provider, month), json=json)


@app.command("sign")
def sign(
    provider: Provider,
    month: Month,
    *,
    digest: Annotated[str, typer.Option("--digest", metavar="HEX", help="What `month check` printed.")],
    reason: Reason,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Sign a month off: its lines are frozen, and what changes later waits for a person.

    Example: ims-sync month sign IRCO 2026-03 --digest 9f2c… --reason "looked through"
    """
    with _at_work(config, database) as service:
        month_close.sign(service, Asked(provider, month), digest=digest, reason=reason)
        return _told(service, Asked(provider, month), json=json)


@app.command("declare")
def declare(
    provider: Provider,
    month: Month,
    *,
    reason: Reason,
    point: Annotated[
        list[str] | None, typer.Option("--point", metavar="NAME", help="A point of `month check` that stays so.")
    ] = None,
    customer: Annotated[
        list[str] | None, typer.Option("--customer", metavar="ID", help="Of this one there is nothing to report.")
    ] = None,
    everybody: Annotated[bool, typer.Option("--all-customers", help="Of none that is listed there is.")] = False,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Declare with a reason that a point is known, or that there is nothing to report of customers.

    Example: ims-sync month declare IRCO 2026-03 --customer C17 --reason "was away"
    """
    asked = Asked(provider, month)
    with _at_work(config, database) as service:
        points = {one.name: one for one in checklist(service, asked).points}
        bare = points[NOTHING].ids if everybody and NOTHING in points else ()
        marks = {name: points[name].fingerprint if name in points else "" for name in point or ()}
        saw = {**marks, **dict.fromkeys([*(customer or ()), *bare], "")}
        month_close.declare(service, asked, saw=saw, reason=reason)
        return _told(service, asked, json=json)


@app.command("take-back")
def take_back(
    provider: Provider,
    month: Month,
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="A point, a customer or a line.")],
    *,
    reason: Reason,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Take back what was declared, or decided about a change; nothing is deleted.

    Example: ims-sync month take-back IRCO 2026-03 holds --reason "the papers came"
    """
    with _at_work(config, database) as service:
        month_close.take_back(service, Asked(provider, month), subject=subject, reason=reason)
        return _told(service, Asked(provider, month), json=json)


@app.command("adjustments")
def adjustments(
    provider: Provider, month: Month, *, config: Config = CONFIG, database: Database = None, json: Json = False
) -> int:
    """List how a signed month differs now from what was signed. Leaves with 1 where a change waits for a person.

    Example: ims-sync month adjustments IRCO 2026-03
    """
    with _at_work(config, database) as service:
        found = checklist(service, Asked(provider, month))
    print_json(checklist_document(found)) if json else tell_adjustments(found)
    return int(found.undecided > 0)


@app.command("accept")
def accept(
    provider: Provider,
    month: Month,
    line: Line,
    *,
    reason: Reason,
    seen: Seen = None,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Accept a change of a signed month: the next push or worklist offers it, as an adjustment.

    Example: ims-sync month accept IRCO 2026-03 payment:P7 --reason "the receipt came late"
    """
    asked = Asked(provider, month)
    with _at_work(config, database) as service:
        mark = seen or _one(checklist(service, asked), line).fingerprint
        month_close.accept(service, asked, line_id=line, seen=mark, reason=reason)
        return _told(service, asked, json=json)


@app.command("decline")
def decline(
    provider: Provider,
    month: Month,
    line: Line,
    *,
    reason: Reason,
    seen: Seen = None,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Decline a change of a signed month: nothing of it is offered.

    Example: ims-sync month decline IRCO 2026-03 payment:P7 --reason "paid by another fund"
    """
    asked = Asked(provider, month)
    with _at_work(config, database) as service:
        mark = seen or _one(checklist(service, asked), line).fingerprint
        month_close.decline(service, asked, line_id=line, seen=mark, reason=reason)
        return _told(service, asked, json=json)


@app.command("reopen")
def reopen(
    provider: Provider,
    month: Month,
    *,
    reason: Reason,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Reopen a signed month: its lines are offered again as the newest plan has them.

    Example: ims-sync month reopen IRCO 2026-03 --reason "the provider found more"
    """
    with _at_work(config, database) as service:
        month_close.reopen(service, Asked(provider, month), reason=reason)
        return _told(service, Asked(provider, month), json=json)


@app.command("evidence")
def evidence(
    provider: Provider,
    month: Month,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to write, .zip.")],
    seed: Annotated[str, typer.Option("--seed", metavar="WORD", help="Chooses the customers; noted in the pack.")],
    sample: Annotated[int, typer.Option("--sample", help="How many customers to show in full.")] = 10,
    named: Annotated[bool, typer.Option("--names", help="Show their names; it is written down that you did.")] = False,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Pack evidence for an auditor: lines, entries, adjustments, and a page for each sampled customer.

    The same seed over the same records gives the same bytes.

    Example: ims-sync month evidence IRCO 2026-03 --seed 2026-audit --sample 10 --out irco-2026-03.zip
    """
    check_output(out, (".zip",))
    with _at_work(config, database) as service, whole(out) as part, part.open("wb") as file:
        chosen = pack(service, Asked(provider, month), Sample(sample, seed, named), out=file)
    print_json({"sampled": len(chosen), "out": str(out)}) if json else print(f"{len(chosen)} customers sampled: {out}")
    return 0


def _one(found: Checklist, line_id: str) -> Adjustment:
    for one in found.adjustments:
        if one.line_id == line_id:
            return one
    raise WrongCall(f"{line_id}: it does not differ from what was signed", "`ims-sync month adjustments` lists all.")


def _told(service: Service, asked: Asked, *, json: bool) -> int:
    found = checklist(service, asked)
    print_json(checklist_document(found)) if json else tell_checklist(found)
    return int(any(point.blocks for point in found.points) or found.undecided > 0)
