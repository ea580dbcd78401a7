"""Show what people have to look at: the work list with its counts, its root causes, and one item with its history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from sync.errors import WrongCall
from sync.explain import ExplainedMismatch, Explanation
from sync.explain.mismatches import CHECKS
from sync.jobs.explain import explain_kept
from sync.jobs.review_acts import Sees, one_seen
from sync.jobs.review_filter import Filter, wanted
from sync.jobs.review_rules import allowed, types_of
from sync.jobs.review_sides import Difference, Side, differences, sides_of
from sync.jobs.service import Service
from sync.reconcile.causes import sentence_of
from sync.reconcile.settling import Choice
from sync.rules.book import Why, act_of, rules_of, why_of, words_of_reason
from sync.rules.mismatch import Severity
from sync.store import Connection
from sync.store.findings import FACETS, last_round
from sync.store.review_handles import Stands, names_behind
from sync.store.review_list import (
    CauseCount,
    ReviewRow,
    causes_of,
    counts_by_facet,
    events_of,
    facts_of_item,
    item_of_line,
    number_gone,
    numbers_by_rank,
    row_after,
    rows_of_page,
)
from sync.store.review_states import NEEDS_A_PERSON, ReviewEvent
from sync.store.reviews import Seen, seen_of

PAGE_ROWS = 50
_RELATED = 10


@dataclass(frozen=True, slots=True)
class Page:
    """Carry one page of the work list.

    total   how many items the filter selects, on all pages
    facets  by facet and value how many items there would be with this value in place of the facet's own filter
    """

    rows: list[ReviewRow]
    number: int
    pages: int
    total: int
    facets: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class RootCause:
    """Say what one act clears: of `every` item with the cause, `alone` have no other objection that is known."""

    cause: str
    sentence: str
    every: int
    alone: int
    cents: int


@dataclass(frozen=True, slots=True)
class Item:
    """Carry one item with everything that its page shows, but for the explanation (`explained`).

    seen      what an act on it has to name
    words     what it means, with what to do and the source
    reasons   of its line: the slug, in words, and what to do
    sides     cell by cell what I-Trac and iMatchSkills say
    changed   what changed since it was settled or put off, where that reopened it
    choices   what may be decided; `types` are the answers to `type`
    related   others of its root cause, and how many there are
    """

    row: ReviewRow
    seen: Seen
    last_seen_at: datetime | None
    words: str
    advice: str
    source: str
    reasons: list[Why]
    sides: list[Side]
    facts: Mapping[str, str | None]
    changed: list[Difference]
    history: list[ReviewEvent]
    choices: tuple[Choice, ...]
    types: list[str]
    related: list[ReviewRow]
    cause: RootCause | None


def work_list(service: Service, given: Filter, page: int = 1, *, sees: Sees = None) -> Page:
    """Return a page of what a filter selects: the gravest first, of these the most money, of these the oldest.

    A page beyond the last is the last. Items that are gone are listed and counted only where the filter names the
    state, and stand in no facet.
    """
    asked = wanted(given, service, sees)
    every = counts_by_facet(service.db, asked)
    chosen = {name: values for name, values in {**asked.equal, "state": asked.states}.items() if name in every.columns}
    total = int(every.filter(_fits(chosen, ""))["count"].sum()) + number_gone(service.db, asked)
    pages = max(1, -(-total // PAGE_ROWS))
    number = min(max(page, 1), pages)
    rows = rows_of_page(service.db, asked, offset=(number - 1) * PAGE_ROWS, limit=PAGE_ROWS, total=total)
    return Page(rows, number, pages, total, {name: _count(every, chosen, name) for name in (*FACETS, *_OF_PEOPLE)})


def open_by_severity(service: Service, *, sees: Sees = None) -> dict[str, int]:
    """Count what needs a person today by severity, the gravest first."""
    counted = numbers_by_rank(service.db, wanted(Filter(), service, sees))
    return {str(severity): counted.get(rank, 0) for rank, severity in enumerate(Severity)}


def root_causes(service: Service, given: Filter, *, sees: Sees = None, limit: int = 20) -> list[RootCause]:
    """Return the root causes of what a filter selects, those first that clear the most."""
    return [_root_cause(one) for one in causes_of(service.db, wanted(given, service, sees), limit)]


def item(service: Service, item_id: str, *, sees: Sees = None) -> Item:
    """Return one item, by its id or by that of its line; WrongCall where there is none that the person may see."""
    today = service.today.isoformat()
    with service.db.read() as conn:
        row = _found(conn, item_id, today, sees=sees)
        facts = facts_of_item(conn, row.item_id, row.fingerprint)
        before = facts_of_item(conn, row.item_id, row.act_fingerprint or row.fingerprint)
        history, last = events_of(conn, [row.item_id]), last_round(conn)
    same = Filter(cause=frozenset({row.cause}))
    causes = root_causes(service, same, sees=sees)
    others = rows_of_page(service.db, wanted(same, service, sees), offset=0, limit=_RELATED + 1)
    words, advice, source = words_of(row)
    return Item(
        row, seen_of(row), row.last_seen_at or last, words, advice, source, why_of(facts.get("line.reasons")),
        sides_of(facts), facts, differences(before, facts), history, allowed(row, facts), types_of(facts),
        [one for one in others if one.item_id != row.item_id][:_RELATED], causes[0] if causes else None,
    )  # fmt: skip


def visible_item(service: Service, handle: str, *, sees: Sees) -> str | None:
    """Return the item behind a handle; None where there is none that the person may see: the two are told alike."""
    item_id = names_behind(service.db, Stands.ITEM, [handle]).get(handle, "")
    try:
        with service.db.read() as conn:
            return one_seen(conn, item_id, service.today.isoformat(), sees=sees).item_id
    except WrongCall:
        return None


def next_item(service: Service, given: Filter, item_id: str, *, sees: Sees = None) -> ReviewRow | None:
    """Return what comes after an item in the order of the list, of what a filter selects; None after the last."""
    return row_after(service.db, wanted(given, service, sees), item_id)


def explained(service: Service, item_id: str, *, sees: Sees = None) -> Explanation | ExplainedMismatch:
    """Explain an item in full, from the rows of its customer; it decides anew, so it takes longer than `item`.

    What rests on the entries of others too (`missing-in-ims`) is explained by its line.
    """
    with service.db.read() as conn:
        row = _found(conn, item_id, service.today.isoformat(), sees=sees)
    try:
        return explain_kept(service, row.item_id, service.today, customer=row.customer_id)
    except WrongCall:
        if row.line_id is None:
            raise
        return explain_kept(service, row.line_id, service.today, customer=row.customer_id)


_OF_PEOPLE = ("state", "assigned")


def _found(conn: Connection, item_id: str, today: str, *, sees: Sees) -> ReviewRow:
    try:
        return one_seen(conn, item_id, today, sees=sees)
    except WrongCall:
        other = item_of_line(conn, item_id)
        if other is None:
            raise
        return one_seen(conn, other, today, sees=sees)


def _fits(chosen: Mapping[str, frozenset[str]], but: str) -> pl.Expr:
    """Tell which sets of facets are wanted; one facet is not looked at."""
    wanted_ones = [pl.col(name).is_in(sorted(values)) for name, values in chosen.items() if name != but]
    return pl.all_horizontal(pl.lit(value=True), *wanted_ones)


def _count(every: pl.DataFrame, chosen: Mapping[str, frozenset[str]], name: str) -> dict[str, int]:
    counted = every.filter(_fits(chosen, name)).group_by(name).agg(pl.col("count").sum())
    return dict(sorted(counted.iter_rows()))


def _root_cause(one: CauseCount) -> RootCause:
    return RootCause(one.cause, sentence_of(one.cause, one.alone, one.every), one.every, one.alone, one.cents)


def words_of(row: ReviewRow) -> tuple[str, str, str]:
    """Return what an item means, what to do, and the source: of what a line is held up by its first reason."""
    if row.reason:
        return words_of_reason(row.reason), act_of(row.reason), rules_of(row.reason)[0].source
    check = CHECKS[row.kind]
    return check.words, check.advice, check.source


def needs_a_person(row: ReviewRow) -> bool:
    """Tell whether an item waits for a person today."""
    return row.state in NEEDS_A_PERSON
