"""Topics and guidance pages: their place in the tree, their rules, and what a reader gets."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.models import PageViewRestriction
from wagtail.test.utils import WagtailPageTestCase

from guidance.generation import current_generation
from guidance.models import Citation, GuidancePage, TopicIndexPage, TopicPage
from portal.models import HomePage
from tests.factories.guidance import (
    PassageFactory,
    SectionFactory,
    TensionFactory,
    UserFactory,
    citation,
    guidance_page,
    published,
    recommendation,
    section_citation,
    topic_page,
)


class TestWherePagesBelong(WagtailPageTestCase):
    def test_topics_stand_under_the_list_of_topics(self) -> None:
        self.assertAllowedParentPageTypes(TopicIndexPage, {HomePage})
        self.assertAllowedSubpageTypes(TopicIndexPage, {TopicPage})
        self.assertAllowedParentPageTypes(TopicPage, {TopicIndexPage})

    def test_guidance_stands_under_a_topic_and_has_nothing_below(self) -> None:
        self.assertAllowedSubpageTypes(TopicPage, {GuidancePage})
        self.assertAllowedParentPageTypes(GuidancePage, {TopicPage})
        self.assertAllowedSubpageTypes(GuidancePage, {})


pytestmark = pytest.mark.django_db


def _errors(field: str, value: object) -> str:
    """What the editor's form would say about a stream."""
    block = GuidancePage._meta.get_field(field).stream_block
    with pytest.raises(StreamBlockValidationError) as refused:
        block.clean(block.to_python(value))
    return str(refused.value.as_json_data())


def _recommendation_data(**values: object) -> dict[str, object]:
    return {"type": "recommendation", "value": recommendation(**values)[1]}


def test_a_citation_of_another_form_is_refused_at_its_field() -> None:
    data = _errors("recommendations", [{"type": "recommendation", "value": recommendation("page 12")[1]}])
    assert "citations" in data
    assert "source@edition section key" in data


def test_a_citation_of_a_section_that_is_not_there_is_refused() -> None:
    data = _errors("recommendations", [{"type": "recommendation", "value": recommendation("gone@2009 5.2")[1]}])
    assert "no section “5.2”" in data


def test_a_mark_in_the_background_is_checked_too() -> None:
    assert "gone@2009" in _errors("body", [{"type": "markdown", "value": "Text [[gone@2009 1]]."}])


def test_what_rests_on_nothing_must_say_that_it_is_ours() -> None:
    assert "Cite what this rests on" in _errors("recommendations", [_recommendation_data()])
    block = GuidancePage._meta.get_field("recommendations").stream_block
    assert block.clean(block.to_python([_recommendation_data(basis="inference")]))


def test_no_two_recommendations_have_one_number() -> None:
    twice = [_recommendation_data(anchor="r1", basis="inference") for _ in range(2)]
    assert "r1 is taken" in _errors("recommendations", twice)


def test_a_recommendation_gets_a_number_that_none_ever_had() -> None:
    page = guidance_page(recommendations=[recommendation(basis="inference") for _ in range(3)])
    assert [block.value["anchor"] for block in page.recommendations] == ["r1", "r2", "r3"]
    page.recommendations = [*[("recommendation", page.recommendations[0].value)], recommendation(basis="inference")]
    page.save_revision().publish()
    page.refresh_from_db()
    assert [block.value["anchor"] for block in page.recommendations] == ["r1", "r4"]


def test_a_page_without_a_summary_is_refused() -> None:
    with pytest.raises(ValidationError, match="summary"):
        published(GuidancePage(title="x", slug="x"), topic_page())


@pytest.fixture
def passage():
    return PassageFactory()


@pytest.fixture
def page(passage):
    tension = TensionFactory(
        sides=[
            ("side", {"says": "Dusk.", "citations": [citation(passage)]}),
            ("side", {"says": "Dawn.", "citations": []}),
        ]
    )
    return guidance_page(
        slug="counting",
        owned_by="Clinical lead",
        recommendations=[recommendation(citation(passage))],
        body=[("markdown", f"## One\n\nText [[{citation(passage)}]].\n\n## Two\n\nMore.")],
        disagreements=[("tension", tension)],
        gaps=[("gap", "Nothing says how often.")],
    )


def test_a_reader_gets_everything_with_its_citations(client, page, passage) -> None:
    html = client.get(page.get_url()).content.decode()
    url = f"/sources/{passage.section.edition.source.slug}/2009-07/{passage.section.slug}/#p-{passage.passage_id}"
    assert html.count(f'href="{url}"') >= 4  # recommendation, mark, side of the disagreement, list of cited passages
    for text in ('id="r1"', "Should", "Good practice, 2009", "Dusk or dawn", "Nothing says how often", "Clinical lead"):
        assert text in html


def test_four_headings_make_a_contents_list_and_three_do_not(client, page) -> None:
    assert 'aria-labelledby="contents-title"' in client.get(page.get_url()).content.decode()
    page.gaps = []
    page.body = [("markdown", "## One\n\nText.")]
    page.save_revision().publish()
    assert 'aria-labelledby="contents-title"' not in client.get(page.get_url()).content.decode()


def test_a_change_is_seen_by_the_next_reader(client, page) -> None:
    client.get(page.get_url())
    page.gaps = [("gap", "Something else is not said.")]
    page.save_revision().publish()
    assert "Something else is not said." in client.get(page.get_url()).content.decode()


def test_a_draft_is_seen_by_nobody_but_in_the_preview(client, page) -> None:
    page.gaps = [("gap", "Only in the draft.")]
    page.save_revision()
    assert "Only in the draft." not in client.get(page.get_url()).content.decode()
    client.force_login(UserFactory(roles=["Editors"]))
    assert "Only in the draft." in client.get(f"/admin/pages/{page.pk}/view_draft/").content.decode()
    client.logout()
    assert "Only in the draft." not in client.get(page.get_url()).content.decode()


def test_an_unpublished_page_and_one_that_never_was_have_no_address(client, page) -> None:
    draft = guidance_page(slug="hidden", live=False)
    assert client.get(draft.get_url()).status_code == 404
    page.unpublish()
    assert client.get(page.get_url()).status_code == 404


def test_a_restricted_page_asks_to_log_in_and_is_in_no_list(client, page) -> None:
    PageViewRestriction.objects.create(page=page.page_ptr, restriction_type="login")
    assert client.get(page.get_url()).status_code == 302
    assert page.title not in client.get(page.get_parent().get_url()).content.decode()
    client.force_login(UserFactory())
    assert client.get(page.get_url()).status_code == 200
    assert page.title in client.get(page.get_parent().get_url()).content.decode()


def test_the_editor_shows_where_each_citation_opens(client, page) -> None:
    client.force_login(UserFactory(roles=["Editors"]))
    html = client.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert "the passage" in html
    assert "Counting, recommendation 1" in html


# The record of what cites what


def _recorded(page: GuidancePage) -> set[tuple[str, str]]:
    return {(row.label, row.url) for row in Citation.objects.filter(page_id=page.pk)}


def test_publishing_records_what_a_page_cites(page) -> None:
    url = page.get_url()
    assert _recorded(page) == {
        ("Counting, recommendation 1", f"{url}#r1"),
        ("Counting, background", f"{url}#background"),
        ("Counting, where sources disagree", f"{url}#disagreements"),
    }


def test_a_draft_cites_nothing(passage) -> None:
    draft = guidance_page(live=False, recommendations=[recommendation(citation(passage))])
    assert not _recorded(draft)


def test_unpublishing_and_deleting_forget_what_a_page_cites(page) -> None:
    page.unpublish()
    assert not _recorded(page)
    page.get_latest_revision().publish()
    assert _recorded(page)
    topic = page.get_parent()
    topic.delete()
    assert not Citation.objects.exists()


def test_renaming_a_topic_moves_the_addresses_of_what_cites(page, django_capture_on_commit_callbacks) -> None:
    topic = page.get_parent().specific
    topic.slug = "renamed"
    with django_capture_on_commit_callbacks(execute=True):
        topic.save_revision().publish()
    assert {url for _, url in _recorded(page)} == {
        f"/guidance/renamed/counting/#{anchor}" for anchor in ("r1", "background", "disagreements")
    }


@pytest.mark.parametrize("do", ["publish", "unpublish", "move", "delete", "restrict"])
def test_whatever_changes_for_readers_changes_the_generation(page, do) -> None:
    other = topic_page(slug="other")
    before = current_generation()
    if do == "publish":
        page.save_revision().publish()
    elif do == "unpublish":
        page.unpublish()
    elif do == "move":
        page.move(other, pos="last-child")
    elif do == "delete":
        page.delete()
    else:
        PageViewRestriction.objects.create(page=page.page_ptr, restriction_type="login")
    assert current_generation() != before


def test_saving_a_draft_leaves_what_readers_have_alone(page) -> None:
    before = current_generation()
    page.save_revision()
    assert current_generation() == before


def test_a_citation_without_its_document_opens_at_the_section(client) -> None:
    section = SectionFactory(edition__sha256="")
    text = f"{section_citation(section)} #0f3a9c11d2e4"
    page = guidance_page(recommendations=[recommendation(text)])
    assert f'/2009-07/{section.slug}/"' in client.get(page.get_url()).content.decode()
