"""Take over, draft, publish and settle in forks that a test kills, and leave with what was refused in a file."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from sync.errors import SyncError
from sync.jobs.crosswalk_drafts import Wish, save_draft
from sync.jobs.crosswalk_publish import adopt, publish, rollback
from sync.jobs.crosswalk_settle import settle
from sync.jobs.service import Service
from sync.store import open_database
from tests.crash_child import serve_forks
from tests.crash_points import Points
from tests.crosswalks import by
from tests.services import service


def _adopt(made: Service, _asked: dict[str, Any], _points: Points) -> None:
    adopt(made, _folder(made), reason="the first")


def _rollback(made: Service, _asked: dict[str, Any], _points: Points) -> None:
    rollback(made, 1, reason="a mistake", checked="the old rows")


def _wait(asked: dict[str, Any]) -> None:
    """Wait at the gate, a FIFO, until the test opens it."""
    if asked["gate"]:
        Path(asked["gate"]).read_bytes()


def _save(made: Service, asked: dict[str, Any], _points: Points) -> None:
    _wait(asked)
    seen = asked["draft"], asked["seen"]
    save_draft(made, Wish(files=asked["files"], reason="another service", checked="the guide", replaces=seen))


def _publish(made: Service, asked: dict[str, Any], points: Points) -> None:
    """Publish; files are watched from the first step on, before which only scratch folders are written."""

    def step(name: str) -> None:
        if name == "begin":
            _wait(asked)
            points.watch_files()
        points.reach(name)

    publish(made, _folder(made), asked["draft"], impact_hash=asked["impact"], step=step)


def _settle(made: Service, _asked: dict[str, Any], points: Points) -> None:
    points.watch_files()
    settle(made.db, _folder(made), made.now(), step=points.reach)


_ACTS = {"adopt": _adopt, "rollback": _rollback, "save": _save, "publish": _publish, "settle": _settle}


def _folder(made: Service) -> Path:
    assert made.config is not None
    return made.config


def _act(asked: dict[str, Any], points: Points) -> None:
    """Do what is asked; what is refused is written down beside the points."""
    config = Path(asked["config"])
    with open_database(asked["database"]) as db:
        made = replace(by(service(db, config.parent), asked["actor"]), config=config)
        try:
            _ACTS[asked["what"]](made, asked, points)
        except SyncError as wrong:
            Path(asked["refused"]).write_text(f"{type(wrong).__name__}: {wrong}", "utf-8")


if __name__ == "__main__":
    serve_forks(_act)
