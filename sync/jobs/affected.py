"""Tell whom a new plan has to decide about anew: those whose facts changed, and those for whom time has passed.

Deciding is per customer, so the lines of everybody else stay as they are. What links customers is a shared job seeker
id, and an entry that bears the id of another customer's line; both are followed here.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

import polars as pl

from sync.jobs.decide_files import Configuration
from sync.jobs.kept_rows import kept_tables, kept_texts
from sync.store import (
    Database,
    StoredPlan,
    changed_owners,
    contested_rows,
    lines_of_plan,
    references_of,
    rows_referring,
    unsettled_customers,
)
from sync.tables import Tables, Texts, TextTable, tables_of

_OF_CUSTOMERS = ("customers", "enrollments", "services", "payments", "assessments", "goals", "employments")
_OF_SEEKERS = ("ims_eligibility", "ims_entries")
_OF_NOBODY = ("employment_confirmations",)
_CHECKED = ("program_statuses", "housing_at_exit", "credentials", "rent_referrals", "rent_engagements", "rent_payments",
            "registrations")  # fmt: skip


def rules_of(configuration: Configuration) -> dict[str, Any]:
    """Return what a plan remembers of the settings it was decided by, as JSON has it."""
    return configuration.rules.model_dump(mode="json")


def affected(db: Database, before: StoredPlan | None, *, configuration: Configuration, as_of: date) -> set[str] | None:
    """Return the customers to decide about (blank: rows without one); None where everybody is.

    before  the newest plan
    """
    if before is None or before.pull_seq is None or not _same_rules(before, configuration, as_of):
        return None
    seq = before.pull_seq
    changed = changed_owners(db, seq)
    customers = {owner for table in _OF_CUSTOMERS for owner in changed[table]}
    seekers = {owner for table in _OF_SEEKERS for owner in changed[table]}
    lines = changed["choices"] | _references(db, seq, seekers) | _answers_due(db, before, as_of)
    if as_of > date.fromisoformat(before.as_of):
        month_over = as_of.isoformat()[:7] != before.as_of[:7]
        customers |= unsettled_customers(db, before.id, after=before.as_of, trainings=month_over)
    customers |= {customer or "" for customer in lines_of_plan(db, before.id, line_ids=lines)["customer_id"]}
    return sharers(db, customers, seekers=seekers, since=seq)


def _same_rules(before: StoredPlan, configuration: Configuration, as_of: date) -> bool:
    """Tell whether the same crosswalk and settings decide, and nothing of them begins or ends between the two days."""
    crosswalk = configuration.crosswalk
    then = date.fromisoformat(before.as_of)
    same = before.crosswalk_hash == crosswalk.hash and before.settings["rules"] == rules_of(configuration)
    return same and then <= as_of and crosswalk.era(then) == crosswalk.era(as_of)


def _references(db: Database, seq: int, seekers: set[str]) -> set[str]:
    """Return the lines whose ids changed entries bear, or bore."""
    if not seekers:
        return set()
    frames = [kept_tables(db, ["ims_entries"], seq=at, owners=seekers)["ims_entries"] for at in (seq, None)]
    return {reference for frame in frames for reference in frame["client_reference"].drop_nulls()}


def _answers_due(db: Database, before: StoredPlan, as_of: date) -> set[str]:
    """Return the lines whose answers begin to count between the two days."""
    if as_of.isoformat() == before.as_of:
        return set()
    told = kept_tables(db, ["choices"])["choices"]
    due = pl.col("answered_on_day").is_between(date.fromisoformat(before.as_of), as_of, closed="right")
    return set(told.filter(due)["line_id"])


def sharers(db: Database, customers: set[str], *, seekers: Collection[str] = (), since: int | None = None) -> set[str]:
    """Return these customers and every one who bears one of the job seeker ids, or shares one with one of them.

    since  a pull: what was borne then counts too
    """
    own = references_of(db, "customers", customers, seqs={None, since})
    return customers | set(rows_referring(db, "customers", {*seekers, *own})["owner"])


def tables_about(db: Database, customers: set[str] | None, *, checked: bool = False) -> Tables:
    """Return every table, or of the tables what the lines of these customers rest on.

    checked  what their mismatches rest on, too, but for scopes: of one the entries of everybody are counted
    Rows of others may be among them: of those who share a job seeker id or the id of a row with one of them.
    """
    if customers is None:
        return kept_tables(db)
    contested = contested_rows(db)
    own = {name: _about(db, name, customers, contested=contested) for name in _OF_CUSTOMERS}
    seekers = set(own["customers"].texts["job_seeker_id"].drop_nulls())
    lines = {f"payment:{row_id}" for row_id in own["payments"].texts["payment_id"].drop_nulls()}
    seekers |= set(rows_referring(db, "ims_entries", lines)["owner"])
    of_ims = {name: _about(db, name, seekers, contested=contested) for name in _OF_SEEKERS}
    more = {**kept_texts(db, _CHECKED, owners=customers), **kept_texts(db, _OF_NOBODY)} if checked else {}
    return tables_of(Texts({**own, **of_ims, **kept_texts(db, ["choices"]), **more}))


def _about(db: Database, table: str, owners: set[str], *, contested: pl.DataFrame) -> TextTable:
    """Return the rows of these owners, and of those whose rows bear the same ids."""
    others = contested.filter(pl.col("table_name") == table)
    theirs = others.filter(pl.col("owner").is_in(list(owners)))
    bearing = others.join(theirs, on="row_id", how="semi")["owner"]
    return kept_texts(db, [table], owners=owners | set(bearing))[table]
