"""A plain reading of the rules: what is decided about each I-Trac item, and what disagrees.

Loops and dicts, one small module for each part of the rules; slow, and meant to be read.
"""

from .decide import Outcome, decide
from .mismatches import mismatches
from .settings import DEFAULTS

__all__ = ["DEFAULTS", "Outcome", "decide", "mismatches"]
