"""Tell whether the files that say how is decided are the ones that were published last, and refuse them where not."""

from pathlib import Path

from sync.crosswalk.texts import NAMES, bytes_of, read_files
from sync.errors import StoppedToBeSafe
from sync.jobs.crosswalk_diff import difference
from sync.jobs.crosswalk_drafts import listed
from sync.jobs.crosswalk_settle import place_of
from sync.store import Database, newest_plan
from sync.store.crosswalk_versions import DraftState, drafts, newest_version

NOT_PUBLISHED = "the crosswalk in use was not published"
ADVICE = (
    "`ims-sync crosswalk diff` shows all of it; publish it by a draft (`ims-sync crosswalk adopt` where nothing was "
    "published yet), or put the published files back."
)

FINISH = "`ims-sync crosswalk versions` finishes it, or undoes it where somebody else wrote into the files meanwhile."


def unpublished(db: Database, config: Path) -> list[str]:
    """Say how the files differ from the version that was published last; nothing where they are the same."""
    with db.read() as conn:
        newest = newest_version(conn)
    if newest is None:
        return ["no version was published yet"]
    return difference(newest.files, read_files(config)).sentences


def published_since_plan(db: Database) -> int | None:
    """Return the newest version where it was published after the newest plan was made; None = the plan could follow it.

    The first version is what was used before, taken over: it is no reason to plan anew.
    """
    plan = newest_plan(db)
    with db.read() as conn:
        newest = newest_version(conn)
    if plan is None or newest is None or newest.approver is None or newest.published_at < plan.created_at:
        return None
    return newest.number


def unfinished(db: Database, config: Path) -> str | None:
    """Say that publishing was begun in this folder and is not written down yet, and how many files are the new ones."""
    with db.read() as conn:
        begun = [draft for draft in drafts(conn, DraftState.PUBLISHING) if draft.folder == place_of(config)]
    if not begun:
        return None
    new = sum(bytes_of(config / name) == begun[0].files[name].encode() for name in NAMES)
    what = f"{new} of the {len(NAMES)} files are those of the draft"
    return f"the publishing of draft {begun[0].id} of the crosswalk was begun and is not finished: {what}"


def refuse_unpublished(db: Database, config: Path) -> None:
    """Raise StoppedToBeSafe, with what differs, where the files are not those of the newest version."""
    if differs := unpublished(db, config):
        raise StoppedToBeSafe(f"{NOT_PUBLISHED}: {listed(differs)}", ADVICE)
