"""Open, of what `status` looks at, whatever can be opened, and say of the rest why not."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from sync.errors import StoreError, StoreUnfit, SyncError
from sync.jobs.decide_files import Configuration, read_configuration
from sync.jobs.heartbeat import RUN_LEASE
from sync.jobs.service import bound_target
from sync.settings import ServiceSettings, read_service_settings
from sync.store import Database, check_bound, default_head_file, lose_runs, open_database, schema_is_current

T = TypeVar("T")
_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Problem:
    """Say what is wrong, since when, and what to do about it; `code` is the exit code of the command that tells it."""

    what: str
    since: datetime | None
    do: str
    code: int = 1


@dataclass(slots=True)
class Looked:
    """Hold what could be opened; what is None could not be, and `problems` says why.

    db    its tables are those of this program
    lost  the runs that were given up now, with their jobs
    """

    now: datetime
    settings: ServiceSettings | None = None
    configuration: Configuration | None = None
    db: Database | None = None
    problems: list[Problem] = field(default_factory=list)
    lost: dict[int, str] = field(default_factory=dict)
    head_file: Path | None = None

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone of the settings, or the usual one."""
        return ZoneInfo((self.settings or ServiceSettings()).service.time_zone)

    def tell(self, wrong: SyncError) -> None:
        """Add an error to the problems."""
        self.problems.append(Problem(wrong.what, None, wrong.advice, wrong.exit_code))


@contextmanager
def looking(config: Path, database: str | None, now: datetime) -> Iterator[Looked]:
    """Yield what there is to look at; nothing is made or brought up to date, and nothing that is broken stops it."""
    looked = Looked(now)
    looked.settings = _tried(looked, lambda: read_service_settings(config))
    looked.configuration = _tried(looked, lambda: read_configuration(config))
    url = database or (looked.settings.service.database if looked.settings else None)
    if looked.settings and url:
        looked.head_file = looked.settings.service.audit_head or default_head_file(url)
    with ExitStack() as stack:
        looked.db = _tried(looked, lambda: _current(stack.enter_context(_opened(url)))) if url else None
        _tried(looked, lambda: _check_bound(looked))
        _give_up_silent(looked)
        yield looked


def _check_bound(looked: Looked) -> None:
    if looked.db and looked.settings:
        check_bound(looked.db, looked.settings.service.environment, bound_target(looked.settings))


def _give_up_silent(looked: Looked) -> None:
    """Give up the runs that fell silent; whoever holds the database does so as well."""
    with suppress(StoreError):
        if looked.db:
            looked.lost = lose_runs(looked.db, looked.now, RUN_LEASE)


def _tried(looked: Looked, act: Callable[[], T]) -> T | None:
    try:
        return act()
    except SyncError as wrong:
        looked.tell(wrong)
        return None


def _opened(url: str) -> Database:
    """Open a database that is there; a look makes none."""
    path = Path(url.removeprefix(_SQLITE))
    if url.startswith(_SQLITE) and not path.is_file():
        raise StoreUnfit("there is no database yet", "`ims-sync pull` makes it; or name the right one with --database.")
    return open_database(url)


def _current(db: Database) -> Database:
    if not schema_is_current(db):
        raise StoreUnfit(
            "the tables of the database are of an older ims-sync",
            "Any command that works on it, such as `ims-sync pull`, brings them up to date; take a backup first.",
        )
    return db
