"""Encrypt and decrypt streams in the age format, with a key that stands nowhere but with its keeper."""

from dataclasses import dataclass, field
from typing import BinaryIO

import pyrage
from pyrage import x25519

from sync.errors import CannotWrite, UnfitBackup, WrongCall


@dataclass(frozen=True, slots=True)
class BackupKey:
    """An age identity, which opens what was sealed for it; it never shows itself."""

    identity: x25519.Identity = field(repr=False)


def read_key(text: str) -> BackupKey:
    """Read a key as `new_key` wrote it; raise WrongCall where it is none, without a word of it."""
    try:
        return BackupKey(x25519.Identity.from_str(text.strip()))
    except pyrage.IdentityError:
        raise WrongCall(
            "the backup key is no age identity",
            "It is one line that begins with AGE-SECRET-KEY-1; `ims-sync backup --new-key` makes one.",
        ) from None


def new_key() -> str:
    """Make a key; whoever has it can read every backup that is made with it."""
    return str(x25519.Identity.generate())


def seal(source: BinaryIO, target: BinaryIO, key: BackupKey) -> None:
    """Encrypt a stream, as it comes; raise CannotWrite where the target takes no more."""
    writer = _Writer(target)
    try:
        pyrage.encrypt_io(source, writer, [key.identity.to_public()])
    except (pyrage.EncryptError, OSError) as wrong:
        raise _cannot_write(writer.wrong or wrong) from None
    if writer.wrong:
        raise _cannot_write(writer.wrong)


def unseal(source: BinaryIO, target: BinaryIO, key: BackupKey) -> None:
    """Decrypt a stream, as it comes; raise UnfitBackup for another key, another format or a changed byte."""
    writer = _Writer(target)
    try:
        pyrage.decrypt_io(source, writer, [key.identity])
    except (pyrage.DecryptError, OSError):
        if writer.wrong is None:
            what = "the backup does not open: it is damaged, cut short, or sealed with another key"
            raise UnfitBackup(what) from None
    if writer.wrong:
        raise _cannot_write(writer.wrong)


class _Writer:
    """Write, and remember what went wrong: the library passes over what fails at the end of a stream."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self.wrong: OSError | None = None

    def write(self, part: bytes) -> int:
        """Write a part; what comes after a failure is dropped, for the stream is of no use any more."""
        try:
            return len(part) if self.wrong else self._target.write(part)
        except OSError as wrong:
            self.wrong = wrong
            raise

    def flush(self) -> None:
        """Hand on what was written."""
        try:
            self._target.flush()
        except OSError as wrong:
            self.wrong = self.wrong or wrong
            raise


def _cannot_write(wrong: BaseException) -> CannotWrite:
    return CannotWrite(f"the backup cannot be written ({getattr(wrong, 'strerror', None) or type(wrong).__name__})")
