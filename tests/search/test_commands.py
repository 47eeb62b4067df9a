"""The commands, as an operator types them."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from search import services
from search.query import MAX_LIMIT

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments: object) -> str:
    out = io.StringIO()
    call_command(*map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def indexed(content):
    content.put("dose", "Missed doses and what to do about them.", source="guide")
    content.put("exchange", "A needle exchange by the river.", source="guide")
    services.rebuild()
    return content


def test_rebuild_says_how_many(content):
    content.put("dose", "Missed doses.")
    assert run("rebuild_search").startswith("2 documents indexed")


def test_search_prints_what_it_found(indexed):
    assert "What to do next" in run("search", "missed", "doses")
    assert "*needle exchange*" in run("search", "needle exchange")


def test_search_as_json(indexed):
    data = json.loads(run("search", "neddle exchange", "--json", "--explain"))
    assert data["corrected"] == "needle exchange"
    assert [hit["key"] for hit in data["hits"]] == ["passage:exchange"]
    assert data["plan"]["terms"]
    assert data["scores"][0]["parts"]


def test_search_explains_itself(indexed):
    assert "(correction, weight" in run("search", "neddle exchange", "--explain")


def test_the_limit_is_honoured(indexed):
    assert len(json.loads(run("search", "the river doses exchange", "--json", "--limit", 1))["hits"]) == 1


@pytest.mark.parametrize("limit", ["abc", "1.5", "0", "1000", ""])
def test_a_wrong_limit_is_named_with_what_is_right(indexed, limit):
    with pytest.raises(CommandError, match=f"“{limit}” is not a whole number from 1 to {MAX_LIMIT}."):
        run("search", "doses", "--limit", limit)


def test_a_run_holds_stored_passages_only(indexed, tmp_path):
    queries, out = tmp_path / "queries.jsonl", tmp_path / "run.jsonl"
    queries.write_text('{"qid": "a", "query": "missed doses"}\n\n{"qid": "b", "query": "zebras"}\n', encoding="utf-8")
    run("search", "--queries", queries, "--run", out)
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["qid"] for line in lines] == ["a", "b"]
    assert [hit["text"] for hit in lines[0]["hits"]] == ["Missed doses and what to do about them."]
    assert lines[0]["hits"][0]["source"] == "guide"
    assert lines[1]["hits"] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("search",),
        ("search", ""),
        ("search", " ", "\t"),
        ("search", "--queries", "only.jsonl"),
        ("search", "--queries", "absent.jsonl", "--run", "out.jsonl"),
    ],
)
def test_wrong_use_ends_with_two_and_one_line(indexed, arguments):
    with pytest.raises(CommandError) as caught:
        run(*arguments)
    assert caught.value.returncode == 2
    assert "\n" not in str(caught.value)


def test_an_engine_that_is_not_set_up_is_refused_in_one_line(indexed, settings):
    settings.ELASTICSEARCH_URL = []
    for command in (("search", "doses"), ("rebuild_search",)):
        with pytest.raises(CommandError, match="ELASTICSEARCH_URL") as caught:
            run(*command, "--engine", "elasticsearch")
        assert caught.value.returncode == 2


def test_a_broken_line_of_a_query_file_is_named(indexed, tmp_path):
    queries = tmp_path / "queries.jsonl"
    queries.write_text('{"qid": "a", "query": "missed"}\n{"qid": "b"}\n', encoding="utf-8")
    with pytest.raises(CommandError, match="Line 2"):
        run("search", "--queries", queries, "--run", tmp_path / "run.jsonl")
