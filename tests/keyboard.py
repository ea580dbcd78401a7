"""Open a world in which a person at a keyboard is the target, and key as they would."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.jobs.approval import approve
from sync.jobs.keyed_word import Said
from sync.jobs.keying import Keyer, open_next, say
from sync.jobs.keying_checks import Word
from sync.pretend.ims import Level
from sync.pretend.person import Act
from sync.store import Database, State, ledger_lines
from sync.store.keying import Claim, open_lines
from tests.made_once import made_once
from tests.world_of_demo import TWO_EQUAL, World, world

ONE, TWO = Keyer("DEMO-KEYER"), Keyer("DEMO-SECOND")


@contextmanager
def desk(db: Database, folder: Path, *people: list[Act] | tuple[Act, ...]) -> Iterator[World]:
    """Open a world whose target is a person, read back and planned, its plan approved."""
    with world(db, folder, level=Level.L1) as made:
        made.by_hand()
        made.lay(*(people or (TWO_EQUAL,)))
        made_once(db, f"on the desk: {made.told()}", lambda: _approved(made))
        yield made


def _approved(made: World) -> None:
    made.read_back_by_files()
    approve(made.service, made.plan(), "checked")


def opened(made: World, keyer: Keyer = ONE) -> Claim:
    claim = open_next(made.service, keyer)
    assert claim is not None
    return claim


def current(made: World, claim: Claim) -> list[str]:
    with made.service.db.read() as conn:
        return [line.line_id for line in open_lines(conn, claim)]


def word(made: World, line_id: str, said: Said = Said.KEYED, **cells: str) -> Word:
    """Return what a careful keyer says of a line."""
    line = ledger_lines(made.service.db, [line_id])[line_id]
    usual = {"date": line.date, "name": line.name} if said is Said.KEYED else {"reason": "the screen was closed"}
    return Word(line_id=line_id, said=said, **{**usual, **cells})


def keyed(made: World, keyer: Keyer = ONE, *, times: int = 1) -> list[str]:
    """Key so many entries of the customer that is held; return their lines."""
    lines = []
    for _ in range(times):
        (line_id, *_) = current(made, opened(made, keyer))
        made.clock.sleep(1)
        say(made.service, keyer, word(made, line_id))
        lines.append(line_id)
    return lines


def state(made: World, line_id: str) -> State:
    return ledger_lines(made.service.db, [line_id])[line_id].state
