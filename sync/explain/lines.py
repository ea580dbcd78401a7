"""Explain one line of the decisions."""

from dataclasses import dataclass

from sync.crosswalk import Row
from sync.explain.case import Basis, Case, Fact
from sync.explain.grounds import GROUNDS
from sync.explain.rescue import Rescue, Suggestion, rescues, suggestion
from sync.model import Decision, EntryKind, Reason, fold
from sync.rules.book import rules_of
from sync.rules.rule import Rule

_SUBJECTS = {
    EntryKind.ORIENTATION: "The orientation", EntryKind.ASSESSMENT: "The assessment", EntryKind.PLAN: "The plan",
    EntryKind.COMPONENT: "The service", EntryKind.SUPPORT: "The payment",
}  # fmt: skip
_OUTCOMES = {
    Decision.ENTER: "has to be entered into iMatchSkills",
    Decision.HOLD: "waits",
    Decision.FLAG: "needs a person",
    Decision.NO_ENTRY: "is rightly not entered",
}


@dataclass(frozen=True, slots=True)
class ExplainedFinding:
    """One finding of a line: in words, what to do, its source, its facts, what would take it away."""

    reason: str
    decision: str
    words: str
    act: str
    source: str
    facts: tuple[Fact, ...]
    would_change: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Say of one line what was decided and why.

    line            the row of the decisions file
    sentence        the decision in one sentence
    crosswalk_rows  the rows that gave component or type, in the order of the file; empty where none was reached
    could_rescue    services that would carry the payment
    """

    line: dict[str, str | None]
    sentence: str
    findings: tuple[ExplainedFinding, ...]
    crosswalk_rows: tuple[Row, ...]
    could_rescue: tuple[Rescue, ...]
    suggestion: Suggestion | None


def explain_line(basis: Basis, line_id: str) -> Explanation | None:
    """Explain a line; None where no line has this id."""
    found = basis.lines.filter(basis.lines["line_id"] == line_id).to_dicts()
    if not found:
        return None
    case = Case(basis, found[0])
    findings = tuple(_finding(case, reason) for reason in (case.line["reasons"] or "").split(";") if reason)
    return Explanation(
        case.line, _sentence(case, findings), findings, tuple(_rows(case)), tuple(rescues(case)), suggestion(case)
    )


def _finding(case: Case, reason: str) -> ExplainedFinding:
    rule = _rule(case, reason)
    ground = GROUNDS[Reason(reason)]
    found = tuple(dict.fromkeys(fact for ask in ground.facts for fact in ask(case)))
    change = ground.would_change.format_map(words_of(case))
    return ExplainedFinding(reason, rule.decision, rule.words, rule.act, rule.source, found, change)


def _rule(case: Case, reason: str) -> Rule:
    """Return the rule that gave a reason: where a reason has two decisions, the one that the line shows."""
    rules = rules_of(reason)
    return next((rule for rule in rules if rule.decision == case.line["decision"]), rules[0])


def words_of(case: Case) -> dict[str, str]:
    """Return the line's own words for the sentences on what would change."""
    line = case.line
    names = ("program", "provider", "control", "label", "date", "month", "line_id")
    said = {name: line[name] or f"(no {name})" for name in names}
    return {
        **said,
        "component": line["entry_name"] or "the component",
        "choices": (line["choices"] or "").replace("|", ", "),
    }


def _sentence(case: Case, findings: tuple[ExplainedFinding, ...]) -> str:
    line = case.line
    named = [line["label"] or line["entry_name"] or "", f"on {line['date']}" if line["date"] else "without a date"]
    if line["amount"]:
        named.insert(1, f"of {line['amount']}")
    subject = f"{_SUBJECTS[EntryKind(line['entry_kind'] or '')]} {' '.join(word for word in named if word)}"
    outcome = _OUTCOMES[Decision(line["decision"] or "")]
    if findings:
        return f"{subject} {outcome}: {findings[0].words[0].lower()}{findings[0].words[1:]}"
    return f"{subject} {outcome} as {line['entry_name']}: nothing stands against it."


def _rows(case: Case) -> list[Row]:
    """Return the crosswalk rows that gave the line's component, or its payment's types."""
    line = case.line
    if line["entry_kind"] == EntryKind.COMPONENT and line["entry_name"]:
        row = case.force.service(line["program"], line["control"], line["label"]).row
        return [row] if row else []
    if line["entry_kind"] != EntryKind.SUPPORT or not (line["entry_name"] or line["choices"]):
        return []
    wanted = case.force.canonical("payment_type", line["label"], case.program_key)
    rows = [row for row in case.context.crosswalk.rows if row.table == "support" and row.holds_on(case.day)]
    rows = [row for row in rows if case.force.canonical("payment_type", row["payment_type"]) == wanted]
    own = [row for row in rows if fold(row["ims_type"]) == fold(line["entry_name"] or "")]
    return own or rows
