"""Read from an address what is wanted of the work list, and write such addresses.

Handles stand in them for causes, customers and items, and numbers for accounts: no address tells who anybody is.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import render_template, request

from sync.errors import WrongCall
from sync.jobs.review_filter import Filter
from sync.store.accounts import all_accounts
from sync.store.looks import customer_behind
from sync.store.review_handles import Stands, names_behind
from sync.web.shell import account, service
from sync.web.words import first_up

FILTERS = ("severity", "state", "assigned", "kind", "reason", "month", "provider", "program", "age", "cause",
           "customer", "item")  # fmt: skip
_BESIDE = ("page", "listed", "did", "csrf_token")
_ANEW = "Take it out of the address, or begin with the list anew."
ME, NOBODY = "me", "nobody"
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """Carry what an address wants.

    given  the filter as the jobs know it
    pairs  the same as the address has it, always in one order
    page   which page of the list
    """

    given: Filter
    pairs: tuple[Pair, ...]
    page: int

    def query(self, **more: str | int) -> str:
        """Return the query string, with what else is to stand in it."""
        return urlencode([*self.pairs, *((name, str(value)) for name, value in more.items())])

    def here(self) -> str:
        """Return the query string of this very page of the list."""
        return self.query(page=self.page) if self.page > 1 else self.query()

    def without(self, *gone: Pair) -> str:
        """Return the query string of the list without some of what is wanted."""
        return urlencode([pair for pair in self.pairs if pair not in gone])

    def values(self, name: str) -> set[str]:
        """Return which values of a filter are wanted."""
        return {value for of, value in self.pairs if of == name}


def read_asked(given: Iterable[Pair]) -> Asked:
    """Return what names and values want; raise WrongCall with what is wrong where they cannot."""
    every = [(name, value) for name, value in given if (name, value) != ("age", "")]
    if strange := sorted({name for name, _ in every} - {*FILTERS, *_BESIDE}):
        raise WrongCall(f"{strange[0]!r} is no filter of this list", _ANEW)
    pairs = sorted({pair for pair in every if pair[0] in FILTERS}, key=lambda pair: (FILTERS.index(pair[0]), pair[1]))
    pages = [value for name, value in every if name == "page"] or ["1"]
    if not (pages[0].isascii() and pages[0].isdigit() and len(pages[0]) < 7):
        raise WrongCall(f"{pages[0]!r} is no number of a page", _ANEW)
    return Asked(Filter.of(_meant(pairs)), tuple(pairs), int(pages[0]))


def read_query(query: str) -> Asked:
    """Return what a query string wants, as a form hands it back."""
    return read_asked(parse_qsl(query, keep_blank_values=True))


def asked_in_address(view: Callable[[Asked], Any]) -> Callable[[], Any]:
    """Let a page be called with what its address wants; where that is wrong, say what is."""

    @wraps(view)
    def shown() -> Any:
        try:
            asked = read_asked(request.args.items(multi=True))
        except WrongCall as wrong:
            return refused(wrong)
        return view(asked)

    return shown


def refused(wrong: WrongCall) -> tuple[str, int]:
    """Say what is wrong with an address, and where to begin anew."""
    return render_template("problem.html", what=first_up(wrong.what), do=wrong.advice, back=("reviews", "Reviews")), 400


def _meant(pairs: Iterable[Pair]) -> Iterator[Pair]:
    """Yield names and values as the jobs know them."""
    by_name: dict[str, list[str]] = {}
    for name, value in pairs:
        by_name.setdefault(name, []).append(value)
    for name, values in by_name.items():
        known = _values_meant(name, values)
        unknown = [value for value in values if known[value] is None]
        if unknown:
            raise WrongCall(f"{unknown[0]!r} is no {name} that is known here", _ANEW)
        yield from ((name, meant) for meant in known.values() if meant is not None)


def _values_meant(name: str, values: list[str]) -> dict[str, str | None]:
    db = service().db
    if name in set(Stands):
        known = names_behind(db, Stands(name), values)
        return {value: known.get(value) for value in values}
    if name == "customer":
        return {value: customer_behind(db, value) for value in values}
    if name == "assigned":
        names = {ME: account().name, NOBODY: ""} | {str(one.id): one.name for one in all_accounts(db)}
        return {value: names.get(value) for value in values}
    return {value: value for value in values}
