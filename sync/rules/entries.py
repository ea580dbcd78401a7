"""Read back what stands in iMatchSkills, keyed as lines are compared with it."""

from dataclasses import dataclass
from datetime import date
from functools import partial

import polars as pl

from sync.crosswalk import Crosswalk
from sync.model import EntryKind, fold
from sync.rules.labels import JOB_RETENTION, look_up, with_day, with_provider


@dataclass(frozen=True, slots=True)
class Entries:
    """Carry the entries by kind, each sorted by (date, entry_id).

    seeker is the entry's own job seeker id; provider_key and name_key are what is compared; provider, name
    and funder_selection stand as they came.
    """

    components: pl.DataFrame
    supports: pl.DataFrame
    steps: pl.DataFrame

    def of_step(self, kind: EntryKind) -> pl.DataFrame:
        """Return the earliest entry of a kind for each seeker and provider: `in_ims` is its id."""
        return (
            self.steps.filter(pl.col("kind") == kind)
            .group_by("seeker", "provider_key", maintain_order=True)
            .agg(pl.col("entry_id").first().alias("in_ims"))
        )


def entries(rows: pl.DataFrame, crosswalk: Crosswalk, as_of: date) -> Entries:
    """Key the entries by the labels that their own date gives them."""
    keyed = with_provider(with_day(rows, crosswalk, as_of), crosswalk)

    def answer(key: tuple[int, str, str]) -> tuple[str, bool]:
        era, kind, name = key
        if kind != EntryKind.COMPONENT:
            return fold(name), False
        component = partial(crosswalk.in_era(era).canonical, "component")
        return component(name), component(name) == component(JOB_RETENTION)

    schema = {"name_key": pl.String, "is_retention": pl.Boolean}
    keyed = look_up(keyed, ["era", "kind", "name"], answer=answer, schema=schema)
    keyed = keyed.select(
        "entry_id", pl.col("job_seeker_id").alias("seeker"), "provider_key", "kind", "name_key", "date", "month",
        "amount", "client_reference", "is_retention", "provider", "name", "funder_selection",
    ).sort("date", "entry_id")  # fmt: skip
    steps = (EntryKind.ORIENTATION, EntryKind.ASSESSMENT, EntryKind.PLAN)
    return Entries(
        keyed.filter(pl.col("kind") == EntryKind.COMPONENT),
        keyed.filter(pl.col("kind") == EntryKind.SUPPORT),
        keyed.filter(pl.col("kind").is_in(steps)),
    )
