"""Our own judged queries: what they ask, which passages answer them, and how well a list of passages does.

The half that may be tuned with is starter content, because editors see it too; the kept half and all judgments stand
here. Passages are named by source, section and the first characters of their hash, never by their words. All judged
passages of one section are one place: it is worth its best grade and is paid once. The measures are those of the test
collection that the documents came with, so that figures of the two sets can be read side by side.

Queries for the floor ("nothing here answers that") stand apart, in files of their own. They are not judged passage by
passage: each names a section that answers it, or none. Each file was written, from the documents alone, before anybody
looked at how any query of it fares.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from search.judged import OFF_TOPIC
from search.judged import judged_queries as shipped_queries

CONTENT = Path(__file__).resolve().parents[2] / "content"
FOLDER = Path(__file__).resolve().parents[1] / "search" / "judged"
HASH_LENGTH = 12
RELEVANT = 2
NDCG_DEPTH, MRR_DEPTH, RECALL_DEPTH, SUCCESS_DEPTH = 10, 10, 20, 5
#: Files of queries for the floor, numbered in the order in which they were written. Each was run once, whole, before
#: its kinds of failure were studied. By now both lines of trust are set with all of them, and the search words name
#: kinds that were missing in them. The hard one is hard on purpose: off-topic queries made of words that the documents
#: hold, and answerable ones made of everyday words that they do not.
FLOOR_FILES = tuple(f"floor-queries{more}.jsonl" for more in ("", "-2", "-3", "-4", "-5", "-7"))
FLOOR_FILE_HARD = "floor-queries-6.jsonl"
#: Written last and blind, by writers who saw the documents alone and were asked for what people really type.
#: The last has not been used since it was run.
FLOOR_FILES_NATURAL = tuple(f"floor-queries-{number}.jsonl" for number in range(8, 14))
MEASURES = ("ndcg@10", "mrr@10", "recall@20", "success@5")


class Half(StrEnum):
    """What a query may be used for. The halves were drawn by a seeded shuffle before anything was tuned."""

    TUNING = "tuning"
    KEPT = "kept"


@dataclass(frozen=True)
class JudgedPassage:
    """A passage that answers a query: 3 answers it, 2 answers part of it, 1 only points to it."""

    source: str
    section: str
    passage: str
    grade: int


@dataclass(frozen=True)
class JudgedQuery:
    """One need as somebody would type it, with what answers it; nothing does where it is off-topic."""

    qid: str
    query: str
    category: str
    half: Half
    answers: tuple[JudgedPassage, ...] = ()

    @property
    def off_topic(self) -> bool:
        return self.category == OFF_TOPIC


@dataclass(frozen=True)
class FloorQuery:
    """A query that something here answers, in the section named, or that nothing here answers: no section."""

    qid: str
    query: str
    source: str = ""
    section: str = ""

    @property
    def off_topic(self) -> bool:
        return not self.section


@dataclass(frozen=True)
class Found:
    """A passage as a search has found it."""

    source: str
    passage: str


Scores = dict[str, float]


@cache
def judged_queries() -> tuple[JudgedQuery, ...]:
    """Every query of the set, both halves, with its judgments."""
    answers: dict[str, list[JudgedPassage]] = {}
    for row in _rows("judgments.jsonl"):
        answers.setdefault(str(row.pop("qid")), []).append(JudgedPassage(**row))  # type: ignore[arg-type]  # fields by name
    tuning = ((each.qid, each.query, each.category, Half.TUNING) for each in shipped_queries(CONTENT))
    kept = ((str(row["qid"]), str(row["query"]), str(row["category"]), Half.KEPT) for row in _rows("queries.jsonl"))
    return tuple(JudgedQuery(*each, tuple(answers.get(each[0], ()))) for each in (*tuning, *kept))


@cache
def floor_queries(name: str) -> tuple[FloorQuery, ...]:
    """The queries of a file that was written to see whether the floor holds."""
    return tuple(FloorQuery(**{key: str(value) for key, value in row.items()}) for row in _rows(name))


def queries_of(half: Half, *, off_topic: bool) -> tuple[JudgedQuery, ...]:
    """The queries of one half that have an answer, or those that have none."""
    return tuple(each for each in judged_queries() if each.half is half and each.off_topic is off_topic)


def score(query: JudgedQuery, found: Sequence[Found]) -> Scores:
    """How well a list of passages, best first, answers a query."""
    grades: dict[tuple[str, str], dict[str, int]] = {}
    for each in query.answers:
        grades.setdefault((each.source, each.passage), {})[each.section] = each.grade
    places: dict[tuple[str, str], int] = {}
    for each in query.answers:
        place = (each.source, each.section)
        places[place] = max(places.get(place, 0), each.grade)
    paid: dict[tuple[str, str], int] = {}
    gains: list[int] = []
    relevant: list[bool] = []
    reached: set[tuple[str, str]] = set()
    for depth, hit in enumerate(found):
        best = 0
        for section, grade in grades.get((hit.source, hit.passage), {}).items():
            place = (hit.source, section)
            gain = max(grade - paid.get(place, 0), 0)
            best = max(best, gain)
            paid[place] = max(paid.get(place, 0), grade)
            if grade >= RELEVANT and depth < RECALL_DEPTH:
                reached.add(place)
        gains.append(best)
        relevant.append(any(grade >= RELEVANT for grade in grades.get((hit.source, hit.passage), {}).values()))
    ideal = _discounted(sorted(places.values(), reverse=True)[:NDCG_DEPTH])
    wanted = [place for place, grade in places.items() if grade >= RELEVANT]
    first = next((at for at, each in enumerate(relevant[:MRR_DEPTH]) if each), None)
    return {
        "ndcg@10": _discounted(gains[:NDCG_DEPTH]) / ideal if ideal else 0.0,
        "mrr@10": 0.0 if first is None else 1 / (first + 1),
        "recall@20": len(reached) / len(wanted) if wanted else 0.0,
        "success@5": float(any(relevant[:SUCCESS_DEPTH])),
    }


def averages(scores: Mapping[str, Scores], queries: Iterable[JudgedQuery]) -> dict[str, tuple[int, Scores]]:
    """How many queries and their mean scores, by category and overall."""
    by_category: dict[str, list[Scores]] = {}
    for query in queries:
        for name in (query.category, "overall"):
            by_category.setdefault(name, []).append(scores[query.qid])
    return {
        name: (len(rows), {measure: sum(row[measure] for row in rows) / len(rows) for measure in MEASURES})
        for name, rows in sorted(by_category.items(), key=lambda pair: pair[0] == "overall")
    }


def _discounted(gains: Iterable[float]) -> float:
    return sum(gain / math.log2(depth + 2) for depth, gain in enumerate(gains))


def _rows(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines() if line.strip()]
