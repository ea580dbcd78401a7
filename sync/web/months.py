"""Show the months of providers, let people close them, decide about later changes, and take evidence away."""

import io
from collections.abc import Callable
from typing import Any

from flask import g, redirect, render_template, request, send_file, url_for

from sync.errors import Overtaken, StoppedToBeSafe, WrongCall
from sync.jobs import month_close
from sync.jobs.evidence import LONGEST_SEED, MOST_SAMPLED, Sample
from sync.jobs.evidence import evidence as pack
from sync.jobs.month_close import LONGEST_REASON
from sync.jobs.month_list import Checklist, checklist, month_list, months_known
from sync.jobs.month_points import NOTHING
from sync.jobs.months import Asked
from sync.rules.book import why_of
from sync.store import ledger_lines
from sync.store.looks import Look, note_look
from sync.web.policy import may
from sync.web.shell import Views, account, service
from sync.web.words import in_full

_MONTHS_SHOWN = 3
_LINES_SHOWN = 100
_OF_LINES = ("to-enter", "flags", "holds")
_DECISIONS = {"accept": month_close.accept, "decline": month_close.decline}


def months() -> str:
    """Show how the months of the providers stand, some months at a time."""
    made = service()
    known = months_known(made)
    until = request.args.get("until", "")
    first = next((place for place, month in enumerate(known) if month <= until), 0) if until else 0
    shown = known[first : first + _MONTHS_SHOWN]
    found = month_list(made, sees=account().providers, months=shown) if shown else []
    providers = {one.place.key: one.place.provider for one in sorted(found, key=lambda one: one.place.provider)}
    earlier, later = known[first + _MONTHS_SHOWN :][:1], known[max(0, first - _MONTHS_SHOWN) : first][:1]
    by_place = {(one.place.key, one.place.month): one for one in found}
    return render_template(
        "months.html", months=shown, providers=providers, by_place=by_place, earlier=earlier, later=later
    )


def month(**_: str) -> str:
    """Show the checklist of one month, or what changed since it was signed."""
    return _month(None)


def declare(**_: str) -> Any:
    """Declare points, or that there is nothing to report of customers."""
    marks = [one.partition(":") for one in request.form.getlist("point")]
    saw = {**{name: mark for name, _, mark in marks}, **dict.fromkeys(request.form.getlist("customer"), "")}
    return _done(lambda made, asked, why: month_close.declare(made, asked, saw=saw, reason=why))


def sign(**_: str) -> Any:
    """Sign the month off, in the name of who is signed in and types it."""

    def act(made: Any, asked: Asked, why: str) -> None:
        if request.form.get("name", "").strip() != account().name:
            raise WrongCall("The month was not signed: what you typed is not your account's name", "Type it as above.")
        month_close.sign(made, asked, digest=request.form.get("digest", ""), reason=why)

    return _done(act)


def decide(**_: str) -> Any:
    """Accept or decline a change of a signed month."""
    line_id, seen = request.form.get("line", ""), request.form.get("seen", "")
    way = _DECISIONS.get(request.form.get("way", ""))

    def act(made: Any, asked: Asked, why: str) -> None:
        if way is None:
            raise WrongCall("Nothing was decided: neither accept nor decline was chosen", "Use one of the buttons.")
        way(made, asked, line_id=line_id, seen=seen, reason=why)

    return _done(act)


def take_back(**_: str) -> Any:
    """Take back what was declared or decided."""
    subject = request.form.get("subject", "")
    return _done(lambda made, asked, why: month_close.take_back(made, asked, subject=subject, reason=why))


def reopen(**_: str) -> Any:
    """Reopen the month."""
    return _done(lambda made, asked, why: month_close.reopen(made, asked, reason=why))


def evidence(**_: str) -> Any:
    """Send the evidence pack; who was looked at, and whether by name, is written down before it leaves."""
    made, size, named = service(), request.form.get("sample", ""), "named" in request.form
    out = io.BytesIO()
    try:
        if not (size.isascii() and size.isdigit() and len(size) < 6):
            raise WrongCall("The number of customers is no number", f"Type a number up to {MOST_SAMPLED}.")
        sample = Sample(int(size), request.form.get("seed", "").strip(), named)
        chosen = pack(made, _asked(), sample, out=out)
    except WrongCall as wrong:
        return _month(wrong), 409
    for customer_id in chosen:
        note_look(made.db, account().id, Look(account().name, customer_id, made.now(), "evidence", named))
    out.seek(0)
    name = f"evidence-{g.place.handle}-{g.place.month}.zip"
    return send_file(out, mimetype="application/zip", as_attachment=True, download_name=name)


def _asked() -> Asked:
    return Asked(g.place.handle, g.place.month, account().providers)


def _done(act: Callable[..., object]) -> Any:
    """Do an act; show the month again with what is wrong where it was refused, and what the person wrote."""
    try:
        act(service(), _asked(), request.form.get("reason", ""))
    except (WrongCall, Overtaken, StoppedToBeSafe) as wrong:
        return _month(wrong), 409
    return redirect(url_for("month", provider=g.place.handle, month=g.place.month), 303)


def _month(wrong: WrongCall | Overtaken | StoppedToBeSafe | None) -> str:
    found = checklist(service(), _asked())
    names = ("declare_month", "sign_month", "decide_adjustment", "reopen_month", "month_evidence", "customer")
    what = in_full(wrong) if wrong else None
    return render_template(
        "month.html", found=found, wrong=what, reason=request.form.get("reason", ""),
        can={name: may(account().role, name) for name in names}, lines=_lines(found), blocking=_blocking(found),
        declared=[point for point in found.points if point.declared], NOTHING=NOTHING, longest=LONGEST_REASON,
        most=MOST_SAMPLED, longest_seed=LONGEST_SEED, shown=_LINES_SHOWN,
        ticked={*request.form.getlist("point"), *request.form.getlist("customer")},
        address={"provider": found.place.handle, "month": found.place.month},
    )  # fmt: skip


def _blocking(found: Checklist) -> list[Any]:
    return [point for point in found.points if point.blocks]


def _lines(found: Checklist) -> dict[str, list[dict[str, Any]]]:
    """Return by point the lines that are meant, each with why, and how it stands."""
    by_id = {line["line_id"]: line for line in found.lines.to_dicts()}
    wanted = {point.name: point.ids[:_LINES_SHOWN] for point in found.points if point.name in _OF_LINES}
    known = ledger_lines(service().db, [one for ids in wanted.values() for one in ids])
    return {
        name: [{**by_id[one], "why": why_of(by_id[one]["reasons"]), "known": known.get(one)} for one in ids]
        for name, ids in wanted.items()
        if ids
    }


VIEWS: Views = {
    "months": months, "month": month, "declare_month": declare, "sign_month": sign, "decide_adjustment": decide,
    "take_back_word": take_back, "reopen_month": reopen, "month_evidence": evidence,
}  # fmt: skip
