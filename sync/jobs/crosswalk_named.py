"""Find the files that a person names, and give them away as a folder or a ZIP."""

import zipfile
from pathlib import Path
from typing import IO

from sync.crosswalk.texts import NAMES, Files, lay, read_files
from sync.errors import CannotWrite, WrongCall
from sync.jobs.crosswalk_drafts import newest_or_refuse
from sync.jobs.service import Service
from sync.store.crosswalk_versions import Draft, DraftState, draft_numbered, version_numbered
from sync.tables.writing import check_output, whole

NEWEST, FILES = "published", "files"
_DRAFT = "draft-"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_ADVICE = (
    "Name a version by its number, a draft as draft-3, `published` for the newest version, `files` for those of "
    "--config, or a folder laid out like it."
)


def files_named(service: Service, config: Path, name: str) -> Files:
    """Return the files of a version, of a draft, of the configuration or of a folder; WrongCall where there is none."""
    if name == NEWEST:
        return newest_or_refuse(service).files
    if name == FILES:
        return read_files(config)
    number = name.removeprefix(_DRAFT)
    if number.isascii() and number.isdecimal():
        return _kept(service, name, int(number))
    if Path(name).is_dir():
        return read_files(Path(name))
    raise WrongCall(f"{name}: there are no such files", _ADVICE)


def draft_named(service: Service, name: str) -> Draft | None:
    """Return the draft that a name stands for, where it waits to be published; None for every other name."""
    number = name.removeprefix(_DRAFT)
    if not name.startswith(_DRAFT) or not (number.isascii() and number.isdecimal()):
        return None
    with service.db.read() as conn:
        found = draft_numbered(conn, int(number))
    return found if found and found.state is DraftState.OPEN else None


def _kept(service: Service, name: str, number: int) -> Files:
    find = draft_numbered if name.startswith(_DRAFT) else version_numbered
    with service.db.read() as conn:
        found = find(conn, number)
    if found is None:
        raise WrongCall(f"{name}: there are no such files", _ADVICE)
    return found.files


def export(files: Files, out: Path) -> None:
    """Write files as a ZIP (.zip) or into a new folder; the same files give the same bytes."""
    if out.suffix.lower() == ".zip":
        _pack(files, out)
        return
    if out.exists():
        raise WrongCall(f"{out}: is there already", "Name a new folder, or a file that ends in .zip.")
    try:
        lay(files, out)
    except OSError as wrong:
        raise CannotWrite(f"{out}: could not be written ({wrong.strerror})") from None


def _pack(files: Files, out: Path) -> None:
    check_output(out, (".zip",))
    with whole(out) as part, part.open("wb") as opened:
        pack(files, opened)


def pack(files: Files, out: IO[bytes]) -> None:
    """Write files as a ZIP; the same files give the same bytes."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in NAMES:
            packed.writestr(zipfile.ZipInfo(name, _EPOCH), files[name].encode())
