"""Print what people review: a page of the list, its root causes, one item."""

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from sync.jobs.review import Item, Page, RootCause
from sync.jobs.review_acts import in_words
from sync.reconcile.settling import FLAG
from sync.store.review_list import ReviewRow
from sync.store.review_states import ReviewEvent
from sync.summary import money

_CAUSES = 5


def page_document(page: Page, causes: list[RootCause]) -> dict[str, Any]:
    """Return the JSON document of a page."""
    return {
        "total": page.total, "page": page.number, "pages": page.pages, "facets": page.facets,
        "items": [_row(row) for row in page.rows], "causes": [asdict(cause) for cause in causes],
    }  # fmt: skip


def item_document(told: Item) -> dict[str, Any]:
    """Return the JSON document of one item."""
    return {
        **_row(told.row), "seen": str(told.seen), "words": told.words, "advice": told.advice, "source": told.source,
        "last_seen_at": told.last_seen_at.isoformat() if told.last_seen_at else None,
        "reasons": [{"reason": slug, "words": words, "act": act} for slug, words, act in told.reasons],
        "sides": [side._asdict() for side in told.sides], "facts": dict(told.facts),
        "changed": [one._asdict() for one in told.changed], "history": [_event(event) for event in told.history],
        "choices": {choice.name: choice.words for choice in told.choices}, "types": told.types,
        "related": [row.item_id for row in told.related], "cause": asdict(told.cause) if told.cause else None,
    }  # fmt: skip


def tell_page(page: Page, causes: list[RootCause]) -> None:
    """Print a page as a table, and what clears the most."""
    console = Console(highlight=False, soft_wrap=True)
    if not page.rows:
        console.print("Nothing is listed: nothing that fits needs a person.")
        return
    table = Table(title=f"{page.total} items, page {page.number} of {page.pages}", title_justify="left")
    for heading in ("id", "severity", "what", "month", "amount", "state", "since"):
        table.add_column(heading, overflow="fold", justify="right" if heading == "amount" else "left")
    for row in page.rows:
        what = row.reason if row.kind == FLAG else row.kind
        amount = "" if row.cents is None else money(row.cents)
        table.add_row(row.item_id, row.severity, what, row.month, amount, row.state, f"{row.first_seen_at:%Y-%m-%d}")
    Console(highlight=False).print(table)
    for cause in causes[:_CAUSES]:
        console.print(cause.sentence, markup=False)


def tell_item(told: Item) -> None:
    """Print one item."""
    console = Console(highlight=False, soft_wrap=True, markup=False)
    console.print(f"{told.row.item_id}: {told.row.severity}, {told.row.state}; version {told.seen}")
    console.print(f"{told.words}\n  What to do: {told.advice}\n  Source: {told.source}")
    for slug, words, act in told.reasons:
        console.print(f"  {slug}: {words} {act}")
    for side in told.sides:
        mark = "≠" if side.differs else " "
        console.print(f"  {mark} {side.field}: I-Trac {side.itrac or '(blank)'}, iMatchSkills {side.ims or '(blank)'}")
    for one in told.changed:
        console.print(f"  Changed since: {one.fact} was {one.then or '(blank)'}, is {one.now or '(blank)'}")
    for event in told.history:
        console.print(f"  Done: {in_words(event)}{f': {event.reason}' if event.reason else ''}")
    if told.cause:
        console.print(f"  Cause: {told.cause.sentence}")
    for choice in told.choices:
        types = f" ({', '.join(told.types)})" if choice.answer == "?" else ""
        console.print(f"  --decision {choice.name}: {choice.words}{types}")


def _row(row: ReviewRow) -> dict[str, Any]:
    shown = asdict(row)
    for name in ("first_seen_at", "last_seen_at", "gone_at"):
        shown[name] = shown[name].isoformat() if shown[name] else None
    hidden = {"place", "act_fingerprint", "fingerprint"}
    return {name: cell for name, cell in shown.items() if name not in hidden}


def _event(event: ReviewEvent) -> dict[str, Any]:
    return {**asdict(event), "at": event.at.isoformat()}
