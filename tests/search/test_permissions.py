"""Who may do what with the search: a yes and a no for every rule, and the admin under the same rules."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.urls import reverse
from django.utils import timezone

from search import permissions as may
from search.models import BestBet
from search.permissions import UnknownPermission, permits
from search.predicates import CLINICAL_LEADS, EDITORS, LEARNERS, OPERATORS, ROLES, TRAINERS
from tests.factories.guidance import UserFactory

pytestmark = pytest.mark.django_db

WRITERS = {EDITORS, CLINICAL_LEADS, OPERATORS}
RULES = {
    may.SEE_POOR_SEARCHES: WRITERS,
    may.KEEP_BEST_BETS: WRITERS,
    may.KEEP_SEARCH_WORDS: WRITERS,
    may.SEE_WHY_THIS_HIT: {TRAINERS, *WRITERS},
}
WRITERS_PAGES = (
    "search_report",
    "guidance_write_a_page",
    "wagtailsnippets_search_bestbet:list",
    "wagtailsnippets_search_bestbet:add",
    "wagtailsnippets_guidance_searchwords:list",
    "wagtailsnippets_guidance_searchwords:add",
)
PREVIEWS = ("search_preview_best_bet", "guidance_preview_search_words", "guidance_preview_glossary_term")


@pytest.mark.parametrize(("permission", "allowed"), RULES.items())
def test_each_role_may_do_what_its_rule_says_and_no_other_role_may(permission, allowed):
    assert {role for role in ROLES if permits(UserFactory(roles=[role]), permission)} == allowed


@pytest.mark.parametrize("permission", RULES)
def test_people_without_a_role_and_people_who_left_may_do_nothing(permission):
    for person in (AnonymousUser(), UserFactory(), UserFactory(roles=ROLES, is_active=False)):
        assert not permits(person, permission)


def test_a_misspelt_permission_is_refused_aloud():
    with pytest.raises(UnknownPermission, match=r"search\.see_why"):
        permits(UserFactory(), "search.see_why")


@pytest.mark.parametrize("name", WRITERS_PAGES)
def test_the_admin_lets_writers_in_and_sends_everybody_else_away(client, name):
    for person in (None, UserFactory(roles=[LEARNERS]), UserFactory(roles=[TRAINERS])):
        client.logout()
        if person:
            client.force_login(person)
        assert client.get(reverse(name)).status_code == 302
    for role in WRITERS:
        client.force_login(UserFactory(roles=[role]))
        assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", PREVIEWS)
def test_only_writers_are_shown_a_preview_and_only_for_a_posted_form(client, name):
    for person in (None, UserFactory(roles=[LEARNERS]), UserFactory(roles=[TRAINERS])):
        client.logout()
        if person:
            client.force_login(person)
        assert client.post(reverse(name)).status_code == 302
    client.force_login(UserFactory(roles=[EDITORS]))
    assert client.post(reverse(name)).status_code == 200
    assert client.get(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", [*WRITERS_PAGES, *PREVIEWS])
def test_rights_of_a_group_without_a_role_open_nothing(client, name):
    """A group of the operator's own with every right that Wagtail knows, and no role of ours."""
    group = Group.objects.create(name="Typists")
    group.permissions.set(Permission.objects.all())
    typist = UserFactory()
    typist.groups.add(group)
    client.force_login(typist)
    answer = client.post(reverse(name)) if name in PREVIEWS else client.get(reverse(name))
    assert answer.status_code == 302


def test_a_best_bet_is_changed_by_writers_and_deleted_by_leads_and_operators(client):
    bet = BestBet.objects.create(words="lamp", key="page:1", owner="Ann", expires=timezone.localdate())
    later = timezone.localdate() + timedelta(days=9)
    for role, status in ((EDITORS, 302), (CLINICAL_LEADS, 200), (OPERATORS, 200)):
        client.force_login(UserFactory(roles=[role]))
        data = {"words": f"lamp {role}", "key": "page:1", "owner": "Ann", "expires": later, "note": ""}
        client.post(reverse("wagtailsnippets_search_bestbet:edit", args=[bet.pk]), data)
        bet.refresh_from_db()
        assert bet.words == f"lamp {role}"
        assert client.get(reverse("wagtailsnippets_search_bestbet:delete", args=[bet.pk])).status_code == status


def test_the_report_stands_in_the_menu_of_those_who_may_see_it(rf):
    from search.wagtail_hooks import entry_in_the_menu

    request = rf.get("/admin/")
    for person, shown in ((UserFactory(roles=[EDITORS]), True), (UserFactory(roles=[TRAINERS]), False)):
        request.user = person
        assert entry_in_the_menu().is_shown(request) is shown
