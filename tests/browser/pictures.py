"""Make the pictures of docs/pages.md: the main pages of a rehearsal, as somebody of each role sees them.

Run by `make pictures`; without a folder into docs/pictures.
"""

import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from sync.store.accounts import Role
from tests.browser.newcomer import Newcomer, newcomer
from tests.browser.surf import chromium
from tests.support import ROOT

FOLDER = ROOT / "docs" / "pictures"
Walk = Callable[[Newcomer], None]


def _item(one: Newcomer) -> None:
    one.follow("Money that cannot be invoiced")
    one.follow("There was no service in the month of the payment")


def _customer(one: Newcomer) -> None:
    _item(one)
    one.follow("DEMO-C55")


def _claim(one: Newcomer) -> None:
    one.surfer.go("/keying")
    one.surfer.send("Open the next customer")
    one.key_open_entry()


def _month(one: Newcomer) -> None:
    one.surfer.go("/months")
    one.follow("ready")


def _draft(one: Newcomer) -> None:
    """Read a switch otherwise in a draft, and look at what that would change."""
    one.surfer.go("/crosswalk/switches?try=first_of_month.scope&value=customer")
    one.surfer.send("Put customer into a draft", reason="the owner answered", checked="the answer of the owner")
    one.surfer.send("Work out what would change")


def _labels(one: Newcomer) -> None:
    """Look at what aliases would clear."""
    one.surfer.go("/crosswalk/labels")
    one.surfer.send("Work out what the first")


def _at(path: str) -> Walk:
    return lambda one: one.surfer.go(path)


PICTURES: Final[Mapping[str, tuple[Role, Walk]]] = {
    "home": (Role.REVIEWER, _at("/")),
    "reviews": (Role.REVIEWER, _at("/reviews")),
    "review": (Role.REVIEWER, _item),
    "customer": (Role.REVIEWER, _customer),
    "months": (Role.REVIEWER, _at("/months")),
    "month": (Role.REVIEWER, _month),
    "keying": (Role.KEYER, _claim),
    "runs": (Role.OPERATIONS, _at("/runs")),
    "rehearsal": (Role.OPERATIONS, _at("/rehearsal")),
    "accounts": (Role.ADMIN, _at("/accounts")),
    "crosswalk": (Role.ADMIN, _at("/crosswalk?table=services&program=EOP+Portland")),
    "draft": (Role.ADMIN, _draft),
    "labels": (Role.ADMIN, _labels),
}
"""Who sees each page, and the way from Home to it; those of one role stand together."""


def make_pictures(folder: Path) -> list[Path]:
    """Make every picture in a folder that is there; return the files."""
    made: list[Path] = []
    with tempfile.TemporaryDirectory(prefix="ims-sync-pictures-") as scratch, chromium() as opened:
        window = {"viewport": {"width": 1100, "height": 800}}
        with newcomer(opened, Path(scratch), **window) as one:
            inside: Role | None = None
            for name, (role, walk) in PICTURES.items():
                inside = _as(one, role, inside)
                made.append(_picture(one, walk, folder / f"{name}.png"))
    return made


def _as(one: Newcomer, role: Role, inside: Role | None) -> Role:
    if role is not inside:
        if inside:
            one.leave()
        one.enter(role)
    return role


def _picture(one: Newcomer, walk: Walk, file: Path) -> Path:
    one.surfer.go("/")
    walk(one)
    one.page.locator("h1").wait_for()
    one.page.evaluate("window.scrollTo(0, 0)")
    one.page.screenshot(path=file, animations="disabled")
    return file


if __name__ == "__main__":
    into = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    into.mkdir(parents=True, exist_ok=True)
    for picture in make_pictures(into):
        print(picture)
