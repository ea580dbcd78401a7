"""Hear everything that leaves in a test, and find in it the facts of its people, however they are written.

Kept is what log lines hold as they leave (alerts among them, with their subject and figures), mails as they go to the
server, what every SyncError says, and pages that a test gives. Errors are heard by listening at their constructor:
nothing they do is changed.
"""

import base64
import binascii
import html
import logging
import re
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, wraps
from typing import Any
from urllib.parse import unquote_plus

from sync.errors import SyncError
from sync.log import WITHHELD, Form, Lines

BIRTH_DAY, LAST4 = "02/29", "9876"
PLANTED = {
    "name": r"testperson|testc\d+|zoe\W?plantée",
    "first name": r"(?<![a-z])number \d+ testperson",
    "free text": r"testvendor|testworks|testlandlord|testwheels|monthly bus fare to class|bus pass and gas",
    # The day does not exist in most years, so that no other date looks like it.
    "birth date": r"(?<!\d[-/.])(?<!\d)(0?2[-/. ]29|29[-/. ]0?2)(?![-/.]?\d)|(?<![0-9a-f.:])(0229|2902)(?![0-9a-f])"
    r"|feb(ruary)?\.?[ -]?29(?!\d)|(?<!\d)29(th)?( of)?[ -]feb",
    "digits of a social security number": r"(?<![0-9a-f.:])9876(?![0-9a-f])|987-?65-?9876",
    "SNAP status of a person": r"(?s)(demo-[cj]?\d|(?<![a-z0-9])[cj]\d+(?![a-z0-9])).{0,80}"
    r"(?<![a-z_])(not eligible|eligible|snap|tanf)(?![a-z_])",
    "a fact that is not listed": WITHHELD,
}
_PLANTED = {what: re.compile(pattern) for what, pattern in PLANTED.items()}
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-7]{3}))")
_MAIL_ESCAPED = re.compile(r"=([0-9A-F]{2})|=\r?\n")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{4,}={0,2}")
_AT = re.compile(r'"at": "[^"]*", ')
_APART = "\n" + " " * 100
_DEPTH = 3


def leaks(text: str) -> list[str]:
    """Return which facts of people stand in a text, in whatever encoding, and encodings of encodings."""
    seen: set[str] = set()
    wave = {text}
    for _ in range(_DEPTH):
        seen |= wave
        wave = {other for one in wave for other in _decoded(one) if other not in seen}
    folded = "\n".join(unicodedata.normalize("NFKC", one).casefold() for one in seen | wave)
    return [what for what, pattern in _PLANTED.items() if pattern.search(folded)]


def _decoded(text: str) -> Iterator[str]:
    if "\\" in text:
        yield _unescaped(text)
    if "%" in text or "+" in text:
        yield unquote_plus(text)
    if "&" in text:
        yield html.unescape(text)
    if "=" in text:
        yield _MAIL_ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else "", text)
    yield from _from_bytes_as_characters(text)
    yield "\n".join(filter(None, map(_from_base64, set(_BASE64.findall(text)))))


def _unescaped(text: str) -> str:
    def character(found: re.Match[str]) -> str:
        return chr(int(found[1] or found[2], 16)) if found[1] or found[2] else chr(int(found[3], 8))

    return _ESCAPED.sub(character, text)


def _from_bytes_as_characters(text: str) -> Iterator[str]:
    """Read again as UTF-8 what was escaped byte by byte."""
    if not text.isascii():
        try:
            yield text.encode("latin-1").decode("utf-8")
        except UnicodeError:
            return


@cache
def _from_base64(token: str) -> str:
    core = token.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(core + "=" * (-len(core) % 4)).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""


class Sink(logging.Handler):
    """Keep what leaves while a test runs."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(Lines(Form.JSON))
        self._kept: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._kept.append(self.format(record))

    def keep(self, text: str) -> None:
        """Keep what left in another way."""
        self._kept.append(text)

    def found(self) -> list[str]:
        """Return which facts of people left since the test began, and where."""
        kept = dict.fromkeys(_AT.sub("", text) for text in self._kept)
        self._kept = []
        # All at once first: most tests say nothing that may not leave.
        if not kept or not leaks(_APART.join(kept)):
            return []
        return [f"{what}: {text}" for text in kept for what in leaks(text)]

    def forget(self) -> None:
        self._kept = []

    @contextmanager
    def listening(self) -> Iterator["Sink"]:
        """Hear log lines, mails and errors until the block ends."""
        of_errors: Any = SyncError
        said = of_errors.__init__

        @wraps(said)
        def heard(error: SyncError, *given: Any, **named: Any) -> None:
            said(error, *given, **named)
            self.keep(str(error))

        # An audit hook cannot be taken away again; it lives as long as the worker.
        sys.addaudithook(self._hear_mail)
        of_errors.__init__ = heard
        logging.getLogger().addHandler(self)
        try:
            yield self
        finally:
            logging.getLogger().removeHandler(self)
            of_errors.__init__ = said

    def _hear_mail(self, event: str, given: tuple[Any, ...]) -> None:
        if event == "smtplib.send":
            self.keep(given[1].decode("utf-8", "replace") if isinstance(given[1], bytes) else str(given[1]))

    @contextmanager
    def during_one_test(self) -> Iterator[None]:
        """Begin with nothing kept, hear every level, and leave no handler of the test's behind."""
        self.forget()
        root, ours = logging.getLogger(), logging.getLogger("ims-sync")
        before = list(root.handlers)
        ours.setLevel(logging.DEBUG)
        yield
        for handler in [one for one in root.handlers if one not in before]:
            root.removeHandler(handler)
