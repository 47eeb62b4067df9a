"""Who may do what: a yes and a no for every rule, and the page editor under the same rules."""

from __future__ import annotations

from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from wagtail.models import Page, PageViewRestriction

from guidance import permissions as may
from guidance.permissions import UnknownPermission, permits
from guidance.predicates import (
    CLINICAL_LEADS,
    EDITORS,
    LEARNERS,
    OPERATORS,
    ROLES,
    TRAINERS,
    is_last_editor,
    is_learner,
)
from guidance.search_audience import audience_of_page
from guidance.visibility import visible_to
from search.audience import audience_of
from tests.factories.guidance import UserFactory, guidance_page, topic_page

pytestmark = pytest.mark.django_db

WRITERS = {EDITORS, CLINICAL_LEADS, OPERATORS}
LEADERS = {CLINICAL_LEADS, OPERATORS}


@pytest.mark.parametrize(
    ("permission", "allowed"),
    [
        (may.ADD_PAGE, WRITERS),
        (may.EDIT_PAGE, WRITERS),
        (may.PUBLISH_PAGE, WRITERS),
        (may.WITHDRAW_PAGE, WRITERS),
        (may.APPROVE_PAGE, LEADERS),
        (may.DELETE_PAGE, LEADERS),
        (may.LOCK_PAGE, LEADERS),
        (may.READ_STAFF_ONLY_SOURCE, {TRAINERS, EDITORS, CLINICAL_LEADS, OPERATORS}),
        (may.MANAGE_PEOPLE, {OPERATORS}),
        (may.VIEW_PAGE, set(ROLES)),
    ],
)
def test_each_role_may_do_what_its_rule_says_and_no_other_role_may(permission: str, allowed: set[str]) -> None:
    page = guidance_page()
    assert {role for role in ROLES if permits(UserFactory(roles=[role]), permission, page)} == allowed


@pytest.mark.parametrize(
    "permission",
    [may.ADD_PAGE, may.EDIT_PAGE, may.PUBLISH_PAGE, may.WITHDRAW_PAGE, may.APPROVE_PAGE, may.DELETE_PAGE,
     may.LOCK_PAGE, may.READ_STAFF_ONLY_SOURCE, may.MANAGE_PEOPLE],
)  # fmt: skip
def test_anonymous_and_inactive_people_may_change_nothing(permission: str) -> None:
    page = guidance_page()
    assert not permits(AnonymousUser(), permission, page)
    assert not permits(UserFactory(roles=ROLES, is_active=False), permission, page)


@pytest.mark.parametrize(("live", "knows"), [(True, False), (False, True)])
def test_that_a_page_was_withdrawn_is_known_to_those_who_could_read_it(live: bool, knows: bool) -> None:
    page = guidance_page(live=live)
    assert {permits(UserFactory(roles=[role]), may.KNOW_WITHDRAWN_PAGE, page) for role in ROLES} == {knows}
    assert permits(AnonymousUser(), may.KNOW_WITHDRAWN_PAGE, page) is knows


def test_a_misspelt_permission_is_refused_aloud() -> None:
    with pytest.raises(UnknownPermission, match=r"guidance\.veiw_page"):
        permits(UserFactory(), "guidance.veiw_page")


def test_a_learner_is_one_by_group() -> None:
    assert is_learner(UserFactory(roles=[LEARNERS]))
    assert not is_learner(UserFactory())


def test_nobody_approves_what_they_last_edited() -> None:
    author, other = UserFactory(roles=[CLINICAL_LEADS]), UserFactory(roles=[CLINICAL_LEADS])
    page = guidance_page()
    page.save_revision(user=author)
    assert is_last_editor(author, page)
    assert not is_last_editor(other, page)
    assert not permits(author, may.APPROVE_PAGE, page)
    assert permits(other, may.APPROVE_PAGE, page)


def test_not_even_a_superuser_approves_their_own_work() -> None:
    author = UserFactory(is_superuser=True)
    page = guidance_page()
    page.save_revision(user=author)
    assert not permits(author, may.APPROVE_PAGE, page)


@pytest.mark.parametrize(
    ("role", "can"),
    [
        (EDITORS, {"edit", "publish", "unpublish"}),
        (CLINICAL_LEADS, {"edit", "publish", "unpublish", "delete", "lock"}),
        (OPERATORS, {"edit", "publish", "unpublish", "delete", "lock"}),
        (TRAINERS, set()),
        (LEARNERS, set()),
    ],
)
def test_the_page_editor_obeys_the_roles(role: str, can: set[str]) -> None:
    tester = guidance_page().permissions_for_user(UserFactory(roles=[role]))
    asked = {
        "edit": tester.can_edit(),
        "publish": tester.can_publish(),
        "unpublish": tester.can_unpublish(),
        "delete": tester.can_delete(),
        "lock": tester.can_lock(),
    }
    assert {name for name, answer in asked.items() if answer} == can


def test_the_page_editor_obeys_the_rules_where_wagtail_alone_would_say_yes() -> None:
    """A group of the operator's own with every page right of Wagtail's, and no role of ours."""
    from wagtail.models import GroupPagePermission

    group = Group.objects.create(name="Typists")
    for action in ("add", "change", "publish", "lock"):
        GroupPagePermission.objects.create(group=group, page=Page.get_first_root_node(), permission_type=action)
    typist = UserFactory()
    typist.groups.add(group)
    page = guidance_page()
    tester = page.permissions_for_user(typist)
    assert not any([tester.can_edit(), tester.can_publish(), tester.can_delete(), tester.can_unpublish()])
    assert not Page.objects.get(pk=page.pk).permissions_for_user(typist).can_edit()


def test_an_editor_opens_the_editor_and_a_learner_does_not(client) -> None:
    page = guidance_page()
    client.force_login(UserFactory(roles=[EDITORS]))
    assert client.get(f"/admin/pages/{page.pk}/edit/").status_code == 200
    client.force_login(UserFactory(roles=[LEARNERS]))
    assert client.get(f"/admin/pages/{page.pk}/edit/").status_code == 302


# What a person sees: the rule, its queryset twin and the search agree.


@pytest.fixture
def examples():
    group = Group.objects.get(name=TRAINERS)
    second = Group.objects.get(name=EDITORS)
    pages = {name: guidance_page(slug=name) for name in ("open", "login", "group", "password", "both", "two-groups")}
    pages["draft"] = guidance_page(slug="draft", live=False)
    closed_topic = topic_page(slug="closed-topic")
    pages["below"] = guidance_page(slug="below", topic=closed_topic)

    def restrict(page, kind, *groups, **values):
        restriction = PageViewRestriction.objects.create(page=page.page_ptr, restriction_type=kind, **values)
        restriction.groups.set(groups)

    restrict(pages["login"], "login")
    restrict(pages["group"], "groups", group)
    restrict(pages["password"], "password", password="lantern")
    restrict(closed_topic, "groups", group)
    restrict(pages["both"], "login")
    restrict(pages["both"], "groups", group)
    restrict(pages["two-groups"], "groups", group)
    restrict(pages["two-groups"], "groups", second)
    return pages


@pytest.mark.parametrize("private", [False, True])
def test_the_rule_the_lists_and_the_search_agree_on_who_sees_a_page(examples, settings, private) -> None:
    settings.PRIVATE_SITE = private
    people = [
        AnonymousUser(),
        UserFactory(),
        UserFactory(is_active=False),
        UserFactory(roles=[TRAINERS]),
        UserFactory(roles=[EDITORS]),
        UserFactory(roles=[TRAINERS, EDITORS]),
        UserFactory(is_superuser=True),
    ]
    seen_by_somebody = set()
    for person, (name, page) in product(people, examples.items()):
        by_rule = permits(person, may.VIEW_PAGE, page)
        by_list = visible_to(person).filter(pk=page.pk).exists()
        assert by_rule == by_list, (person, name)
        if not private:
            tokens = set(audience_of(person))
            by_search = any(set(way.split("&")) <= tokens for way in audience_of_page(page))
            assert by_rule == by_search, (person, name)
        if by_rule:
            seen_by_somebody.add(name)
    assert seen_by_somebody == set(examples) - {"draft", "password"}


def test_anonymous_people_see_the_open_page_and_no_other(examples) -> None:
    seen = {page.slug for page in visible_to(AnonymousUser()) if page.slug in examples}
    assert seen == {"open"}


def test_a_restriction_set_now_counts_now(examples) -> None:
    page = examples["open"]
    assert permits(AnonymousUser(), may.VIEW_PAGE, page)
    PageViewRestriction.objects.create(page=page.page_ptr, restriction_type="login")
    assert not permits(AnonymousUser(), may.VIEW_PAGE, page)
