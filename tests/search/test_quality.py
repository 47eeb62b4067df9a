"""Whether the right passage is near the top, measured on the judged queries with the scorer that came with them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import Any

import pytest
import yaml
from django.core.management import call_command

from search import engine, kinds
from search.kinds import SearchKind
from search.lexicon import groups_from_glossary
from tests.search.conftest import Content
from tests.search.source_passages import documents_folder, judged_folder, source_passages

#: What the first release promises.
NDCG_PROMISED = 0.62
#: Below this, something that worked has broken, whatever was promised.
NDCG_REACHED = 0.74

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(judged_folder() is None, reason="the judged queries are not at hand (SEARCH_JUDGED)"),
    pytest.mark.skipif(documents_folder() is None, reason="the source documents are not at hand (SOURCES)"),
]


@pytest.fixture
def portal_with_the_documents(content: Content, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index of the five documents and the lexicon of the glossary, and nothing else."""
    folder = documents_folder()
    assert folder is not None
    monkeypatch.setattr(kinds, "_kinds", {})
    glossary = tuple(groups_from_glossary(yaml.safe_load((settings.CONTENT_DIR / "glossary.yaml").read_text("utf-8"))))
    monkeypatch.setattr(engine, "_providers", {"glossary": lambda: glossary})
    kinds.register_kind(SearchKind("passage", "Passages", lambda: source_passages(folder), lambda ref: []))
    call_command("rebuild_search", stdout=io.StringIO())


def test_the_judged_queries_reach_what_was_promised(portal_with_the_documents, engine_name, tmp_path):
    judged, run = judged_folder(), tmp_path / "run.jsonl"
    assert judged is not None
    queries = judged / "dev-queries.jsonl"
    asked = ("--queries", str(queries), "--run", str(run), "--engine", engine_name)
    call_command("search", *asked, stdout=io.StringIO())
    scored = subprocess.run(
        [
            sys.executable,
            str(judged / "evaluate.py"),
            *("--queries", str(queries)),
            *("--judgments", str(judged / "dev-judgments.jsonl")),
            *("--run", str(run), "--json"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    report = json.loads(scored.stdout)
    assert report["overall"]["ndcg@10"] >= NDCG_PROMISED
    assert report["overall"]["ndcg@10"] >= NDCG_REACHED
    assert report["overall"]["overlong"] == 0
    assert report["off_topic"]["mean_hits"] <= 5
