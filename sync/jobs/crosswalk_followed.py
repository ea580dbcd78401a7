"""Let a process that goes on for long decide by the version that was published last."""

import threading
from dataclasses import dataclass, field, replace

from sync.jobs.crosswalk_drafts import configured_by, newest_or_refuse
from sync.jobs.decide_files import Configuration
from sync.jobs.service import Service
from sync.store.crosswalk_versions import newest_number


@dataclass(slots=True)
class Followed:
    """Remember by which version is decided; it is read anew once another one was published, by whomever.

    number  the version that was the newest when the configuration was read
    """

    number: int | None
    _read: Configuration | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def by_newest(self, service: Service) -> Service:
        """Return a service as it decides by the newest version."""
        with service.db.read() as conn:
            newest = newest_number(conn)
        with self._lock:
            if newest is not None and newest != self.number:
                self._read_anew(service)
            return replace(service, configuration=self._read) if self._read else service

    def _read_anew(self, service: Service) -> None:
        version = newest_or_refuse(service)
        self._read = configured_by(service, version.files).configuration
        self.number = version.number


def followed(service: Service) -> Followed:
    """Begin to follow, with the configuration that the service has read."""
    with service.db.read() as conn:
        return Followed(newest_number(conn))
