"""Show versions, drafts, differences and impacts, as text or as JSON."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.table import Table

from sync.cli.figures import print_json
from sync.jobs.crosswalk_diff import FilesDifference, difference
from sync.jobs.crosswalk_drafts import mistakes_of, newest_or_refuse
from sync.jobs.crosswalk_impact import Impact
from sync.jobs.service import Service
from sync.store.crosswalk_versions import Draft, Version
from sync.summary import money
from sync.summary.impact import Moved

_FIRST = 20
_WHEN = {"then": "before", "now": "after"}


def version_document(one: Version) -> dict[str, Any]:
    """Return a version without its files."""
    return {
        "number": one.number, "hash": one.hash, "author": one.author, "approver": one.approver, "reason": one.reason,
        "checked": one.checked, "published_at": one.published_at.isoformat(), "from_draft": one.from_draft,
        "impact": one.impact_hash,
    }  # fmt: skip


def draft_document(one: Draft) -> dict[str, Any]:
    """Return a draft without its files."""
    return {
        "draft": one.id, "state": str(one.state), "hash": one.hash, "based_on": one.based_on, "author": one.author,
        "saved_at": one.saved_at.isoformat(), "reason": one.reason, "checked": one.checked,
    }  # fmt: skip


def difference_document(found: FilesDifference) -> dict[str, Any]:
    """Return what differs, by rows and settings and in sentences."""
    rows = [{"table": one.table, "change": str(one.change), "before": one.then, "after": one.now} for one in found.rows]
    settings = [{"name": one.name, "before": one.then, "after": one.now} for one in found.settings]
    return {"rows": rows, "settings": settings, "spelling": list(found.spelling), "sentences": found.sentences}


def impact_document(found: Impact) -> dict[str, Any]:
    """Return an impact with every line that changes, by its id."""
    return {
        "impact": found.hash, "as_of": found.basis.as_of.isoformat(), "pull": found.basis.pull, "lines": found.lines,
        "changed": _lines(found, "changed"), "signed_months": _lines(found, "signed"),
        "money": money(found.cents), "by": [_moved(one) for one in found.moved],
    }  # fmt: skip


def _lines(found: Impact, which: str) -> list[dict[str, Any]]:
    lines = found.changed if which == "changed" else found.signed
    names = ("decision", "reasons", "entry_name", "amount")
    shown = {f"{when}_{name}": f"{told}_{name}" for name in names for when, told in _WHEN.items()}
    return lines.select("line_id", "change", *shown).rename(shown).to_dicts()


def _moved(one: Moved) -> dict[str, Any]:
    return {
        "program": one.program, "provider": one.provider, "component": one.component, "before": one.then,
        "after": one.now, "lines": one.lines, "money": money(one.cents),
    }  # fmt: skip


def tell_sentences(sentences: Iterable[str], *, none: str) -> None:
    """Print each sentence on a line of its own."""
    told = list(sentences)
    print("\n".join(told) if told else none)


def tell_saved(service: Service, saved: Draft, *, json: bool) -> int:
    """Print a draft that was saved, what differs, its mistakes and what comes next; return 1 where it has mistakes."""
    differs = difference(newest_or_refuse(service).files, saved.files)
    mistakes = mistakes_of(saved.files)
    if json:
        print_json({**draft_document(saved), "mistakes": mistakes, "difference": difference_document(differs)})
        return int(bool(mistakes))
    print(
        f"Draft {saved.id} is saved, hash {saved.hash}. Nothing is decided by it before a second person publishes it."
    )
    tell_sentences(differs.sentences, none="It is the same as the published files.")
    tell_sentences(mistakes, none=f"No mistake found. Next: ims-sync crosswalk impact draft-{saved.id}")
    return int(bool(mistakes))


def tell_impact(found: Impact, *, lines: bool, draft: Draft | None = None) -> None:
    """Print what would change, by program, provider, component and decision, and the hash at the end.

    draft  what it is the impact of, where it can be published
    """
    print(f"Decided {found.lines} lines as of {found.basis.as_of}: {len(found.changed)} of open months would change.")
    table = Table(title="What would change", title_justify="left")
    for column in ("program", "provider", "component", "before", "after", "lines", "money"):
        table.add_column(column, justify="right" if column in {"lines", "money"} else "left")
    for one in found.moved:
        place = (one.program, one.provider, one.component, one.then, one.now)
        table.add_row(*(part or "—" for part in place), str(one.lines), money(one.cents))
    if found.moved:
        Console(markup=False).print(table)
    print(f"Money that can be invoiced: {money(abs(found.cents))} {'less' if found.cents < 0 else 'more'}.")
    print(f"Lines of signed months, which stay as they were signed: {len(found.signed)}.")
    shown = found.changed["line_id"].to_list()
    for line_id in shown if lines else shown[:_FIRST]:
        print(f"  {line_id}")
    if not lines and len(shown) > _FIRST:
        print(f"  and {len(shown) - _FIRST} more; --lines lists all")
    if draft is not None:
        print(f"To publish it, somebody else than {draft.author} runs:")
        print(f"  ims-sync crosswalk publish {draft.id} --impact {found.hash}")
    print(f"impact: {found.hash}")


def tell_versions(kept: Iterable[Version], drafts: Iterable[Draft]) -> None:
    """Print versions, the newest first, and drafts that are not published."""
    for one in kept:
        approved = f"approved by {one.approver}" if one.approver else "taken over by one person"
        print(
            f"version {one.number}  {one.published_at:%Y-%m-%d %H:%M} UTC  by {one.author}, {approved}  {one.hash[:12]}"
        )
        print(f"    {one.reason}; checked: {one.checked}")
    for draft in drafts:
        print(f"draft {draft.id}  {draft.state}  by {draft.author}, from version {draft.based_on}  {draft.hash}")
        print(f"    {draft.reason}; checked: {draft.checked}")
