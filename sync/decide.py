"""Decide about every I-Trac item: tables, crosswalk, settings and a day in; lines and digest out.

A pure function: no clock, no network, no database. Decisions of one customer depend on that customer's
rows alone, and on who else bears the same job seeker id.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from sync.crosswalk import Crosswalk
from sync.model import LINE_COLUMNS, Decision, Reason, RuleSettings, bit, mask, reasons_text, strongest
from sync.rules.answers import answers
from sync.rules.assessments import assessment_lines
from sync.rules.context import Context
from sync.rules.enrollments import enrolled
from sync.rules.entries import entries
from sync.rules.labels import look_up
from sync.rules.lines import shaped, with_place
from sync.rules.month import HELD_TOO_LONG
from sync.rules.payments import payment_lines
from sync.rules.people import people
from sync.rules.plans import plan_lines
from sync.rules.retention import decided_services
from sync.rules.services import CANDIDATE, gated_services, scoped_services
from sync.rules.text import folded

_BEFORE_LOOK_UP = (
    Reason.CAREER_BOOST_COPY, Reason.PROGRAM_NOT_QUALIFYING, Reason.ROW_UNREADABLE, Reason.VERSIONS_TIE,
    Reason.DATE_MISSING,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Workings:
    """Carry what was worked out on the way to the lines; mismatches and explanations are made from it.

    assessed, planned  lines of steps with `provider_key` and `stands`
    ended              service lines that stage 1 ended
    services           service lines that passed it, with every column that a rule asked
    payments           payment lines, with `in_scope`
    """

    context: Context
    assessed: pl.DataFrame
    planned: pl.DataFrame
    ended: pl.DataFrame
    services: pl.DataFrame
    payments: pl.DataFrame


def decide(
    frames: Mapping[str, pl.DataFrame],
    older_customers: pl.DataFrame,
    *,
    crosswalk: Crosswalk,
    settings: RuleSettings,
    as_of: date,
) -> pl.DataFrame:
    """Return one line for each item, in the columns and the order of the decisions file.

    frames           every table by name, cells read by kind
    older_customers  superseded rows of `customers`, which tell when a customer bore two job seeker ids
    All columns are text, blank = null; amounts have two decimals, dates are YYYY-MM-DD.
    """
    worked = work_out(frames, older_customers, crosswalk=crosswalk, settings=settings, as_of=as_of)
    return lines_of(worked)


def work_out(
    frames: Mapping[str, pl.DataFrame],
    older_customers: pl.DataFrame,
    *,
    crosswalk: Crosswalk,
    settings: RuleSettings,
    as_of: date,
) -> Workings:
    """Decide, and keep what was worked out on the way; parameters as for `decide`."""
    eras = _label_eras(frames, crosswalk, as_of)
    context = Context(
        frames,
        crosswalk,
        settings,
        as_of,
        people(frames["customers"], older_customers),
        answers(frames["choices"], as_of),
        entries(frames["ims_entries"], crosswalk, as_of),
        enrolled(frames["enrollments"], eras, crosswalk=crosswalk, settings=settings),
    )
    assessed = assessment_lines(context)
    planned = plan_lines(context, assessed)
    ended, services = _service_lines(context, (assessed, planned))
    payments = payment_lines(context, pl.concat([shaped(ended), shaped(services)]))
    return Workings(context, assessed, planned, ended, services, payments)


def unused_answers(worked: Workings, lines: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of `choices` that answer nothing: `line` (of the file) and `why`.

    lines  as `lines_of` returns them for the workings
    """
    told = worked.context.frames["choices"].filter(~pl.col("bad"))
    strange = told.join(lines.select("line_id"), on="line_id", how="anti")
    others = worked.context.answers.others.filter(~pl.col("bad"))
    offered = lines.select("line_id", pl.col("choices").str.split("|").alias("answer_key")).drop_nulls()
    offered = folded(offered.explode("answer_key", empty_as_null=False, keep_nulls=False), "answer_key", "offered")
    offered = offered.select("line_id", pl.col("offered").alias("answer_key"))
    none = others.join(offered, on=["line_id", "answer_key"], how="anti").join(strange, on="line", how="anti")
    return pl.concat(
        [
            strange.select("line", pl.lit("no line has this id").alias("why")),
            none.select("line", pl.lit("no answer that the line asks for").alias("why")),
        ]
    ).sort("line")


def lines_of(worked: Workings) -> pl.DataFrame:
    """Return the lines of the decisions file."""
    kinds = (worked.assessed, worked.planned, worked.ended, worked.services, worked.payments)
    lines = pl.concat([shaped(kind) for kind in kinds])
    return _written(lines, worked.context)


def _label_eras(frames: Mapping[str, pl.DataFrame], crosswalk: Crosswalk, as_of: date) -> pl.Series:
    """Return every label era of the crosswalk in which a line may fall."""
    days = pl.concat(
        [
            frames[table].select(pl.col(column).alias("day"))
            for table, column in (
                ("services", "start_date"), ("payments", "payment_date"),
                ("assessments", "completed_on"), ("goals", "set_on"),
            )
        ]
    )["day"].drop_nulls().unique()  # fmt: skip
    held = {crosswalk.label_era(day) for day in days} | crosswalk.label_eras(min([as_of, *days]), as_of)
    return pl.Series(sorted(held), dtype=pl.Int32)


def _service_lines(context: Context, steps: tuple[pl.DataFrame, pl.DataFrame]) -> tuple[pl.DataFrame, pl.DataFrame]:
    scoped = scoped_services(context)
    reached = (pl.col("findings") & mask(*_BEFORE_LOOK_UP)) == 0
    scoped = scoped.with_columns(pl.when(reached).then("component").alias("entry_name"))
    ended = shaped(scoped, "provider_key").filter(pl.col("findings") != 0)
    candidates = with_place(scoped.select(CANDIDATE).filter(pl.col("findings") == 0))
    gated = decided_services(gated_services(candidates, context, steps), context, steps)
    return ended, gated.with_columns(pl.col("before").alias("depends_on"))


def _written(lines: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Return the lines as the contract writes them: sorted, decisions and reasons in words, days as text."""
    lines = lines.sort("customer_id", "date", "line_id", nulls_last=[False, True, False])
    lines = look_up(
        lines,
        ["findings", "month"],
        answer=lambda key: _in_words(_held_too_long(*key, context=context)),
        schema={"decision": pl.String, "reasons": pl.String},
    )
    lines = look_up(
        lines,
        ["date"],
        answer=lambda key: (key[0].isoformat(), key[0].isoformat()[:7]) if key[0] else (None, None),
        schema={"day": pl.String, "month_text": pl.String},
    )
    enters = pl.col("decision") != Decision.NO_ENTRY
    return lines.with_columns(
        pl.col("day").alias("date"),
        pl.col("month_text").alias("month"),
        pl.when(enters).then("depends_on").alias("depends_on"),
        pl.lit(context.crosswalk.version).alias("crosswalk_version"),
    ).select(LINE_COLUMNS)


def _in_words(findings: int) -> tuple[str, str | None]:
    return strongest(findings), reasons_text(findings) or None


def _held_too_long(findings: int, month: int | None, *, context: Context) -> int:
    """Add the last finding to what is still held although its month ended more than `hold.max_days` days before."""
    limit = date.fromordinal(max(1, context.as_of.toordinal() - context.settings.hold.max_days))
    ended = month is not None and month < limit.year * 12 + limit.month - 1
    overdue = ended and strongest(findings) is Decision.HOLD
    return findings + (bit(HELD_TOO_LONG.reason, HELD_TOO_LONG.decision) if overdue else 0)
