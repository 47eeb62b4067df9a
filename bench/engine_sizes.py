"""The engines alone at growing sizes: `python -m bench.engine_sizes [--sizes 2000 20000 200000] [--engines …]`.

The passages are those of the documents, and beyond their number synthetic variations of them: cut together from two,
with words that few others hold. Every measurement runs in a process of its own, so that its memory is told apart.
Elasticsearch is the throw-away one of the tests.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SIZES = (2_000, 20_000, 200_000)
ENGINES = ("embedded", "elasticsearch")
ROUNDS = 2
#: Asked where the judged queries are not at hand.
QUERIES = (
    "missed doses",
    "what do I do when somebody smells of alcohol",
    "needle exchange",
    "NSP",
    "breathaliser limit",
    "supervised consumption",
    "0.35 mg/L",
    "how often is a care plan reviewed",
    "co-occurring mental health conditions",
    "therapeutic alliance",
    "remote appointments and safeguarding",
    "hepatitis C testing",
    "naloxone take home",
    "treatment",
    "keyworker",
    "overdose risk after prison",
    "methodone dose",
    "contingency management vouchers",
    "how do I record a transfer of care",
    "recovery",
)


def main() -> int:
    """Print the table, or one measurement as JSON for the process that prints it."""
    parser = argparse.ArgumentParser(prog="python -m bench.engine_sizes", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES)
    parser.add_argument("--one", nargs=2, metavar=("ENGINE", "SIZE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(_measured(options.one[0], int(options.one[1]))))
        return 0
    print_table(options.engines, options.sizes)
    return 0


def print_table(engines: Sequence[str] = ENGINES, sizes: Sequence[int] = SIZES) -> None:
    """Each engine at each size, a line as soon as it is measured."""
    print("engine alone, nothing remembered: ms a query, wall clock; passages beyond the documents' own are synthetic")
    print(f"{'engine':16}{'passages':>10}{'p50':>9}{'p95':>9}{'build s':>10}{'MiB a worker':>14}")
    for engine in engines:
        for size in sizes:
            _print_line(engine, size)


def _print_line(engine: str, size: int) -> None:
    command = [sys.executable, "-m", "bench.engine_sizes", "--one", engine, str(size)]
    if engine == "elasticsearch":
        command = [sys.executable, "-m", "tests.support.throwaway_elasticsearch", *command]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    if not done.stdout.strip():
        print(f"{engine:16}{size:>10}   not measured")
        return
    one = json.loads(done.stdout.splitlines()[-1])
    print(
        f"{engine:16}{size:>10}{one['p50']:>9.1f}{one['p95']:>9.1f}{one['build']:>10.0f}{one['memory']:>14.0f}",
        flush=True,
    )


def _measured(engine: str, size: int) -> dict[str, float]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    import django

    django.setup()
    from search.planner import make_plan
    from search.query import SearchQuery

    lexicon, base, queries = _lexicon(), _passages(), _queries()
    with tempfile.TemporaryDirectory(prefix="bench-engine-") as folder:
        answering = _engine(engine, Path(folder))
        started = time.perf_counter()
        answering.rebuild(_variations(base, size))
        built = time.perf_counter() - started
        taken = []
        for at in range((1 + ROUNDS) * len(queries)):
            _forget(answering)
            query = SearchQuery.of(queries[at % len(queries)])
            started = time.perf_counter()
            answering.search(make_plan(query, lexicon, answering.vocabulary(query.audience)))
            taken.append((time.perf_counter() - started) * 1000)
        # The first round warms up what runs for weeks: the server's compiler, and what a process reads once.
        steady = taken[len(queries) :]
        return {
            "p50": statistics.median(steady),
            "p95": statistics.quantiles(steady, n=20)[-1],
            "build": built,
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }


def _engine(name: str, folder: Path) -> Any:
    if name == "embedded":
        from search.engines.embedded import EmbeddedEngine

        return EmbeddedEngine(folder / "search.sqlite3")
    from search.engines.elasticsearch.connection import Address
    from search.engines.elasticsearch.engine import ElasticsearchEngine

    return ElasticsearchEngine(Address((os.environ["ELASTICSEARCH_TEST_URL"],), prefix="bench", patience=60.0))


def _forget(engine: Any) -> None:
    """Drop what was worked out for earlier queries: people seldom ask the same."""
    snapshot = engine._snapshot
    if hasattr(snapshot, "answers"):
        snapshot.answers.clear()
    for view in snapshot.views.values() if snapshot else ():
        for remembered in ("holders", "held_by"):
            if hasattr(view, remembered):
                getattr(view, remembered).clear()


def _lexicon() -> Any:
    import yaml
    from django.conf import settings

    from search.lexicon import Lexicon, groups_from_glossary

    glossary = yaml.safe_load((settings.CONTENT_DIR / "glossary.yaml").read_text(encoding="utf-8"))
    return Lexicon(groups_from_glossary(glossary))


def _passages() -> list[Any]:
    from tests.search.source_passages import documents_folder, source_passages
    from tests.support.sources import find_sources_dir

    folder = find_sources_dir() or documents_folder()
    if folder is None:
        raise SystemExit("The documents are not at hand. Set SOURCES to their folder.")
    return list(source_passages(folder))


def _queries() -> tuple[str, ...]:
    from tests.search.source_passages import judged_folder

    folder = judged_folder()
    if folder is None:
        return QUERIES
    lines = (folder / "dev-queries.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line)["query"] for line in lines if line.strip())


def _variations(base: list[Any], size: int) -> Iterator[Any]:
    """The passages themselves, then as many variations as are missing; the same for the same size."""
    yield from base[:size]
    rng = random.Random(size)
    words = sorted({word for passage in base for word in passage.body.split()})
    for at in range(max(size - len(base), 0)):
        one, other = rng.choice(base), rng.choice(base)
        head, tail = one.body.split(), other.body.split()
        kept = head[: rng.randint(0, len(head))] + tail[rng.randint(0, len(tail)) :] + rng.choices(words, k=8)
        # A word that few documents hold, as names and codes are: vocabularies grow with their texts.
        body = " ".join([*kept, f"v{rng.randrange(size // 4):x}q"])
        key = f"{one.key}-{at}"
        yield dataclasses.replace(one, key=key, ref=key, body=body, section=f"{one.section}.{at % 50}", extra="")


if __name__ == "__main__":
    raise SystemExit(main())
