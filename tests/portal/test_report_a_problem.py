"""Reporting a problem: about the page, never about a person."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from wagtail.models import Page

from portal.models import HomePage, ProblemReport, User

pytestmark = pytest.mark.django_db

ADDRESS = "/report-a-problem/"
REPORT = {"page_path": "/guidance/missed-doses/", "kind": "wrong", "text": "It says five days; the source says three."}


def test_the_form_names_the_page_without_its_answers(client: Client) -> None:
    page = client.get(ADDRESS, {"page": "/decision-trees/x/result/?days=3"}).content.decode()
    assert 'value="/decision-trees/x/result/"' in page
    assert "days=3" not in page


def test_a_report_is_kept_with_its_page_and_nothing_else(client: Client) -> None:
    response = client.post(ADDRESS, {**REPORT, "page_path": "/guidance/missed-doses/?secret=1"})
    assert response.status_code == 302
    report = ProblemReport.objects.get()
    assert (report.page_path, report.kind, report.text) == ("/guidance/missed-doses/", "wrong", REPORT["text"])
    assert {field.name for field in ProblemReport._meta.get_fields()} == {
        "id",
        "created",
        "page_path",
        "kind",
        "text",
        "state",
        "outcome",
    }
    assert client.get(response["Location"]).status_code == 200


@pytest.mark.parametrize("detail", ["943 476 5919", "12/03/1980", "07700 900123", "a@example.org", "LS1 4AP"])
def test_a_report_with_a_persons_details_is_refused_and_kept_nowhere(client: Client, detail: str) -> None:
    response = client.post(ADDRESS, {**REPORT, "text": f"For {detail} it is wrong."})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Take out" in page
    assert 'href="#text"' in page
    assert "Error: report a problem" in " ".join(page.split())
    assert not ProblemReport.objects.exists()


def test_an_empty_report_says_what_to_enter_at_each_field(client: Client) -> None:
    page = client.post(ADDRESS, {"page_path": "/"}).content.decode()
    assert 'href="#kind"' in page
    assert 'id="kind"' in page
    assert "Say what is wrong." in page


def test_a_report_that_is_too_long_is_refused(client: Client) -> None:
    assert client.post(ADDRESS, {**REPORT, "text": "a" * 2001}).status_code == 422


def test_an_unknown_kind_is_refused(client: Client) -> None:
    assert client.post(ADDRESS, {**REPORT, "kind": "nonsense"}).status_code == 422


def test_without_an_owner_or_an_address_nothing_is_mailed(client: Client, settings) -> None:
    settings.PROBLEM_REPORT_EMAIL = ""
    client.post(ADDRESS, REPORT)
    assert mail.outbox == []


def test_the_address_of_the_portal_hears_where_a_page_has_no_owner(client: Client, settings) -> None:
    settings.PROBLEM_REPORT_EMAIL = "lead@example.org"
    client.post(ADDRESS, REPORT)
    assert mail.outbox[0].to == ["lead@example.org"]
    assert REPORT["text"] in mail.outbox[0].body


def test_the_owner_of_the_nearest_page_hears_first(client: Client, settings) -> None:
    settings.PROBLEM_REPORT_EMAIL = "lead@example.org"
    owner = User.objects.create_user("owner", email="owner@example.org")
    home = HomePage.objects.get()
    home.add_child(instance=Page(title="A tree", slug="a-tree", owner=owner))
    client.post(ADDRESS, {**REPORT, "page_path": "/a-tree/some-question/"})
    assert mail.outbox[0].to == ["owner@example.org"]


def test_a_report_is_kept_even_when_the_mail_fails(client: Client, settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PROBLEM_REPORT_EMAIL = "lead@example.org"

    def fail(**_: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("portal.services.send_mail", fail)
    assert client.post(ADDRESS, REPORT).status_code == 302
    assert ProblemReport.objects.count() == 1


def test_a_form_without_its_token_is_answered_kindly() -> None:
    response = Client(enforce_csrf_checks=True).post(ADDRESS, REPORT)
    assert response.status_code == 403
    assert "Send the form again" in response.content.decode()


@pytest.mark.parametrize(("role", "may"), [("Editors", True), ("Clinical leads", True), ("Learners", False)])
def test_writers_see_the_reports_in_the_admin(client: Client, role: str, may: bool) -> None:
    from django.contrib.auth.models import Group

    report = ProblemReport.objects.create(**REPORT)
    user = User.objects.create_user("someone")
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    response = client.get("/admin/snippets/portal/problemreport/")
    assert (response.status_code == 200) is may
    if may:
        assert report.page_path in response.content.decode()
        assert client.get(f"/admin/snippets/portal/problemreport/edit/{report.pk}/").status_code == 200
