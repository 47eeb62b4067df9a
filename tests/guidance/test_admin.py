"""What editors find in the admin besides pages."""

from __future__ import annotations

import pytest
from django.urls import reverse

from guidance.blocks import BodyBlock, RecommendationsBlock
from guidance.models import Figure, GlossaryTerm, GuidancePage, Section, Source, Tension
from tests.factories.guidance import (
    FigureFactory,
    GlossaryTermFactory,
    SectionFactory,
    TensionFactory,
    UserFactory,
    guidance_page,
    topic_page,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    client.force_login(UserFactory(roles=["Editors"]))
    return client


@pytest.mark.parametrize("model", [Figure, Tension, GlossaryTerm])
def test_an_editor_can_add_and_edit_what_pages_share(editor, model) -> None:
    rows = {Figure: FigureFactory, Tension: TensionFactory, GlossaryTerm: GlossaryTermFactory}[model]()
    names = model.snippet_viewset
    assert editor.get(reverse(names.get_url_name("list"))).status_code == 200
    assert editor.get(reverse(names.get_url_name("add"))).status_code == 200
    assert editor.get(reverse(names.get_url_name("edit"), args=[rows.pk])).status_code == 200


def test_an_editor_writes_an_in_brief_and_readers_have_it_at_once(editor) -> None:
    section = SectionFactory(in_brief="Old.")
    url = reverse("guidance:source", args=[section.edition.source.slug])
    assert "Old." in editor.get(url).content.decode()
    edit = reverse(Section.snippet_viewset.get_url_name("edit"), args=[section.pk])
    assert editor.post(edit, {"in_brief": "New."}).status_code == 302
    html = editor.get(url).content.decode()
    assert "New." in html
    assert "Old." not in html


def test_an_editor_makes_no_source_by_hand(editor) -> None:
    assert editor.get(reverse(Source.snippet_viewset.get_url_name("add"))).status_code == 302
    section = SectionFactory()
    edit = reverse(Source.snippet_viewset.get_url_name("edit"), args=[section.edition.source.pk])
    assert editor.get(edit).status_code == 200


def test_a_learner_finds_none_of_it(client) -> None:
    client.force_login(UserFactory(roles=["Learners"]))
    assert client.get(reverse(Figure.snippet_viewset.get_url_name("list"))).status_code == 302


def test_every_block_says_what_it_is() -> None:
    for stream in (BodyBlock(), RecommendationsBlock()):
        for block in stream.child_blocks.values():
            assert block.label
            assert block.get_description()


def test_figures_are_read_as_at_a_day() -> None:
    from datetime import date

    old = FigureFactory(starts=date(2000, 1, 1), ends=date(2014, 12, 4))
    new = FigureFactory(starts=date(2014, 12, 5), value="0.22")
    assert Figure.in_force(date(1999, 12, 31)) == {}
    assert Figure.in_force(date(2014, 12, 4)) == {"lantern-limit": old}
    assert Figure.in_force(date(2014, 12, 5)) == {"lantern-limit": new}
    assert Figure.objects.get(pk=new.pk).shown_value == "0.22"


def test_the_list_of_pages_and_the_editor_open_for_an_editor(editor) -> None:
    page = guidance_page()
    assert editor.get(f"/admin/pages/{page.get_parent().pk}/").status_code == 200
    assert editor.get(f"/admin/pages/add/guidance/guidancepage/{page.get_parent().pk}/").status_code == 200


def test_a_page_is_begun_under_a_topic_with_its_title_filled_in_and_saved_as_ever(editor) -> None:
    lamps, boats = topic_page(title="Lamps"), topic_page(title="Boats")
    html = editor.get(reverse("guidance_write_a_page"), {"title": "lamp oil"}).content.decode()
    for topic in (lamps, boats):
        address = f"{reverse('guidance_write_a_page', args=[topic.pk])}?title=lamp+oil"
        assert f'<a href="{address}">{topic.title}</a>' in html
    form = editor.get(reverse("guidance_write_a_page", args=[lamps.pk]), {"title": "lamp oil"})
    assert form.context["form"]["title"].value() == "Lamp oil"
    assert not GuidancePage.objects.exists()
    # What the form is sent to is Wagtail's own address.
    assert f'action="{reverse("wagtailadmin_pages:add", args=["guidance", "guidancepage", lamps.pk])}"' in (
        form.content.decode()
    )


def test_with_one_topic_there_is_nothing_to_choose_and_with_none_it_says_so(editor) -> None:
    assert "There is no topic" in editor.get(reverse("guidance_write_a_page")).content.decode()
    topic = topic_page()
    answer = editor.get(reverse("guidance_write_a_page"), {"title": "lamp oil"})
    assert answer.url == f"{reverse('guidance_write_a_page', args=[topic.pk])}?title=lamp+oil"


@pytest.mark.parametrize("roles", [("Learners",), ("Trainers",)])
def test_only_writers_begin_a_page(client, roles) -> None:
    topic = topic_page()
    client.force_login(UserFactory(roles=roles))
    for arguments in ([], [topic.pk]):
        assert client.get(reverse("guidance_write_a_page", args=arguments)).status_code == 302


def test_a_form_is_told_whether_the_server_knows_who_is_writing(editor) -> None:
    answer = editor.get(reverse("guidance_still_here"))
    assert answer.status_code == 200
    assert len(answer.json()["csrf"]) > 20
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("role", [None, "Learners"])
def test_whoever_may_not_write_is_told_so_and_not_led_away(client, role: str | None) -> None:
    if role:
        client.force_login(UserFactory(roles=[role]))
    address = reverse("guidance_still_here")
    assert client.get(address, headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 403
