"""Find the facts on which findings rest: each function takes a case and returns the cells that a rule asked."""

from collections.abc import Callable
from datetime import date

import polars as pl

from sync.crosswalk import Row
from sync.explain.case import DATED_BY, SETTINGS, Case, Cells, Fact, is_, of_lines, shown
from sync.model import TABLES, Decision, EntryKind, fold
from sync.rules.labels import CAREER_BOOST

Facts = Callable[[Case], list[Fact]]


def own(*fields: str) -> Facts:
    """Ask cells of the line's own row; those that its table does not have are left out."""

    def ask(case: Case) -> list[Fact]:
        there = [field for field in fields if field in case.own]
        return case.facts(case.own_table, [case.own], *there)

    return ask


def own_date(case: Case) -> list[Fact]:
    """Return the date of the line's own row."""
    return own(DATED_BY[case.own_table])(case)


def blank_cells(case: Case) -> list[Fact]:
    """Return the required cells of the own row that are blank or unreadable."""
    required = [column.name for column in TABLES[case.own_table].columns if column.required]
    return own(*(name for name in required if case.own[name] is None))(case)


def versions(case: Case) -> list[Fact]:
    """Return the cells in which the versions of the own row differ, of each version."""
    table = TABLES[case.own_table]
    older = case.basis.tables.superseded[case.own_table].filter(pl.col(table.key[0]) == case.line["source_id"])
    rows = [case.own, *older.to_dicts()]
    unlike = [one.name for one in table.columns if len({shown(row[one.name]) for row in rows}) > 1]
    return case.facts(case.own_table, rows, *(unlike or [table.key[0]]))


def setting(name: str) -> Facts:
    """Ask a setting of rules.toml."""

    def ask(case: Case) -> list[Fact]:
        section, _, key = name.partition(".")
        value = getattr(case.context.settings, section)
        value = getattr(value, key) if key else value
        if name == "retention.days":
            value = case.context.settings.retention.on(case.day)
        text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
        return [Fact(SETTINGS, name, "value", text)]

    return ask


def as_of(case: Case) -> list[Fact]:
    """Return the day for which is decided."""
    return [Fact("call", "as_of", "value", case.context.as_of.isoformat())]


def customer(case: Case) -> list[Fact]:
    """Return the job seeker id of every customer who bears the line's, and of older rows of the customer."""
    frames = [case.basis.tables["customers"], case.basis.tables.superseded["customers"]]
    same = is_("customer_id", case.customer) | is_("job_seeker_id", case.line["job_seeker_id"])
    rows = [row for frame in frames for row in frame.filter(same).to_dicts()]
    return case.facts("customers", rows, "job_seeker_id")


def eligibility(*fields: str) -> Facts:
    """Ask the SNAP check of the line's month."""

    def ask(case: Case) -> list[Fact]:
        month = case.day.year * 12 + case.day.month - 1
        rows = [row for row in case.rows("ims_eligibility") if row["month"] == month]
        return case.facts("ims_eligibility", rows, *fields)

    return ask


def _enrollments(case: Case, wanted: Callable[[Cells], bool], *fields: str) -> list[Fact]:
    return case.facts("enrollments", [row for row in case.rows("enrollments") if wanted(row)], *fields)


def career_boost_records(case: Case) -> list[Fact]:
    """Return the registrations of the Career Boost record."""
    boost = case.force.program(CAREER_BOOST)
    return _enrollments(case, lambda row: case.force.program(row["program"]) == boost, "registration_completed_on")


def worksource_records(case: Case) -> list[Fact]:
    """Return the WorkSource enrollments."""
    programs = {case.force.program(name) for name in case.context.settings.worksource.programs}
    fields = ("application_date", "documentation_complete")
    return _enrollments(case, lambda row: case.force.program(row["program"]) in programs, *fields)


def program_records(case: Case) -> list[Fact]:
    """Return the enrollments in the program, with any provider: the right one or the near ones."""
    fields = ("provider", "application_date", "exit_date")
    return _enrollments(case, lambda row: case.force.program(row["program"]) == case.program_key, *fields)


def of_provider(table: str, *fields: str) -> Facts:
    """Ask the customer's rows by the line's provider."""
    return lambda case: case.facts(table, case.rows_of_provider(table), *fields)


def employments(case: Case) -> list[Fact]:
    """Return the starts of employments."""
    return case.facts("employments", case.rows("employments"), "start_date")


def answers(case: Case) -> list[Fact]:
    """Return what staff answered on the line, if anything."""
    told = case.basis.tables["choices"].filter(pl.col("line_id") == case.line["line_id"]).to_dicts()
    return case.facts("choices", told, "answer")


def other_lines(*kinds: EntryKind, provider: bool = False) -> Facts:
    """Ask how other lines of the customer are decided; with `provider`, those of the line's provider alone."""

    def ask(case: Case) -> list[Fact]:
        own_key = case.provider_key(case.line["provider"])
        rows = [
            line
            for line in case.lines
            if line["entry_kind"] in kinds
            and line["line_id"] != case.line["line_id"]
            and (not provider or case.provider_key(line["provider"]) == own_key)
        ]
        return of_lines(rows, "date", "decision", "reasons")

    return ask


def services_of_month(case: Case) -> list[Fact]:
    """Return the service lines of the line's month, unless they are rightly left out, and component entries."""
    lines = [
        line
        for line in case.lines
        if line["entry_kind"] == EntryKind.COMPONENT
        and line["month"] == case.line["month"]
        and line["decision"] != Decision.NO_ENTRY
    ]
    rows = [row for row in _entries(case, EntryKind.COMPONENT) if _month_of(row) == case.line["month"]]
    there = case.facts("ims_entries", rows, "date", "name") if rows else []
    return [*there, *of_lines(lines, "date", "decision", "reasons")]


def standing(case: Case) -> list[Fact]:
    """Return the entry or line that stands for the line."""
    stands = case.line["standing"] or ""
    if stands.startswith("ims:"):
        wanted = pl.col("entry_id") == stands.removeprefix("ims:")
        rows = case.basis.tables["ims_entries"].filter(wanted).to_dicts()
        return case.facts("ims_entries", rows, "provider", "kind", "name", "date")
    return of_lines([line for line in case.lines if line["line_id"] == stands], "date", "decision", "reasons")


def look_alikes(case: Case) -> list[Fact]:
    """Return the entries that look like the line and stand for no other."""
    taken = {line["standing"] for line in case.lines}
    rows = [row for row in _entries(case, None) if f"ims:{row['entry_id']}" not in taken and _alike(case, row)]
    foreign = pl.col("client_reference") == case.line["line_id"]
    rows += [row for row in case.basis.tables["ims_entries"].filter(foreign).to_dicts() if row not in rows]
    return case.facts("ims_entries", rows, "provider", "name", "date", "amount")


def _entries(case: Case, kind: EntryKind | None) -> list[Cells]:
    return [row for row in case.rows("ims_entries") if case.seeker and kind in {None, row["kind"]}]


def _alike(case: Case, row: Cells) -> bool:
    """Tell whether an entry has the line's name and month, or a service's provider and date."""
    if row["kind"] != case.line["entry_kind"]:
        return False
    kind = "component" if row["kind"] == EntryKind.COMPONENT else "payment_type"
    same_name = case.force.canonical(kind, row["name"]) == case.force.canonical(kind, case.line["entry_name"])
    same_place = case.provider_key(row["provider"]) == case.provider_key(case.line["provider"])
    on_the_day = row["date"] == case.day and same_place and row["kind"] == EntryKind.COMPONENT
    return on_the_day or (same_name and _month_of(row) == case.line["month"])


def _month_of(entry: Cells) -> str:
    return str(entry["date"].isoformat()[:7])


def contracts(case: Case) -> list[Fact]:
    """Return the contract rows of the provider in force on the line's date."""
    wanted = case.provider_key(case.line["provider"])
    return _crosswalk(case, "contracts", lambda row: case.provider_key(row["provider"]) == wanted, "allowed")


def funders(case: Case) -> list[Fact]:
    """Return the funder rows of the component in force on the line's date."""
    wanted = fold(case.line["entry_name"] or "")
    return _crosswalk(case, "funders", lambda row: fold(row["component"]) == wanted, "program", "provider", "selection")


def services_offered(case: Case) -> list[Fact]:
    """Return the crosswalk rows of the line's program and control in force on its date."""
    control = case.force.canonical("control", case.line["control"], case.program_key)

    def wanted(row: Row) -> bool:
        return case.force.service_key(row)[:2] == (case.program_key, control)

    return _crosswalk(case, "services", wanted, "service")


def _crosswalk(case: Case, table: str, wanted: Callable[[Row], bool], *fields: str) -> list[Fact]:
    rows = [row for row in case.context.crosswalk.rows if row.table == table and row.holds_on(case.day) and wanted(row)]
    name = f"crosswalk/{table}.csv"
    if not rows:
        return [Fact(name, "", fields[0], None)]
    return [
        Fact(name, f"line {row.line}", field, row[field] or None, row.file, row.line)
        for row in rows
        for field in fields
    ]


def days_since_employment(case: Case) -> list[Fact]:
    """Return the starts of employments on or before the line's date, the latest last."""
    rows = [row for row in case.rows("employments") if isinstance(row["start_date"], date)]
    reached = sorted((row for row in rows if row["start_date"] <= case.day), key=lambda row: row["start_date"])
    return case.facts("employments", reached, "start_date")
