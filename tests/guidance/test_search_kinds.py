"""What guidance gives to the search, and that the search hears of every change."""

from __future__ import annotations

import pytest
from wagtail.models import PageViewRestriction

from guidance.models import Source
from guidance.search_kinds import (
    NOT_SHOWN,
    glossary_words,
    in_briefs,
    page_of,
    pages,
    passages,
    passages_of_section,
    recommendations,
    terms,
)
from search.models import OutboxEntry
from tests.factories.guidance import (
    EditionFactory,
    GlossaryTermFactory,
    PassageFactory,
    SectionFactory,
    citation,
    guidance_page,
    recommendation,
    topic_page,
)

pytestmark = pytest.mark.django_db


def test_a_passage_is_found_as_stored_and_opens_at_its_place() -> None:
    passage = PassageFactory(section__title="Missed lanterns")
    (document,) = passages()
    assert document.body == passage.plain
    assert document.url.endswith(f"#p-{passage.passage_id}")
    assert document.year == 2009
    assert document.historic
    assert document.path == (passage.section.edition.source.short_title,)
    assert document.shown == ""
    assert list(passages_of_section(str(passage.section_id))) == [document]


def test_what_stands_above_a_section_is_its_path() -> None:
    above = SectionFactory(title="Lanterns")
    PassageFactory(section=SectionFactory(edition=above.edition, parent=above))
    (document,) = passages()
    assert document.path[1:] == (str(above),)


def test_an_extract_licence_shows_the_extract_and_nothing_else() -> None:
    section = SectionFactory(edition__source__licence_allows=Source.Licence.EXTRACTS_ONLY)
    PassageFactory(section=section, extract="Lanterns …")
    PassageFactory(section=section)
    assert [document.shown for document in passages()] == ["Lanterns …", NOT_SHOWN]


def test_contacts_staff_only_texts_and_older_editions_are_not_found() -> None:
    PassageFactory(kind="contact")
    PassageFactory(section__edition__source__licence_allows=Source.Licence.STAFF_ONLY)
    PassageFactory(section__edition__is_current=False)
    assert not list(passages())


def test_a_reference_weighs_less_than_a_paragraph() -> None:
    section = SectionFactory()
    PassageFactory(section=section)
    PassageFactory(section=section, kind="reference")
    paragraph, reference = passages()
    assert reference.weight < paragraph.weight == 1


def test_a_recommendation_opens_at_its_own_address() -> None:
    text = citation(PassageFactory())
    topic = topic_page(slug="lights")
    page = guidance_page(topic=topic, recommendations=[recommendation(text)])
    (document,) = recommendations()
    assert document.url == f"{page.get_url()}#r1"
    assert document.topics == ("lights",)
    assert document.year == 2009
    assert "Count the lanterns at dusk." in document.body


def test_a_recommendation_is_historic_when_all_that_it_rests_on_is() -> None:
    old, new = PassageFactory(), PassageFactory(section__edition__source__status=Source.Status.CURRENT)
    guidance_page(recommendations=[recommendation(citation(old))])
    guidance_page(recommendations=[recommendation(citation(old), citation(new))])
    guidance_page(recommendations=[recommendation("nowhere@2009 1")])
    assert [document.historic for document in recommendations()] == [True, False, False]


def test_what_rests_on_a_source_hears_when_its_status_changes() -> None:
    passage = PassageFactory()
    page = guidance_page(recommendations=[recommendation(citation(passage))])
    page.save_revision().publish()
    _told()
    source = passage.section.edition.source
    source.status = Source.Status.CURRENT
    source.save()
    assert ("recommendation", str(page.pk)) in _told()


def test_the_background_is_found_without_its_markup() -> None:
    text = citation(PassageFactory())
    page = guidance_page(body=[("markdown", f"## Why\n\nLanterns *glow* [[{text}]].")])
    document = next(document for document in pages() if document.ref == str(page.pk))
    assert "Lanterns glow." in document.body


def test_drafts_and_password_pages_are_not_found_and_restricted_ones_by_their_people_only() -> None:
    draft = guidance_page(live=False)
    password, login = guidance_page(), guidance_page()
    PageViewRestriction.objects.create(page=password.page_ptr, restriction_type="password", password="x")
    PageViewRestriction.objects.create(page=login.page_ptr, restriction_type="login")
    assert not list(page_of(str(draft.pk)))
    assert not list(page_of(str(password.pk)))
    assert [document.audience for document in page_of(str(login.pk))] == [("signed-in",)]


def test_in_briefs_and_terms_are_found() -> None:
    section = SectionFactory(in_brief="Lanterns are counted.")
    SectionFactory()
    GlossaryTermFactory(term="lantern", slug="lantern", searched="lamp", typed="glim")
    assert [document.ref for document in in_briefs()] == [str(section.pk)]
    (term,) = terms()
    assert term.url == "/glossary/#term-lantern"
    assert "glim" in term.extra


def test_the_glossary_gives_the_same_words_until_a_term_changes() -> None:
    term = GlossaryTermFactory(term="lantern", slug="lantern", searched="lamp", typed="glim")
    words = glossary_words()
    assert words[0].members == ("lamp",)
    assert words[0].typed == ("glim",)
    assert glossary_words() is words
    term.searched = "lamp\nlight"
    term.save()
    assert glossary_words()[0].members == ("lamp", "light")


def _told() -> set[tuple[str, str]]:
    told = {(entry.kind, entry.ref) for entry in OutboxEntry.objects.all()}
    OutboxEntry.objects.all().delete()
    return told


@pytest.mark.parametrize("do", ["publish", "unpublish", "delete", "restrict", "move"])
def test_the_search_hears_of_every_change_of_a_page(do) -> None:
    page = guidance_page()
    elsewhere = topic_page(slug="elsewhere")
    _told()
    pk = str(page.pk)
    if do == "publish":
        page.save_revision().publish()
    elif do == "unpublish":
        page.unpublish()
    elif do == "delete":
        page.delete()
    elif do == "restrict":
        PageViewRestriction.objects.create(page=page.get_parent(), restriction_type="login")
    else:
        page.move(elsewhere, pos="last-child")
    assert {("page", pk), ("recommendation", pk)} <= _told()


def test_the_search_hears_nothing_of_a_draft() -> None:
    page = guidance_page()
    _told()
    page.save_revision()
    assert not _told()


def test_the_search_hears_of_a_deleted_topic_and_all_below_it() -> None:
    page = guidance_page()
    topic = page.get_parent()
    _told()
    topic.delete()
    assert {("page", str(page.pk)), ("page", str(topic.pk))} <= _told()


def test_the_search_hears_of_sources_terms_and_imports() -> None:
    from guidance.signals import passages_imported, sections_changed

    section = SectionFactory(edition=EditionFactory())
    pk = str(section.pk)
    both = {("passage", pk), ("in-brief", pk)}
    _told()
    section.edition.source.licence_allows = Source.Licence.STAFF_ONLY
    section.edition.source.save()
    assert _told() == both
    passages_imported.send(sender=None, edition=section.edition, changed=[], removed=[])
    assert _told() == both
    sections_changed.send(sender=None, edition=section.edition, changed=[section.pk], removed=[])
    assert _told() == both
    term = GlossaryTermFactory()
    assert _told() == {("glossary", str(term.pk))}
    section.delete()
    assert _told() == both
