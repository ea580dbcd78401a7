"""Decide about synthetic people, in a throw-away folder, and find what the two systems disagree about."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sync.crosswalk import Crosswalk, Row
from sync.jobs.decide_files import Configuration, Decided, Tell, decide_folder
from sync.jobs.mismatches import all_mismatches
from sync.model.settings import Contracts
from sync.pretend.everybody import SLIPS, slipped, write_everybody
from sync.pretend.person import Person
from sync.pretend.stories import AS_OF, CONTRACTS
from sync.reconcile import LEDGER
from sync.rules.mismatch import Severity


@dataclass(frozen=True, slots=True)
class Played:
    """Carry what was decided about the synthetic people, and every mismatch of theirs."""

    decided: Decided
    mismatches: pl.DataFrame


def demo(configuration: Configuration, tell: Tell) -> Played:
    """Decide about the synthetic people; contracts are enforced, so that their reasons show too."""
    with tempfile.TemporaryDirectory(prefix="ims-sync-demo-") as folder:
        write_everybody(Path(folder))
        decided = decide_folder(Path(folder), with_contracts(configuration), AS_OF, tell=tell)
    return Played(decided, all_mismatches(decided.worked, decided.lines, ledger_of(slipped())))


def ledger_of(people: list[Person]) -> pl.DataFrame:
    """Return what the ledger knows of synthetic people."""
    return pl.DataFrame([row for one in people for row in one.remembered], schema=LEDGER, orient="row")


def planted(found: pl.DataFrame) -> pl.DataFrame:
    """Return what the planted slips show: customer, title, kind, severity; the gravest first.

    found  every mismatch of the demo; one that names no customer belongs to the person whose entry it names
    """
    people = slipped()
    titles = pl.DataFrame({"customer": [one.customer for one in people], "title": [slip.title for slip in SLIPS]})
    entered = {row["entry_id"]: one.customer for one in people for row in one.tables["ims_entries"]}
    owner = pl.coalesce("customer_id", pl.col("entry_id").replace_strict(entered, default=None))
    rows = found.with_columns(owner.alias("customer")).join(titles, on="customer")
    gravest = pl.col("severity").cast(pl.Enum([str(severity) for severity in Severity]))
    return rows.sort(gravest, "customer", "kind").select("customer", "title", "kind", "severity")


def with_contracts(configuration: Configuration) -> Configuration:
    """Return the configuration with the demo's contracts in place of the real ones."""
    kept = [row for row in configuration.crosswalk.rows if row.table != "contracts"]
    made = [Row("contracts", "demo", line, cells, None, None) for line, cells in enumerate(CONTRACTS, start=1)]
    rules = configuration.rules.model_copy(update={"contracts": Contracts(enforced=True)})
    return Configuration(Crosswalk([*kept, *made], configuration.crosswalk.hash), rules, configuration.headings)
