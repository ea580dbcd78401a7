"""Read the files that say how is decided, as texts, and put others in their place, each as a whole."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from sync.crosswalk.files import COLUMNS
from sync.errors import BadConfiguration, CannotWrite

Files = Mapping[str, str]
RULES = "rules.toml"
NAMES = (RULES, *(f"crosswalk/{table}.csv" for table in COLUMNS))
"""The files that are published together, by their names within config/."""
_PARTS = ".publishing"


def read_files(config: Path) -> dict[str, str]:
    """Return the files as texts, to the letter; BadConfiguration names each that is missing or no UTF-8 text."""
    texts: dict[str, str] = {}
    mistakes = []
    for name in NAMES:
        try:
            texts[name] = (config / name).read_bytes().decode("utf-8")
        except FileNotFoundError:
            mistakes.append(f"{config / name}: the file is missing; --config names the folder")
        except OSError as wrong:
            mistakes.append(f"{config / name}: cannot be read ({wrong.strerror})")
        except UnicodeDecodeError:
            mistakes.append(f'{config / name}: no UTF-8 text; save it as "CSV UTF-8"')
    if mistakes:
        raise BadConfiguration(mistakes)
    return texts


def hash_of(files: Files) -> str:
    """Return the SHA-256 (hex) over the names and bytes of the files, in the order of NAMES."""
    digest = hashlib.sha256()
    for name in NAMES:
        content = files[name].encode()
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


@contextmanager
def laid(files: Files) -> Iterator[Path]:
    """Yield a folder that holds the files until the block ends."""
    with tempfile.TemporaryDirectory(prefix="ims-sync-crosswalk-") as scratch:
        lay(files, Path(scratch))
        yield Path(scratch)


def lay(files: Files, folder: Path) -> None:
    """Write the files into a folder that has none of them."""
    (folder / "crosswalk").mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        (folder / name).write_bytes(files[name].encode())


def put_in_place(files: Files, config: Path, *, step: Callable[[str], None] = lambda _step: None) -> None:
    """Put the files in the place of those of config/, one after the other, each whole and on the disk.

    step  told before each step, by its name
    All of them are written beside the old ones first, so that a full disk leaves the old ones. Doing it again after
    it was cut off at any step gives the same files.
    """
    parts = config / _PARTS
    try:
        step("write")
        shutil.rmtree(parts, ignore_errors=True)
        (parts / "crosswalk").mkdir(parents=True)
        for name in NAMES:
            _write_down(parts / name, files[name].encode(), like=config / name)
        for name in NAMES:
            step(name)
            (parts / name).replace(config / name)
        step("keep")
        for folder in (config, config / "crosswalk"):
            _keep(folder)
        shutil.rmtree(parts)
    except OSError as wrong:
        raise CannotWrite(
            f"the files of the crosswalk could not be written ({wrong.strerror or type(wrong).__name__})",
            "Run `ims-sync crosswalk versions` as an account that may write in the folder of the configuration.",
        ) from None


def _write_down(path: Path, content: bytes, *, like: Path) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if like.exists():
        _let_read(path, like)


def _let_read(path: Path, like: Path) -> None:
    """Let the accounts that may read one file read another, as far as this account may say so."""
    there = like.stat()
    for owner, group in ((-1, there.st_gid), (there.st_uid, -1)):
        with suppress(PermissionError):
            os.chown(path, owner, group)
    shutil.copymode(like, path)


def _keep(folder: Path) -> None:
    """Let the disk keep the names in a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
