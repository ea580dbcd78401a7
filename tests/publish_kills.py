"""Share what tests that kill publishing need: a place that is copied for each kill, and what must hold afterwards."""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sync.crosswalk.texts import NAMES, read_files
from sync.jobs.crosswalk_impact import impact
from sync.jobs.crosswalk_publish import publish
from sync.jobs.crosswalk_settle import no_step
from sync.jobs.crosswalk_standing import refuse_unpublished, unfinished, unpublished
from sync.jobs.service import opened
from sync.store import Database, open_database, verify_audit
from sync.store.crosswalk_versions import Draft, DraftState, draft_numbered, versions
from tests.crash import done_in_fork
from tests.crosswalks import APPROVER, adopted, drafted, edited
from tests.services import START, quiet, service
from tests.store_rows import rows_in

BAKING = "EOP Portland,Services,Baking Class,Job Search Training,,,agreed"


@dataclass(frozen=True)
class Place:
    """Name a database and a configuration whose draft can be published, and both sets of files.

    impact  what the approver saw
    """

    url: str
    config: Path
    draft: Draft
    impact: str
    old: Mapping[str, str]

    @property
    def told(self) -> Path:
        """Return where a fork tells its points."""
        return self.config.parent / "told"

    @property
    def refused(self) -> str:
        """Return what a fork was refused; blank where nothing was."""
        path = self.config.parent / "refused"
        return path.read_text("utf-8") if path.exists() else ""

    def asked(self, what: str, kill_at: int | None = None, actor: str = APPROVER) -> dict[str, object]:
        return {
            "what": what, "database": self.url, "config": str(self.config), "kill_at": kill_at, "actor": actor,
            "draft": self.draft.id, "seen": self.draft.hash, "impact": self.impact,
            "refused": str(self.config.parent / "refused"), "gate": None,
        }  # fmt: skip

    def does(self, server: subprocess.Popen[str], what: str, kill_at: int | None = None) -> tuple[int, list[str]]:
        """Let a fork act here; return its exit code and the points that it passed."""
        return done_in_fork(server, self.asked(what, kill_at), self.told)

    def at(self, url: str, folder: Path) -> "Place":
        """Return the same place with its configuration copied, over a copy of the database."""
        shutil.copytree(self.config, folder / "config", symlinks=True)
        return Place(url, folder / "config", self.draft, self.impact, self.old)

    def copy(self, folder: Path) -> "Place":
        """Return a copy of this place, whose database is a file, in a folder that takes the place of the last one."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        source = Path(self.url.removeprefix("sqlite:///"))
        for part in source.parent.glob(f"{source.name}*"):
            shutil.copy(part, folder / part.name)
        return self.at(f"sqlite:///{folder / source.name}", folder)


def prepare(url: str, folder: Path) -> Place:
    """Take a configuration over and draft another one that differs in every file."""
    with open_database(url) as db:
        made, config = adopted(db, folder)
        files = {name: text + "\n" for name, text in edited(config, "services", BAKING).items()}
        draft = drafted(made, files)
        return Place(url, config, draft, impact(made, files).hash, read_files(config))


def state_of(db: Database, number: int) -> DraftState:
    with db.read() as conn:
        found = draft_numbered(conn, number)
    assert found is not None
    return found.state


def numbers(db: Database) -> list[int]:
    with db.read() as conn:
        return [one.number for one in versions(conn)]


def audited(db: Database, act: str) -> int:
    return sum(row["act"] == act for row in rows_in(db, "audit"))


def edited_by_hand(place: Place) -> str:
    """Let somebody write a row into a file of a place; return what stands there then."""
    path = place.config / "crosswalk" / "services.csv"
    path.write_text(path.read_text("utf-8") + BAKING.replace("Baking", "Painting") + "\n", "utf-8")
    return path.read_text("utf-8")


def left_behind(place: Place) -> tuple[DraftState, int]:
    """Assert that what a kill left is told before anything else is done; return the draft's state and the new files."""
    with open_database(place.url) as db:
        files, state = read_files(place.config), state_of(db, place.draft.id)
        new = sum(files[name] == place.draft.files[name] for name in NAMES)
        told = unfinished(db, place.config)
        assert all(files[name] in {place.old[name], place.draft.files[name]} for name in NAMES)
        assert (told is not None) == (state is DraftState.PUBLISHING)
        assert told is None or f"{new} of the {len(NAMES)} files are those of the draft" in told
        assert state is DraftState.PUBLISHING or new in {0, len(NAMES)}
        assert bool(unpublished(db, place.config)) == (new > 0 and state is not DraftState.PUBLISHED)
        assert verify_audit(db) is None
    return state, new


def settled(place: Place, *, done: bool) -> None:
    """Assert that the next command leaves the old files or the new ones, and the database agrees."""
    with opened(place.config, place.url, actor=APPROVER, tell=quiet, now=lambda: START) as made:
        assert read_files(place.config) == (place.draft.files if done else place.old)
        assert numbers(made.db) == ([2, 1] if done else [1])
        assert state_of(made.db, place.draft.id) is (DraftState.PUBLISHED if done else DraftState.OPEN)
        assert audited(made.db, "crosswalk published") == int(done)
        assert audited(made.db, "crosswalk publishing undone") == 0
        assert verify_audit(made.db) is None
        assert unfinished(made.db, place.config) is None
        refuse_unpublished(made.db, place.config)
        nothing_lies_about(place)


def nothing_lies_about(place: Place) -> None:
    assert list(place.config.rglob(".publishing*")) == []


def published_after_all(place: Place) -> None:
    """Publish the draft as somebody would whose publishing left nothing begun."""
    with open_database(place.url) as db:
        made = service(db, place.config.parent)
        publish(made, place.config, place.draft.id, impact_hash=place.impact, step=no_step)
