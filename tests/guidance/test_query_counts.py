"""Public pages ask the database at most twelve times, and no more often with ten times the content."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guidance.citations import section_url
from guidance.generation import bump_generation
from tests.factories.guidance import (
    GlossaryTermFactory,
    PassageFactory,
    SectionFactory,
    TensionFactory,
    UserFactory,
    citation,
    guidance_page,
    recommendation,
    section_citation,
    topic_index,
    topic_page,
)

pytestmark = pytest.mark.django_db
MOST = 12


def _topics(size: int) -> str:
    for number in range(size):
        guidance_page(topic=topic_page(slug=f"t{number}"), slug=f"p{number}")
    return topic_index().get_url()


def _topic(size: int) -> str:
    topic = topic_page(slug="one")
    for number in range(size):
        guidance_page(topic=topic, slug=f"p{number}")
    return topic.get_url()


def _guidance(size: int) -> str:
    texts = [citation(PassageFactory()) for _ in range(size)]
    tensions = [
        TensionFactory(
            sides=[("side", {"says": "Dusk.", "citations": [text]}), ("side", {"says": "x", "citations": []})]
        )
        for text in texts
    ]
    page = guidance_page(
        recommendations=[recommendation(text) for text in texts],
        body=[("markdown", f"## Why\n\nText [[{text}]].") for text in texts],
        disagreements=[("tension", tension) for tension in tensions],
    )
    return page.get_url()


def _sources(size: int) -> str:
    SectionFactory.create_batch(size)
    return "/sources/"


def _source(size: int) -> str:
    section = SectionFactory()
    SectionFactory.create_batch(size, edition=section.edition)
    return f"/sources/{section.edition.source.slug}/"


def _section(size: int) -> str:
    section = SectionFactory()
    for _ in range(size):
        SectionFactory(edition=section.edition, parent=section)
        passage = PassageFactory(section=section)
        guidance_page(recommendations=[recommendation(citation(passage)), recommendation(section_citation(section))])
    return section_url(section.edition.source.slug, section.edition.label, section.slug)


def _cited_by(size: int) -> str:
    passage = PassageFactory()
    for _ in range(size):
        guidance_page(recommendations=[recommendation(citation(passage))])
    return f"/passages/{passage.pk}/cited-by/"


def _glossary(size: int) -> str:
    GlossaryTermFactory.create_batch(size)
    return "/glossary/"


def _queries(client, url: str) -> int:
    """Queries of a reader whom no cache helps."""
    bump_generation()
    cache.clear()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize(
    "make",
    [_topics, _topic, _guidance, _sources, _source, _section, _cited_by, _glossary],
    ids=lambda each: each.__name__,
)
def test_ten_times_the_content_costs_no_query_more(client, make: Callable[[int], str], signed_in: bool) -> None:
    if signed_in:
        client.force_login(UserFactory(roles=["Learners"]))
    url = make(1)
    client.get(url)  # what a process asks once in its life: content types
    few = _queries(client, url)
    make_more = {_topics: _topics, _topic: _topic}.get(make)
    if make_more is None:
        url = make(10)
    else:
        from guidance.models import TopicPage

        for number in range(10):
            guidance_page(topic=TopicPage.objects.first(), slug=f"more{number}")
    assert _queries(client, url) == few
    assert few <= MOST
