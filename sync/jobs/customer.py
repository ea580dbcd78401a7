"""Find a customer, and show one: months, why each line is decided as it is, what is in iMatchSkills, what happened."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from sync.jobs.kept_rows import kept_tables, kept_texts
from sync.jobs.review_acts import in_words
from sync.jobs.service import Service
from sync.model import Decision
from sync.model.words import fold
from sync.rules.book import why_of
from sync.store import LedgerLine, StoredPlan, ledger_lines, lines_of_plan, newest_plan
from sync.store.confirmations import Confirmation, How
from sync.store.customer_past import customers_like, line_versions, past_of
from sync.store.ledger_lines import Attempt
from sync.summary.figures import AT_RISK, cents_of

_MOST_NAMED = 20
_MOST_ROWS = 2_000
Sees = Collection[str]
"""The providers whose lines somebody may see; none = all."""


@dataclass(frozen=True, slots=True)
class Month:
    """Carry one month of a customer.

    name     YYYY-MM, or blank for lines without a date
    counts   lines by decision; only decisions that occur
    in_ims   lines of which a read-back shows that they stand in iMatchSkills, or a person says so
    at_risk  payments that are held or flagged, in cents
    """

    name: str
    lines: list[dict[str, Any]]
    counts: Mapping[Decision, int]
    in_ims: int
    at_risk: int


@dataclass(frozen=True, slots=True)
class Happened:
    """Say what happened when, and to which lines."""

    at: datetime
    words: str
    line_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """Carry what is shown of a customer: the newest month first, entries and history too.

    entries  rows of `ims_entries` of the customer's job seeker ids, the newest first
    """

    months: list[Month]
    entries: list[dict[str, Any]]
    history: list[Happened]


def customer_page(service: Service, customer_id: str, sees: Sees = ()) -> CustomerPage:
    """Return what is known of a customer, of the providers that somebody may see."""
    plan = newest_plan(service.db)
    versions = _seen(line_versions(service.db, customer_id), sees)
    lines = versions["line_id"].unique().to_list()
    known = ledger_lines(service.db, lines)
    return CustomerPage(
        _months(service, plan, customer_id, sees=sees, known=known),
        _entries(service, customer_id, sees),
        _history(service, customer_id, versions, sees=sees),
    )


def name_of(service: Service, customer_id: str) -> str:
    """Return the name of a customer as I-Trac has it."""
    rows = kept_texts(service.db, ["customers"], owners={customer_id})["customers"].texts
    names = (" ".join(part for part in (row["first_name"], row["last_name"]) if part) for row in rows.to_dicts())
    return next((name for name in names if name), "I-Trac gives no name")


def customers_named(service: Service, name: str) -> list[str] | None:
    """Return the ids of customers with names that begin with these words, whatever the case; None where many have."""
    words = [fold(word) for word in name.split()]
    plain = [word for word in words if word.isascii() and word.isalnum()]
    found = customers_like(service.db, plain, _MOST_ROWS) if plain else None
    if found is None:
        return []
    fits = [row["owner"] for row in found.to_dicts() if _is_named(json.loads(row["content"]), words)]
    many = len(found) == _MOST_ROWS or len(set(fits)) > _MOST_NAMED
    return None if many else sorted(set(fits))


def _is_named(cells: Mapping[str, Any], words: Sequence[str]) -> bool:
    names = fold(f"{cells['first_name'] or ''} {cells['last_name'] or ''}").split()
    return all(any(one.startswith(word) for one in names) for word in words)


def _seen(rows: pl.DataFrame, sees: Sees) -> pl.DataFrame:
    return rows.filter(pl.col("provider").is_in(list(sees))) if sees else rows


def _months(
    service: Service, plan: StoredPlan | None, customer_id: str, *, sees: Sees, known: Mapping[str, LedgerLine]
) -> list[Month]:
    if plan is None:
        return []
    lines = _seen(lines_of_plan(service.db, plan.id, customers=[customer_id]), sees)
    by_month = lines.with_columns(pl.col("month").fill_null("")).partition_by("month", as_dict=True)
    return [_month(str(name), by_month[name,], known) for (name,) in sorted(by_month, reverse=True)]


def _month(name: str, lines: pl.DataFrame, known: Mapping[str, LedgerLine]) -> Month:
    counts = Counter(lines["decision"])
    told = [{**line, "why": why_of(line["reasons"]), "known": known.get(line["line_id"])} for line in lines.to_dicts()]
    there = sum(1 for line in told if _is_there(line))
    ordered = {decision: counts[decision] for decision in Decision if counts[decision]}
    return Month(name, told, ordered, there, cents_of(lines.filter(AT_RISK)))


def _is_there(line: Mapping[str, Any]) -> bool:
    known = line["known"]
    return (known is not None and known.entry_id is not None) or "already-in-ims" in (line["reasons"] or "")


def _entries(service: Service, customer_id: str, sees: Sees) -> list[dict[str, Any]]:
    seekers = kept_texts(service.db, ["customers"], owners={customer_id})["customers"].texts["job_seeker_id"]
    owners = {one.strip() for one in seekers.drop_nulls() if one.strip()}
    found = kept_tables(service.db, ["ims_entries"], owners=owners)["ims_entries"]
    return _seen(found, sees).sort("date", "entry_id", descending=[True, False], nulls_last=True).to_dicts()


def _history(service: Service, customer_id: str, versions: pl.DataFrame, *, sees: Sees) -> list[Happened]:
    """Return what happened to the lines, the newest first."""
    past = past_of(service.db, customer_id, versions["line_id"].unique().to_list())
    allowed = [one for one in past.reviews if not sees or one.provider in sees]
    told = [
        *_decided(versions),
        *map(_tried, past.attempts),
        *map(_shown, past.confirmations),
        *(_about(one.line_id, one.event.at, f"Review: {in_words(one.event)}") for one in allowed),
    ]
    together: dict[tuple[datetime, str], list[str]] = {}
    for one in told:
        together.setdefault((one.at, one.words), []).extend(one.line_ids)
    return [Happened(at, words, tuple(sorted(together[at, words]))) for at, words in sorted(together, reverse=True)]


def _decided(versions: pl.DataFrame) -> Iterator[Happened]:
    """Tell how decisions changed from plan to plan; of those that the customer's first plan made, only how many."""
    rows = versions.to_dicts()
    if not rows:
        return
    first = min(row["first_plan"] for row in rows)
    began = [row for row in rows if row["first_plan"] == first]
    yield Happened(began[0]["decided_at"], f"First decided about: {_lines(len(began))}")
    for row, before in zip(rows, [None, *rows[:-1]], strict=True):
        earlier = before if before and before["line_id"] == row["line_id"] else None
        if row["first_plan"] != first and _differs(earlier, row):
            yield _about(row["line_id"], row["decided_at"], _change(earlier, row))


def _differs(before: Mapping[str, Any] | None, row: Mapping[str, Any]) -> bool:
    return before is None or any(before[name] != row[name] for name in ("decision", "reasons", "entry_name"))


def _change(before: Mapping[str, Any] | None, row: Mapping[str, Any]) -> str:
    was = f"Decided anew, {before['decision']} became" if before else "New line, decided"
    why = "; ".join(one.words.rstrip(".") for one in why_of(row["reasons"]))
    return f"{was} {row['decision']}{f': {why}' if why else ''}"


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"


def _tried(attempt: Attempt) -> Happened:
    if attempt.ended_at is None:
        return _about(attempt.line_id, attempt.started_at, f"Try {attempt.number}: no answer was written down")
    return _about(attempt.line_id, attempt.ended_at, f"Try {attempt.number}: {attempt.meaning}")


def _shown(one: Confirmation) -> Happened:
    if one.how is How.READ_BACK:
        return _about(one.line_id, one.seen_at, f"A read-back of {one.on} shows it in iMatchSkills")
    return _about(one.line_id, one.seen_at, f"{one.by} says that it was keyed on {one.on}")


def _about(line_id: str | None, at: datetime, words: str) -> Happened:
    return Happened(at, words, (line_id,) if line_id else ())
