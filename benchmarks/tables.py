"""Write synthetic I-Trac and iMatchSkills tables of any size, with the headings of the file contract.

Example: python -m benchmarks.tables --services 100000 --out DIR --seed 1
Needs polars and numpy, which the benchmarks alone use together. No cell stands for a real person.
"""

import argparse
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from benchmarks.activity import make_payments, make_services
from benchmarks.people import make_people
from benchmarks.readback import make_choices, make_entries, make_scopes

SERVICES_PER_CUSTOMER: Final = 40
SERVICES_PER_PAYMENT: Final = 8
LEAST_SERVICES: Final = 400

HEADINGS: Final = {
    "customers": "customer_id job_seeker_id last_name first_name birth_month_day last4_ssn",
    "enrollments": "enrollment_id customer_id program provider application_date registration_completed_on"
    " documentation_complete exit_date modified_at",
    "services": "service_id customer_id program provider control service start_date end_date target_end_date"
    " status copied_from training_provider modified_at",
    "payments": "payment_id customer_id program provider control payment_date status payment_type amount"
    " paid_to justification other_resources_unavailable for_service_id modified_at",
    "assessments": "assessment_id customer_id provider completed_on modified_at",
    "goals": "goal_id customer_id provider term set_on target_end_date modified_at",
    "employments": "employment_id customer_id start_date end_date employer modified_at",
    "ims_eligibility": "job_seeker_id month snap_status tanf checked_on",
    "ims_entries": "entry_id job_seeker_id provider kind name date funder_selection amount client_reference"
    " entered_by entered_at",
    "ims_scopes": "provider month complete row_count taken_at",
    "choices": "line_id answer answered_by answered_on note",
}


def make_tables(services: int, seed: int) -> dict[str, pl.DataFrame]:
    """Make every table by name, canonical columns alone; the same size and seed give the same cells."""
    if services < LEAST_SERVICES:
        raise ValueError(f"at least {LEAST_SERVICES} services are needed, not {services}")
    rng = np.random.default_rng(seed)
    people, tables = make_people(rng, services // SERVICES_PER_CUSTOMER)
    delivered = make_services(rng, people, services)
    payments = make_payments(rng, people, delivered, count=services // SERVICES_PER_PAYMENT)
    entries = make_entries(rng, people, delivered, payments=payments)
    tables |= {"services": delivered, "payments": payments, "ims_entries": entries}
    tables["ims_scopes"] = make_scopes(rng, entries)
    tables["choices"] = make_choices(rng, delivered, payments)
    return {name: tables[name].select(headings.split()) for name, headings in HEADINGS.items()}


def write_tables(folder: Path, services: int, seed: int) -> None:
    """Write one NAME.csv per table into `folder` (made if absent); `services` counts the service rows."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in make_tables(services, seed).items():
        rows.write_csv(folder / f"{name}.csv")


def main(arguments: list[str] | None = None) -> int:
    """Write the tables that the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tables", description=__doc__)
    parser.add_argument("--services", type=int, default=100_000, help="service rows (default: %(default)s)")
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same tables (default: %(default)s)")
    options = parser.parse_args(arguments)
    write_tables(options.out, options.services, options.seed)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
