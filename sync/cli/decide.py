"""The command `decide`: files in, decisions out."""

import sys

from sync.cli.figures import document, needs_a_person, print_all, print_json, print_set_aside
from sync.cli.options import (
    CONFIG,
    AsOf,
    CompareSetting,
    Config,
    Database,
    Input,
    Json,
    Mismatches,
    Out,
    SummaryFile,
    WorklistFile,
    day,
)
from sync.cli.outputs import Outputs
from sync.cli.progress import progress, size_of
from sync.jobs.compare import differing, with_setting
from sync.jobs.decide_files import decide_folder, read_configuration


def decide(
    *,
    input_: Input,
    as_of: AsOf,
    out: Out,
    mismatches: Mismatches = None,
    worklist: WorklistFile = None,
    summary: SummaryFile = None,
    compare_setting: CompareSetting = None,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Decide about every service, payment, assessment and goal in a folder of exports.

    Touches no database and no network. Prints the digest of the decisions on stderr.

    Example: ims-sync decide --input exports/ --as-of 2026-04-20 --out decisions.csv --mismatches mismatches.csv
    """
    when = day(as_of)
    outputs = Outputs(out, mismatches, worklist, summary)
    outputs.check(input_, json=json)
    configuration = read_configuration(config)
    other = with_setting(configuration, compare_setting) if compare_setting else None
    with progress(size_of(input_)) as tell:
        decided = decide_folder(input_, configuration, when, tell=tell)
        tell("writing", 0, 0)
        digest, found, months = outputs.write(decided)
        unlike = differing(decided, other) if other else None
    print_set_aside(decided)
    if json:
        print_json(document(decided, when.isoformat(), digest=digest, found=found, unlike=unlike, months=months))
    elif not outputs.on_stdout:
        print_all(decided, found, unlike)
    print(f"digest: {digest}", file=sys.stderr)
    return needs_a_person(decided.summary, found)
