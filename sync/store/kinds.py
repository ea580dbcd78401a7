"""Name the kinds of columns, so that both databases keep and order the same values in the same way."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text, TypeDecorator
from sqlalchemy.types import TypeEngine


class Instant(TypeDecorator[datetime]):
    """Keep an instant: `timestamptz` in PostgreSQL, in SQLite a text in UTC that sorts as the instants do."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose what the database holds."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Turn an instant into what is kept; one without a time zone is refused."""
        if value is None:
            return None
        return as_text(value) if dialect.name == "sqlite" else _aware(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC."""
        if value is None:
            return None
        return datetime.fromisoformat(value) if dialect.name == "sqlite" else _aware(value)


def as_text(instant: datetime) -> str:
    """Return an instant as text in UTC, to the microsecond; ValueError where it has no time zone."""
    return _aware(instant).isoformat(timespec="microseconds")


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone")
    return instant.astimezone(UTC)


def text_key() -> TypeEngine[str]:
    """Return a text that is compared and sorted by code point, whatever the database's language is."""
    return Text().with_variant(Text(collation="C"), "postgresql")


def number() -> TypeEngine[int]:
    """Return a whole number that SQLite can also count up by itself."""
    return BigInteger().with_variant(Integer(), "sqlite")
