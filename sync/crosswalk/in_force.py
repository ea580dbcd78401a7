"""Answer every question to the crosswalk for one day."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import NamedTuple

from sync.crosswalk.files import Row
from sync.model import fold, words_of

ALIAS_KINDS = ("program", "provider", "control", "service", "component", "payment_type", "status")


class ServiceAnswer(NamedTuple):
    """What the crosswalk says of a service: its component, or how the labels miss every row."""

    component: str | None
    qualifying: bool
    near_miss: bool
    known: bool
    row: Row | None


class InForce:
    """The rows in force on one day, with labels compared after aliases and folding.

    rows      the rows in force on the day
    all_rows  the rows of any day; they tell which programs qualify and which labels are known at all
    """

    def __init__(self, rows: Iterable[Row], all_rows: Iterable[Row], day: date) -> None:
        self.day = day
        self._rows = list(rows)
        self._all_rows = list(all_rows)
        self._aliases = {
            (row["kind"], fold(row["scope"]), fold(row["label"])): fold(row["stands_for"])
            for row in self._rows
            if row.table == "aliases"
        }

    def program(self, label: str | None) -> str:
        """Return the program that a label stands for, folded; blank for blank."""
        return self.canonical("program", label)

    def canonical(self, kind: str, label: str | None, program: str = "") -> str:
        """Return what a label stands for, folded.

        program  as `program` returns it: aliases of that program go before those of all programs
        """
        text = fold(label or "")
        found = self._scoped.get((kind, program, text)) if program else None
        return found or self._aliases.get((kind, "", text), text)

    @cached_property
    def _scoped(self) -> dict[tuple[str, str, str], str]:
        """Aliases of one program, keyed by what the scope's own label stands for."""
        return {
            (kind, self.program(scope), label): stands
            for (kind, scope, label), stands in self._aliases.items()
            if scope
        }

    @cached_property
    def _alias_rows(self) -> dict[tuple[str, str, str], Row]:
        return {self.alias_key(row): row for row in self._rows if row.table == "aliases"}

    def alias(self, kind: str, label: str | None, program: str = "") -> Row | None:
        """Return the alias through which `canonical` compares a label; parameters as there."""
        text = fold(label or "")
        found = self._alias_rows.get((kind, program, text)) if program else None
        return found or self._alias_rows.get((kind, "", text))

    def alias_key(self, row: Row) -> tuple[str, str, str]:
        """Return (kind, scope, label) of an alias as they are compared; blank scope = all programs."""
        return row["kind"], self.program(row["scope"]), fold(row["label"])

    def service_key(self, row: Row) -> tuple[str, str, str]:
        """Return (program, control, service) of a crosswalk row as they are compared."""
        program = self.program(row["program"])
        return (
            program,
            self.canonical("control", row["control"], program),
            self.canonical("service", row["service"], program),
        )

    def funder_key(self, row: Row) -> tuple[str, str, str]:
        """Return (component, program, provider) of a funder row as they are compared; blank = any."""
        program = self.program(row["program"])
        return (
            self.canonical("component", row["component"], program),
            program,
            self.canonical("provider", row["provider"], program),
        )

    @cached_property
    def _services(self) -> dict[tuple[str, str, str], Row]:
        return {self.service_key(row): row for row in self._rows if row.table == "services"}

    @cached_property
    def _any_day(self) -> tuple[set[str], set[str], set[str]]:
        """Programs, controls and services of the crosswalk on any day."""
        keys = [self.service_key(row) for row in self._all_rows if row.table == "services"]
        return {key[0] for key in keys}, {key[1] for key in keys}, {key[2] for key in keys}

    @cached_property
    def _known_services(self) -> dict[str, Row]:
        rows = [row for row in reversed(self._rows) if row.table == "known_services"]
        return {self.canonical("service", row["service"]): row for row in rows}

    def known_service(self, service: str | None, program: str) -> Row | None:
        """Return the row of `known_services` for a label; program as `program` returns it."""
        return self._known_services.get(self.canonical("service", service, program))

    def service(self, program: str | None, control: str | None, service: str | None) -> ServiceAnswer:
        """Answer for the labels of one service row."""
        program_key = self.program(program)
        control_key = self.canonical("control", control, program_key)
        service_key = self.canonical("service", service, program_key)
        programs, controls, services = self._any_day
        row = self._services.get((program_key, control_key, service_key))
        return ServiceAnswer(
            component=row["component"] if row else None,
            qualifying=program_key in programs,
            near_miss=row is None and self._near(program_key, control_key, service_key),
            known=control_key in controls and (service_key in services or service_key in self._known_services),
            row=row,
        )

    def _near(self, program: str, control: str, service: str) -> bool:
        words = words_of(service)
        rows = [words_of(key[2]) for key in self._services if key[:2] == (program, control)]
        return bool(words) and any(other and (words <= other or other <= words) for other in rows)

    def support_types(self, program: str | None, payment_type: str | None) -> tuple[str, ...]:
        """Return the iMatchSkills types of a payment type, in the order of the file."""
        types = {fold(row["ims_type"]): row["ims_type"] for row in reversed(self.support_rows(program, payment_type))}
        return tuple(reversed(types.values()))

    def support_rows(self, program: str | None, payment_type: str | None) -> list[Row]:
        """Return the rows of a payment type, in the order of the file."""
        wanted = self.canonical("payment_type", payment_type, self.program(program))
        rows = (row for row in self._rows if row.table == "support")
        return [row for row in rows if self.canonical("payment_type", row["payment_type"]) == wanted]

    @cached_property
    def _funders(self) -> dict[tuple[str, str, str], Row]:
        return {self.funder_key(row): row for row in self._rows if row.table == "funders"}

    def funder(self, component: str, program: str | None, provider: str | None) -> str | None:
        """Return the funder selection of the most specific row, or None."""
        found = self.funder_row(component, program, provider)
        return found["selection"] if found else None

    def funder_row(self, component: str, program: str | None, provider: str | None) -> Row | None:
        """Return the most specific funder row."""
        program_key = self.program(program)
        component_key = self.canonical("component", component, program_key)
        provider_key = self.canonical("provider", provider, program_key)
        wanted = ((program_key, provider_key), (program_key, ""), ("", provider_key), ("", ""))
        rows = (self._funders.get((component_key, *place)) for place in wanted)
        return next((row for row in rows if row), None)

    @cached_property
    def _contracts(self) -> dict[tuple[str, str], Row]:
        return {
            (self.canonical("provider", row["provider"]), self.canonical("component", row["allowed"])): row
            for row in self._rows
            if row.table == "contracts"
        }

    def contracted(self, provider: str, component: str) -> bool:
        """Tell whether a provider (as compared) may enter a component (as compared)."""
        return (provider, component) in self._contracts

    def contract(self, provider: str, component: str) -> Row | None:
        """Return the row that lets a provider (as compared) enter a component (as compared)."""
        return self._contracts.get((provider, component))
