"""Sure, perhaps or not at all: what each of the three gives on the page, from the command and for the report."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import call_command

from search import engine, services, views
from search.engine import current_engine
from search.kinds import next_step_kinds
from search.lexicon import LexiconGroup
from search.planner import make_plan
from search.query import Order, SearchQuery
from search.services import PERHAPS_HITS
from search.trusting import Trust

pytestmark = pytest.mark.django_db(transaction=True)

#: The lexicon has quokkas and doses as names. Nobody has written of xylophones or marzipan.
SURE = "quokka burrows"
PERHAPS = "quokka burrows xylophone"
PERHAPS_A_TREE = "missed doses xylophone"
NONE = "burrows xylophone"
SURELY, MAY_HELP, WEAK = "Nothing here surely answers", "These may help: check that they fit", "What shares a word"
NEXT_STEPS = 'id="next-steps"'


@pytest.fixture
def indexed(content, monkeypatch):
    for at in range(12):
        content.put(f"quokka-{at}", f"Quokka burrows by the lagoon, part {at}.", title=f"Quokkas {at}")
    for at in range(40):
        content.put(f"filler-{at}", f"Rooms and rotas of building {at}.")
    monkeypatch.setattr(engine, "_providers", {"names": lambda: (LexiconGroup("quokka"), LexiconGroup("doses"))})
    services.rebuild()
    return content


@pytest.fixture
def open_search(indexed, client):
    def get(text: str, **parameters: object) -> str:
        response = client.get("/search/", {"q": text, **parameters})
        assert response.status_code == 200
        return response.content.decode()

    return get


@pytest.fixture
def poor(monkeypatch):
    recorded: list[str] = []
    monkeypatch.setattr(views, "record_poor_search", recorded.append)
    return recorded


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("search", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("text", "trust"),
    [(SURE, Trust.SURE), (PERHAPS, Trust.PERHAPS), (PERHAPS_A_TREE, Trust.PERHAPS), (NONE, Trust.NONE)],
)
@pytest.mark.parametrize("order", [Order.RELEVANCE, Order.NEWEST])
def test_every_engine_says_how_far_its_hits_may_be_trusted(indexed, engine_name, text, trust, order):
    answering = current_engine(engine_name)
    query = SearchQuery.of(text, order=order)
    plan = make_plan(query, engine.lexicon(), answering.vocabulary(query.audience))
    result = answering.search(plan, next_step_kinds())
    assert result.trust is trust
    assert result.total
    assert trust is Trust.SURE or not result.lifted


def test_an_engine_that_ranks_few_of_many_says_perhaps_too(indexed, engine_name, monkeypatch):
    answering = current_engine(engine_name)
    monkeypatch.setattr(answering, "_candidates_wanted" if engine_name == "elasticsearch" else "_wanted", 5)
    query = SearchQuery.of(PERHAPS, kinds=("passage",))
    plan = make_plan(query, engine.lexicon(), answering.vocabulary(query.audience))
    result = answering.search(plan, next_step_kinds())
    assert result.trust is Trust.PERHAPS
    assert result.total == 12


def test_what_is_sure_is_a_full_page(open_search, poor):
    html = open_search(SURE)
    assert "12 results" in html
    assert "Pages of results" in html
    assert not any(words in html for words in (SURELY, MAY_HELP, WEAK, "Ways on"))
    assert poor == []


def test_what_may_help_is_said_to_be_unsure_and_shows_the_best_few(open_search, poor):
    html = open_search(PERHAPS)
    assert f"{SURELY} “{PERHAPS}”" in html
    assert html.index(SURELY) < html.index(MAY_HELP) < html.index("Quokkas") < html.index("Ways on")
    assert html.count('class="portal-result"') == PERHAPS_HITS
    assert "<mark>Quokka" in html
    unwanted = ("Pages of results", "Sorted by", "Narrow the results", NEXT_STEPS, "results</h2>", WEAK)
    assert not [words for words in unwanted if words in html]
    assert poor == [PERHAPS]


def test_what_nothing_answers_names_no_more_than_titles(open_search, poor):
    html = open_search(NONE)
    assert f"Nothing here answers “{NONE}”" in html
    assert WEAK in html
    assert 'class="portal-result"' not in html
    assert not any(words in html for words in (SURELY, MAY_HELP))
    assert poor == [NONE]


def test_a_tree_that_may_help_is_a_hit_like_any_other(open_search):
    sure, unsure = open_search("missed doses"), open_search(PERHAPS_A_TREE)
    assert NEXT_STEPS in sure
    assert NEXT_STEPS not in unsure
    assert unsure.index(MAY_HELP) < unsure.index("Missed doses?")


@pytest.mark.parametrize("parameters", [{"page": "3"}, {"order": "newest"}])
def test_of_what_may_help_there_are_no_pages_and_no_orders(open_search, parameters):
    shown = services.search(PERHAPS).perhaps_hits
    query = SearchQuery.of(
        PERHAPS, page=int(parameters.get("page", 1)), order=Order(parameters.get("order", "relevance"))
    )
    assert services.search(query).perhaps_hits == shown
    assert MAY_HELP in open_search(PERHAPS, **parameters)


def test_of_what_may_help_within_some_choices_there_is_a_way_out_of_them(open_search):
    way_out = "Search without the choices you made"
    narrowed = open_search(PERHAPS, kind="passage")
    assert MAY_HELP in narrowed
    assert f'<a href="?q=quokka+burrows+xylophone" rel="nofollow">{way_out}</a>' in narrowed
    assert way_out not in open_search(PERHAPS)


def test_best_bets_stand_above_what_may_help(open_search, monkeypatch):
    monkeypatch.setattr(services, "best_bets_for", lambda text: ("passage:filler-1",))
    html = open_search(PERHAPS)
    assert SURELY not in html
    assert html.index("Chosen by the editors") < html.index(MAY_HELP)


def test_a_word_of_another_subject_is_never_given_up_to_be_sure(indexed):
    indexed.put("both", "Doses for a quokka are missed where the lagoon floods burrows.")
    services.enqueue("passage", "both")
    assert services.search("missed doses quokka lagoon burrows marzipan").hits
    page = services.search("missed doses quokka lagoon burrows vacancies")
    assert (page.hits, page.relaxed) == ((), ())
    assert "passage:both" in [hit.key for hit in page.perhaps_hits]


def test_the_command_says_what_it_is_not_sure_of(indexed):
    assert "12 results" in run(SURE)
    unsure = run(PERHAPS)
    assert "Nothing here surely answers that. These may help: check that they fit" in unsure
    assert "results\n" not in unsure
    assert unsure.count("Quokkas") == PERHAPS_HITS
    assert "0 results" in run(NONE)


def test_as_json_hits_are_those_that_surely_answer(indexed, tmp_path):
    sure, unsure = json.loads(run(SURE, "--json")), json.loads(run(PERHAPS, "--json"))
    assert (sure["trust"], unsure["trust"]) == ("sure", "perhaps")
    assert sure["hits"]
    assert sure["perhaps"] == []
    assert (unsure["hits"], unsure["total"], unsure["next_steps"]) == ([], 0, [])
    assert len(unsure["perhaps"]) == PERHAPS_HITS
    queries, out = tmp_path / "queries.jsonl", tmp_path / "run.jsonl"
    queries.write_text("".join(json.dumps({"qid": text, "query": text}) + "\n" for text in (SURE, PERHAPS)), "utf-8")
    run("--queries", str(queries), "--run", str(out))
    found = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    # A run says what the page shows, and how far it is trusted.
    assert [(line["trust"], len(line["hits"])) for line in found] == [("sure", 12), ("perhaps", PERHAPS_HITS)]
