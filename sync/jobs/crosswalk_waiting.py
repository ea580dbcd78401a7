"""Tell which aliases wait in drafts, so that nobody drafts for a second time what waits to be published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from sync.jobs.crosswalk_diff import difference
from sync.jobs.service import Service
from sync.model import fold
from sync.reconcile.causes import label_of_cause
from sync.store.crosswalk_versions import DraftState, drafts, newest_version

_KEY_DIGITS = 12


@dataclass(frozen=True, slots=True)
class LabelOfItem:
    """Carry the key of the label that an item to review is about, and the drafts that have an alias for it."""

    key: str
    drafts: tuple[int, ...]


def label_of_item(service: Service, cause: str) -> LabelOfItem | None:
    """Return the label that nothing knows and that a cause is about; None where it is about none."""
    found = label_of_cause(cause)
    if found is None:
        return None
    kind, program, _, label = found
    return LabelOfItem(label_key(found), drafts_with(aliases_waiting(service), kind=kind, program=program, label=label))


def label_key(of: tuple[str, str, str, str]) -> str:
    """Return what stands for a label (kind, program, control, label), however it is spelled, without saying it."""
    kind, *others = of
    parts = (kind, *map(fold, others))
    return sha256("\x1f".join(parts).encode()).hexdigest()[:_KEY_DIGITS]


def drafts_with(
    waiting: Iterable[tuple[int, Mapping[str, str]]], *, kind: str, program: str, label: str
) -> tuple[int, ...]:
    """Return the numbers of the drafts in which an alias for a label waits, each once."""
    wanted, scopes = (kind, fold(label)), {"", fold(program)}
    found = (
        number for number, alias in waiting
        if (alias["kind"], fold(alias["label"])) == wanted and fold(alias.get("scope", "")) in scopes
    )  # fmt: skip
    return tuple(dict.fromkeys(found))


def aliases_waiting(service: Service) -> list[tuple[int, Mapping[str, str]]]:
    """Return the aliases that drafts add to the newest version or change in it, each with the number of its draft.

    Drafts on an older version are left out: nobody can publish them.
    """
    with service.db.read() as conn:
        newest, waiting = newest_version(conn), drafts(conn, DraftState.OPEN)
    if newest is None:
        return []
    return [
        (draft.id, row.now)
        for draft in sorted(waiting, key=lambda one: one.id) if draft.based_on == newest.number
        for row in difference(newest.files, draft.files).rows if row.table == "aliases" and row.now
    ]  # fmt: skip
