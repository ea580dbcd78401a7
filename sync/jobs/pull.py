"""Pull I-Trac into the database: from exported files, or through its gateway."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from sync.clients import ITRAC_TABLES, ItracGateway, Pulled
from sync.jobs.gateways import itrac_gateway
from sync.jobs.kept_rows import key_of, rows_of, rows_of_items
from sync.jobs.service import Job, Service
from sync.model import TABLES
from sync.settings import ItracSource
from sync.store import NewPull, Pull, store_pull, watermarks
from sync.tables import read_folder_texts

SOURCE = "itrac"
_PAGE_ROWS = 500
_FROM_FILES = (*ITRAC_TABLES, "choices")


def pull(service: Service, job: Job) -> None:
    """Store what stands in I-Trac now; what did not change is not written again.

    An incomplete pull is stored too, but nothing follows from what it lacks, and the next one begins where this did.
    """
    job.counts |= {"new": 0, "changed": 0, "gone": 0, "unchanged": 0, "incomplete": {}}
    if service.settings.itrac.source is ItracSource.FILES:
        _pull_files(service, job)
        return
    with itrac_gateway(service.settings.itrac, service.edges) as gateway:
        for place, table in enumerate(ITRAC_TABLES):
            service.tell(f"pulling {table}", place, len(ITRAC_TABLES))
            _pull_table(service, job, gateway, table=table)
    job.needs_a_person = bool(job.counts["incomplete"])


def _pull_files(service: Service, job: Job) -> None:
    """Store the exports of the folder; a table that has no file was not asked for."""
    texts = read_folder_texts(service.settings.itrac.folder, service.configuration.headings, tell=service.tell)
    rows = {name: rows_of(table, TABLES[name]) for name, table in texts.tables.items() if name in _FROM_FILES}
    stored = _store(service, job, rows, complete=True)
    job.counts["notes"] = [*texts.notes, *(note for table in texts.tables.values() for note in table.notes)]
    _count(job, stored)


def _store(service: Service, job: Job, rows: Mapping[str, pl.DataFrame], *, complete: bool) -> Pull:
    new = NewPull(source=SOURCE, at=service.now(), complete=complete, run_id=job.run_id)
    return store_pull(service.db, new, rows)


def _pull_table(service: Service, job: Job, gateway: ItracGateway, *, table: str) -> None:
    """Store what changed in a table since its last complete pull, or all of it at the first."""
    mark = watermarks(service.db, SOURCE).get(table)
    overlap = timedelta(days=service.settings.itrac.overlap_days)
    pulled = gateway.pull(table, datetime.fromisoformat(mark) - overlap if mark else None, _PAGE_ROWS)
    new = NewPull(
        source=SOURCE, at=service.now(), complete=pulled.complete, partial=mark is not None, run_id=job.run_id,
        as_of=pulled.as_of, watermarks={table: pulled.as_of.isoformat()} if pulled.complete else {},
    )  # fmt: skip
    _count(job, store_pull(service.db, new, **_as_stored(pulled)))
    if not pulled.complete:
        job.counts["incomplete"][table] = pulled.why


def _as_stored(pulled: Pulled) -> dict[str, Any]:
    table = TABLES[pulled.table]
    rows = rows_of_items(pulled.rows, table, f"gateway {pulled.as_of.isoformat()}")
    return {"rows": {table.name: rows}, "tombstones": {table.name: [key_of(key, table) for key in pulled.deleted]}}


def _count(job: Job, stored: Pull) -> None:
    total: Counter[str] = Counter()
    for counts in stored.counts.values():
        total.update(counts)
    for name in ("new", "changed", "gone", "unchanged"):
        job.counts[name] += total[name]
