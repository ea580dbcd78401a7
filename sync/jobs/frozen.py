"""Keep the lines of signed months as they were signed: what differs is offered only once a person accepted it."""

from collections.abc import Mapping

import polars as pl

from sync.jobs.months import Key, Told, keyed, told_of, with_moved
from sync.jobs.service import Service
from sync.model import Decision
from sync.store import Connection, StoredPlan, lines_of_plan
from sync.store.blocks import LINES
from sync.store.months import About, Close, WordAct, signed_lines
from sync.summary.closing import counted, differences, held_back

_NO_LINE = pl.DataFrame(schema=LINES)


def may_be_offered(service: Service, conn: Connection, lines: pl.DataFrame) -> pl.DataFrame:
    """Return those of the lines to enter that no signed month holds back.

    lines  columns of the decisions, those to enter alone
    Held back is what is not as it was signed, in its own month or in one that it was signed in, and not accepted.
    """
    told = told_of(service, conn)
    back = _held_back(service, lines, told, accepted=_accepted(told))
    return lines.filter(~pl.col("line_id").is_in(sorted(back))) if back else lines


def lines_offered(service: Service, plan: StoredPlan) -> pl.DataFrame:
    """Return the lines to enter of a plan that no signed month holds back."""
    lines = lines_of_plan(service.db, plan.id, decisions=[Decision.ENTER])
    with service.db.read() as conn:
        return may_be_offered(service, conn, lines)


def adjusting(service: Service, conn: Connection, lines: pl.DataFrame) -> set[str]:
    """Return which lines to enter are not as they were signed: where they are offered, they are adjustments."""
    return _held_back(service, lines, told_of(service, conn), accepted={})


def _held_back(
    service: Service, lines: pl.DataFrame, told: Told, *, accepted: Mapping[tuple[str, str], str]
) -> set[str]:
    signed = told.signed
    if not signed:
        return set()
    closed = signed_lines(signed.values())
    own = keyed(service, lines).join(_numbers(signed), on=["key", "month"], how="left").drop("key")
    ids = closed["line_id"].unique()
    touched = own.filter(pl.col("close").is_not_null() | pl.col("line_id").is_in(ids.implode()))
    return held_back(touched, closed, accepted)


def adjustments_of(
    conn: Connection, plan: StoredPlan, signed: Mapping[Key, Close], *, lines_of: Mapping[Key, pl.DataFrame]
) -> dict[Key, pl.DataFrame]:
    """Return for each signed month what differs now from what was signed (see `differences`).

    lines_of  the lines of these months now
    Of a month whose signed lines were purged nothing is listed; nothing of it is offered either.
    """
    found = {}
    for key, close in signed.items():
        then, own = close.lines, lines_of.get(key, _NO_LINE)
        purged = close.counts["lines"] and then.is_empty()
        now = then if purged else with_moved(conn, plan, own, signed=counted(then))
        found[key] = differences(then, now)
    return found


def decided(told: Told, place: Key, line_id: str, *, fingerprint: str) -> WordAct | None:
    """Return whether a person accepted or declined a difference as it is now; None where nobody decided."""
    word = told.word(place, About.LINE, line_id)
    if word is None or word.fingerprint != fingerprint or word.act is WordAct.TAKE_BACK:
        return None
    return word.act


def _numbers(signed: Mapping[Key, Close]) -> pl.DataFrame:
    rows = [(key, month, close.id) for (key, month), close in signed.items()]
    return pl.DataFrame(rows, schema={"key": pl.String, "month": pl.String, "close": pl.Int64}, orient="row")


def _accepted(told: Told) -> dict[tuple[str, str], str]:
    """Return by sign-off and line the fingerprint that a person accepted."""
    numbers = {key: str(close.id) for key, close in told.signed.items()}
    return {
        (numbers[key, month], line_id): word.fingerprint
        for (key, month, about, line_id), word in told.said.items()
        if about is About.LINE and word.act is WordAct.ACCEPT and (key, month) in numbers
    }
