"""`manage.py search`: ask from the shell, one query or a whole set."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import services
from search.documents import EVERYONE
from search.engine import ENGINES
from search.engines.base import SearchUnavailable, UnknownEngine
from search.kinds import kind_named
from search.planner import SearchPlan
from search.query import MAX_LIMIT, SearchQuery, clean
from search.results import Explanation, Hit, ResultPage

#: In a run a hit is one stored passage.
PASSAGES = "passage"
RUN_DEPTH = 20


class Command(BaseCommand):
    """Search as somebody who is not logged in, or run a query set in the format of the test collection."""

    help = "Search the portal, or run a set of queries (--queries, --run)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("words", nargs="*", help="what to look for")
        parser.add_argument("--json", action="store_true", help="answer as JSON")
        parser.add_argument("--limit", type=_limit, default=10, help=f"hits, 1 to {MAX_LIMIT}")
        parser.add_argument("--engine", choices=ENGINES, help="answer with this engine alone")
        parser.add_argument("--explain", action="store_true", help="say how the query was understood and scored")
        parser.add_argument("--queries", type=Path, help="a file of queries, one JSON object a line")
        parser.add_argument("--run", type=Path, help="the file to write what was found to")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["queries"]) != bool(options["run"]):
            raise CommandError("--queries and --run belong together.", returncode=2)
        if not options["queries"] and not clean(" ".join(options["words"])):
            raise CommandError("Say what to look for, or give --queries and --run.", returncode=2)
        try:
            if options["queries"]:
                self._run(options["queries"], options["run"], options["engine"])
            else:
                self._answer(" ".join(options["words"]), options)
        except UnknownEngine as error:
            raise CommandError(str(error), returncode=2) from error
        except SearchUnavailable as error:
            raise CommandError(str(error)) from error

    def _answer(self, text: str, options: dict[str, Any]) -> None:
        query = SearchQuery.of(text, limit=options["limit"])
        page = services.search(query, audience=(EVERYONE,), engine=options["engine"])
        plan, reasons = (
            services.explain(query, limit=options["limit"], engine=options["engine"])
            if options["explain"]
            else (None, [])
        )
        if options["json"]:
            self.stdout.write(json.dumps(_as_data(page, plan, reasons), ensure_ascii=False, indent=2))
            return
        if page.corrected_text:
            self.stdout.write(f"Showing results for: {page.corrected_text}")
        if plan:
            self._write_plan(plan)
        self._write_hits("What to do next", page.next_steps)
        if page.perhaps_hits:
            self._write_hits("Nothing here surely answers that. These may help: check that they fit", page.perhaps_hits)
        else:
            self.stdout.write(f"{page.total} results")
            self._write_hits("", page.hits)
        for reason in reasons:
            self.stdout.write(f"{reason.score:8.3f}  {reason.key}  {reason.title}")
            for label, part in reason.parts:
                self.stdout.write(f"          {part:8.3f}  {label}")

    def _write_hits(self, heading: str, hits: Sequence[Hit]) -> None:
        if heading and hits:
            self.stdout.write(heading)
        for number, hit in enumerate(hits, start=1):
            self._write_hit(number, hit)

    def _write_hit(self, number: int, hit: Hit) -> None:
        kind = kind_named(hit.kind)
        notes = [kind.one or kind.label if kind else hit.kind, str(hit.year or ""), "historic" if hit.historic else ""]
        self.stdout.write(f"{number:3}. {hit.title}  [{', '.join(note for note in notes if note)}]")
        self.stdout.write(f"     {' > '.join(hit.path)}")
        snippet = "".join(f"*{each.text}*" if each.marked else each.text for each in hit.snippet)
        self.stdout.write(f"     {' '.join(snippet.split())}")
        self.stdout.write(f"     {hit.url}")

    def _write_plan(self, plan: SearchPlan) -> None:
        self.stdout.write("Looked for:")
        for term in plan.terms:
            self.stdout.write(f"  {term.text} (as {term.stem}, weight {term.weight:g})")
        for each in plan.alternatives:
            covered = " ".join(term.text for term in plan.terms[each.start : each.end])
            self.stdout.write(f"  {covered}: also {each.text} ({each.origin.value}, weight {each.weight:.2f})")

    def _run(self, queries: Path, run: Path, engine: str | None) -> None:
        found = []
        for asked in _queries(queries):
            query = SearchQuery.of(asked["query"], kinds=(PASSAGES,), limit=RUN_DEPTH)
            page = services.search(query, audience=(EVERYONE,), engine=engine)
            hits = [{"source": hit.source, "section": _section(hit), "text": hit.body} for hit in page.shown]
            found.append(json.dumps({"qid": asked["qid"], "trust": page.trust, "hits": hits}, ensure_ascii=False))
        try:
            run.write_text("".join(f"{line}\n" for line in found), encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{run} cannot be written: {error.strerror}.", returncode=2) from error
        self.stdout.write(f"{len(found)} queries run.")


def _queries(path: Path) -> list[dict[str, str]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}.", returncode=2) from error
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
            found.append({"qid": str(asked["qid"]), "query": str(asked["query"])})
        except (ValueError, KeyError, TypeError) as error:
            raise CommandError(f"Line {number} of {path} is not a query with qid and query.", returncode=2) from error
    return found


def _section(hit: Hit) -> str:
    return " > ".join((*hit.path[1:], hit.title))


def _limit(value: str) -> int:
    try:
        number = int(value)
    except ValueError:
        number = 0
    if not 1 <= number <= MAX_LIMIT:
        raise argparse.ArgumentTypeError(f"“{value}” is not a whole number from 1 to {MAX_LIMIT}.")
    return number


def _as_data(page: ResultPage, plan: SearchPlan | None, reasons: list[Explanation]) -> dict[str, object]:
    data: dict[str, object] = {
        "query": page.query.text,
        "engine": page.engine,
        "corrected": page.corrected_text or None,
        "trust": page.trust,
        "total": page.total,
        "next_steps": [_hit_as_data(hit) for hit in page.next_steps],
        "hits": [_hit_as_data(hit) for hit in page.hits],
        "perhaps": [_hit_as_data(hit) for hit in page.perhaps_hits],
        "facets": {
            facet.name: [{"value": each.value, "label": each.label, "count": each.count} for each in facet.values]
            for facet in page.facets
        },
        "also_tried": list(page.also_tried),
        "relaxed": list(page.relaxed),
    }
    if plan is not None:
        data["plan"] = {
            "terms": [{"text": each.text, "stem": each.stem, "weight": each.weight} for each in plan.terms],
            "alternatives": [
                {
                    "for": [term.text for term in plan.terms[each.start : each.end]],
                    "text": each.text,
                    "origin": each.origin.value,
                    "weight": round(each.weight, 3),
                }
                for each in plan.alternatives
            ],
        }
        data["scores"] = [
            {"key": each.key, "title": each.title, "score": each.score, "parts": dict(each.parts)} for each in reasons
        ]
    return data


def _hit_as_data(hit: Hit) -> dict[str, object]:
    return {
        "key": hit.key,
        "kind": hit.kind,
        "title": hit.title,
        "path": list(hit.path),
        "url": hit.url,
        "source": hit.source or None,
        "year": hit.year,
        "historic": hit.historic,
        "score": hit.score,
        "snippet": "".join(segment.text for segment in hit.snippet),
        "more_from_section": hit.more,
    }
