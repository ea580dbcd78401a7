"""Write into a backup when it was made and what each table held, so that whoever opens it can tell that it is whole."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import JSON, Column, Connection, MetaData, Table, select

from sync.store.content import Content, Shape

_MANIFEST = Table("backup_manifest", MetaData(), Column("content", JSON, nullable=False))


@dataclass(frozen=True, slots=True)
class Manifest:
    """Say when a backup was made, of what kind of database, and what each table held in that snapshot."""

    made_at: str
    kind: str
    tables: Mapping[str, tuple[Shape, Content]]

    @property
    def rows(self) -> int:
        """Count the rows of all tables."""
        return sum(content.rows for _, content in self.tables.values())


def write_down(conn: Connection, manifest: Manifest) -> None:
    """Write the manifest into a copy."""
    _MANIFEST.create(conn)
    told = {name: [shape._asdict(), content._asdict()] for name, (shape, content) in manifest.tables.items()}
    conn.execute(_MANIFEST.insert().values(content={**asdict(manifest), "tables": told}))


def manifest_in(conn: Connection) -> Manifest:
    """Return the manifest of a copy."""
    told: dict[str, Any] = conn.execute(select(_MANIFEST.c.content)).scalar_one()
    tables = {name: (Shape(**shape), Content(**content)) for name, (shape, content) in told["tables"].items()}
    return Manifest(told["made_at"], told["kind"], tables)


def take_out(conn: Connection) -> None:
    """Take the manifest out of a copy that is to become a database again."""
    _MANIFEST.drop(conn)
