"""Read iMatchSkills back, from its gateway or from files, and settle what the ledger did not know for sure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from sync.clients import ImsGateway, Pulled
from sync.errors import WrongCall
from sync.jobs.kept_rows import kept_tables, key_of, rows_of, rows_of_items
from sync.jobs.references import bearing
from sync.jobs.service import Job, Service
from sync.jobs.settle import settle_by_what_is_kept
from sync.model import TABLES, fold
from sync.store import NewPull, Pull, newest_plan, places_of_plan, set_reconcile_first, store_pull
from sync.tables import Tables, read_folder, read_folder_texts

SOURCE = "ims"
_IMS = ("ims_eligibility", "ims_entries", "ims_scopes")
_MONTHS_BACK = 2
_ENTRIES, _SCOPES, _ELIGIBILITY = TABLES["ims_entries"], TABLES["ims_scopes"], TABLES["ims_eligibility"]


class Scope(NamedTuple):
    """A provider and month that is read back as a whole."""

    provider: str
    month: str


@dataclass(frozen=True, slots=True)
class Read:
    """Carry what was read back: rows to keep by table, and the scopes seen whole (provider folded)."""

    rows: Mapping[str, pl.DataFrame]
    whole: Collection[Scope]


def readback(service: Service, job: Job, *, folder: Path | None = None, months: Collection[str] = ()) -> None:
    """Store what stands in iMatchSkills, and settle the lines of the ledger by it.

    folder  exported or typed lists, for a target that cannot be asked; without it the setting's folder
    months  YYYY-MM to read back through a gateway; without any, those that may still change
    """
    if folder is None and service.settings.ims.can_be_read:
        with service.ims(service.edges) as gateway:
            read = _from_gateway(service, gateway, months)
    else:
        read = _from_files(service, folder or service.settings.ims.folder)
    _keep(service, job, read)
    told = settle_by_what_is_kept(service)
    job.counts |= told
    # What was confirmed just now bears its line's id from now on.
    if told["confirmed"] and _ENTRIES.name in read.rows:
        _store(service, job, {_ENTRIES.name: read.rows[_ENTRIES.name]}, gone=[])
    with service.db.write() as conn:
        set_reconcile_first(conn, first=False)


def _from_gateway(service: Service, gateway: ImsGateway, months: Collection[str]) -> Read:
    """Read every provider of the newest plan in every month asked for, and who is eligible in them."""
    wanted = sorted(months) or _open_months(service.today)
    scopes = [Scope(provider, month) for provider in _providers(service) for month in wanted]
    entries: list[Mapping[str, str | None]] = []
    told: list[Mapping[str, str | None]] = []
    whole = []
    for place, scope in enumerate(scopes):
        service.tell(f"reading back {scope.month}", place, len(scopes))
        asked_at = service.now()
        pulled = gateway.entries(*scope)
        entries += pulled.rows
        told.append(_scope_row(scope, pulled, asked_at))
        whole += [Scope(fold(scope.provider), scope.month)] if pulled.complete else []
    checks: list[Mapping[str, str | None]] = [row for month in wanted for row in gateway.eligibility(month).rows]
    file = f"gateway {service.now().isoformat()}"
    items: dict[str, list[Mapping[str, str | None]]] = {
        _ENTRIES.name: entries,
        _SCOPES.name: told,
        _ELIGIBILITY.name: checks,
    }
    return Read({name: rows_of_items(rows, TABLES[name], file) for name, rows in items.items()}, whole)


def _scope_row(scope: Scope, pulled: Pulled, taken_at: datetime) -> dict[str, str | None]:
    return {
        "provider": scope.provider, "month": scope.month, "complete": "yes" if pulled.complete else "no",
        "row_count": str(len(pulled.rows)), "taken_at": taken_at.isoformat().replace("+00:00", "Z"),
    }  # fmt: skip


def _open_months(today: date) -> list[str]:
    """Return this month and the ones before it that entries are still made for."""
    now = today.year * 12 + today.month - 1
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(now - _MONTHS_BACK, now + 1)]


def _providers(service: Service) -> list[str]:
    newest = newest_plan(service.db)
    return sorted(places_of_plan(service.db, newest.id)) if newest else []


def _from_files(service: Service, folder: Path) -> Read:
    """Read exported lists; a scope counts as whole where its row says so and its number of rows is right."""
    headings = service.configuration.headings
    texts = read_folder_texts(folder, headings, tell=service.tell)
    if not any(name in texts.tables for name in _IMS):
        raise WrongCall(f"{folder}: no list of iMatchSkills found", f"Put {', '.join(_IMS)} there, as .csv or .xlsx.")
    rows = {name: rows_of(table, TABLES[name]) for name, table in texts.tables.items() if name in _IMS}
    return Read(rows, _whole_scopes(read_folder(folder, headings)))


def _whole_scopes(tables: Tables) -> list[Scope]:
    counted: dict[Scope, int] = {}
    for provider, day in tables["ims_entries"].select("provider", "date").iter_rows():
        scope = Scope(fold(provider), day.isoformat()[:7])
        counted[scope] = counted.get(scope, 0) + 1
    whole = []
    for row in tables["ims_scopes"].filter(pl.col("complete")).iter_rows(named=True):
        scope = Scope(fold(row["provider"]), f"{row['month'] // 12:04d}-{row['month'] % 12 + 1:02d}")
        whole += [scope] if row["row_count"] == counted.get(scope, 0) else []
    return whole


def _keep(service: Service, job: Job, read: Read) -> None:
    """Store what was read; an entry is gone only if its scope was seen whole without it."""
    gone = _gone(kept_tables(service.db, ["ims_entries"])["ims_entries"], read)
    stored = _store(service, job, read.rows, gone=gone)
    counts: dict[str, Any] = {name: dict(found) for name, found in stored.counts.items()}
    job.counts |= {"read_back": counts, "whole_scopes": len(read.whole), "gone": len(gone)}


def _gone(known: pl.DataFrame, read: Read) -> list[str]:
    seen = set(read.rows["ims_entries"]["row_id"]) if "ims_entries" in read.rows else set()
    whole = set(read.whole)
    return [
        key_of([entry_id], _ENTRIES)
        for entry_id, provider, day in known.select("entry_id", "provider", "date").iter_rows()
        if entry_id not in seen and Scope(fold(provider), day.isoformat()[:7]) in whole
    ]


def _store(service: Service, job: Job, rows: Mapping[str, pl.DataFrame], *, gone: list[str]) -> Pull:
    """Store rows, entries with the ids of their lines; nothing follows from what is not among them."""
    known = {name: bearing(service.db, one) if name == _ENTRIES.name else one for name, one in rows.items()}
    now = service.now()
    new = NewPull(source=SOURCE, at=now, complete=True, partial=True, run_id=job.run_id, as_of=now)
    return store_pull(service.db, new, known, tombstones={_ENTRIES.name: gone} if gone else {})


def keep_entries(service: Service, job: Job, entries: Iterable[Mapping[str, str | None]]) -> None:
    """Store entries seen on the way of a push; nothing follows from what is not among them."""
    rows = rows_of_items(entries, _ENTRIES, f"gateway {service.now().isoformat()}")
    _store(service, job, {_ENTRIES.name: rows}, gone=[])
