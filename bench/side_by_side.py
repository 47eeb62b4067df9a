"""Ours beside plain searches over the same passages, by category: `python -m bench.side_by_side`.

On a portal that is set up with the documents. Prints a table of nDCG@10 for the judged queries that came with the
documents (where they are at hand) and for both halves of our own.
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
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DEPTH = 20
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Passage:
    """A passage as every search here gets it: heading and text."""

    source: str
    title: str
    body: str


Search = Callable[[str], Sequence[Passage]]


def bm25(passages: Sequence[Passage]) -> Search:
    """The textbook: stems, k1 = 1.2, b = 0.75, heading and text as one."""
    import snowballstemmer

    stemmer = snowballstemmer.stemmer("english")

    def terms(text: str) -> list[str]:
        return list(stemmer.stemWords(_WORD.findall(text.lower())))

    counted = [Counter(terms(f"{each.title} {each.body}")) for each in passages]
    lengths = [sum(counts.values()) for counts in counted]
    average = sum(lengths) / len(lengths)
    holding = Counter(term for counts in counted for term in counts)

    def search(text: str) -> list[Passage]:
        scores: Counter[int] = Counter()
        for term in set(terms(text)) & set(holding):
            idf = math.log1p((len(passages) - holding[term] + 0.5) / (holding[term] + 0.5))
            for at, counts in enumerate(counted):
                if term in counts:
                    norm = counts[term] + 1.2 * (0.25 + 0.75 * lengths[at] / average)
                    scores[at] += idf * counts[term] * 2.2 / norm
        return [passages[at] for at, _ in scores.most_common(DEPTH)]

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


def ours(passages: Sequence[Passage]) -> Search:
    """The portal's search, as `manage.py search --run` asks it."""
    from search import services
    from search.query import SearchQuery

    def search(text: str) -> list[Passage]:
        hits = services.search(SearchQuery.of(text, kinds=("passage",), limit=DEPTH)).hits
        return [Passage(hit.source, hit.title, hit.body) for hit in hits]

    return search


SEARCHES: Mapping[str, Callable[[Sequence[Passage]], Search]] = {"ours, embedded": ours, "BM25": bm25, "FTS5": fts5}


def main() -> int:
    """Print one table a set."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    import django

    django.setup()
    from guidance.models import Passage as Row

    rows = Row.objects.filter(section__edition__is_current=True).select_related("section__edition__source")
    passages = [Passage(row.section.edition.source.slug, str(row.section), row.plain) for row in rows]
    if not passages:
        print(
            "No document is loaded, so there is nothing to judge. Set SOURCES and set the portal up.", file=sys.stderr
        )
        return 2
    searches = {name: make(passages) for name, make in SEARCHES.items()}
    for title, score in (
        ("came with the documents", _dev),
        ("own, tuning", _own("tuning")),
        ("own, kept", _own("kept")),
    ):
        scored = {name: score(search) for name, search in searches.items()}
        if all(scored.values()):
            _print(title, scored)
    return 0


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
    judged = Path(os.environ.get("SEARCH_JUDGED", ROOT.parent / "shared" / "search"))
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


def _print(title: str, scored: Mapping[str, Mapping[str, float]]) -> None:
    print(f"\n| {title} | {' | '.join(scored)} |")
    print(f"|---|{'---:|' * len(scored)}")
    for measure in next(iter(scored.values())):
        print(f"| {measure} | {' | '.join(f'{row[measure]:.3f}'.removesuffix('.000') for row in scored.values())} |")


if __name__ == "__main__":
    raise SystemExit(main())
