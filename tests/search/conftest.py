"""A small corpus in our own words, and an index in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from search import engine, kinds
from search.documents import SearchDocument
from search.engines.base import SearchEngine
from search.engines.embedded import EmbeddedEngine
from search.kinds import SearchKind
from search.lexicon import Lexicon, groups_from_glossary
from search.planner import make_plan
from search.query import SearchQuery
from search.results import EngineResult

GLOSSARY = [
    {"term": "NSP", "search": ["needle exchange", "needle and syringe programme"], "typed": ["works"]},
    {"term": "breathalyser", "search": ["breath test"], "typed": ["blew over"]},
    {
        "term": "opiate",
        "search": ["opioid"],
        "typed": ["gear"],
        "ambiguous": ["gear"],
        "context": ["heroin", "using"],
    },
    {"term": "QRC, QRP", "search": [], "pairs": [["QRC", "quality requirement"]]},
    {"term": "MET", "search": ["motivational enhancement therapy"]},
]


def document(key: str, body: str, **rest: Any) -> SearchDocument:
    """A passage with what a test does not care about filled in."""
    given = {"kind": "passage", "title": f"About {key}", "url": f"/sources/{key}/", "ref": key} | rest
    return SearchDocument(key=key, body=body, **given)


def corpus() -> list[SearchDocument]:
    """Sentences of our own about things of the field; some filler, so that rarity means something."""
    written = {
        "breath": "The nurse uses a breathalyser before each dose; above 0.35 mg/L nobody is given methadone.",
        "exchange": "A needle exchange hands out clean injecting equipment and takes back what was used.",
        "programme": "The needle and syringe programme may send parcels, yet visits in person matter.",
        "missed": "After missed doses on three days the prescriber looks at tolerance before restarting.",
        "alliance": "A good therapeutic alliance keeps people coming, whoever the worker is.",
        "planning": "Care planning is done together, and the plan is looked at again every three months.",
        "behaviour": "Changing behaviour takes time; stabilisation comes first.",
        "table": "Table 4 of section 5.2.6 gives the code CG115 and QRC 3.",
        "enhancement": "Motivational enhancement therapy (MET) has four sessions.",
        "met": "The team met on Monday about the rota.",
        "opioid": "An opioid prescription needs a review.",
        "quality": "Each quality requirement has an owner.",
    }
    filler = [document(f"filler-{at}", f"Rooms, keys and rotas of building {at} are listed here.") for at in range(30)]
    return [document(key, body, source="handbook") for key, body in written.items()] + filler


@dataclass
class Searching:
    """An engine with a lexicon, asked in one line."""

    engine: SearchEngine
    lexicon: Lexicon

    def ask(self, text: str, **rest: Any) -> EngineResult:
        query = SearchQuery.of(text, **rest)
        lifted = rest.pop("lifted", ())
        return self.engine.search(make_plan(query, self.lexicon, self.engine.vocabulary(query.audience)), lifted)

    def keys(self, text: str, **rest: Any) -> list[str]:
        return [hit.key for hit in self.ask(text, **rest).hits]


@pytest.fixture
def index_path(tmp_path: Path) -> Path:
    return tmp_path / "index" / "search.sqlite3"


@pytest.fixture(params=["embedded", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Every test that asks for an engine is run with each of them."""
    return str(request.param)


@pytest.fixture
def open_engine(engine_name: str, index_path: Path, request: pytest.FixtureRequest) -> Callable[[], SearchEngine]:
    """Makes engines on one and the same index, as several processes would."""
    if engine_name == "embedded":
        return partial(EmbeddedEngine, index_path)
    from search.engines.elasticsearch.engine import ElasticsearchEngine

    address = request.getfixturevalue("elasticsearch_address")
    return partial(ElasticsearchEngine, address)


@pytest.fixture
def searching(open_engine: Callable[[], SearchEngine]) -> Searching:
    engine = open_engine()
    engine.rebuild(corpus())
    return Searching(engine, Lexicon(groups_from_glossary(GLOSSARY)))


@dataclass
class Content:
    """What a registered kind gives: objects by ref, each with its documents."""

    objects: dict[str, list[SearchDocument]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def everything(self) -> Iterator[SearchDocument]:
        for documents in list(self.objects.values()):
            yield from documents

    def one(self, ref: str) -> list[SearchDocument]:
        if ref in self.broken:
            raise RuntimeError("This object cannot be read.")
        return self.objects.get(ref, [])

    def put(self, ref: str, body: str, **rest: Any) -> None:
        self.objects[ref] = [document(f"passage:{ref}", body, ref=ref, **rest)]


@pytest.fixture
def content(
    engine_name: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Content:
    """A portal whose only content is what the test puts in, with an index of its own."""
    settings.SEARCH_INDEX_PATH = tmp_path / "search.sqlite3"
    settings.ELASTICSEARCH_URL = []
    if engine_name == "elasticsearch":
        address = request.getfixturevalue("elasticsearch_address")
        settings.ELASTICSEARCH_URL = list(address.hosts)
        settings.ELASTICSEARCH_PREFIX = address.prefix
        settings.ELASTICSEARCH_TIMEOUT = address.patience
    # Here, because a process that a test starts imports this module before Django is set up.
    from search import background, services

    # What would be done in the background is done by the test that wants it.
    monkeypatch.setattr(background, "start", lambda name, work: False)
    monkeypatch.setattr(services, "_away", set())
    monkeypatch.setattr(services, "LOOK_EVERY", 0.0)
    monkeypatch.setattr(kinds, "_kinds", {})
    monkeypatch.setattr(engine, "_providers", {})
    # Imported here: processes that tests start import this module without Django.
    from search.editing import forget_best_bets

    forget_best_bets()
    made = Content()
    trees: Callable[[], list[SearchDocument]] = lambda: [  # noqa: E731 - one expression, used once
        document("tree:missed", "Missed doses: what to do when days were missed", kind="tree", title="Missed doses?")
    ]
    kinds.register_kind(SearchKind("passage", "Passages", made.everything, made.one, order=10, one="Passage"))
    kinds.register_kind(
        SearchKind("tree", "Decision trees", trees, lambda ref: trees(), order=1, one="Decision tree", next_step=True)
    )
    return made
