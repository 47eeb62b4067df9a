"""The home page: search first, then what to do next; the same few queries whatever there is to show."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageViewRestriction
from wagtail.test.utils import WagtailPageTestCase

from decision_trees.models import TreeIndexPage, TreePage, TreeVersion
from guidance.generation import bump_generation
from guidance.models import GuidancePage, TopicIndexPage, TopicPage
from learning.models import LearningIndexPage, LearningPathPage
from portal.home import UPDATES_SHOWN, home_sections
from portal.models import HomePage

#: With everything forgotten: what finds the site and the page, what knows who may see what, and one a list.
MOST_QUERIES = 12

pytestmark = pytest.mark.django_db


def publish(page: Page) -> Page:
    """Publish a page as an editor does, so that everything that follows publishing follows."""
    page.save_revision().publish()
    return page


class Site:
    """A small site to put pages on."""

    def __init__(self) -> None:
        home = HomePage.objects.get()
        self.trees = home.add_child(instance=TreeIndexPage(title="What to do next", slug="decision-trees"))
        self.topics = home.add_child(instance=TopicIndexPage(title="Guidance", slug="guidance"))
        self.learning = home.add_child(instance=LearningIndexPage(title="Learning", slug="learning"))

    def add_tree(self, slug: str, situation: str, note: str = "First published.") -> TreePage:
        page = self.trees.add_child(
            instance=TreePage(
                title=f"{situation}?", slug=slug, situation=situation, summary="Decides.", audience="All", live=False
            )
        )
        # Made live behind the proof that guards publishing: the home page looks at titles, not at questions.
        TreePage.objects.filter(pk=page.pk).update(live=True)
        TreeVersion.objects.create(page=page, number=1, hash=slug, document={"slug": slug}, change_note=note)
        bump_generation()
        return page

    def add_guidance(self, slug: str, notes: list[tuple[date, str]]) -> GuidancePage:
        topic = TopicPage(title=f"About {slug}", slug=f"about-{slug}", summary="Topic.")
        publish(self.topics.add_child(instance=topic))
        page = GuidancePage(title=f"Page {slug}", slug=slug, summary="Summary.")
        for day, text in notes:
            page.update_notes.append(("note", {"date": day, "text": text}))
        return publish(topic.add_child(instance=page))

    def add_path(self, slug: str) -> LearningPathPage:
        path = LearningPathPage(title=f"Path {slug}", slug=slug, audience="Keyworkers")
        return publish(self.learning.add_child(instance=path))


@pytest.fixture
def site() -> Site:
    return Site()


def test_an_empty_site_still_has_its_search_box(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 200
    page = response.content.decode()
    assert "What is in front of you?" in page
    assert page.count('name="q"') == 1
    assert "/search/?q=alcohol%20on%20breath%20before%20dose" in page


def test_trees_stand_by_situation_and_open_at_their_address(client: Client, site: Site) -> None:
    site.add_tree("missed", "Doses were missed")
    site.add_tree("breath", "Alcohol on the breath and a dose is due")
    page = client.get("/").content.decode()
    assert page.index("Alcohol on the breath and a dose is due") < page.index("Doses were missed")
    assert 'href="/decision-trees/missed/"' in page


def test_topics_and_paths_open_at_their_pages(client: Client, site: Site) -> None:
    site.add_guidance("doses", [(date(2026, 11, 1), "Counting made clear.")])
    site.add_path("first")
    page = client.get("/").content.decode()
    assert 'href="/guidance/about-doses/"' in page
    assert 'href="/learning/first/"' in page
    assert client.get("/guidance/about-doses/").status_code == 200


def test_what_changed_is_said_newest_first_and_only_the_latest_note_of_a_page(site: Site) -> None:
    site.add_guidance("old", [(date(2020, 1, 1), "Long ago.")])
    site.add_guidance("new", [(date(2026, 11, 1), "Counting made clear."), (date(2026, 1, 1), "First published.")])
    assert [update.text for update in home_sections(AnonymousUser()).updates] == ["Counting made clear.", "Long ago."]


def test_only_a_few_updates_are_shown(site: Site) -> None:
    for number in range(UPDATES_SHOWN + 3):
        site.add_tree(f"tree-{number}", f"Situation {number}")
    assert len(home_sections(AnonymousUser()).updates) == UPDATES_SHOWN


def test_drafts_and_closed_pages_are_in_no_list(client: Client, site: Site) -> None:
    draft = site.add_path("draft")
    draft.unpublish()
    closed = site.add_guidance("closed", [(date(2026, 11, 1), "Secret note.")])
    PageViewRestriction.objects.create(page=closed.get_parent(), restriction_type=PageViewRestriction.LOGIN)
    page = client.get("/").content.decode()
    assert "Path draft" not in page
    assert "Secret note." not in page
    assert "About closed" not in page


def test_the_queries_stay_few_and_the_same_with_more_content(client: Client, site: Site) -> None:
    site.add_tree("one", "One")
    site.add_guidance("one", [(date(2026, 11, 1), "Note.")])
    site.add_path("one")
    few = _queries(client)
    for number in range(10):
        site.add_tree(f"tree-{number}", f"Situation {number}")
        site.add_guidance(f"page-{number}", [(date(2026, 11, 1), "Note.")])
        site.add_path(f"path-{number}")
    assert _queries(client) == few
    assert few <= MOST_QUERIES


def test_the_lists_cost_nothing_while_nothing_changes(site: Site) -> None:
    site.add_tree("one", "One")
    site.add_guidance("one", [(date(2026, 11, 1), "Note.")])
    home_sections(AnonymousUser())
    with CaptureQueriesContext(connection) as queries:
        home_sections(AnonymousUser())
    assert not [query["sql"] for query in queries if "contentgeneration" not in query["sql"]]


@pytest.mark.parametrize("kind", ["topic", "path"])
def test_a_change_is_seen_at_once(client: Client, site: Site, kind: str) -> None:
    listed = site.add_path("one") if kind == "path" else site.add_guidance("one", []).get_parent().specific
    before = listed.title
    assert before in client.get("/").content.decode()
    listed.title = "Renamed"
    publish(listed)
    page = client.get("/").content.decode()
    assert "Renamed" in page
    assert before not in page


def _queries(client: Client) -> int:
    bump_generation()
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/").status_code == 200
    return len(queries)


class HomePageTypeTests(WagtailPageTestCase):
    def test_home_stands_at_the_root_and_holds_the_three_parts(self) -> None:
        self.assertAllowedParentPageTypes(HomePage, {Page})
        self.assertAllowedSubpageTypes(HomePage, {TreeIndexPage, TopicIndexPage, LearningIndexPage})

    def test_there_is_one_home(self) -> None:
        assert HomePage.objects.count() == 1
        assert not HomePage.can_create_at(Page.get_first_root_node())
