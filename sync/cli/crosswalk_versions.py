"""The commands `crosswalk …` about versions: take over, draft, compare, replay, publish, roll back, give away."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from sync.cli import crosswalk
from sync.cli.crosswalk_shown import (
    difference_document,
    draft_document,
    impact_document,
    tell_impact,
    tell_sentences,
    tell_versions,
    version_document,
)
from sync.cli.figures import print_json
from sync.cli.options import CONFIG, Config, Database, Json
from sync.cli.progress import progress
from sync.crosswalk.texts import hash_of
from sync.jobs import crosswalk_discard as discarding
from sync.jobs import crosswalk_publish as publishing
from sync.jobs.crosswalk_diff import difference
from sync.jobs.crosswalk_drafts import Wish, mistakes_of, newest_or_refuse, save_draft
from sync.jobs.crosswalk_impact import impact as replay
from sync.jobs.crosswalk_impact import impact_of_setting
from sync.jobs.crosswalk_named import FILES, NEWEST, files_named
from sync.jobs.crosswalk_named import export as give_away
from sync.jobs.crosswalk_sheets import write_workbook
from sync.jobs.crosswalk_standing import ADVICE, unpublished
from sync.jobs.service import Service, opened
from sync.store.crosswalk_versions import Draft, DraftState, drafts
from sync.store.crosswalk_versions import versions as every_version

app = crosswalk.app
Reason = Annotated[str, typer.Option("--reason", metavar="WORDS", help="Why, in a few words, without names.")]
Checked = Annotated[str, typer.Option("--checked", metavar="WORDS", help="What you checked, in a few words.")]
Number = Annotated[int, typer.Argument(metavar="DRAFT", help="The number of the draft.")]
Which = Annotated[
    str,
    typer.Argument(metavar="FILES", help="A version (3), a draft (draft-4), published, files, or a folder."),
]


@contextmanager
def at_work(config: Path, database: str | None) -> Iterator[Service]:
    """Open the service in the name of who runs the command."""
    with progress(0) as tell, opened(config, database, actor=getpass.getuser(), tell=tell) as service:
        yield service


@app.command("adopt")
def adopt(*, reason: Reason, config: Config = CONFIG, database: Database = None, json: Json = False) -> int:
    """Take the files over as version 1, as they are; every later version takes a draft and a second person.

    Example: ims-sync crosswalk adopt --reason "as the guide has it"
    """
    with at_work(config, database) as service:
        first = publishing.adopt(service, config, reason=reason)
    print_json(version_document(first)) if json else print(f"Version 1 is published, hash {first.hash}.")
    return 0


@app.command("draft")
def draft(
    *,
    reason: Reason,
    checked: Checked,
    from_: Annotated[str, typer.Option("--from", metavar="FILES", help="Which files; as for `diff`.")] = FILES,
    based_on: Annotated[int | None, typer.Option("--based-on", help="The version that you began from.")] = None,
    replaces: Annotated[int | None, typer.Option("--replaces", help="The draft whose place it takes.")] = None,
    seen: Annotated[str, typer.Option("--seen", metavar="HASH", help="That draft's hash, as you saw it.")] = "",
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Save a draft: of the files as they were edited by hand, or of a folder. Leaves with 1 where it has mistakes.

    Example: ims-sync crosswalk draft --from new-config --reason "new label" --checked "asked the provider"
    """
    with at_work(config, database) as service:
        place = None if replaces is None else (replaces, seen)
        files = files_named(service, config, from_)
        wish = Wish(files=files, reason=reason, checked=checked, based_on=based_on, replaces=place)
        return _saved(service, save_draft(service, wish), json=json)


@app.command("rollback")
def rollback(
    number: Annotated[int, typer.Argument(metavar="VERSION", help="The version to go back to.")],
    *,
    reason: Reason,
    checked: Checked,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Save a draft with the files of an older version; look at its impact, and a second person publishes it.

    Example: ims-sync crosswalk rollback 3 --reason "the new row was wrong" --checked "version 3 in the guide"
    """
    with at_work(config, database) as service:
        return _saved(service, publishing.rollback(service, number, reason=reason, checked=checked), json=json)


@app.command("diff")
def diff(
    then: Which = NEWEST, now: Which = FILES, *, config: Config = CONFIG, database: Database = None, json: Json = False
) -> int:
    """Tell how files differ, row by row and setting by setting; the published ones and those in use without names.

    Example: ims-sync crosswalk diff 3 draft-4
    """
    with at_work(config, database) as service:
        found = difference(files_named(service, config, then), files_named(service, config, now))
    print_json(difference_document(found)) if json else tell_sentences(found.sentences, none="Nothing differs.")
    return 0


@app.command("impact")
def impact(
    of: Which = FILES,
    *,
    setting: Annotated[
        str | None, typer.Option("--setting", metavar="NAME=VALUE", help="One setting read otherwise instead.")
    ] = None,
    lines: Annotated[bool, typer.Option("--lines", help="List every line that would change.")] = False,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Replay files over our own months: the lines that would change, and the hash that publishing asks for.

    Example: ims-sync crosswalk impact draft-4
    """
    with at_work(config, database) as service:
        files = None if setting else files_named(service, config, of)
        found = impact_of_setting(service, setting or "") if files is None else replay(service, files)
    print_json(impact_document(found)) if json else tell_impact(found, lines=lines)
    return 0


@app.command("publish")
def publish(
    number: Annotated[int, typer.Argument(metavar="DRAFT", help="The number of the draft.")],
    *,
    seen: Annotated[str, typer.Option("--impact", metavar="HEX", help="What `crosswalk impact` printed.")],
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Publish a draft of somebody else whose impact you saw: its files are written, and are the newest version.

    Example: ims-sync crosswalk publish 4 --impact 9f2c…
    """
    with at_work(config, database) as service:
        done = publishing.publish(service, config, number, impact_hash=seen)
    print_json(version_document(done)) if json else print(f"Version {done.number} is published, hash {done.hash}.")
    return 0


@app.command("discard")
def discard(number: Number, *, config: Config = CONFIG, database: Database = None, json: Json = False) -> int:
    """Lay a draft aside that nobody wants published any more; `crosswalk reopen` takes it back.

    Example: ims-sync crosswalk discard 4
    """
    with at_work(config, database) as service:
        discarding.discard(service, number)
    print_json({"draft": number, "state": "discarded"}) if json else print(f"Draft {number} is discarded.")
    return 0


@app.command("reopen")
def reopen(number: Number, *, config: Config = CONFIG, database: Database = None, json: Json = False) -> int:
    """Let a discarded draft be open again.

    Example: ims-sync crosswalk reopen 4
    """
    with at_work(config, database) as service:
        discarding.reopen(service, number)
    print_json({"draft": number, "state": "open"}) if json else print(f"Draft {number} is open again.")
    return 0


@app.command("versions")
def versions(*, config: Config = CONFIG, database: Database = None, json: Json = False) -> int:
    """List versions and open drafts. Leaves with 1 where the files are not those of the newest version.

    Example: ims-sync crosswalk versions
    """
    with at_work(config, database) as service:
        differs = unpublished(service.db, config)
        with service.db.read() as conn:
            kept = every_version(conn)
            waiting = [*drafts(conn, DraftState.OPEN), *drafts(conn, DraftState.PUBLISHING)]
    if json:
        told = {"versions": [version_document(one) for one in kept], "drafts": [draft_document(one) for one in waiting]}
        print_json({**told, "published": not differs, "differs": differs})
    else:
        tell_versions(kept, waiting)
        tell_sentences(
            [*differs, f"What to do: {ADVICE}"] if differs else [], none="The files are those of the newest version."
        )
    return int(bool(differs))


@app.command("export")
def export(
    of: Which = NEWEST,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="A new folder, or a file as .zip or .xlsx.")],
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Write a version or a draft into a new folder, a ZIP, or a workbook, which `crosswalk import` takes back.

    A workbook has the tables; rules.toml is in folders and ZIPs alone.
    Example: ims-sync crosswalk export 3 --out version-3.xlsx
    """
    with at_work(config, database) as service:
        files = files_named(service, config, of)
        if out.suffix.lower() == ".xlsx":
            write_workbook(service, files, of, out=out)
        else:
            give_away(files, out)
    print_json({"out": str(out), "hash": hash_of(files)}) if json else print(f"Written: {out}")
    return 0


def _saved(service: Service, saved: Draft, *, json: bool) -> int:
    differs = difference(newest_or_refuse(service).files, saved.files)
    mistakes = mistakes_of(saved.files)
    if json:
        print_json({**draft_document(saved), "mistakes": mistakes, "difference": difference_document(differs)})
        return int(bool(mistakes))
    print(f"Draft {saved.id} is saved, hash {saved.hash}.")
    tell_sentences(differs.sentences, none="It is the same as the published files.")
    tell_sentences(mistakes, none=f"No mistake found. Next: ims-sync crosswalk impact draft-{saved.id}")
    return int(bool(mistakes))
