"""Explain a line or a mismatch of a folder of exports."""

from difflib import get_close_matches

from sync.errors import WrongCall
from sync.explain import Basis, ExplainedMismatch, Explanation, explain_line, explain_mismatch
from sync.jobs.decide_files import Decided
from sync.jobs.mismatches import all_mismatches


def explain(decided: Decided, asked: str) -> Explanation | ExplainedMismatch:
    """Explain what a line id or a mismatch id names; raise WrongCall where nothing bears it, naming the nearest."""
    basis = Basis(decided.tables, decided.worked, decided.lines)
    if line := explain_line(basis, asked):
        return line
    found = all_mismatches(decided.worked, decided.lines)
    if mismatch := explain_mismatch(basis, found, asked):
        return mismatch
    ids = [*decided.lines["line_id"], *found["mismatch_id"]]
    near = get_close_matches(asked, ids, n=3, cutoff=0.7)
    advice = f"Did you mean {' or '.join(near)}?" if near else "Take the id from the decisions or the mismatches file."
    raise WrongCall(f"{asked}: no line and no mismatch has this id", advice)
