"""Close months of providers: declare what is known, sign off by name, reopen, decide about later changes.

A sign-off freezes the lines of the month (`frozen.py`). Everything is added, nothing is changed or taken away.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sync.errors import Overtaken, StoppedToBeSafe, WrongCall
from sync.jobs.month_list import Checklist, checklist_in, plan_now
from sync.jobs.month_points import NOTHING
from sync.jobs.months import Asked
from sync.jobs.service import Service
from sync.store import Act, Connection, newest_pull, record
from sync.store.months import About, Close, MonthAct, NewClose, Word, WordAct, add_close, add_words, hold_months

LONGEST_REASON = 200
T = TypeVar("T")


def sign(service: Service, asked: Asked, *, digest: str, reason: str) -> Close:
    """Sign a month off: its lines are frozen as they are.

    digest  what the person saw; raises Overtaken where the lines are others now, and StoppedToBeSafe where a point
            blocks
    """
    why = _checked(reason)

    def act(conn: Connection, found: Checklist) -> Close:
        if found.is_signed:
            raise WrongCall(f"{found.place.month} is signed already", "Reopen it first, to sign it anew.")
        if found.digest != digest:
            raise Overtaken("the lines of this month are not those that you saw", [], {"reason": why})
        if blocking := [point.name for point in found.points if point.blocks]:
            what = f"{found.place.month} cannot be signed yet: {', '.join(blocking)}"
            raise StoppedToBeSafe(what, "Settle what is named, or declare with a reason that it is known.")
        plan = plan_now(conn)
        counts = {**_counts(found), "plan_digest": plan.digest, "pull": newest_pull(service.db)}
        close = add_close(conn, NewClose(
            provider=found.place.provider, month=found.place.month, act=MonthAct.SIGN, by=service.actor,
            at=service.now(), reason=why, plan_id=plan.id, lines=found.lines, counts=counts,
        ))  # fmt: skip
        _record(service, conn, found, what="signed", facts={"digest": digest, "lines": len(found.lines)})
        return close

    return _on(service, asked, act)


def reopen(service: Service, asked: Asked, *, reason: str) -> Close:
    """Reopen a signed month: its lines are offered again as the newest plan has them. The sign-off stays on record."""
    why = _checked(reason)

    def act(conn: Connection, found: Checklist) -> Close:
        if found.close is None or not found.is_signed:
            raise WrongCall(f"{found.place.month} is not signed", "There is nothing to reopen.")
        close = add_close(conn, NewClose(
            provider=found.place.provider, month=found.place.month, act=MonthAct.REOPEN, by=service.actor,
            at=service.now(), reason=why, counts={"reopens": found.close.id},
        ))  # fmt: skip
        _record(service, conn, found, what="reopened", facts={"reopens": found.close.id})
        return close

    return _on(service, asked, act)


def declare(service: Service, asked: Asked, *, saw: Mapping[str, str], reason: str) -> int:
    """Declare points as known, or of customers that there is nothing to report; return how many.

    saw  by name of the point the fingerprint that the person saw, or by customer id a blank
    """
    why = _checked(reason)
    if not saw:
        raise WrongCall("nothing was named to declare", "Name a point of the checklist, or a customer.")

    def act(conn: Connection, found: Checklist) -> int:
        about = {name: _declarable(found, name, mark, why=why) for name, mark in saw.items()}
        said = [
            _word(service, found, kind, said=(name, saw[name], WordAct.DECLARE, why)) for name, kind in about.items()
        ]
        add_words(conn, said)
        points = sorted(name for name, kind in about.items() if kind is About.POINT)
        facts = {"points": points, "customers": len(said) - len(points)}
        _record(service, conn, found, what="declared", facts=facts)
        return len(said)

    return _on(service, asked, act)


def take_back(service: Service, asked: Asked, *, subject: str, reason: str) -> None:
    """Take back what was declared of a point or a customer, or decided about a line, by saying so."""
    why = _checked(reason)

    def act(conn: Connection, found: Checklist) -> None:
        declared = {point.name for point in found.points if point.declared}
        lines = {one.line_id for one in found.adjustments if one.decided}
        about = About.POINT if subject in declared else About.LINE if subject in lines else About.CUSTOMER
        if about is About.CUSTOMER and subject not in {word.subject for word in found.declared}:
            raise WrongCall("nothing was said of this that could be taken back", "Look at the month as it is now.")
        add_words(conn, [_word(service, found, about, said=(subject, "", WordAct.TAKE_BACK, why))])
        _record(service, conn, found, what="taken back", facts={"about": str(about)})

    _on(service, asked, act)


def accept(service: Service, asked: Asked, *, line_id: str, seen: str, reason: str) -> None:
    """Accept how a line differs from what was signed: where it is to be entered, it is offered, as an adjustment."""
    _decide(service, asked, WordAct.ACCEPT, saw=(line_id, seen, reason))


def decline(service: Service, asked: Asked, *, line_id: str, seen: str, reason: str) -> None:
    """Decline how a line differs from what was signed: nothing of it is offered while the month is signed."""
    _decide(service, asked, WordAct.DECLINE, saw=(line_id, seen, reason))


def _decide(service: Service, asked: Asked, way: WordAct, *, saw: tuple[str, str, str]) -> None:
    line_id, seen, reason = saw
    why = _checked(reason)

    def act(conn: Connection, found: Checklist) -> None:
        one = next((one for one in found.adjustments if one.line_id == line_id), None)
        if one is None:
            raise WrongCall(f"{line_id}: it does not differ from what was signed", "Look at the month as it is now.")
        if one.fingerprint != seen:
            raise Overtaken(f"{line_id} is not as you saw it", [], {"reason": why})
        add_words(conn, [_word(service, found, About.LINE, said=(line_id, seen, way, why))])
        _record(service, conn, found, what=f"adjustment {way}", facts={"line": line_id})

    _on(service, asked, act)


def _on(service: Service, asked: Asked, act: Callable[[Connection, Checklist], T]) -> T:
    """Do an act on a month as it stands now; nobody else acts on any month meanwhile."""
    with service.db.write() as conn:
        hold_months(conn)
        return act(conn, checklist_in(service, conn, asked))


def _declarable(found: Checklist, name: str, mark: str, *, why: str) -> About:
    points = {point.name: point for point in found.points}
    if NOTHING in points and name in points[NOTHING].ids:
        return About.CUSTOMER
    point = points.get(name)
    if point is None or not point.number or not point.kind.blocks or name == NOTHING:
        what = "there is nothing to declare about one of what was named"
        raise WrongCall(what, "Look at the checklist as it is now.")
    if mark != point.fingerprint:
        raise Overtaken(f"{name} is not what you saw", [], {"reason": why})
    return About.POINT


def _word(service: Service, found: Checklist, about: About, *, said: tuple[str, str, WordAct, str]) -> Word:
    subject, mark, act, why = said
    return Word(
        provider=found.place.provider, month=found.place.month, about=about, subject=subject, act=act,
        fingerprint=mark, by=service.actor, at=service.now(), reason=why,
    )  # fmt: skip


def _counts(found: Checklist) -> dict[str, Any]:
    summary = found.summary
    points = {
        point.name: {"number": point.number, "declared": point.declared.reason if point.declared else None}
        for point in found.points
    }
    money = {"invoiceable": summary.invoiceable, "at_risk": summary.at_risk, "not_invoiceable": summary.not_invoiceable}
    return {"lines": summary.lines, "by_decision": summary.by_decision, **money, "points": points}


def _record(service: Service, conn: Connection, found: Checklist, *, what: str, facts: Mapping[str, Any]) -> None:
    """Write an act into the audit trail: ids and figures, never what a person wrote."""
    subject = f"{found.place.month} {found.place.handle}"
    record(conn, Act(service.actor, f"month {what}", subject, facts), service.now())


def _checked(reason: str) -> str:
    why = " ".join(reason.split())
    if not why or len(why) > LONGEST_REASON:
        what = "nothing was done: the reason is missing or too long"
        raise WrongCall(what, f"Give the reason in up to {LONGEST_REASON} characters, without names.")
    return why
