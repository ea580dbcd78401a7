"""Show what people have to look at: the list with its filters, and the causes by which one act clears many."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import render_template, url_for

from sync.jobs.review import Page, root_causes, words_of, work_list
from sync.reconcile.causes import sentence_of
from sync.store.review_handles import Stands, handles_of
from sync.store.review_list import ReviewRow
from sync.web.policy import may
from sync.web.review_facets import AGES, facets_of, shown_cause, wanted_in_words
from sync.web.review_query import Asked, asked_in_address
from sync.web.shell import Views, account, service

_CAUSES = 50
_AROUND = 2


@dataclass(frozen=True, slots=True)
class Listed:
    """Carry one item as a table shows it: with its handle, its meaning, and how many days it is known."""

    handle: str
    row: ReviewRow
    words: str
    days: int


@asked_in_address
def reviews(asked: Asked) -> str:
    """Show a page of the list."""
    page = work_list(service(), asked.given, asked.page, sees=account().sees)
    return render_template(
        "reviews.html", page=page, rows=listed(page.rows), asked=asked, facets=facets_of(page, asked), ages=AGES,
        wanted=wanted_in_words(asked), numbers=_numbers(page), may_act=may(account().role, "act_together"),
        people=may(account().role, "customer"),
    )  # fmt: skip


@asked_in_address
def review_causes(asked: Asked) -> str:
    """Show the causes of what is wanted, those first by which most is cleared."""
    found = root_causes(service(), asked.given, sees=account().sees, limit=_CAUSES)
    handles = handles_of(service().db, Stands.CAUSE, [one.cause for one in found])
    plain = asked.without(*(pair for pair in asked.pairs if pair[0] == "cause"))
    causes = [(one, sentence_of(shown_cause(one.cause), one.alone, one.every),
               f"{url_for('reviews')}?{plain}{'&' if plain else ''}cause={handles[one.cause]}")
              for one in found]  # fmt: skip
    return render_template(
        "review_causes.html", causes=causes, asked=asked, wanted=wanted_in_words(asked), most=_CAUSES
    )


def listed(rows: Iterable[ReviewRow]) -> list[Listed]:
    """Return items as tables show them."""
    made, known = service(), list(rows)
    handles = handles_of(made.db, Stands.ITEM, [row.item_id for row in known])
    return [Listed(handles[row.item_id], row, words_of(row)[0], (made.now() - row.first_seen_at).days) for row in known]


def _numbers(page: Page) -> list[int | None]:
    """Return which pages are linked: the first, the last, and those around this one; None for what is left out."""
    near = range(page.number - _AROUND, page.number + _AROUND + 1)
    shown = sorted({1, page.pages} | {number for number in near if 1 <= number <= page.pages})
    numbers: list[int | None] = []
    for number in shown:
        if numbers and number - (numbers[-1] or 0) > 1:
            numbers.append(None)
        numbers.append(number)
    return numbers


VIEWS: Views = {"reviews": reviews, "review_causes": review_causes}
