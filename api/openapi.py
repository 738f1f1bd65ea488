"""The description of the programming interface, made from the catalogue of questions and from what requests may hold.

https://spec.openapis.org/oas/v3.1.1
"""

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from flask import Blueprint, Response, g, jsonify

from api.analysis import GROUPS, LARGEST_TEAM_TASK, MOST_LOAD, MOST_TEAMS
from api.answers import JSON_TYPE, forms
from api.keeping import kept
from api.links import host
from api.match_request import (
    LEAST_RADIUS_KM,
    LONGEST_LIST,
    LONGEST_NAME,
    LONGEST_TITLE,
    MOST_AMOUNT,
    MOST_CONCEPTS,
    MOST_RADIUS_KM,
)
from api.picking import MOST_SUGGESTED
from api.problems import PROBLEM_TYPE
from api.service import Service
from api.words import LANGUAGES, say
from graph.analysis.export import FORMS
from graph.analysis.network import KINDS
from graph.analysis.scenario import SHAPE
from graph.ask import MOST_IN_LIST
from graph.directory import KINDS as PICKED
from graph.matching.concepts import LONGEST_TEXT
from ontology.terms import CC_BY
from queries.catalogue import Column, Parameter, Question, questions

Schema = dict[str, Any]
_TYPES: dict[str, Schema] = {
    "iri": {"type": "string", "format": "iri"},
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "boolean": {"type": "boolean"},
}
_NAME: Schema = {"type": "string", "maxLength": LONGEST_NAME}
_CONCEPTS: Schema = {"type": "array", "items": _NAME, "maxItems": MOST_CONCEPTS}
# no address is as long as the longest lists; POST takes those
_IN_ADDRESS: Schema = {
    "type": "array",
    "items": {"type": "string", "maxLength": 200, "pattern": "^[!-~]*$"},
    "maxItems": 20,
}
_NEED: dict[str, Schema] = {
    "need": _NAME,
    "actor": _NAME,
    "like": _NAME,
    "title": {"type": "string", "maxLength": LONGEST_TITLE},
    "text": {"type": "string", "maxLength": LONGEST_TEXT},
    "preferred": _CONCEPTS,
    "without": _CONCEPTS,
    "place": _NAME,
    "region": _NAME,
    "radius_km": {"type": "number", "minimum": LEAST_RADIUS_KM, "maximum": MOST_RADIUS_KM},
    "minimum_readiness": {"type": "integer", "minimum": 1, "maximum": 9},
    "amount": {"type": "number", "minimum": 0, "maximum": MOST_AMOUNT},
    "unit": _NAME,
    "class": _NAME,
    "day": {"type": "string", "format": "date"},
    "limit": {"type": "integer", "minimum": 1, "maximum": LONGEST_LIST},
}

_SCENARIO: Schema = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "maxLength": 200},
        **{
            change: {
                "type": "object",
                "additionalProperties": False,
                "properties": {kind: {"type": "array", "items": {"type": "object"}} for kind in kinds},
            }
            for change, kinds in SHAPE.items()
        },
    },
}
_KEY: Schema = {
    "name": "key",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
}

ANALYSES = {
    "network": "openapi.network",
    "gaps": "openapi.gaps",
    "team": "openapi.team",
    "assign": "openapi.assign",
    "profile": "openapi.profile",
}


def openapi_blueprint(service: Service) -> Blueprint:
    """`/api/v1/openapi.json`."""
    blueprint = Blueprint("openapi", __name__)

    @blueprint.get("/api/v1/openapi.json")
    def description() -> Response:
        return kept(service.current, lambda: jsonify(openapi(host(service), g.language)), host=host(service))

    return blueprint


def openapi(server: str, language: str) -> dict[str, Any]:
    """The interface at `server`, its questions worded in `language`."""
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Revier",
            "summary": say("openapi.summary", language),
            "version": version("revier"),
            "license": {"name": "CC BY 4.0", "url": CC_BY},
        },
        "servers": [{"url": server}],
        "paths": {
            "/api/v1/match": {
                "get": _operation("match", say("openapi.match", language), list(_match_parameters()), _OBJECT),
                "post": {
                    **_operation("match_rich_need", say("openapi.match", language), [_LANGUAGE], _OBJECT),
                    "requestBody": {"required": True, "content": {JSON_TYPE: {"schema": _rich_need()}}},
                },
            },
            "/api/v1/concepts": {
                "get": _operation(
                    "concepts",
                    say("openapi.concepts", language),
                    [{**_parameter("text", {**_NEED["text"], "minLength": 1}), "required": True}, _LANGUAGE],
                    _OBJECT,
                )
            },
            "/api/v1/suggest": {"get": _operation("suggest", say("openapi.suggest", language), _suggest(), _OBJECT)},
            "/api/v1/questions": {
                "get": _operation("questions", say("openapi.questions", language), [_LANGUAGE], _OBJECT)
            },
            **{f"/api/v1/questions/{each.name}": {"get": _question(each, language)} for each in questions()},
            **{f"/api/v1/{name}": {"get": each} for name, each in _analyses(language).items()},
            "/api/v1/whatif": {
                "post": {
                    **_operation("whatif", say("openapi.whatif", language), [_LANGUAGE], _OBJECT),
                    "requestBody": {"required": True, "content": {JSON_TYPE: {"schema": _SCENARIO}}},
                }
            },
            "/api/v1/whatif/{key}": {
                "get": _operation("whatif_again", say("openapi.whatif", language), [_KEY, _LANGUAGE], _OBJECT)
            },
            "/health": {"get": _operation("health", say("openapi.health", language), [], _OBJECT)},
        },
        "components": {"schemas": {"Problem": _PROBLEM}},
    }


def _suggest() -> list[dict[str, Any]]:
    return [
        {**_parameter("kind", {"enum": list(PICKED)}), "required": True},
        _parameter("text", {"type": "string"}),
        _parameter("limit", _whole(MOST_SUGGESTED)),
        _LANGUAGE,
    ]


def _analyses(language: str) -> dict[str, dict[str, Any]]:
    """The analyses, each with what it takes."""
    kinds = _parameter("kind", {"type": "array", "items": {"enum": list(KINDS)}, "maxItems": len(KINDS)})
    competences = _parameter("competence", {**_IN_ADDRESS, "maxItems": LARGEST_TEAM_TASK})
    takes = {
        "network": [
            kinds,
            _parameter("group", {"enum": list(GROUPS)}),
            _parameter("from", _NAME),
            _parameter("to", _NAME),
            _parameter("format", {"enum": ["json", *FORMS]}),
        ],
        "gaps": [_parameter("field", _IN_ADDRESS), _parameter("since", {"type": "string"})],
        "team": [
            _parameter("need", _NAME),
            _parameter("field", _NAME),
            competences,
            _parameter("alternatives", _whole(MOST_TEAMS)),
        ],
        "assign": [_parameter("load", _whole(MOST_LOAD))],
        "profile": [],
    }
    told = {
        name: _operation(name, say(ANALYSES[name], language), [*parameters, _LANGUAGE], _OBJECT)
        for name, parameters in takes.items()
    }
    told["network"]["responses"]["200"]["content"].update({media_type: {} for media_type, _ in FORMS.values()})
    return told


def _whole(most: int) -> Schema:
    return {"type": "integer", "minimum": 1, "maximum": most}


def _question(asked: Question, language: str) -> dict[str, Any]:
    told = [_asked(each, language) for each in asked.parameters if each.name != "lang"]
    offered = forms(asked)
    told += [
        _LANGUAGE,
        _parameter("snapshot", {"type": "string"}, say("openapi.snapshot", language)),
        _parameter("format", {"enum": ["json", *(form.suffix for form in offered)]}, say("openapi.format", language)),
    ]
    if asked.why:
        told.append(_parameter("why", {"type": "string"}, say("openapi.why", language)))
    columns = {each.name: _column(each, language) for each in asked.columns}
    schema = {
        "type": "object",
        "required": ["snapshot", "question", "cite", "rows"],
        "properties": {"rows": {"type": "array", "items": {"type": "object", "properties": columns}}},
    }
    operation = _operation(f"ask_{asked.name.replace('-', '_')}", asked.text.in_language(language), told, schema)
    content = operation["responses"]["200"]["content"]
    content.update({form.media_type: {} for form in offered})
    return {**operation, "tags": list(asked.tags)}


def _asked(parameter: Parameter, language: str) -> dict[str, Any]:
    schema: Schema = dict(_TYPES[parameter.type])
    if parameter.type == "iri":
        schema = {"type": "string"}  # in full, or abbreviated as a CURIE
    if parameter.allowed:
        schema["enum"] = list(parameter.allowed)
    if parameter.is_list:
        schema = {"type": "array", "items": schema, "minItems": 1, "maxItems": MOST_IN_LIST}
    says = parameter.says.in_language(language)
    kind = parameter.kind or parameter.scheme
    told = _parameter(parameter.name, schema, f"{says} ({kind})" if kind else says)
    return {**told, "required": parameter.default is None}


def _column(column: Column, language: str) -> Schema:
    unit = f" [{column.unit}]" if column.unit else ""
    return {**_TYPES[column.type], "description": column.says.in_language(language) + unit}


def _match_parameters() -> Iterator[dict[str, Any]]:
    lists = dict.fromkeys(("competence", "technology", "preferred", "without"), _IN_ADDRESS)
    told = _NEED | lists | {"explain": {"enum": ["0", "1"]}}
    yield from (_parameter(name, schema) for name, schema in told.items())
    yield _LANGUAGE


def _rich_need() -> Schema:
    """A need as POST takes it; concepts may carry weights."""
    weighted: Schema = {
        "type": "object",
        "required": ["concept"],
        "properties": {"concept": _NAME, "weight": {"type": "number", "minimum": 0.01, "maximum": 100}},
        "additionalProperties": False,
    }
    concepts: Schema = {"type": "array", "maxItems": MOST_CONCEPTS, "items": {"anyOf": [_NAME, weighted]}}
    lists = dict.fromkeys(("required", "preferred", "without"), concepts)
    told = _NEED | lists | {"language": {"enum": list(LANGUAGES)}, "explain": {"type": "boolean"}}
    return {"type": "object", "properties": told, "additionalProperties": False}


def _parameter(name: str, schema: Schema, says: str = "") -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, **({"description": says} if says else {})}


def _operation(name: str, says: str, parameters: list[dict[str, Any]], schema: Schema) -> dict[str, Any]:
    problem = {"description": "Problem (RFC 9457)", "content": {PROBLEM_TYPE: {"schema": _REFERENCE}}}
    return {
        "operationId": name,
        "summary": says,
        "parameters": parameters,
        "responses": {
            "200": {"description": "OK", "content": {JSON_TYPE: {"schema": schema}}},
            "4XX": problem,
            "5XX": problem,
        },
    }


_OBJECT: Schema = {"type": "object"}
_REFERENCE: Schema = {"$ref": "#/components/schemas/Problem"}
_LANGUAGE = _parameter("lang", {"type": "string"}, " | ".join(LANGUAGES))
_PROBLEM: Schema = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}
