"""Logging in and out, passwords, and registering as a learner."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from portal.models import User
from tests.factories.guidance import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-enough-phrase"


@pytest.fixture
def person() -> User:
    return User.objects.create_user("sam", email="sam@example.org", password=PASSWORD)


def test_logging_in_leads_where_the_person_wanted_to_go(client: Client, person: User) -> None:
    response = client.post(
        "/account/login/?next=/learning/", {"username": "sam", "password": PASSWORD, "next": "/learning/"}
    )
    assert response.status_code == 302
    assert response["Location"] == "/learning/"


def test_a_wrong_password_is_said_above_the_form(client: Client, person: User) -> None:
    page = client.post("/account/login/", {"username": "sam", "password": "wrong"}).content.decode()
    assert "There is a problem" in page


def test_logging_out_needs_a_form_and_works(client: Client, person: User) -> None:
    client.force_login(person)
    assert client.get("/account/logout/").status_code == 405
    assert client.post("/account/logout/").status_code == 302
    assert client.get("/account/").status_code == 302


def test_the_account_page_names_the_persons_roles(client: Client, person: User) -> None:
    from django.contrib.auth.models import Group

    person.groups.add(Group.objects.get(name="Trainers"))
    client.force_login(person)
    page = client.get("/account/").content.decode()
    assert "Trainers" in page
    assert "/admin/" not in page


def test_nobody_registers_unless_the_operator_allows_it(client: Client, settings) -> None:
    settings.LEARNERS_MAY_REGISTER = False
    assert client.get("/account/register/").status_code == 404
    assert "/account/register/" not in client.get("/account/login/").content.decode()


def test_registering_makes_a_learner_and_nothing_more(client: Client, settings) -> None:
    settings.LEARNERS_MAY_REGISTER = True
    response = client.post(
        "/account/register/", {"username": "new", "email": "", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert response.status_code == 302
    learner = User.objects.get(username="new")
    assert [group.name for group in learner.groups.all()] == ["Learners"]
    assert not learner.is_staff
    assert not learner.is_superuser
    assert client.get("/account/").status_code == 200


def test_a_taken_name_is_refused_at_its_field(client: Client, settings, person: User) -> None:
    settings.LEARNERS_MAY_REGISTER = True
    response = client.post("/account/register/", {"username": "sam", "password1": PASSWORD, "password2": PASSWORD})
    assert response.status_code == 422
    assert 'href="#id_username"' in response.content.decode()


def test_a_forgotten_password_is_set_anew_by_mail(client: Client, person: User) -> None:
    assert client.post("/account/password/forgotten/", {"email": "sam@example.org"}).status_code == 302
    link = re.search(r"https?://[^/]+(/account/password/new/\S+)", mail.outbox[0].body)
    assert link is not None
    form = client.get(link[1], follow=True)
    new = "another-long-phrase"
    response = client.post(form.request["PATH_INFO"], {"new_password1": new, "new_password2": new})
    assert response["Location"] == "/account/password/done/"
    assert client.login(username="sam", password=new)


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client: Client) -> None:
    assert client.post("/account/password/forgotten/", {"email": "nobody@example.org"}).status_code == 302
    assert mail.outbox == []


def test_a_used_link_says_so(client: Client) -> None:
    page = client.get("/account/password/new/MQ/abc-123/").content.decode()
    assert "does not work any more" in page


def test_changing_the_password_keeps_the_person_logged_in(client: Client, person: User) -> None:
    client.force_login(person)
    assert client.get("/account/password/").status_code == 200
    form = {"old_password": PASSWORD, "new_password1": "yet-another-phrase", "new_password2": "yet-another-phrase"}
    assert client.post("/account/password/", form)["Location"] == "/account/password/changed/"
    assert client.get("/account/password/changed/").status_code == 200


@pytest.mark.parametrize("address", ["/admin/", "/admin/pages/"])
def test_who_may_not_enter_the_admin_is_told_so_once_and_shown_a_way_on(client: Client, address: str) -> None:
    client.force_login(UserFactory(roles=["Learners"]))
    response = client.get(address, follow=True)
    page = response.content.decode()
    assert response.status_code == 403
    assert 'type="password"' not in page
    assert "This page is not open to you" in page
    assert all(f'href="{way}"' in page for way in ("/", "/learning/", "/account/"))


def test_an_editor_and_a_stranger_get_on_as_before(client: Client) -> None:
    assert 'type="password"' in client.get("/admin/", follow=True).content.decode()
    client.force_login(UserFactory(roles=["Editors"]))
    assert client.get("/admin/").status_code == 200
    assert client.get("/account/login/?next=/admin/").status_code == 200
