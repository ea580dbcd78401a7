"""The pictures of the pages are made by a command, and the document shows exactly those."""

import re
from pathlib import Path

from tests.browser.pictures import FOLDER, PICTURES, make_pictures
from tests.support import ROOT

MOST_EACH, MOST_IN_ALL = 150_000, 1_200_000


def test_the_command_makes_every_picture(tmp_path: Path) -> None:
    made = make_pictures(tmp_path)

    assert [path.stem for path in made] == list(PICTURES)
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in made)


def test_the_document_shows_exactly_the_pictures_that_are_made() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(pictures/([a-z]+)\.png\)", (ROOT / "docs" / "pages.md").read_text("utf-8"))

    assert sorted(shown) == sorted(PICTURES) == sorted(path.stem for path in FOLDER.iterdir())


def test_the_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in FOLDER.iterdir()}

    assert {name: size for name, size in sizes.items() if size > MOST_EACH} == {}
    assert sum(sizes.values()) <= MOST_IN_ALL
