"""Gather evidence of a month of a provider for an auditor: what was signed, and a sample of customers in full."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from typing import IO, Any

import polars as pl

from sync.errors import WrongCall
from sync.jobs.evidence_pages import Gathered, page_of
from sync.jobs.kept_rows import kept_tables
from sync.jobs.month_list import Checklist, checklist, plan_now
from sync.jobs.months import Asked, key_of
from sync.jobs.service import Service
from sync.rules.records import KEYS_TO_PROGRESS
from sync.store import Act, StoredPlan, confirmations, ledger_lines, newest_pull, record
from sync.store.months import closes, words
from sync.summary.closing import counted
from sync.tables import Tables
from sync.tables.evidence_file import LINES, EvidencePage, write_pack

MOST_SAMPLED = 200
LONGEST_SEED = 40
MASKED = "masked"
_TABLES = (
    "customers", "enrollments", "services", "payments", "assessments", "goals", "ims_eligibility", "ims_entries",
)  # fmt: skip
_ENTRY = (
    "entry_id", "job_seeker_id", "provider", "kind", "name", "date", "amount", "funder_selection", "client_reference",
)  # fmt: skip
_ADJUSTMENTS = ("line_id", "customer_id", "change", "decided")
_SAID = ("at", "by", "act", "about", "subject", "reason")
_SHOWN = ("outcome", "provider", "month", "date", "entry_name", "amount")


@dataclass(frozen=True, slots=True)
class Sample:
    """Say how many customers are looked at in full, which (by a seed), and whether their names are shown."""

    size: int
    seed: str
    named: bool = False


def evidence(service: Service, asked: Asked, sample: Sample, *, out: IO[bytes]) -> list[str]:
    """Write the evidence of a month as a ZIP; return the customers who were sampled.

    Of a signed month these are the lines that were signed, else those of the newest plan. The same seed over the
    same records gives the same customers and the same bytes. Who was looked at is written down before it is written.
    """
    _check(sample)
    found = checklist(service, asked)
    lines = found.close.lines if found.close and found.is_signed else found.lines
    chosen = chosen_of(lines, sample)
    facts = {"seed": sample.seed, "named": sample.named, "customers": chosen}
    with service.db.write() as conn:
        plan = plan_now(conn)
        subject = f"{found.place.month} {found.place.handle}"
        record(conn, Act(service.actor, "evidence taken", subject, facts), service.now())
    seq = found.close.counts["pull"] if found.close and found.is_signed else newest_pull(service.db)
    seekers = set(lines["job_seeker_id"].drop_nulls())
    customers = set(lines["customer_id"].drop_nulls())
    tables = kept_tables(service.db, _TABLES, seq=seq, owners=customers | seekers)
    about = _about(found, plan, sample, seq=seq)
    names = _names(service, tables, chosen) if sample.named else {}
    pages = _pages(found, _gathered(service, found, tables, lines=lines), chosen=chosen, names=names)
    write_pack(out, _files(service, found, tables, lines=lines), pages, about={**about, "sampled": len(chosen)})
    return chosen


def chosen_of(lines: pl.DataFrame, sample: Sample) -> list[str]:
    """Return the sampled customers in order: those whose hash with the seed comes first.

    Chosen from are customers with a line that counts; somebody else's records do not change who is chosen before whom.
    """
    customers = sorted(set(counted(lines)["customer_id"].drop_nulls()))
    ranked = sorted(customers, key=lambda one: sha256(f"{sample.seed}\n{one}".encode()).digest())
    return sorted(ranked[: sample.size])


def _check(sample: Sample) -> None:
    if not 0 <= sample.size <= MOST_SAMPLED:
        raise WrongCall(f"{sample.size} customers cannot be sampled", f"Name a number up to {MOST_SAMPLED}.")
    if not sample.seed or len(sample.seed) > LONGEST_SEED:
        raise WrongCall("the seed is missing or too long", f"Give a word or number of up to {LONGEST_SEED} letters.")


def _gathered(service: Service, found: Checklist, tables: Tables, *, lines: pl.DataFrame) -> Gathered:
    """Return what pages are made of; what concerns other providers, or Keys to Progress, is left out."""
    kept = {}
    for name in _TABLES:
        frame = tables[name]
        if "program" in frame.columns:
            frame = frame.filter(pl.col("program").is_in(_of_program(service, frame, hidden=False)))
        if "provider" in frame.columns and name != "enrollments":
            frame = frame.filter(pl.col("provider").is_in(_labels(service, frame, found.place.key)))
        kept[name] = frame
    ids = counted(lines)["line_id"].to_list()
    ledger = ledger_lines(service.db, ids)
    return Gathered(
        found.place.month, lines, kept, ledger,
        {line_id: confirmations(service.db, line_id) for line_id in ledger},
    )  # fmt: skip


def _labels(service: Service, frame: pl.DataFrame, key: str) -> list[str]:
    """Return how a provider is spelt in a table."""
    return [label for label in frame["provider"].drop_nulls().unique() if key_of(service, label) == key]


def _pages(found: Checklist, of: Gathered, *, chosen: Collection[str], names: Mapping[str, str]) -> list[EvidencePage]:
    facts = {"Provider": found.place.provider, **_signed(found)}
    return [page_of(of, one, name=names.get(one, MASKED), facts=facts) for one in chosen]


def _signed(found: Checklist) -> dict[str, str]:
    if found.close is None or not found.is_signed:
        return {"Signed": "not signed", "Digest of the month": found.digest}
    day = found.close.at.date().isoformat()
    return {"Signed": f"by {found.close.by} on {day}", "Digest of the month": str(found.close.digest)}


def _names(service: Service, tables: Tables, chosen: Collection[str]) -> dict[str, str]:
    """Return the names of customers, but of those who have any record of Keys to Progress: theirs go nowhere."""
    enrolled = tables["enrollments"]
    hidden = _of_program(service, enrolled, hidden=True)
    safe = set(chosen) - set(enrolled.filter(pl.col("program").is_in(hidden))["customer_id"])
    rows = tables["customers"].filter(pl.col("customer_id").is_in(sorted(safe)))
    parts = rows.select("customer_id", "first_name", "last_name").iter_rows()
    return {one: " ".join(part for part in name if part) or "I-Trac gives no name" for one, *name in parts}


def _of_program(service: Service, frame: pl.DataFrame, *, hidden: bool) -> list[str]:
    """Return how the programs of a table are spelt: Keys to Progress, or all others."""
    force = service.configuration.crosswalk.on(service.today)
    keys = force.program(KEYS_TO_PROGRESS)
    labels = frame["program"].drop_nulls().unique()
    return [label for label in labels if (force.program(label) == keys) is hidden]


def _files(service: Service, found: Checklist, tables: Tables, *, lines: pl.DataFrame) -> dict[str, pl.DataFrame]:
    entries = tables["ims_entries"]
    here = pl.col("provider").is_in(_labels(service, entries, found.place.key))
    entries = entries.filter(here).select(pl.col(list(_ENTRY)).cast(pl.String))
    entries = entries.filter(pl.col("date").str.starts_with(found.place.month)).sort("entry_id")
    adjusted = [
        {**{name: getattr(one, name) for name in _ADJUSTMENTS}, **_both(one.then, one.now)} for one in found.adjustments
    ]
    return {
        LINES: lines, "entries.csv": entries, "adjustments.csv": _texts(adjusted, [*_ADJUSTMENTS, *_both({}, {})]),
        "checklist.csv": _texts(_points(found), ["point", "number", "declared"]),
        "said.csv": _texts(_said(service, found), list(_SAID)),
    }  # fmt: skip


def _both(then: Mapping[str, str | None], now: Mapping[str, str | None]) -> dict[str, str | None]:
    return {f"{when}_{name}": cells.get(name) for when, cells in (("then", then), ("now", now)) for name in _SHOWN}


def _texts(rows: list[dict[str, Any]], columns: list[str]) -> pl.DataFrame:
    cells = [tuple(None if row[name] is None else str(row[name]) for name in columns) for row in rows]
    return pl.DataFrame(cells, schema=dict.fromkeys(columns, pl.String), orient="row")


def _points(found: Checklist) -> list[dict[str, Any]]:
    """Return the checklist: as it was signed, else as it is."""
    if found.close and found.is_signed:
        return [{"point": name, **told} for name, told in found.close.counts["points"].items()]
    return [
        {"point": one.name, "number": one.number, "declared": one.declared.reason if one.declared else None}
        for one in found.points
    ]


def _said(service: Service, found: Checklist) -> list[dict[str, Any]]:
    """Return everything that people did and said of the month, the oldest first."""
    key, month = found.place.key, found.place.month
    with service.db.read() as conn:
        acts = [one for one in closes(conn, [month]) if key_of(service, one.provider) == key]
        told = [one for one in words(conn, [month]) if key_of(service, one.provider) == key]
    rows: list[tuple[Any, ...]] = [(one.at, one.by, one.act, one.about, one.subject, one.reason) for one in told]
    rows += [(one.at, one.by, one.act, "month", one.digest, one.reason) for one in acts]
    ordered = sorted(rows, key=lambda row: row[0])
    return [dict(zip(_SAID, (at.isoformat(), *rest), strict=True)) for at, *rest in ordered]


def _about(found: Checklist, plan: StoredPlan, sample: Sample, *, seq: int | None) -> dict[str, Any]:
    close = found.close if found.is_signed else None
    return {
        "provider": found.place.provider, "month": found.place.month, "state": str(found.state),
        "digest": close.digest if close else found.digest, "pull": seq,
        "signed_by": close.by if close else None, "signed_at": close.at.isoformat() if close else None,
        "plan": close.plan_id if close else plan.id,
        "plan_digest": close.counts["plan_digest"] if close else plan.digest,
        "crosswalk": plan.crosswalk_version, "program": f"ims-sync {version('ims-sync')}",
        "seed": sample.seed, "sample": sample.size, "named": sample.named,
    }  # fmt: skip
