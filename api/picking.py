"""Picking a thing from among many: suggestions while somebody types, and what a field of a form then names."""

from flask import Blueprint, Response, g, jsonify, request

from api.current import Current, Edition
from api.keeping import kept
from graph.describe import Named
from graph.directory import KINDS, Directory, Listed
from graph.errors import WrongUse
from graph.listing import known_entries
from ontology.terms import IRI

LONGEST_TEXT, MOST_SUGGESTED, SUGGESTED, NAMED_IN_REFUSAL = 200, 500, 20, 5


def picking_blueprint(current: Current) -> Blueprint:
    """`/api/v1/suggest?kind=…&text=…`."""
    blueprint = Blueprint("picking", __name__)

    @blueprint.get("/api/v1/suggest")
    def suggest() -> Response:
        kind, text = request.args.get("kind", ""), request.args.get("text", "")[:LONGEST_TEXT]
        limit = request.args.get("limit", str(SUGGESTED))
        if not (limit.isascii() and limit.isdigit() and 0 < int(limit[:9]) <= MOST_SUGGESTED):
            raise WrongUse(f"limit={limit[:40]!r} is no whole number from 1 to {MOST_SUGGESTED}.")
        listed = _directory(current, kind)

        def made() -> Response:
            found = listed.suggested(text, limit=int(limit))
            return jsonify(suggestions=[_json(each, g.language) for each in found])

        return kept(current, made)

    return blueprint


def picked(current: Current, parameter: str, kind: str) -> Named | None:
    """The thing that the field `parameter` of the request names, if it names one; `WrongUse` as `picked_all`."""
    return next(iter(picked_all(current, parameter, kind)), None)


def picked_all(current: Current, parameter: str, kind: str) -> list[Named]:
    """The things that the field names, by IRI, key or name.

    Raises `WrongUse`, which says what else there is, if one is not known or several are called so: nothing is guessed.
    """
    texts = dict.fromkeys(text.strip() for text in request.args.getlist(parameter) if text.strip())
    return [_meant(_directory(current, kind), parameter, text) for text in texts] if texts else []


def directory(current: Current | Edition, of: IRI) -> Directory:
    """The directory of the things of a class, made once a snapshot."""
    return current.remembered(Directory.of, of, current.remembered(known_entries))


def _directory(current: Current, kind: str) -> Directory:
    if kind not in KINDS:
        raise WrongUse(f"kind={kind[:40]!r} is not known here. Choose one of: {', '.join(KINDS)}.")
    return directory(current, KINDS[kind])


def _meant(listed: Directory, parameter: str, text: str) -> Named:
    found = listed.meant(text)
    if len(found) == 1:
        return found[0].named
    near = found or listed.suggested(text[:LONGEST_TEXT], limit=NAMED_IN_REFUSAL)
    told = "; ".join(f"{each.named.name(g.language).value} ({each.named.iri})" for each in near[:NAMED_IN_REFUSAL])
    says = "can be several things" if found else "is not known here"
    raise WrongUse(f"{parameter}={text[:80]!r} {says}. {f'Choose one of: {told}.' if told else 'Try another word.'}")


def _json(listed: Listed, language: str) -> dict[str, object]:
    named = listed.named.name(language)
    return {
        "iri": listed.named.iri,
        "label": named.value,
        "lang": named.language,
        "above": [each.name(language).value for each in listed.above],
        "owners": list(listed.owners),
    }
