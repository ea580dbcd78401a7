"""Explain one line or one mismatch: why, on which facts, by which sentence of which guide, and what would change it."""

from sync.explain.case import Basis, Fact
from sync.explain.lines import Explanation, explain_line
from sync.explain.mismatches import ExplainedMismatch, explain_mismatch

__all__ = ["Basis", "ExplainedMismatch", "Explanation", "Fact", "explain_line", "explain_mismatch"]
