"""Show all of it on synthetic people: every reason, every mismatch, and the whole way through both systems."""

import csv
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sync.crosswalk import COLUMNS
from sync.errors import WrongCall
from sync.jobs.decide_files import Decided, Tell, decide_folder, read_configuration
from sync.jobs.mismatches import all_mismatches
from sync.jobs.rehearsal import Rehearsed, pretended, rehearse
from sync.pretend.everybody import SLIPS, slipped, write_everybody
from sync.pretend.person import Person
from sync.pretend.stories import AS_OF, CONTRACTS
from sync.reconcile import LEDGER
from sync.rules.mismatch import Severity

TABLES, CONFIG = "tables", "config"


@dataclass(frozen=True, slots=True)
class Played:
    """Carry what was decided about the synthetic people, every mismatch of theirs, and how the whole way went."""

    decided: Decided
    mismatches: pl.DataFrame
    rehearsed: Rehearsed


def demo(config: Path, tell: Tell, *, keep: Path | None = None, database: str | None = None) -> Played:
    """Decide about the synthetic people, and go the whole way with both systems pretended.

    keep      a folder that keeps the tables; they are thrown away without it
    database  an empty one to use in place of a file that is thrown away
    """
    with tempfile.TemporaryDirectory(prefix="ims-sync-demo-") as scratch:
        folder = keep or Path(scratch) / "kept"
        lay_down(folder, config)
        decided = decide_folder(folder / TABLES, read_configuration(folder / CONFIG), AS_OF, tell=tell)
        played = Path(scratch) / "played"
        shutil.copytree(folder, played)
        with pretended(played / TABLES, played / CONFIG, database, tell=tell) as (service, ims):
            rehearsed = rehearse(service, ims, played / TABLES)
    return Played(decided, all_mismatches(decided.worked, decided.lines, ledger_of(slipped())), rehearsed)


def lay_down(folder: Path, config: Path) -> None:
    """Write the synthetic people to `tables`, and to `config` the configuration with contracts enforced.

    Contracts are enforced so that their reasons show too. Raises WrongCall where the folder is in use.
    """
    if folder.exists() and any(folder.iterdir()):
        raise WrongCall(f"{folder}: holds something already", "Name a new folder, or one that is empty.")
    (folder / TABLES).mkdir(parents=True)
    write_everybody(folder / TABLES)
    write_configuration(folder / CONFIG, config)


def write_configuration(folder: Path, config: Path) -> None:
    """Copy the configuration, with the demo's contracts in place of the real ones."""
    shutil.copytree(config, folder)
    rules = folder / "rules.toml"
    rules.write_text(rules.read_text("utf-8").replace("enforced = false", "enforced = true"), "utf-8")
    with (folder / "crosswalk" / "contracts.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS["contracts"], restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "source": "demo"} for row in CONTRACTS)


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
