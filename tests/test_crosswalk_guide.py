"""The guide's own table, as it is copied from the guide, is taken over into the crosswalk."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from sync.crosswalk.guide_text import HEADINGS
from sync.crosswalk.texts import read_files
from sync.jobs.crosswalk_sheets import Came, Imported, imported
from sync.jobs.service import Service
from sync.store import Database
from tests.crosswalks import adopted
from tests.test_crosswalk_sheets import sheets_of, told


@pytest.fixture
def place(database: Database, tmp_path: Path) -> tuple[Service, Path]:
    return adopted(database, tmp_path)


def guide(*rows: Sequence[str], between: str = "\n") -> str:
    """Return rows as they are copied from the guide: each cell on a line of its own, behind a tab."""
    return between.join("".join(f"\t{cell}\n" for cell in row) for row in (HEADINGS, *rows))


def of_guide(made: Service, text: str, first: date | None = None) -> Imported:
    return imported(made, Came("guide.txt", text.encode(), first=first, source="the new guide"))


def test_the_guides_own_table_says_what_the_shipped_crosswalk_says(place: tuple[Service, Path]) -> None:
    made, config = place
    rows = [row[:4] for row in sheets_of(read_files(config))["services"][1:]]
    whole = f"Crosswalk of services.\n(Ask.)\n{guide(*rows)}\n\tFunders\nTraining to choose\n\n\tBooks\n\tTextbooks\n"
    lines = "\n".join("\t".join(row) for row in rows)

    for text in (whole, lines, whole.replace("\n", "\r\n"), guide(*rows).replace("\t", "")):
        found = of_guide(made, text)
        assert (found.mistakes, found.difference.sentences) == ([], [])
        assert found.notes == [f"{len(rows)} services of the guide's table were read"]


def test_a_new_guide_ends_rows_on_the_day_before_it_holds(place: tuple[Service, Path]) -> None:
    made, _ = place
    text = guide(("CCTP", "Training & Education", "Pre-Apprenticeship Training\nBaking", "Job Retention"))

    dated, plain = of_guide(made, text, date(2027, 1, 1)), of_guide(made, text)

    assert dated.mistakes == plain.mistakes == []
    assert dated.difference.sentences == [
        "services: added: CCTP, Training & Education, Baking (component Job Retention, first 2027-01-01, source the "
        "new guide)",
        "services: CCTP, Training & Education, Pre-Apprenticeship Training: last was blank, is “2026-12-31”",
        "services: added: CCTP, Training & Education, Pre-Apprenticeship Training (component Job Retention, first "
        "2027-01-01, source the new guide)",
    ]
    assert plain.difference.sentences[0].startswith("services: added: CCTP, Training & Education, Baking (")
    assert "component was “Pre-Apprenticeship/Apprenticeship”, is “Job Retention”" in plain.difference.sentences[1]
    assert "does not name EOP AHFE, EOP COEP" in plain.notes[1]


def test_what_cannot_be_read_of_the_guides_table_is_named_by_line(place: tuple[Service, Path]) -> None:
    made, _ = place
    row = ("CCTP", "Services", "Baking", "Job Retention")

    short = told(made, Came("g.txt", guide(row[:3], row).encode()))
    twice = told(made, Came("g.txt", guide(row, (*row[:3], "Job Search Training")).encode()))
    unknown = told(made, Came("g.txt", guide((*row[:3], "Baking")).encode()))
    nothing = told(made, Came("g.txt", b"\n\n"))

    assert short == ["g.txt:6: 3 cells found, expected 4: program, control, service and component"]
    assert twice == [
        "g.txt:11: two answers: 'Job Search Training' here, 'Job Retention' in line 6 (CCTP, Services, Baking)"
    ]
    assert unknown[0].startswith("g.txt:6: unknown component 'Baking'")
    assert nothing[0].startswith("g.txt:1: no row of the guide's table found")
