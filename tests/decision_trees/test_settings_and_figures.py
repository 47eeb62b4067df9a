"""What a walk reads besides the answers: the service's own values, and figures in force on the day."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from decision_trees.engine.model import Choice, Quantity
from decision_trees.models import LocalSetting
from decision_trees.services import context_on
from guidance.generation import bump_generation
from guidance.models import Figure
from tests.factories.guidance import UserFactory
from tests.support.journeys import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]

SLUG = "breath-alcohol-before-dose"
DRIVING_LIMIT = "drink-drive-breath-england-wales"
STEADY_AT_0_20 = "looks=neither&reading=0.2&reading.unit=mg-l&risks=none&individual-limit=none-set&dependent=no"


@pytest.fixture
def visit(client: Client) -> Visit:
    return Visit(client, SLUG)


def own_limit(**values: object) -> LocalSetting:
    fields = {"value": Decimal("0.15"), "unit": "mg-l", "owner": "Clinical lead", "set_on": date(2026, 3, 2)}
    return LocalSetting.objects.create(
        slug="breath-dispensing-limit", title="Breath limit for dispensing", **(fields | values)
    )


def at_result(query: str) -> str:
    return f"/decision-trees/{SLUG}/result/?{query}"


def test_an_unset_value_is_asked_for(visit: Visit) -> None:
    visit.opens(at_result(STEADY_AT_0_20)).is_asked("service-limit")


def test_a_local_setting_answers_its_question_and_says_whose_it_is_and_since_when(visit: Visit) -> None:
    own_limit()
    visit.opens(at_result(STEADY_AT_0_20)).reaches("above-service-limit")
    (row,) = (row for row in visit.view.rows if row.question_id == "service-limit")
    assert row.answer == "0.15 mg/L"
    assert row.note == "Set for this service by Clinical lead, 2 March 2026"
    assert row.change_url == ""
    assert row.note in visit.text


def test_a_service_without_a_limit_is_another_answer_than_not_known(visit: Visit) -> None:
    own_limit(state=LocalSetting.State.NONE_SET, value=None, unit="")
    visit.opens(at_result(STEADY_AT_0_20)).reaches("carry-on")
    assert context_on(date(2026, 11, 22)).settings == {"breath-dispensing-limit": Choice("none-set")}


def test_a_setting_wins_over_an_old_address_that_answers_for_it(visit: Visit) -> None:
    own_limit()
    visit.opens(at_result(f"{STEADY_AT_0_20}&service-limit=none-set")).reaches("above-service-limit")


def test_an_address_keeps_what_a_setting_answered_and_says_when_that_is_set_anew(visit: Visit) -> None:
    setting = own_limit()
    address = visit.opens(at_result(STEADY_AT_0_20)).reaches("above-service-limit").view.address
    assert "service-limit=0.15&service-limit.unit=mg-l" in address
    title = visit.view.result.outcome.title
    assert "This address says" not in visit.text
    setting.value = Decimal("0.25")
    setting.save()
    visit.opens(address.removeprefix("http://testserver")).reaches("carry-on")
    assert "This address says 0.15 mg/L for “What is your service&#x27;s breath limit for dispensing?”" in visit.text
    assert "set\n      0.25 mg/L, and what follows goes by that." in visit.text
    assert re.search(rf"By the address the result was another one:</strong>\s*{re.escape(escape(title))}", visit.text)
    assert visit.text.index("By the address the result was another one") < visit.text.index('id="what-to-do"')
    assert "service-limit=0.25" in visit.view.address


def test_the_same_limit_in_another_unit_is_no_other_setting(visit: Visit) -> None:
    own_limit()
    visit.opens(at_result(f"{STEADY_AT_0_20}&service-limit=15&service-limit.unit=ug-100ml"))
    assert "This address says" not in visit.text


def test_another_setting_with_the_same_result_says_only_that(visit: Visit) -> None:
    own_limit()
    visit.opens(at_result(f"{STEADY_AT_0_20}&service-limit=0.1&service-limit.unit=mg-l"))
    assert "This address says 0.1 mg/L" in visit.text
    assert "By the address" not in visit.text


SETTINGS = "wagtailsnippets_decision_trees_localsetting"
UNUSABLE = [
    (Decimal(5), "mg-l", "cannot take 5 mg/L. Enter 3 mg/L or less."),
    (Decimal(-1), "mg-l", "cannot take -1 mg/L. Enter 0 mg/L or more."),
    (Decimal("0.355"), "mg-l", "cannot take 0.355 mg/L. Enter a number in steps of 0.01 mg/L."),
    (Decimal(3), "days", "cannot take 3 days. Choose the unit: mg/L or "),
]


@pytest.mark.parametrize(("value", "unit", "said"), UNUSABLE)
def test_a_setting_that_its_question_cannot_take_is_not_saved_and_what_would_be_taken_is_said(
    value: Decimal, unit: str, said: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        own_limit(value=value, unit=unit)
    (message,) = refused.value.message_dict["value"]
    assert message.startswith("“What is your service's breath limit for dispensing?” in the tree “Alcohol on")
    assert said in message
    assert not LocalSetting.objects.exists()


def test_a_setting_that_is_refused_is_told_beside_its_field_in_the_admin(admin: Client) -> None:
    values = {"slug": "breath-dispensing-limit", "title": "Limit", "state": "number", "value": "5", "unit": "mg-l"}
    address = reverse(f"{SETTINGS}:add")
    shown = admin.post(address, {**values, "owner": "Clinical lead", "set_on": "2026-03-02"})
    assert "cannot take 5 mg/L. Enter 3 mg/L or less." in shown.content.decode()
    admin.post(address, {**values, "value": "0.4", "owner": "Clinical lead", "set_on": "2026-03-02"})
    assert LocalSetting.objects.get().value == Decimal("0.4")


def test_a_setting_that_no_published_tree_reads_may_have_any_value() -> None:
    LocalSetting.objects.create(slug="s", title="S", owner="O", set_on=date(2026, 1, 1), value=Decimal(5), unit="days")
    assert LocalSetting.objects.exists()


def out_of_bounds() -> None:
    """A value from before its question had these bounds."""
    own_limit()
    LocalSetting.objects.update(value=Decimal(9))
    bump_generation()


def test_a_stored_setting_that_cannot_be_used_is_told_to_those_who_write_trees(admin: Client) -> None:
    out_of_bounds()
    shown = admin.get(reverse("wagtailadmin_home")).content.decode()
    edit = reverse(f"{SETTINGS}:edit", args=[LocalSetting.objects.get().pk])
    assert f'Local setting <a href="{edit}">Breath limit for dispensing</a>: “What is your' in shown
    assert "cannot take 9 mg/L. Enter 3 mg/L or less." in shown


def test_a_setting_that_does_not_fit_is_asked_for_all_the_same(visit: Visit) -> None:
    out_of_bounds()
    visit.opens(at_result(STEADY_AT_0_20)).is_asked("service-limit")


def test_a_changed_setting_is_read_at_once(visit: Visit) -> None:
    setting = own_limit()
    visit.opens(at_result(STEADY_AT_0_20)).reaches("above-service-limit")
    setting.value = Decimal("0.25")
    setting.save()
    visit.opens(at_result(STEADY_AT_0_20)).reaches("carry-on")


def test_a_number_needs_its_unit() -> None:
    with pytest.raises(ValidationError, match="Enter the number and its unit"):
        LocalSetting(slug="s", title="S", owner="O", set_on=date(2026, 1, 1), value=Decimal(1)).full_clean()


def a_lower_limit_from_2028(value: str = "0.15") -> None:
    Figure.objects.filter(key=DRIVING_LIMIT).update(ends=date(2027, 12, 31))
    Figure.objects.create(
        key=DRIVING_LIMIT,
        title="Limit",
        value=value,
        unit="mg-l",
        jurisdiction="England and Wales",
        starts=date(2028, 1, 1),
    )
    bump_generation()


def test_figures_are_read_as_at_the_day() -> None:
    a_lower_limit_from_2028("0.22")
    assert context_on(date(2027, 12, 31)).figures[DRIVING_LIMIT] == Quantity(Decimal("0.35"), "mg-l")
    assert context_on(date(2028, 1, 1)).figures[DRIVING_LIMIT] == Quantity(Decimal("0.22"), "mg-l")


BELOW_AN_OWN_LIMIT = f"{STEADY_AT_0_20}&service-limit=0.4&service-limit.unit=mg-l"


def advice_of(visit: Visit) -> list[str]:
    return [advice.id for advice in visit.view.advice]


def test_a_lower_limit_brings_the_advice_from_the_day_it_is_in_force(visit: Visit) -> None:
    a_lower_limit_from_2028()
    with time_machine.travel(date(2027, 6, 1), tick=False):
        assert advice_of(visit.opens(at_result(BELOW_AN_OWN_LIMIT))) == []
    with time_machine.travel(date(2028, 6, 1), tick=False):
        assert advice_of(visit.opens(at_result(BELOW_AN_OWN_LIMIT))) == ["do-not-drive"]


def test_a_kept_result_says_what_another_limit_makes_of_it_today(visit: Visit) -> None:
    a_lower_limit_from_2028()
    with time_machine.travel(date(2027, 6, 1), tick=False):
        address = visit.opens(at_result(BELOW_AN_OWN_LIMIT)).view.address.removeprefix("http://testserver")
        assert "&at=2027-06-01&v=1" in address
    with time_machine.travel(date(2027, 12, 31), tick=False):
        assert visit.opens(address).view.today is None, "the limit is the same"
    with time_machine.travel(date(2028, 6, 1), tick=False):
        today = visit.opens(address).view.today
        assert today.heading == "Result of 1 June 2027: different today"
        assert today.result.outcome.id == "assess-high-reading"
        assert visit.view.result.outcome.id == "carry-on", "below stands what was said then"
        assert advice_of(visit) == []
        assert "0.35 mg/L then, 0.15 mg/L today." in visit.text
        assert "What it said with the figures of 1 June 2027." in visit.text
        assert "NOT CURRENT. The tree, with the figures of today, gives another result" in visit.view.handover
        assert "Everything that changed since then" not in visit.text, "the version is the same"
        assert advice_of(visit.opens(today.url)) == ["do-not-drive"]
        assert visit.view.today is None


def test_a_kept_result_is_not_to_be_used_where_the_tree_holds_no_more(visit: Visit) -> None:
    with time_machine.travel(date(2027, 6, 1), tick=False):
        address = visit.opens(at_result(BELOW_AN_OWN_LIMIT)).view.address.removeprefix("http://testserver")
    Figure.objects.filter(key=DRIVING_LIMIT).update(ends=date(2027, 12, 31))
    bump_generation()
    with time_machine.travel(date(2028, 6, 1), tick=False):
        assert visit.opens(address).view.today.heading == "Result of 1 June 2027: not to be used today"
        assert "0.35 mg/L then, not in force today." in visit.text


@pytest.mark.parametrize("day", ["2020-01-01", "2029-01-01", "yesterday"])
def test_a_day_on_which_the_version_was_not_in_force_names_no_figures(visit: Visit, day: str) -> None:
    a_lower_limit_from_2028()
    with time_machine.travel(date(2028, 6, 1), tick=False):
        assert advice_of(visit.opens(at_result(f"{BELOW_AN_OWN_LIMIT}&at={day}&v=1"))) == ["do-not-drive"]
        assert visit.view.today is None


def test_the_map_and_the_outline_of_a_kept_result_go_by_its_day(visit: Visit) -> None:
    a_lower_limit_from_2028()
    with time_machine.travel(date(2028, 6, 1), tick=False):
        visit.opens(at_result(f"{BELOW_AN_OWN_LIMIT}&at=2027-06-01&v=1"))
        for url in (visit.view.map_url, visit.view.outline_url):
            page = visit.client.get(url).content.decode()
            assert "at=2027-06-01" in url
            assert "Your answers led to: No reason in the reading to hold the dose" in page
            assert escape("at=2027-06-01&v=1") in page, "the way back leads to the same result"


def test_a_tree_that_reads_no_figures_names_no_day(client: Client) -> None:
    nothing_missed = "/decision-trees/missed-opioid-doses/result/?days=0&medicine=buprenorphine"
    assert Visit(client, "missed-opioid-doses").opens(nothing_missed).view.address.endswith("buprenorphine&v=1")


@pytest.mark.parametrize("path", ["result/", "reading/"])
def test_without_the_figure_there_is_no_result_and_the_page_says_what_to_do(visit: Visit, path: str) -> None:
    Figure.objects.get(key=DRIVING_LIMIT).delete()
    visit.opens(f"/decision-trees/{SLUG}/{path}?{STEADY_AT_0_20}")
    assert visit.page.status_code == 200
    assert "No result can be given" in visit.text
    assert "take the decision to the prescriber or a supervisor" in visit.text


def test_without_the_figure_the_shell_gives_no_result_either() -> None:
    Figure.objects.get(key=DRIVING_LIMIT).delete()
    with pytest.raises(CommandError, match=DRIVING_LIMIT) as refused:
        call_command("walk_tree", SLUG, answers='{"looks": "withdrawal"}')
    assert refused.value.returncode == 1


@pytest.mark.parametrize(
    ("role", "status"), [("Clinical leads", 200), ("Operators", 200), ("Editors", 302), ("Learners", 302)]
)
def test_those_who_answer_for_policy_set_local_settings_and_nobody_else(client: Client, role: str, status: int) -> None:
    client.force_login(UserFactory(roles=[role]))
    assert client.get(reverse("wagtailsnippets_decision_trees_localsetting:add")).status_code == status
