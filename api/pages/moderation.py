"""What was contributed, and where it stands: drafts, published, withdrawn, and what expires; for all the published."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus

from flask import Blueprint, Response, render_template

from api.contributing import Sent, now, one, scope_of_form, seen, seen_record, sent_form, write
from api.pages.contribute import NAMES, REFUSALS, TROUBLES
from api.paging import Part, part_of, told_number
from api.service import Service
from graph.contribution import HEADS, PENDING, PUBLISHED, Contribution, State, contributions, moved
from graph.errors import Outdated
from graph.store import Store
from graph.tokens import Scope
from queries.catalogue import part

PAGE_LENGTH = 50
SOON = timedelta(days=30)
NOBODY = Scope(())
EXPIRING, EXPIRED = "expiring", "expired"
STATE_WORDS = {
    State.DRAFT: "moderation.draft",
    State.PUBLISHED: "moderation.published",
    State.WITHDRAWN: "moderation.withdrawn",
    EXPIRING: "moderation.expiring",
    EXPIRED: "moderation.expired",
}
# what may be done with a contribution where it stands, and the button for it
DOES: Mapping[State, Mapping[str, str]] = {
    State.DRAFT: {"publish": "moderation.publish", "edit": "moderation.edit", "discard": "moderation.discard"},
    State.PUBLISHED: {"edit": "moderation.edit", "withdraw": "moderation.withdraw"},
    State.WITHDRAWN: {"restore": "moderation.restore", "discard": "moderation.discard"},
}
DONE = {
    "publish": "moderation.done_publish",
    "withdraw": "moderation.done_withdraw",
    "restore": "moderation.done_restore",
    "discard": "moderation.done_discard",
}
_READING = {"show", "shown", "page", "lang"}  # what may stand in the form without a token
_BECOMES = {"publish": State.PUBLISHED, "withdraw": State.WITHDRAWN, "restore": State.DRAFT, "discard": None}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of the contributions that are `shown`, all if that is empty; `counts` tells how many stand where."""

    shown: str
    rows: tuple[Contribution, ...]
    counts: Mapping[str, int]
    part: Part


def moderation_blueprint(service: Service) -> Blueprint:
    """`/contribute`: by GET what is published, by POST with a token all that it covers, and what to do with it."""
    blueprint = Blueprint("moderation", __name__)

    @blueprint.get("/contribute")
    def contributed() -> str:
        return _page(_sheet(service.current.remembered(_published), "", 1))

    @blueprint.post("/contribute")
    def moderated() -> Response:
        sent, done, trouble, status = sent_form(), "", "", HTTPStatus.OK
        number = told_number(one(sent, "page"))
        found: Sequence[Contribution] = service.current.remembered(_published)
        scope = NOBODY
        try:
            if one(sent, "token") or not sent.keys() <= _READING:
                scope = scope_of_form(service, sent)
            done = _act(service, scope, sent)
        except REFUSALS as error:
            trouble, status = TROUBLES.get(type(error), "moderation.refused"), HTTPStatus(error.status)
        if scope.graphs:
            found, _ = seen(service, scope, says=HEADS)
        sheet = _sheet(found, one(sent, "show") or one(sent, "shown"), number)
        page = _page(sheet, scope=scope, done=DONE.get(done, ""), trouble=trouble)
        return Response(page, status, headers={"Cache-Control": "no-store"})

    def _page(sheet: Sheet, *, scope: Scope = NOBODY, done: str = "", trouble: str = "") -> str:
        return render_template(
            "contributions.html",
            sheet=sheet,
            does=_offered(scope),
            done=done,
            trouble=trouble,
            names=NAMES,
            state_words=STATE_WORDS,
            validity=_validity,
            is_writable=service.desk is not None,
            graphs=(PUBLISHED, PENDING),
        )

    return blueprint


def _published(store: Store) -> tuple[Contribution, ...]:
    return contributions(store.select(part("contributions"), {"graph": PUBLISHED, "says": HEADS}))


def _act(service: Service, scope: Scope, sent: Sent) -> str:
    """Do with a contribution what the button says that was pressed; the name of what was done, empty for nothing.

    The button says the record and, behind a space, the version of it that was shown.
    """
    for name, state in _BECOMES.items():
        if told := one(sent, name):
            record, _, version = told.partition(" ")
            old, snapshot = seen_record(service, scope, record, version=version)
            new = moved(old, state, now=now()) if state else None
            if name not in DOES[old.state]:
                raise Outdated(f"{record} is {old.state} by now. Load the list again.")
            write(service, scope, old, new, snapshot=snapshot)
            return name
    return ""


def _offered(scope: Scope) -> Callable[[Contribution], Mapping[str, str]]:
    """What the holder of a token may do with a contribution; a token for drafts alone publishes nothing."""
    moves = {"publish", "withdraw"} if scope.covers(PUBLISHED) and scope.covers(PENDING) else set()

    def offered(contribution: Contribution) -> Mapping[str, str]:
        stays = {"edit", "restore", "discard"} if scope.covers(contribution.graph) else set()
        return {name: word for name, word in DOES[contribution.state].items() if name in moves | stays}

    return offered


def _sheet(found: Sequence[Contribution], shown: str, number: int) -> Sheet:
    shown = shown if shown in STATE_WORDS else ""
    counts = Counter(label for each in found for label in _labels(each))
    chosen = [each for each in found if not shown or shown in _labels(each)]
    part = part_of(len(chosen), number, length=PAGE_LENGTH, else_last=True)
    return Sheet(shown, tuple(chosen[part.span]), counts, part)


def _labels(contribution: Contribution) -> tuple[str, ...]:
    """Under which of `STATE_WORDS` a contribution is listed."""
    validity = _validity(contribution)
    return (contribution.state, validity) if validity else (contribution.state,)


def _validity(contribution: Contribution) -> str:
    """Whether a published contribution has expired or soon will; empty if neither."""
    until, today = contribution.until, date.today()
    if contribution.state is not State.PUBLISHED or until is None or until > today + SOON:
        return ""
    return EXPIRED if until < today else EXPIRING
