"""What an editor writes into the words of the search is searched with at once, without a rebuild."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from guidance.models import GlossaryTerm, SearchWords
from search.engine import lexicon
from search.lexicon import groups_from_glossary

pytestmark = pytest.mark.django_db


def meant_by(word: str) -> set[str]:
    return {equivalent.text for _, _, equivalent in lexicon().equivalents([word])}


def test_new_search_words_count_at_once_and_deleted_ones_no_more():
    assert meant_by("wibbl") == set()
    row = SearchWords.objects.create(slug="methadone", term="methadone", typed="wibble")
    assert meant_by("wibbl") == {"methadone"}
    row.typed = "wobble"
    row.save()
    assert meant_by("wibbl") == set()
    assert meant_by("wobbl") == {"methadone"}
    row.delete()
    assert meant_by("wobbl") == set()


def test_a_new_word_of_a_glossary_term_counts_at_once():
    GlossaryTerm.objects.create(slug="nsp", term="NSP", meaning="Ours.", searched="needle exchange", typed="wibble")
    assert meant_by("wibbl") == {"NSP", "needle exchange"}


def test_a_change_that_touches_no_words_leaves_the_lexicon_as_it_is():
    row = SearchWords.objects.create(slug="methadone", term="methadone", typed="wibble")
    before = lexicon()
    row.note = "Watch this."
    row.save()
    assert lexicon() is before


def test_the_starter_words_are_well_formed():
    entries = yaml.safe_load((Path(settings.CONTENT_DIR) / "search-words.yaml").read_text("utf-8"))
    assert len({entry["term"] for entry in entries}) == len(entries)
    for entry in entries:
        for name in ("search", "typed", "ambiguous", "context"):
            assert all(isinstance(word, str) and word.strip() for word in entry.get(name, ())), entry["term"]
        own = {word.casefold() for word in (*entry.get("search", ()), *entry.get("typed", ()))}
        assert {word.casefold() for word in entry.get("ambiguous", ())} <= own, entry["term"]
        assert not entry.get("ambiguous") or entry.get("context"), entry["term"]
    assert len(groups_from_glossary(entries)) >= len(entries)


def test_reading_the_words_imports_no_django():
    code = "import search.lexicon, search.planner, search.personal, sys; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
