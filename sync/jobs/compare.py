"""Ask what would change if a setting were read otherwise."""

import tomllib
from dataclasses import replace

import polars as pl
from pydantic import ValidationError

from sync.decide import decide
from sync.errors import WrongCall
from sync.jobs.decide_files import Configuration, Decided
from sync.model import LINE_COLUMNS, RuleSettings

_OWN = ("line_id", "crosswalk_version")
_COMPARED = tuple(name for name in LINE_COLUMNS if name not in _OWN)


def with_setting(configuration: Configuration, text: str) -> Configuration:
    """Return the configuration with one setting read otherwise, given as NAME=VALUE.

    Raises WrongCall where there is no such setting or no such reading.
    """
    name, mark, value = text.partition("=")
    section, _, key = name.strip().partition(".")
    rules = configuration.rules.model_dump()
    known = section in rules and (key in rules[section] if isinstance(rules[section], dict) else not key)
    if not mark or not known:
        advice = "Name it as in rules.toml, such as support.order=first-support-only."
        raise WrongCall(f"{text!r} names no setting", advice)
    changed = {**rules, section: {**rules[section], key: _value(value)} if key else _value(value)}
    try:
        read = RuleSettings.model_validate(changed)
    except ValidationError as wrong:
        raise WrongCall(f"{name.strip()}: {value.strip()!r} is no reading of it ({wrong.errors()[0]['msg']})") from None
    if read.contracts.enforced and not configuration.crosswalk.has_contracts:
        raise WrongCall("contracts.enforced=true: contracts.csv has no row, so nothing could be entered")
    return replace(configuration, rules=read)


def _value(text: str) -> object:
    """Read a value as rules.toml would; a bare word is a text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text.strip()


def differing(decided: Decided, other: Configuration) -> pl.DataFrame:
    """Return the lines that the other settings decide otherwise, or that only one of the two has.

    Columns: line_id, `change` (the columns that differ), and decision, reasons and standing `_now` and `_then`.
    """
    context = decided.worked.context
    then = decide(
        decided.tables.frames,
        decided.tables.superseded["customers"],
        crosswalk=other.crosswalk,
        settings=other.rules,
        as_of=context.as_of,
    )
    both = decided.lines.join(then, on="line_id", how="full", suffix="_then", coalesce=True)
    unlike = {name: pl.col(name).ne_missing(pl.col(f"{name}_then")) for name in _COMPARED}
    change = pl.concat_str(
        *(pl.when(differs).then(pl.lit(name)) for name, differs in unlike.items()), separator=";", ignore_nulls=True
    )
    shown = [(name, f"{name}_then") for name in ("decision", "reasons", "standing")]
    return (
        both.with_columns(change.alias("change"))
        .filter(pl.any_horizontal(unlike.values()))
        .select(
            "line_id", "change", *(pl.col(now).alias(f"{now}_now") for now, _ in shown), *(then for _, then in shown)
        )
        .sort("line_id")
    )
