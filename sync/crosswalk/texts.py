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


def put_in_place(files: Files, config: Path, *, step: Callable[[str], None] = lambda _step: None) -> list[str]:
    """Put the files in the place of those of config/, one after the other, each whole and on the disk.

    step  told before each step, by its name
    Returns the files in which somebody else wrote meanwhile: nothing of theirs is overwritten.
    All of them are written beside the old ones first, so that a full disk leaves the old ones. Where it cannot be
    done to its end, what was put in place already is put back. Doing it again after it was cut off at any step gives
    the same files.
    """
    begun: dict[str, bytes | None] = {}
    try:
        if strange := _exchanged(files, config, begun, step=step):
            _put_back(begun, config)
    except OSError as wrong:
        with suppress(OSError):
            _put_back(begun, config)
        raise CannotWrite(
            f"the files of the crosswalk could not be written ({wrong.strerror or type(wrong).__name__})",
            "Run `ims-sync crosswalk versions` as an account that may write in the folder of the configuration.",
        ) from None
    finally:
        clear(config)
    return strange


def clear(config: Path) -> None:
    """Take away what publishing wrote beside the files."""
    for folder in _folders(config):
        shutil.rmtree(folder / _PARTS, ignore_errors=True)


def bytes_of(path: Path) -> bytes | None:
    """Return what stands in a file; None where there is none."""
    return path.read_bytes() if path.is_file() else None


def _folders(config: Path) -> tuple[Path, ...]:
    return config, config / "crosswalk"


def _part(config: Path, name: str) -> Path:
    """Return where a file is written before it takes its place: in the same folder, which is known then to let us."""
    return (config / name).parent / _PARTS / Path(name).name


def _exchanged(files: Files, config: Path, begun: dict[str, bytes | None], *, step: Callable[[str], None]) -> list[str]:
    """Exchange file by file; `begun` gets what stood in those that may be exchanged. Return where it stopped."""
    step("write")
    before = {name: bytes_of(config / name) for name in NAMES}
    _write_beside({name: files[name].encode() for name in NAMES}, config)
    for name in NAMES:
        step(name)
        if bytes_of(config / name) != before[name]:
            return [name]
        begun[name] = before[name]
        _part(config, name).replace(config / name)
    step("keep")
    _keep_names(config)
    return []


def _write_beside(contents: Mapping[str, bytes], config: Path) -> None:
    clear(config)
    for folder in _folders(config):
        (folder / _PARTS).mkdir()
    for name, content in contents.items():
        _write_down(_part(config, name), content, like=config / name)


def _put_back(before: Mapping[str, bytes | None], config: Path) -> None:
    """Put files back that were put in place; those that were put back already stay so if it is cut off."""
    there = {name: content for name, content in before.items() if content is not None}
    changed = {name: content for name, content in there.items() if bytes_of(config / name) != content}
    if changed:
        _write_beside(changed, config)
        for name in changed:
            _part(config, name).replace(config / name)
        _keep_names(config)


def _keep_names(config: Path) -> None:
    for folder in _folders(config):
        _keep(folder)


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
