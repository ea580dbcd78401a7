"""Give every test of the store a database of its own, on both kinds."""

import gc
import shutil
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from sync.store import Database, migrate, open_database
from tests.compiled import compile_once
from tests.databases import DIALECTS, Server, postgresql, quick_folder
from tests.sink import Sink

compile_once()
# A machine may be busy: how long an example takes is no fault of what is tried.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
# What takes longest, begun first: a worker that began one of these as its last would leave the others idle.
LONGEST = (
    "test_crash_kills", "test_converge_orders", "test_clock_hour", "test_clock_processes", "test_crash_faults",
    "test_web_reviews_of_demo", "test_backup_load", "test_converge_days", "test_slips", "test_store_plans",
)  # fmt: skip


# What a developer does not wait for: the other database, browsers, and these.
SLOW = (
    "browser/*", "test_crash_*", "test_*_kills", "test_converge_*", "test_clock_*", "test_backup_*", "test_restore_*",
    "test_slips", "test_web_reviews_of_demo", "test_purge", "test_crosswalk_at_once", "test_workers",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest, the others in their order, so that those of a file stay together; mark the slow ones."""
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))
    for item in items:
        if _is_slow(item):
            item.add_marker("slow")


def _is_slow(item: pytest.Item) -> bool:
    file = item.path.relative_to(Path(__file__).parent).with_suffix("").as_posix()
    other = isinstance(item, pytest.Function) and "postgresql_server" in item.fixturenames
    other = other or "[postgresql" in item.name or "-postgresql" in item.name
    return other or any(fnmatch(file, name) for name in SLOW)


def pytest_collection_finish() -> None:
    """Let the collection of garbage pass over what is imported by now, which stays, and begin less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """One server for each worker, started when its first test asks for it."""
    with postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def ready_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables, to copy."""
    path = tmp_path_factory.mktemp("ready") / "ready.db"
    with open_database(f"sqlite:///{path}") as database:
        migrate(database)
    return path


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database_url(dialect: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database with all tables and no rows."""
    if dialect == "postgresql":
        server: Server = request.getfixturevalue("postgresql_server")
        with server.new_database() as url:
            yield url
        return
    with quick_folder() as folder:
        yield f"sqlite:///{shutil.copy(request.getfixturevalue('ready_file'), folder / 'ims-sync.db')}"


@pytest.fixture
def empty_url(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without a table."""
    if dialect == "postgresql":
        server: Server = request.getfixturevalue("postgresql_server")
        with server.new_database("template0") as url:
            yield url
        return
    yield f"sqlite:///{tmp_path / 'var' / 'ims-sync.db'}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with open_database(database_url) as opened:
        yield opened


@pytest.fixture(scope="session")
def listening() -> Iterator[Sink]:
    """One sink for each worker, which hears what is logged, mailed and raised."""
    with Sink().listening() as sink:
        yield sink


@pytest.fixture(autouse=True)
def sink(listening: Sink) -> Iterator[Sink]:
    """Nothing that leaves in a test may hold a fact of its people; see tests/sink.py."""
    with listening.during_one_test():
        yield listening
    found = listening.found()
    assert not found, f"a person's fact left: {found}"


@pytest.fixture
def planted_on_purpose(sink: Sink) -> Iterator[None]:
    """Let a test log what may not leave, to see that it does not."""
    yield
    sink.forget()
