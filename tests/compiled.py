"""Compile statements and pages once in a worker: every test opens a database and pages of its own.

Each engine keeps only what itself compiled, and so does each Flask.
"""

from types import CodeType
from typing import Any, Final

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Compiled, Connection, Engine, event

_MOST = 4000
_Key = tuple[Any, ...]


class CompiledOnce(dict[_Key, Compiled]):
    """Keep compiled statements by what the database is, where SQLAlchemy keeps them by which engine asked."""

    def get(self, key: _Key, default: Any = None) -> Any:
        return super().get(_whoever_asks(key), default)

    def __setitem__(self, key: _Key, compiled: Compiled) -> None:
        if len(self) >= _MOST:
            self.clear()
        super().__setitem__(_whoever_asks(key), compiled)


def _whoever_asks(key: _Key) -> _Key:
    dialect = key[0]
    return (dialect.name, dialect.driver, dialect.server_version_info, *key[1:])


def compile_once() -> None:
    """Let all engines of this process share what they compile, from now on."""
    kept = CompiledOnce()

    def share(conn: Connection) -> None:
        conn.execution_options(compiled_cache=kept)

    event.listen(Engine, "engine_connect", share)


class PagesOnce(BytecodeCache):
    """Keep compiled pages by what stands in them."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


_PAGES: Final = PagesOnce()


def sharing_pages(app: Flask) -> Flask:
    """Let pages share what is compiled of them with all others of this process that say so."""
    app.jinja_env.bytecode_cache = _PAGES
    return app
