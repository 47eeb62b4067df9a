"""What an editor writes into the words of the search is searched with at once, without a rebuild."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse

from guidance.models import GlossaryTerm, SearchWords
from search.engine import lexicon
from search.lexicon import groups_from_glossary
from tests.factories.guidance import UserFactory

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


def added(term: str, **fields: object) -> SearchWords:
    row = SearchWords(term=term, **fields)
    row.full_clean(exclude=["slug"])
    row.save()
    return row


def test_the_slug_is_made_of_the_term_and_kept_for_good():
    row = added("Needle Exchange", typed="spike swap")
    assert row.slug == "needle-exchange"
    row.term = "Needle programme"
    row.full_clean()
    assert row.slug == "needle-exchange"
    assert added("needle exchange!").slug == "needle-exchange-2"
    assert added("注射").slug == "words"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"typed": "wibble\nthe"}, "typed"),
        ({"searched": "Over"}, "searched"),
        ({"typed": "x"}, "typed"),
        ({"typed": "H", "ambiguous": "H"}, "typed"),
        ({"pairs": "with = wibble"}, "pairs"),
        ({"term": "the"}, "term"),
    ],
)
@pytest.mark.parametrize("model", [SearchWords, GlossaryTerm])
def test_words_that_say_nothing_are_refused_with_what_to_do(model, fields, field):
    with pytest.raises(ValidationError) as caught:
        model(**{"term": "methadone", **fields}).full_clean(exclude=["slug", "meaning"])
    assert list(caught.value.message_dict) == [field]
    assert "Take it away, or write" in caught.value.message_dict[field][0]


def test_a_letter_with_its_context_an_abbreviation_and_a_phrase_of_small_words_are_taken():
    row = added("heroin", typed="H\nWE\nout of it", ambiguous="h", context="drug\nscore")
    assert row.lines("typed") == ("H", "WE", "out of it")


def test_the_form_asks_for_no_slug(client):
    client.force_login(UserFactory(username="edith", roles=["Editors"]))
    address = reverse("wagtailsnippets_guidance_searchwords:add")
    assert 'name="slug"' not in client.get(address, {"typed": "wibble"}).content.decode()
    response = client.post(address, {"term": "Needle exchange", "typed": "wibble", "weight": "0.8"})
    assert response.status_code == 302
    assert SearchWords.objects.get().slug == "needle-exchange"
