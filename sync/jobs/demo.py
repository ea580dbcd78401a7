"""Decide about synthetic people, in a throw-away folder."""

import tempfile
from pathlib import Path

from sync.crosswalk import Crosswalk, Row
from sync.jobs.decide_files import Configuration, Decided, Tell, decide_folder
from sync.model.settings import Contracts
from sync.pretend.person import write
from sync.pretend.stories import AS_OF, CONTRACTS, people


def demo(configuration: Configuration, tell: Tell) -> Decided:
    """Decide about the synthetic people; contracts are enforced, so that their reasons show too."""
    with tempfile.TemporaryDirectory(prefix="ims-sync-demo-") as folder:
        write(people(), Path(folder))
        return decide_folder(Path(folder), with_contracts(configuration), AS_OF, tell=tell)


def with_contracts(configuration: Configuration) -> Configuration:
    """Return the configuration with the demo's contracts in place of the real ones."""
    kept = [row for row in configuration.crosswalk.rows if row.table != "contracts"]
    made = [Row("contracts", "demo", line, cells, None, None) for line, cells in enumerate(CONTRACTS, start=1)]
    rules = configuration.rules.model_copy(update={"contracts": Contracts(enforced=True)})
    return Configuration(Crosswalk([*kept, *made], configuration.crosswalk.hash), rules, configuration.headings)
