"""The page of components shows every one of them, to those who may see it."""

from __future__ import annotations

import re

import pytest
from django.conf import settings as project
from django.template.loader import render_to_string
from django.test import Client

from portal.models import User

FOLDER = project.BASE_DIR / "templates" / "components"
NAMES = sorted(path.stem for path in FOLDER.glob("*.html"))
INCLUDED = re.compile(r'\{% include "components/([a-z_]+)\.html"')
#: What shows itself on every page, or only with a form or a message at hand.
ELSEWHERE = {"emergency_line", "wordmark", "navigation", "messages", "form_field"}


def _included(template: str) -> set[str]:
    return set(INCLUDED.findall((project.BASE_DIR / "templates" / template).read_text(encoding="utf-8")))


def test_every_component_is_on_the_page_or_part_of_one_that_is() -> None:
    shown = _included("portal/components.html")
    for name in tuple(shown):
        shown |= _included(f"components/{name}.html")
    assert shown | ELSEWHERE == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_component_says_what_it_takes(name: str) -> None:
    assert (FOLDER / f"{name}.html").read_text(encoding="utf-8").startswith("{% comment %}") or name in ELSEWHERE


@pytest.mark.django_db
def test_the_page_is_for_staff(client: Client) -> None:
    assert client.get("/components/").status_code == 404
    client.force_login(User.objects.create_user("reader"))
    assert client.get("/components/").status_code == 404
    client.force_login(User.objects.create_user("staff", is_staff=True))
    assert client.get("/components/").status_code == 200


@pytest.mark.django_db
def test_no_id_stands_twice_on_the_page(client: Client) -> None:
    client.force_login(User.objects.create_user("staff", is_staff=True))
    ids = re.findall(r'\sid="([^"]+)"', client.get("/components/").content.decode())
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize(
    ("urgency", "words", "card_type", "unseen"),
    [
        ("emergency", "Emergency: act now", "emergency", "Immediate action required:"),
        ("today", "Today", "urgent", "Urgent advice, for today:"),
        ("soon", "Soon", "non-urgent", "To act on soon:"),
        ("routine", "Routine", "non-urgent", "Routine:"),
    ],
)
def test_urgency_is_said_in_words_and_shape(urgency: str, words: str, card_type: str, unseen: str) -> None:
    card = render_to_string("components/care_card.html", {"urgency": urgency, "heading": "Act", "text": "Now."})
    assert words in card
    assert "<svg" in card
    assert f"nhsuk-card--care--{card_type} " in card
    assert f'<span class="nhsuk-u-visually-hidden">{unseen}</span> Act</h2>' in card


@pytest.mark.parametrize(
    ("basis", "words"),
    [
        ("rule", "Rule, 2009"),
        ("good-practice", "Good practice, 2009"),
        ("local-example", "One service’s example, 2009"),
        ("inference", "Our inference"),
    ],
)
def test_the_basis_is_said_in_words_with_its_year(basis: str, words: str) -> None:
    tag = render_to_string("components/basis_tag.html", {"basis": basis, "year": 2009})
    assert re.sub(r"<[^>]*>", "", tag).strip() == words


def test_what_is_copied_cannot_break_out_of_its_attribute() -> None:
    button = render_to_string("components/copy_button.html", {"label": "Copy", "text": '" onclick="alert(1)'})
    assert 'onclick="' not in button


def choices(**given: object) -> str:
    options = [{"value": "a", "label": "A"}, {"value": "b", "label": "B", "exclusive": True}]
    return render_to_string("components/choices.html", {"name": "looks", "legend": "?", "options": options, **given})


@pytest.mark.parametrize("several", [False, True])
def test_the_first_option_answers_to_the_id_an_error_links_to(several: bool) -> None:
    markup = choices(several=several)
    assert re.search(r'<input[^>]*\sid="looks"', markup)
    assert re.search(r'<input[^>]*\sid="looks-2"', markup)


def test_one_of_several_answers_is_chosen_unless_told_otherwise() -> None:
    one, several = choices(), choices(several=True)
    assert one.count('type="radio"') == 2
    assert "checkbox" not in one
    assert several.count('type="checkbox"') == 2
    assert several.count("data-checkbox-exclusive") == 1
    assert 'data-module="nhsuk-checkboxes"' in several


def test_one_unit_is_shown_as_text_and_still_sent() -> None:
    markup = render_to_string(
        "components/number_input.html", {"name": "days", "label": "Days", "units": [{"value": "days", "label": "days"}]}
    )
    assert '<input type="hidden" name="days.unit" value="days">' in markup
    assert "<select" not in markup
