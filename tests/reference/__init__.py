"""A plain reading of the rules: what is decided about each I-Trac item.

Loops and dicts, one small module for each part of the rules; slow, and meant to be read.
"""

from .decide import Outcome, decide
from .settings import DEFAULTS

__all__ = ["DEFAULTS", "Outcome", "decide"]
