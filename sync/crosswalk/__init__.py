"""The dated table from I-Trac's labels to iMatchSkills' components: load, check, look up."""

from sync.crosswalk.book import Crosswalk, load
from sync.crosswalk.files import COLUMNS, Row
from sync.crosswalk.in_force import InForce, ServiceAnswer

__all__ = ["COLUMNS", "Crosswalk", "InForce", "Row", "ServiceAnswer", "load"]
