"""Guidance among the suggestions while somebody types: pages, sections and terms, to those who may see them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from wagtail.models import PageViewRestriction

from guidance.models import Source
from search.services import rebuild
from search.suggestions import Suggestion, suggest
from tests.factories.guidance import GlossaryTermFactory, PassageFactory, SectionFactory, guidance_page, topic_page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def index(settings: Any, tmp_path: Path) -> None:
    settings.SEARCH_INDEX_PATH = tmp_path / "search.sqlite3"


def texts(typed: str, *carried: str) -> list[str]:
    """What is suggested from the content as it is now. That the index follows by itself is tested with the search."""
    rebuild()
    return [each.text for each in suggest(typed, audience=("everyone", *carried))]


def test_a_page_is_suggested_from_its_publication_to_its_withdrawal() -> None:
    page = guidance_page(live=False, title="Zanzibar lanterns")
    assert texts("zanz") == []
    page.get_latest_revision().publish()
    assert texts("zanz") == ["Zanzibar lanterns"]
    page = type(page).objects.get(pk=page.pk)
    page.title = "Quagga lanterns"
    page.save_revision()
    assert texts("quag") == []
    page.get_latest_revision().publish()
    assert (texts("quag"), texts("zanz")) == (["Quagga lanterns"], [])
    type(page).objects.get(pk=page.pk).unpublish()
    assert texts("quag") == []


def test_what_stands_below_a_restricted_topic_is_for_those_who_pass() -> None:
    topic = topic_page(title="Quagga care")
    guidance_page(topic=topic, title="Zanzibar lanterns")
    assert texts("zanz") == ["Zanzibar lanterns"]
    PageViewRestriction.objects.create(page=topic.page_ptr, restriction_type=PageViewRestriction.LOGIN)
    assert texts("zanz") == texts("quag") == []
    assert texts("zanz", "signed-in") == ["Zanzibar lanterns"]


def test_a_section_opens_at_its_top_and_names_its_source() -> None:
    section = SectionFactory(number="5.2.6", title="Zanzibar lanterns", in_brief="What to do with them.")
    PassageFactory(section=section)
    PassageFactory(section=section)
    rebuild()
    source, edition = section.edition.source, section.edition
    address = f"/sources/{source.slug}/{edition.label}/{section.slug}/"
    assert suggest("5.2.6") == (Suggestion("5.2.6 Zanzibar lanterns", "Section", str(source), address),)


def test_a_source_that_is_for_staff_only_suggests_no_more_than_the_search_finds() -> None:
    section = SectionFactory(title="Zanzibar lanterns", edition__source__licence_allows=Source.Licence.STAFF_ONLY)
    PassageFactory(section=section)
    assert texts("zanz", "signed-in") == []


def test_a_term_of_the_glossary_opens_in_the_glossary() -> None:
    term = GlossaryTermFactory(term="zanzibar")
    rebuild()
    (found,) = suggest("zanz")
    assert (found.kind, found.url) == ("Glossary term", f"/glossary/#term-{term.slug}")
