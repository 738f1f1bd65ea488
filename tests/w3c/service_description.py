"""The W3C's three tests of the service description, and whether what it says is so."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Quad

from .answers import read
from .exchange import GRAPHS, SUFFIXES, Conversation
from .language import Outcome
from .peer import Peer, Reply
from .steps import FRESH, ONE

SD = "http://www.w3.org/ns/sparql-service-description#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
FORMATS = "http://www.w3.org/ns/formats/"
CLASSES = {
    "Aggregate", "Dataset", "EntailmentProfile", "EntailmentRegime", "Feature", "Function", "Graph", "GraphCollection",
    "Language", "NamedGraph", "Service",
}  # fmt: skip
PROPERTIES = {
    "availableGraphs", "defaultDataset", "defaultEntailmentRegime", "defaultGraph", "defaultSupportedEntailmentProfile",
    "endpoint", "entailmentRegime", "extensionAggregate", "extensionFunction", "feature", "graph", "inputFormat",
    "languageExtension", "name", "namedGraph", "propertyFeature", "resultFormat", "supportedEntailmentProfile",
    "supportedLanguage",
}  # fmt: skip
VALUES = {
    "feature": {"DereferencesURIs", "UnionDefaultGraph", "RequiresDataset", "EmptyGraphs", "BasicFederatedQuery"},
    "supportedLanguage": {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"},
}
RESULT_FORMATS = {
    "SPARQL_Results_JSON": "application/sparql-results+json",
    "SPARQL_Results_XML": "application/sparql-results+xml",
    "SPARQL_Results_CSV": "text/csv",
    "SPARQL_Results_TSV": "text/tab-separated-values",
    "Turtle": "text/turtle",
    "N-Triples": "application/n-triples",
    "RDF_XML": "application/rdf+xml",
    "JSON-LD": "application/ld+json",
}


def described(peer: Peer) -> Iterator[Outcome]:
    """The W3C's tests: RDF is returned, it names the endpoint, and it keeps to the schema."""
    reply = _asked(peer)
    quads = _read(peer, reply)
    yield Outcome("service-description/returns-rdf", "" if quads else f"no RDF: {reply.told()}")
    endpoints = _values(quads, "endpoint")
    yield Outcome("service-description/has-endpoint-triple", "" if peer.query in endpoints else f"{endpoints}")
    yield Outcome("service-description/conforms-to-schema", ", ".join(sorted(_outside_schema(quads))))


def true_description(peer: Peer) -> Iterator[Outcome]:
    """Our own: the description in every format, and each claim held against what the server does."""
    Conversation(peer).fault(FRESH)
    quads = _read(peer, _asked(peer))
    for media in ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"):
        reply = _asked(peer, media)
        is_there = reply.headers.get_content_type() == media and len(_read(peer, reply)) == len(quads)
        yield Outcome(f"the description as {media}", "" if is_there else reply.told())
    languages = {value.removeprefix(SD) for value in _values(quads, "supportedLanguage")}
    yield Outcome("the languages", "" if languages >= {"SPARQL11Query", "SPARQL11Update"} else f"{sorted(languages)}")
    told = {value.removeprefix(FORMATS) for value in _values(quads, "resultFormat")}
    missing = [name for name, media in RESULT_FORMATS.items() if name not in told and _offers(peer, media)]
    yield Outcome("every format that is offered is told", "" if not missing else f"offered but not told: {missing}")
    empty = [name for name in told & RESULT_FORMATS.keys() if not _offers(peer, RESULT_FORMATS[name])]
    yield Outcome(
        "every format that is told is offered", "" if told and not empty else f"told but not offered: {empty}"
    )
    yield Outcome("the default data set", "" if _values(quads, "defaultDataset") else "no sd:defaultDataset")
    names = _values(quads, "name")
    yield Outcome("the named graphs", "" if ONE in names else f"{ONE} is not told of: {sorted(names)[:5]}")
    says_union = SD + "UnionDefaultGraph" in _values(quads, "feature")
    sees_named = _ask(peer, 'ASK { <urn:s> <urn:p> "one" }').body
    yield Outcome("the union default graph", "" if says_union == (b"true" in sees_named) else f"told: {says_union}")


def _asked(peer: Peer, media: str = "text/turtle") -> Reply:
    return peer.ask("GET", peer.query, (("Accept", media),))


def _ask(peer: Peer, text: str, media: str = "application/sparql-results+json") -> Reply:
    return peer.ask(
        "POST", peer.query, (("Content-Type", "application/sparql-query"), ("Accept", media)), text.encode()
    )


def _offers(peer: Peer, media: str) -> bool:
    text = "CONSTRUCT {} {}" if media in GRAPHS else "SELECT * {}"
    reply = _ask(peer, text, media)
    return reply.status == 200 and reply.headers.get_content_type() == media


def _read(peer: Peer, reply: Reply) -> list[Quad]:
    suffix = SUFFIXES.get(reply.headers.get_content_type())
    try:
        quads = read(reply.body, suffix, base=peer.query) if suffix else []
    except SyntaxError:
        return []
    return quads if isinstance(quads, list) else []


def _values(quads: list[Quad], name: str) -> set[str]:
    """What a property of the vocabulary points to; a blank node by its label."""
    return {_text(quad.object) for quad in quads if quad.predicate.value == SD + name}


def _text(term: object) -> str:
    return str(getattr(term, "value", term))


def _outside_schema(quads: list[Quad]) -> Iterator[str]:
    """What the vocabulary does not allow: strange terms or values, no service, a service without just one endpoint."""
    services = [quad.subject for quad in quads if quad.object == NamedNode(SD + "Service")]
    endpoints = [quad.subject for quad in quads if quad.predicate.value == SD + "endpoint"]
    if not services or sorted(map(str, services)) != sorted(map(str, endpoints)):
        yield f"{len(services)} services with {len(endpoints)} endpoints"
    for quad in quads:
        name, value = quad.predicate.value.removeprefix(SD), _text(quad.object).removeprefix(SD)
        if quad.predicate.value == RDF_TYPE and _text(quad.object).startswith(SD) and value not in CLASSES:
            yield f"class {value}"
        if not quad.predicate.value.startswith(SD):
            continue
        if name not in PROPERTIES or isinstance(quad.object, Literal):
            yield f"{name} {value}"
        if _text(quad.object).startswith(SD) and value not in VALUES.get(name, {value}):
            yield f"{name} {value}"
