"""Keep measured results in one JSON file, a key for each measurement, with the machine they come from."""

import json
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

PACKAGES: Final = ("polars", "pandas", "numpy", "pyarrow")


def machine() -> dict[str, Json]:
    """Describe the machine: usable cores, memory in bytes, versions (null = absent); never its name."""
    facts: dict[str, Json] = {
        "cores": len(os.sched_getaffinity(0)),
        "memory_bytes": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }
    return facts | {name: _version(name) for name in PACKAGES}


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def read_results(path: Path) -> dict[str, Json]:
    """Read the results file; none yet is empty."""
    if not path.exists():
        return {}
    found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise ValueError(f"{path} holds no JSON object")
    return found


def keep(path: Path, name: str, measured: dict[str, Json]) -> None:
    """Write one measurement under its name, leave the others alone; the file changes whole or not at all."""
    text = json.dumps(read_results(path) | {name: measured}, indent=2, ensure_ascii=False) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
