"""The reader of headers: a sound header is taken over whole, and each fault is named with its line."""

from pathlib import Path

import pytest

from ontology.naming import BASE
from queries.catalogue import checks, question, questions, read_check, read_question
from queries.header import HeaderError

SOUND = """\
#+ question = { de = "Wer?", en = "Who?" }
#+ tags = ["analyst"]
#+ view = "table"
#+ [parameters.kind]
#+ type = "iri"
#+ class = "rev:Need"
#+ says = { de = "Art", en = "kind" }
#+ [columns.thing]
#+ type = "iri"
#+ says = { de = "Ding", en = "thing" }
#+ [example]
#+ kind = "id:trial/need/0001"
PREFIX rev: <https://w3id.org/revier/ont#>
SELECT ?kind ?thing WHERE { ?thing a ?kind } ORDER BY ?thing
"""
WITHOUT_COLUMNS = SOUND[: SOUND.index("#+ [columns")] + SOUND[SOUND.index("#+ [example") :]
FAULTS = [
    ('en = "Who?"', 'fr = "Qui?"', "line 1: 'question' is {'de': 'Wer?', 'fr': 'Qui?'}. Write"),
    ('["analyst"]', '["reader"]', "line 2: 'tags' is ['reader']. List some of analyst"),
    ('["analyst"]', '"analyst"', "line 2: 'tags' is 'analyst'. Write a list of words."),
    ('"table"', '"globe"', "line 3: 'view' is 'globe'. Use one of table, bar, map, network, matrix."),
    ("#+ view", "#+ vieuw", "line 3: 'vieuw' is unknown. Use question, number, tags, view"),
    ('type = "iri"\n#+ class', 'type = "uri"\n#+ class', "line 5: 'type' is 'uri'. Use one of iri, text"),
    ('type = "iri"\n#+ class', 'type = "date"\n#+ class', "line 5: A date has no class and no scheme."),
    ('"rev:Need"', "1", "line 6: 'class' is 1. Write it as text, between quotes."),
    ('#+ says = { de = "Art", en = "kind" }\n', "", "line 4: 'says' is None. Write"),
    ("[columns.thing]", "[rows.thing]", "line 8: 'rows' is unknown."),
    ("[columns.thing]", "[parameters.kind]", "line 8, column"),
    ('kind = "id', 'sort = "id', "line 12: 'sort' is unknown. Use kind."),
    ('#+ kind = "id:trial/need/0001"\n', "", "line 11: 'kind' has no value. Add one that has an answer."),
    ('"Wer?"', "Wer?", "line 1, column"),
    ('class = "rev:Need"', 'list = "yes"', "line 6: 'list' is 'yes'. Write true or false"),
    ("#+ [example]", "#+ [whys]", "line 11: 'whys' is unknown."),
]


def _written(folder: Path, text: str) -> Path:
    path = folder / "trial.rq"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_sound_header_is_taken_over_whole(tmp_path: Path) -> None:
    read = read_question(_written(tmp_path, SOUND))
    assert (read.name, read.text.de, read.text.in_language("en")) == ("trial", "Wer?", "Who?")
    assert (read.tags, read.view, read.example) == (("analyst",), "table", {"kind": "id:trial/need/0001"})
    assert (read.number, read.why, read.is_graph) == (None, (), False)
    (parameter,), (column,) = read.parameters, read.columns
    assert (parameter.name, parameter.type, parameter.kind, parameter.scheme) == ("kind", "iri", "rev:Need", None)
    assert (column.name, column.type, column.says.de) == ("thing", "iri", "Ding")
    assert f"<{BASE}ont#>" in read.sparql


@pytest.mark.parametrize(("sound", "faulty", "sentence"), FAULTS)
def test_a_fault_is_named_with_file_and_line(tmp_path: Path, sound: str, faulty: str, sentence: str) -> None:
    assert sound in SOUND
    with pytest.raises(HeaderError) as caught:
        read_question(_written(tmp_path, SOUND.replace(sound, faulty)))
    assert "trial.rq" in str(caught.value)
    assert sentence in str(caught.value)


def test_a_question_without_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HeaderError, match="No column is described"):
        read_question(_written(tmp_path, WITHOUT_COLUMNS))


def test_a_graph_has_no_columns_and_what_a_column_adds_is_taken_over(tmp_path: Path) -> None:
    graph = read_question(_written(tmp_path, WITHOUT_COLUMNS.replace("SELECT ?kind ?thing", "CONSTRUCT { ?s ?p ?o }")))
    assert (graph.is_graph, graph.columns) == (True, ())
    text = SOUND.replace(
        "#+ [parameters.kind]", '#+ number = "B1"\n#+ why = ["thing"]\n#+ [parameters.kind]\n#+ list = true'
    )
    text = text.replace("#+ [example]", '#+ unit = "EUR"\n#+ [example]')
    read = read_question(
        _written(tmp_path, text.replace('kind = "id:trial/need/0001"', 'kind = ["id:trial/need/0001"]'))
    )
    assert read.example == {"kind": ("id:trial/need/0001",)}
    assert (read.number, read.why, read.columns[0].unit, read.parameters[0].is_list) == ("B1", ("thing",), "EUR", True)


def test_a_check_knows_two_severities(tmp_path: Path) -> None:
    text = '#+ severity = "info"\n#+ message = { de = "a", en = "b" }\n#+ remedy = { de = "c", en = "d" }\n'
    with pytest.raises(HeaderError, match="line 1: 'severity' is 'info'"):
        read_check(_written(tmp_path, text))


def test_an_unknown_question_names_those_there_are() -> None:
    with pytest.raises(KeyError, match="There is no question 'nothing'"):
        question("nothing")


def test_everything_is_said_in_both_languages() -> None:
    said = [text for each in questions() for text in (each.text, *(column.says for column in each.columns))]
    said += [text for check in checks() for text in (check.message, check.remedy)]
    assert all(text.de and text.en for text in said)
    assert all(each.text.de.endswith("?") and each.text.en.endswith("?") for each in questions())
