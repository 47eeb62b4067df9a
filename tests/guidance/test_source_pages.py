"""Sources, sections and passages as pages."""

from __future__ import annotations

import pytest

from guidance.citations import section_url
from guidance.models import Passage, Section, Source
from guidance.source_presenters import date_in_words
from tests.factories.guidance import (
    EditionFactory,
    GlossaryTermFactory,
    PassageFactory,
    SectionFactory,
    UserFactory,
    citation,
    guidance_page,
    recommendation,
    section_citation,
)

pytestmark = pytest.mark.django_db


def _url(section: Section) -> str:
    return section_url(section.edition.source.slug, section.edition.label, section.slug)


def _get(client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def section() -> Section:
    return SectionFactory(in_brief="Lanterns are counted.")


def test_sources_are_listed_with_year_and_status(client, section) -> None:
    html = _get(client, "/sources/")
    assert section.edition.source.title in html
    assert "2009" in html
    assert "Historic" in html


def test_a_source_shows_its_banner_before_its_title_and_its_contents_with_in_briefs(client, section) -> None:
    html = _get(client, f"/sources/{section.edition.source.slug}/")
    assert html.index("From 2009. Read it with newer ones.") < html.index("<h1")
    assert f'href="{_url(section)}"' in html
    assert "Lanterns are counted." in html


def test_an_older_edition_has_its_own_address_and_says_so(client, section) -> None:
    current = EditionFactory(source=section.edition.source, label="2012", year=2012)
    section.edition.is_current = False
    section.edition.save()
    html = _get(client, f"/sources/{current.source.slug}/2009-07/")
    assert "An older edition" in html
    assert client.get(f"/sources/{current.source.slug}/2012/").url == f"/sources/{current.source.slug}/"


def test_a_passage_stands_at_its_anchor_with_its_quiet_mark(client, section) -> None:
    passage = PassageFactory(section=section)
    html = _get(client, _url(section))
    assert f'id="p-{passage.passage_id}"' in html
    assert passage.plain in html
    assert f'data-copy-text="{citation(passage)}"' in html
    assert "Cited by" not in html


def test_a_passage_that_is_not_current_says_year_and_status_where_a_citation_lands(client, section) -> None:
    PassageFactory(section=section)
    dated = '<strong class="portal-passage__dated">2009, historic</strong>'
    assert dated in _get(client, _url(section))
    source = section.edition.source
    source.status = Source.Status.CURRENT
    source.save()
    assert "portal-passage__dated" not in _get(client, _url(section))


def test_a_passage_says_how_often_it_is_cited_and_by_what(client, section) -> None:
    passage = PassageFactory(section=section)
    page = guidance_page(recommendations=[recommendation(citation(passage)) for _ in range(2)])
    guidance_page(live=False, recommendations=[recommendation(citation(passage))])
    assert "Cited by 2" in _get(client, _url(section))
    html = _get(client, f"/passages/{passage.passage_id}/cited-by/")
    assert f'href="{page.get_url()}#r1"' in html
    assert f'href="{page.get_url()}#r2"' in html


def test_who_may_not_see_a_page_does_not_learn_that_it_cites(client, section) -> None:
    from wagtail.models import PageViewRestriction

    passage = PassageFactory(section=section)
    page = guidance_page(recommendations=[recommendation(citation(passage))])
    PageViewRestriction.objects.create(page=page.page_ptr, restriction_type="login")
    assert "Cited by" not in _get(client, _url(section))
    assert page.title not in _get(client, f"/passages/{passage.passage_id}/cited-by/")
    client.force_login(UserFactory())
    assert "Cited by 1" in _get(client, _url(section))


def test_what_cites_the_whole_section_stands_below_it(client, section) -> None:
    page = guidance_page(recommendations=[recommendation(section_citation(section))])
    assert f'href="{page.get_url()}#r1"' in _get(client, _url(section))


def test_the_permanent_address_of_a_passage_leads_to_its_place(client) -> None:
    passage = PassageFactory()
    assert client.get(f"/passages/{passage.passage_id}/").url == f"{_url(passage.section)}#p-{passage.passage_id}"


@pytest.mark.parametrize(
    "url",
    ["/passages/nothing/", "/passages/nothing/cited-by/", "/sources/none/", "/sources/none/1/", "/sources/none/1/2/"],
)
def test_an_address_of_nothing_is_not_found(client, url) -> None:
    assert client.get(url).status_code == 404


def test_the_rows_of_a_table_make_a_real_table(client, section) -> None:
    about = {"label": "Table 6", "caption": "Table 6: Lanterns by hour", "number": "6", "head": ["Hour", "Count"]}
    rows = [
        PassageFactory(
            section=section, kind="table-row", row=at, table={**about, "cells": [f"{at} o'clock", f"*{at}*"]}
        )
        for at in (1, 2)
    ]
    html = _get(client, _url(section))
    assert html.count("<table>") == 1
    assert "<caption" in html
    assert html.count('<th scope="col">') == 3
    assert "<em>2</em>" in html
    for row in rows:
        assert f'<tr class="portal-passage" id="p-{row.passage_id}">' in html


def test_examples_and_practice_points_are_set_apart(client, section) -> None:
    PassageFactory(section=section, kind="example")
    PassageFactory(section=section, kind="practice-point")
    html = _get(client, _url(section))
    assert "Example" in html
    assert "Practice point" in html


@pytest.mark.parametrize(
    ("date", "words"), [("2023-10-25", "25 October 2023"), ("2009-07", "July 2009"), ("2009", "2009"), ("", "")]
)
def test_a_date_is_said_as_precisely_as_it_is_known(date, words) -> None:
    assert date_in_words(date) == words


def test_an_example_that_says_so_itself_is_not_labelled_twice(client, section) -> None:
    PassageFactory(section=section, kind="example", plain="Example: two lanterns.")
    assert _get(client, _url(section)).count("Example") == 1


def test_contact_details_are_never_shown(client, section) -> None:
    PassageFactory(section=section, kind="contact", plain="Ring 01234.")
    assert "01234" not in _get(client, _url(section))


def test_without_its_document_a_section_shows_its_in_brief_and_says_why(client) -> None:
    section = SectionFactory(edition__sha256="", in_brief="Lanterns are counted.")
    html = _get(client, _url(section))
    assert "This document is not loaded here" in html
    assert "Lanterns are counted." in html


def test_under_an_extract_licence_only_the_extract_is_shown(client) -> None:
    section = SectionFactory(
        edition__source__licence_allows=Source.Licence.EXTRACTS_ONLY, edition__source__address="https://example.org/"
    )
    PassageFactory(section=section, plain="Lanterns are counted at dusk by two.", extract="Lanterns are counted …")
    hidden = PassageFactory(section=section, plain="Nobody else counts.")
    html = _get(client, _url(section))
    assert "Lanterns are counted …" in html
    assert "at dusk by two" not in html
    assert "Nobody else counts" not in html
    assert f'id="p-{hidden.passage_id}"' in html
    assert 'href="https://example.org/"' in html
    assert "at dusk by two" not in _get(client, f"/passages/{Passage.objects.first().pk}/cited-by/")


def test_a_staff_only_document_is_shown_to_staff_alone_whoever_asks_first(client) -> None:
    section = SectionFactory(edition__source__licence_allows=Source.Licence.STAFF_ONLY)
    passage = PassageFactory(section=section)
    editor = UserFactory(roles=["Editors"])
    client.force_login(editor)
    assert passage.plain in _get(client, _url(section))
    client.force_login(UserFactory(roles=["Learners"]))
    assert passage.plain not in _get(client, _url(section))
    client.logout()
    assert passage.plain not in _get(client, _url(section))
    client.force_login(editor)
    assert passage.plain in _get(client, _url(section))


def test_one_goes_on_to_the_next_section_and_back_up(client, section) -> None:
    below = SectionFactory(edition=section.edition, parent=section, title="Found lanterns")
    html = _get(client, _url(below))
    assert 'rel="prev"' in html
    assert 'rel="next"' not in html
    assert html.count(f'href="{_url(section)}"') == 2  # breadcrumb and previous
    assert "Found lanterns" in _get(client, _url(section))


def test_the_glossary_names_each_term_at_an_address(client) -> None:
    GlossaryTermFactory(term="Lantern", slug="lantern", synonyms="lamp\nlight", age="old")
    html = _get(client, "/glossary/")
    assert 'id="term-lantern"' in html
    assert "Also: lamp, light" in html
    assert "Old word" in html


def test_only_reading_is_allowed(client) -> None:
    assert client.post("/sources/").status_code == 405
