"""Lay the records of synthetic people into the pretended systems."""

from collections.abc import Iterable

from sync.pretend.ims import PretendIms
from sync.pretend.itrac import ITRAC_TABLES, PretendItrac
from sync.pretend.person import Person


def seed(people: Iterable[Person], itrac: PretendItrac, ims: PretendIms) -> None:
    """Put every row where it belongs; what staff answered belongs to neither system.

    Two versions of one row cannot stand in a system that knows one row for each id: the later stays.
    """
    own = {"ims_eligibility": ims.put_eligibility, "ims_entries": ims.put_entry}
    rows = [(table, row) for person in people for table, rows in person.tables.items() for row in rows]
    for table, row in rows:
        if table in own:
            own[table](row)
        elif table in ITRAC_TABLES:
            itrac.put(table, row)
