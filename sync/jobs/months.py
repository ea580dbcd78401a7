"""Find months of providers, and how they stand: open, signed, and with which lines."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

import polars as pl

from sync.errors import WrongCall
from sync.jobs.service import Service
from sync.store import Connection, StoredPlan
from sync.store.months import (
    About,
    Close,
    MonthAct,
    Word,
    WordAct,
    closes,
    lines_named,
    lines_of_months,
    providers_of_month,
    words,
)

Sees = Collection[str] | None


class Place(NamedTuple):
    """Name a month of a provider.

    key       the provider as compared, after aliases
    provider  as it is shown
    """

    key: str
    month: str
    provider: str

    @property
    def handle(self) -> str:
        """Return what stands for the provider in an address."""
        return handle_of(self.key)


class Asked(NamedTuple):
    """Name the month of a provider that a person asks for: the provider as written, or its handle.

    sees  the providers that the person may see; none named = all
    """

    provider: str
    month: str
    sees: Sees = None


Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """Carry what people did and said of some months.

    newest  by (provider as compared, month) the newest sign-off or reopening
    said    by provider, month, what it is about and which one: the newest word
    """

    newest: Mapping[Key, Close]
    said: Mapping[tuple[str, str, About, str], Word]

    @property
    def signed(self) -> dict[Key, Close]:
        """Return the months that are signed now."""
        return {key: close for key, close in self.newest.items() if close.act is MonthAct.SIGN}

    def word(self, place: Key, about: About, subject: str) -> Word | None:
        """Return the newest word about something."""
        return self.said.get((*place, about, subject))

    def declared(self, place: Key) -> tuple[Word, ...]:
        """Return the customers of whom it was declared that there is nothing to report in a month."""
        return tuple(
            word
            for (*key, about, _), word in self.said.items()
            if tuple(key) == place and about is About.CUSTOMER and word.act is WordAct.DECLARE
        )


def key_of(service: Service, provider: str | None) -> str:
    """Return a provider as it is compared: after the aliases of today."""
    return service.configuration.crosswalk.on(service.today).canonical("provider", provider)


def handle_of(key: str) -> str:
    """Return what stands for a provider in an address."""
    return sha256(key.encode()).hexdigest()[:12]


def told_of(service: Service, conn: Connection, months: Collection[str] | None = None) -> Told:
    """Return what people did and said of these months; None: of all."""
    newest = {(key_of(service, one.provider), one.month): one for one in closes(conn, months)}
    said = {(key_of(service, one.provider), one.month, one.about, one.subject): one for one in words(conn, months)}
    return Told(newest, said)


def keyed(service: Service, rows: pl.DataFrame) -> pl.DataFrame:
    """Add `key`: the provider as it is compared; rows without a provider or a month belong to no month of one."""
    rows = rows.drop_nulls(["provider", "month"])
    labels = rows["provider"].unique().to_list()
    keys = [key_of(service, label) for label in labels]
    return rows.with_columns(pl.col("provider").replace_strict(labels, keys, return_dtype=pl.String).alias("key"))


def in_months(service: Service, conn: Connection, plan: StoredPlan, *, months: Collection[str]) -> pl.DataFrame:
    """Return the lines of a plan in these months, with `key`."""
    return keyed(service, lines_of_months(conn, plan.id, months))


def by_place(lines: pl.DataFrame) -> dict[Key, pl.DataFrame]:
    """Return the lines of each month of a provider, as decided."""
    parts = lines.partition_by("key", "month", as_dict=True, maintain_order=True)
    return {(str(key), str(month)): own.drop("key") for (key, month), own in parts.items()}


def with_moved(conn: Connection, plan: StoredPlan, own: pl.DataFrame, *, signed: pl.DataFrame) -> pl.DataFrame:
    """Return lines of a month and, wherever they are now, the signed ones that are not among them."""
    away = signed.join(own, on="line_id", how="anti")["line_id"]
    return own if away.is_empty() else pl.concat([own, lines_named(conn, plan.id, away.to_list())])


def places_in(lines: pl.DataFrame, signed: Iterable[Key], named: Mapping[str, str]) -> list[Place]:
    """Return every month of a provider that has lines or was signed, the newest month first."""
    shown = lines.group_by("key").agg(pl.col("provider").min())
    names = {**named, **dict(shown.iter_rows())}
    found = {*lines.select("key", "month").unique().iter_rows(), *signed}
    places = [Place(key, month, names.get(key, key)) for key, month in found]
    return sorted(sorted(places), key=lambda place: place.month, reverse=True)


def visible(service: Service, places: Iterable[Place], sees: Sees) -> list[Place]:
    """Return the places that a person may see; none named = all."""
    keys = {key_of(service, provider) for provider in sees or ()}
    return [place for place in places if not keys or place.key in keys]


def find_place(service: Service, conn: Connection, plan: StoredPlan, *, asked: Asked) -> Place:
    """Return the place that is asked for; WrongCall where there is none that the person may see."""
    told = told_of(service, conn, [asked.month]).newest
    labels = [*(close.provider for close in told.values()), *providers_of_month(conn, plan.id, asked.month)]
    wanted = {asked.provider, key_of(service, asked.provider)}
    places = [Place(key_of(service, label), asked.month, label) for label in sorted(labels, reverse=True)]
    for place in visible(service, {place.key: place for place in places}.values(), asked.sees):
        if wanted & {place.key, place.handle}:
            return place
    raise WrongCall(
        f"{asked.month}: this provider has nothing in this month, or nothing that is yours to see",
        "`ims-sync month list` shows the months of every provider.",
    )


def lines_of_place(service: Service, conn: Connection, plan: StoredPlan, *, place: Place) -> pl.DataFrame:
    """Return the lines of one place, with `key`."""
    labels = providers_of_month(conn, plan.id, place.month)
    own = [label for label in labels if key_of(service, label) == place.key]
    return keyed(service, lines_of_months(conn, plan.id, [place.month], providers=own))
