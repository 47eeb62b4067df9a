"""Ours beside other searches over the same passages, by category: `python -m bench.side_by_side`.

On a portal that is set up with the documents. Prints a table of nDCG@10 for the judged queries that came with the
documents (where they are at hand) and for both halves of our own. What cannot be had here is "not measured":
Elasticsearch where there is none (`ELASTICSEARCH_TEST_URL`, or Java and Maven for a throw-away one), the dense model
where `DENSE_PYTHON` names no interpreter that has it (`bench/dense_side.py` says how to make one).
"""

from __future__ import annotations

import json
import math
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DEPTH = 20
#: Of the fused list: what is added to every rank, and what a rank in the second list is worth beside one in the first.
#: Chosen on our tuning half, as that only whole questions are fused: for other words it does more harm than good.
RANK_OFFSET, OTHER_WEIGHT = 10, 0.3
_QUESTION = re.compile(
    r"(what|how|when|who|why|can|do|does|is|are|should|which|where|may|must|if|will|could) ", re.IGNORECASE
)
#: Words of the shortest query that is taken for a whole question.
SHORTEST_QUESTION = 5
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Passage:
    """A passage as every search here gets it: heading and text; and the section it stands in."""

    source: str
    title: str
    body: str
    section: int


class NotMeasured(Exception):
    """A search that cannot be had here. The message says why."""


Search = Callable[[str], Sequence[Passage]]


def bm25(passages: Sequence[Passage]) -> Search:
    """The textbook: stems, k1 = 1.2, b = 0.75, heading and text as one."""
    from Stemmer import Stemmer

    stemmer = Stemmer("english")

    def terms(text: str) -> list[str]:
        return list(stemmer.stemWords(_WORD.findall(text.lower())))

    counted = [Counter(terms(f"{each.title} {each.body}")) for each in passages]
    lengths = [sum(counts.values()) for counts in counted]
    average = sum(lengths) / len(lengths)
    holding = Counter(term for counts in counted for term in counts)

    def search(text: str) -> list[Passage]:
        scores: dict[int, float] = defaultdict(float)
        for term in set(terms(text)) & set(holding):
            idf = math.log1p((len(passages) - holding[term] + 0.5) / (holding[term] + 0.5))
            for at, counts in enumerate(counted):
                if term in counts:
                    norm = counts[term] + 1.2 * (0.25 + 0.75 * lengths[at] / average)
                    scores[at] += idf * counts[term] * 2.2 / norm
        return [passages[at] for at in _best(scores)]

    return search


def fts5(passages: Sequence[Passage]) -> Search:
    """SQLite as it comes: the Porter tokenizer, its own bm25, any of the words."""
    index = sqlite3.connect(":memory:")
    index.execute("CREATE VIRTUAL TABLE plain USING fts5(title, body, tokenize='porter unicode61')")
    index.executemany(
        "INSERT INTO plain (rowid, title, body) VALUES (?, ?, ?)",
        [(at, each.title, each.body) for at, each in enumerate(passages)],
    )

    def search(text: str) -> list[Passage]:
        match = " OR ".join(f'"{word}"' for word in _WORD.findall(text.lower()))
        if not match:
            return []
        rows = index.execute(f"SELECT rowid FROM plain WHERE plain MATCH ? ORDER BY rank LIMIT {DEPTH}", (match,))
        return [passages[row[0]] for row in rows]

    return search


def ours(passages: Sequence[Passage], engine: str = "embedded") -> Search:
    """The portal's search on one of its engines, as `manage.py search --run` asks it."""
    from search import services
    from search.query import SearchQuery

    known = {(each.source, each.body): each for each in passages}

    def search(text: str) -> list[Passage]:
        hits = services.search(SearchQuery.of(text, kinds=("passage",), limit=DEPTH), engine=engine).shown
        return [known[hit.source, hit.body] for hit in hits]

    return search


def elasticsearch(passages: Sequence[Passage], stack: ExitStack) -> Search:
    """The portal's search on an Elasticsearch that is filled for this and, where none is named, thrown away after."""
    from django.conf import settings

    from search import services
    from tests.support.throwaway_elasticsearch import NoElasticsearch, server

    url = os.environ.get("ELASTICSEARCH_TEST_URL")
    try:
        settings.ELASTICSEARCH_URL = [url or stack.enter_context(server()).url]
    except NoElasticsearch as why:
        raise NotMeasured(str(why)) from why
    settings.ELASTICSEARCH_PREFIX = "bench"
    settings.ELASTICSEARCH_TIMEOUT = 60.0
    services.rebuild("elasticsearch")
    return ours(passages, "elasticsearch")


def stock(passages: Sequence[Passage], stack: ExitStack) -> Search:
    """Wagtail's stock search, as the search page of `wagtail start` asks it: a page for each passage, all words."""
    from bench.peer import SETTINGS, make_empty_peer
    from bench.request_cost import worker_of

    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    make_empty_peer(folder / "peer")
    texts = folder / "texts.jsonl"
    with texts.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps({"title": each.title, "body": each.body}) + "\n" for each in passages)
    worker = stack.enter_context(worker_of(folder / "peer", dict(os.environ), SETTINGS, "peer_side"))
    worker.do("fill", path=str(texts))

    def search(text: str) -> list[Passage]:
        return [passages[at] for at in worker.do("first", query=text, limit=DEPTH)]

    return search


def dense(passages: Sequence[Passage], queries: Sequence[str]) -> Search:
    """A small model of sentences, offline: the passages nearest in meaning, whatever words they have."""
    interpreter = os.environ.get("DENSE_PYTHON")
    if not interpreter:
        raise NotMeasured("DENSE_PYTHON does not name an interpreter that has the model.")
    order = {"passages": [f"{each.title}. {each.body}" for each in passages], "queries": list(queries)}
    done = subprocess.run(
        [interpreter, str(ROOT / "bench" / "dense_side.py")],
        # Threads that wait for each other would be counted as work.
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        input=json.dumps(order),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise NotMeasured(f"{interpreter}: {done.stderr.strip().splitlines()[-1]}")
    answer = json.loads(done.stdout)
    print(
        f"dense: {answer['index_seconds']:.0f} s of CPU for {len(passages)} passages, {answer['query_ms']:.0f} ms for a"
        f" query, {answer['memory']:.0f} MiB in the process"
    )
    nearest = {query: [passages[at] for at in found] for query, found in zip(queries, answer["nearest"], strict=True)}
    return nearest.__getitem__


def fused(first: Search, other: Search) -> Search:
    """Two lists as one by reciprocal rank for whole questions, the first list alone for other words.

    One passage a section, as ours has it. Nothing where the first finds nothing, so that the other, which always finds
    something, does not answer what nothing here answers.
    """

    def search(text: str) -> Sequence[Passage]:
        found = first(text)
        if not found or not _is_question(text):
            return found
        scores: dict[int, float] = defaultdict(float)
        shown: dict[int, Passage] = {}
        for hits, weight in ((found, 1.0), (other(text), OTHER_WEIGHT)):
            for rank, section in enumerate(dict.fromkeys(hit.section for hit in hits)):
                scores[section] += weight / (RANK_OFFSET + rank)
            for hit in hits:
                shown.setdefault(hit.section, hit)
        return [shown[section] for section in _best(scores)]

    return search


def _is_question(text: str) -> bool:
    return len(text.split()) >= SHORTEST_QUESTION and _QUESTION.match(text) is not None


def _best(scores: Mapping[int, float]) -> list[int]:
    return sorted(scores, key=lambda each: -scores[each])[:DEPTH]


def main() -> int:
    """Print one table a set."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    import django

    django.setup()
    from guidance.models import Passage as Row

    rows = Row.objects.filter(section__edition__is_current=True).select_related("section__edition__source")
    passages = [Passage(row.section.edition.source.slug, str(row.section), row.plain, row.section.pk) for row in rows]
    if not passages:
        print(
            "No document is loaded, so there is nothing to judge. Set SOURCES and set the portal up.", file=sys.stderr
        )
        return 2
    with ExitStack() as stack:
        searches = _searches(passages, stack)
        for title, score in (
            ("came with the documents", _dev),
            ("own, tuning", _own("tuning")),
            ("own, kept", _own("kept")),
        ):
            scored = {name: score(search) if search else {} for name, search in searches.items()}
            if any(scored.values()):
                _print(title, scored)
    return 0


def _searches(passages: Sequence[Passage], stack: ExitStack) -> dict[str, Search | None]:
    """Every column, by name; None for what cannot be had here, which is said."""
    makers: dict[str, Callable[[], Search]] = {
        "ours, embedded": lambda: ours(passages),
        "ours, Elasticsearch": lambda: elasticsearch(passages, stack),
        "BM25": lambda: bm25(passages),
        "FTS5": lambda: fts5(passages),
        "Wagtail's stock": lambda: stock(passages, stack),
        "dense": lambda: dense(passages, _every_query()),
    }
    found: dict[str, Search | None] = {}
    for name, make in makers.items():
        try:
            found[name] = make()
        except NotMeasured as why:
            found[name] = None
            print(f"{name}: not measured. {why}")
    first, other = found["ours, embedded"], found["dense"]
    return {**found, "ours, dense for questions": fused(first, other) if first and other else None}


def _every_query() -> list[str]:
    from tests.support.judged_queries import judged_queries

    came = _judged_folder() / "dev-queries.jsonl"
    lines = came.read_text(encoding="utf-8").splitlines() if came.is_file() else []
    return [*(json.loads(line)["query"] for line in lines), *(each.query for each in judged_queries())]


def _own(half: str) -> Callable[[Search], dict[str, float]]:
    from guidance.importing.fingerprint import text_hash
    from tests.support.judged_queries import HASH_LENGTH, Found, Half, averages, queries_of, score

    def scored(search: Search) -> dict[str, float]:
        queries = queries_of(Half(half), off_topic=False)
        scores = {
            query.qid: score(
                query, [Found(hit.source, text_hash(hit.body)[:HASH_LENGTH]) for hit in search(query.query)]
            )
            for query in queries
        }
        means = averages(scores, queries)
        return {
            **{name: row["ndcg@10"] for name, (_, row) in means.items()},
            "success@5": means["overall"][1]["success@5"],
            "off-topic answered": sum(bool(search(each.query)) for each in queries_of(Half(half), off_topic=True)),
        }

    return scored


def _dev(search: Search) -> dict[str, float]:
    judged = _judged_folder()
    if not (judged / "evaluate.py").is_file():
        return {}
    queries = judged / "dev-queries.jsonl"
    lines = []
    for line in queries.read_text(encoding="utf-8").splitlines():
        asked = json.loads(line)
        hits = [{"source": hit.source, "section": "", "text": hit.body} for hit in search(asked["query"])]
        lines.append(json.dumps({"qid": asked["qid"], "hits": hits}))
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run.jsonl"
        run.write_text("\n".join(lines), encoding="utf-8")
        command = [sys.executable, str(judged / "evaluate.py"), "--queries", str(queries), "--run", str(run), "--json"]
        command += ["--judgments", str(judged / "dev-judgments.jsonl")]
        report: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return {
        **{name: row["ndcg@10"] for name, row in report["categories"].items()},
        "overall": report["overall"]["ndcg@10"],
        "success@5": report["overall"]["success@5"],
        "hits an off-topic query": report["off_topic"]["mean_hits"],
    }


def _judged_folder() -> Path:
    return Path(os.environ.get("SEARCH_JUDGED", ROOT.parent / "shared" / "search"))


def _print(title: str, scored: Mapping[str, Mapping[str, float]]) -> None:
    print(f"\n| {title} | {' | '.join(scored)} |")
    print(f"|---|{'---:|' * len(scored)}")
    for measure in next(row for row in scored.values() if row):
        cells = (f"{row[measure]:.3f}".removesuffix(".000") if row else "not measured" for row in scored.values())
        print(f"| {measure} | {' | '.join(cells)} |")


if __name__ == "__main__":
    raise SystemExit(main())
