"""Lead all that is logged through one funnel: our own events with listed facts, of libraries only that they spoke.

What a library says may hold an address with ids, or the values of a row: its name and level leave, no word of it.
Before `configure` nothing leaves at all.
"""

import contextlib
import contextvars
import logging
import sys
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, ParamSpec, TypeVar

import structlog
from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.dev import ConsoleRenderer
from structlog.processors import JSONRenderer
from structlog.stdlib import BoundLogger, filter_by_level
from structlog.typing import EventDict

from sync.log.facts import event_name, listed

P = ParamSpec("P")
T = TypeVar("T")
_OURS = "ims-sync"
_FOREIGN: Final = "library_spoke"


class Form(StrEnum):
    """How lines look; `auto` is console at a terminal, else JSON."""

    AUTO = "auto"
    JSON = "json"
    CONSOLE = "console"


class _Line(dict[str, Any]):
    """The facts of one event of ours, all of them listed."""


def _kept(_logger: object, method: str, event_dict: EventDict) -> tuple[tuple[_Line], dict[str, object]]:
    """Keep what may leave; of an exception its class and place."""
    event, wrong = event_dict.pop("event", None), event_dict.pop("exc_info", None)
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    about = facts_of(_exception(wrong))
    level = "error" if method == "exception" else method
    return (_Line({"at": at, "level": level, "event": event_name(event), **listed(event_dict), **about}),), {}


def _exception(given: object) -> BaseException | None:
    if isinstance(given, BaseException):
        return given
    return sys.exc_info()[1] if given else None


log: BoundLogger = structlog.wrap_logger(
    logging.getLogger(_OURS),
    processors=[filter_by_level, merge_contextvars, _kept],
    wrapper_class=BoundLogger,
    cache_logger_on_first_use=True,
)
# Without any handler, the library would write warnings to stderr as they are.
logging.getLogger().addHandler(logging.NullHandler())


def facts_of(wrong: BaseException | None) -> dict[str, Any]:
    """Return what may be said of an exception: its class, and the place in our code; never its message."""
    if wrong is None:
        return {}
    places = [one for one in traceback.extract_tb(wrong.__traceback__) if "/sync/" in one.filename]
    place = f"{places[-1].filename.rpartition('/sync/')[2]}:{places[-1].lineno}" if places else None
    return listed({"error": type(wrong).__name__.lstrip("_"), "place": place})


class Lines(logging.Formatter):
    """Turn a record into a line; of a library's record the name of its logger and the level are all that is kept."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self._json = JSONRenderer()
        self._console = ConsoleRenderer(colors=False, pad_event_to=20, timestamp_key="at")
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        facts = dict(record.msg) if isinstance(record.msg, _Line) else _foreign(record)
        if self._form is Form.JSON or (self._form is Form.AUTO and not sys.stderr.isatty()):
            return str(self._json(None, "", facts))
        return str(self._console(None, "", facts))


def _foreign(record: logging.LogRecord) -> dict[str, Any]:
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    told = listed({"logger": record.name, **facts_of(record.exc_info[1] if record.exc_info else None)})
    return {"at": at, "level": record.levelname.lower(), "event": _FOREIGN, **told}


class _Stderr(logging.Handler):
    """Write to what is stderr when the line is written: a progress bar puts itself in its place.

    A line that cannot be written is passed over: it may not stop a job.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"{self.format(record)}\n")
            sys.stderr.flush()


def configure(form: Form = Form.AUTO, level: str = "info") -> None:
    """Let our events of a level and graver ones out, and of libraries that they warn; may be called again."""
    root = logging.getLogger()
    for known in [handler for handler in root.handlers if isinstance(handler, _Stderr)]:
        root.removeHandler(known)
    stderr = _Stderr()
    stderr.setFormatter(Lines(form))
    root.addHandler(stderr)
    root.setLevel(logging.WARNING)
    logging.getLogger(_OURS).setLevel(level.upper())


def bound(**facts: Any) -> AbstractContextManager[None]:
    """Let every event of the block carry these facts, in this thread and in those that `carried` goes into."""
    return bound_contextvars(**facts)


def carried(act: Callable[P, T]) -> Callable[P, T]:
    """Return an act that other threads may do, each with the facts that are bound here."""
    here = contextvars.copy_context()

    def doing(*args: P.args, **kwargs: P.kwargs) -> T:
        return here.copy().run(act, *args, **kwargs)

    return doing
