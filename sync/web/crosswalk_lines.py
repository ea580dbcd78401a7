"""Open the lines that a draft would change: by their ids, each with a way to its customer, and without names."""

from collections.abc import Collection

import polars as pl
from flask import abort, g, request

from sync.errors import BadConfiguration
from sync.jobs.crosswalk_impact import Impact
from sync.model import fold
from sync.rules.book import why_of
from sync.store.looks import handles_of_customers
from sync.web.crosswalk_looked import number_of, show
from sync.web.policy import may
from sync.web.shell import Views, account, service, shell

_PER_PAGE = 50


def lines(**_: int) -> str:
    """Show a page of the lines; whoever may see no customer sees their ids and months alone."""
    try:
        impact = shell().impacts.of_files(service(), g.found.files)
    except BadConfiguration:
        abort(404)
    every = _visible(impact, account().providers)
    pages = max(1, -(-len(every) // _PER_PAGE))
    page = min(number_of(request.args.get("page", "")) or 1, pages)
    shown = every.slice((page - 1) * _PER_PAGE, _PER_PAGE).to_dicts()
    people = may(account().role, "customer")
    handles = handles_of_customers(service().db, _customers(shown)) if people else {}
    return show(
        "crosswalk_lines.html", one=g.found, lines=shown, number=len(every), page=page, pages=pages, handles=handles,
        why_of=lambda reasons: [words for _, words, _ in why_of(reasons)] if reasons else [],
    )  # fmt: skip


def _visible(impact: Impact, providers: Collection[str]) -> pl.DataFrame:
    """Return the lines of the providers that the account may see (none named = all), those of signed months too."""
    parts = (
        impact.changed.with_columns(signed=pl.lit(value=False)),
        impact.signed.with_columns(signed=pl.lit(value=True)),
    )
    every = pl.concat(parts).sort("line_id")
    if not providers:
        return every
    own = set(map(fold, providers))
    seen = [fold(now or then or "") in own for now, then in every.select("now_provider", "then_provider").iter_rows()]
    return every.filter(pl.Series(seen, dtype=pl.Boolean))


def _customers(lines: list[dict[str, str | None]]) -> set[str]:
    return {one for line in lines if (one := line["now_customer_id"] or line["then_customer_id"])}


VIEWS: Views = {"crosswalk_lines": lines}
