"""What the search answers, as values. No Django here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from search.planner import SearchPlan
from search.query import SearchQuery
from search.trusting import Trust

#: The ways to narrow, in the order in which they are shown, and the field of a query that holds what was chosen.
FACETS = {"kind": "kinds", "source": "sources", "topic": "topics", "status": "statuses"}


class Segment(NamedTuple):
    """A piece of a snippet; the text is plain, never HTML.

    `marked`: one of the words looked for. `meant`: marked for what it means, not because it was typed.
    """

    text: str
    marked: bool = False
    meant: bool = False


class Hit(NamedTuple):
    """One thing found. `more` counts its near neighbours: hits of the same section that are shown under it."""

    key: str
    kind: str
    title: str
    url: str
    path: tuple[str, ...]
    source: str
    section: str
    year: int | None
    historic: bool
    score: float
    snippet: tuple[Segment, ...] = ()
    body: str = ""
    neighbours: tuple[Hit, ...] = ()
    more: int = 0
    ref: str = ""


@dataclass(frozen=True)
class FacetValue:
    """How many hits there would be with this value chosen."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Facet:
    """One way to narrow: kind, source, topic or status."""

    name: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True)
class EngineResult:
    """What an engine answers to a plan.

    Attributes:
        hits: The asked page, one hit a section.
        total: All hits, near neighbours included.
        listed: Those of them that the pages show; of many hits the best.
        groups: Sections found, which is what pages are counted by.
        lifted: The best hits of the kinds that say what to do next, whatever the page.
        trust: How far the hits may be trusted to answer.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    listed: int = 0
    groups: int = 0
    facets: tuple[Facet, ...] = ()
    lifted: tuple[Hit, ...] = ()
    plan: SearchPlan | None = None
    trust: Trust = Trust.SURE


@dataclass(frozen=True)
class ResultPage:
    """One page of answers, as a template, a command or an API receives it.

    Attributes:
        next_steps: Trees and what belongs to them that fit the words: "What to do next".
        hits: The page, one hit a section.
        total: All hits this person may see, those of `next_steps` included.
        listed: Those of them that the pages and `next_steps` show; of many hits the best.
        pages: How many pages of hits there are.
        corrected_text: The query as it was understood, when it was corrected.
        also_tried: Words that were searched together with those typed.
        relaxed: What was given up because nothing matched all of it, each a sentence.
        unfiltered_total: Hits without the filters, when there are none with them.
        suggested_text: What may have been meant, as a question to the reader.
        best_bets: What editors put first for these words. Not counted.
        perhaps_hits: Where nothing surely answers the query: the best hits that may help. Never counted.
        weak_hits: Where nothing answers the query: a few hits that share words with it. Never counted.
        engine: Name of the engine that answered.
        plan: How the query was understood in the end, after whatever was given up.
    """

    query: SearchQuery
    next_steps: tuple[Hit, ...] = ()
    hits: tuple[Hit, ...] = ()
    total: int = 0
    listed: int = 0
    pages: int = 0
    facets: tuple[Facet, ...] = ()
    corrected_text: str = ""
    also_tried: tuple[str, ...] = ()
    relaxed: tuple[str, ...] = ()
    unfiltered_total: int = 0
    suggested_text: str = ""
    perhaps_hits: tuple[Hit, ...] = ()
    weak_hits: tuple[Hit, ...] = ()
    best_bets: tuple[Hit, ...] = ()
    engine: str = ""
    plan: SearchPlan | None = None

    @property
    def trust(self) -> Trust:
        """How far what is shown may be trusted to answer; what editors put first apart."""
        return Trust.SURE if self.total else Trust.PERHAPS if self.perhaps_hits else Trust.NONE

    @property
    def shown(self) -> tuple[Hit, ...]:
        """The hits that the page lists, sure or not."""
        return self.hits or self.perhaps_hits


@dataclass(frozen=True)
class Explanation:
    """Why a hit stands where it stands: the share of each term and factor in its score."""

    key: str
    title: str
    score: float
    parts: tuple[tuple[str, float], ...] = field(default_factory=tuple)
