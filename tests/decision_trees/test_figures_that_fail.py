"""A figure that a tree reads has lapsed, or has a value with which its rules do not hold: every page of it says so."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from guidance.models import Figure

from .test_reading_pages import said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]

BREATH = "/decision-trees/breath-alcohol-before-dose"
WHOLE = ("", "outline/", "map/", "print/", "proof/")
ADVICE = "Do not guess: take the decision to the prescriber or a supervisor. Report it with the link at the foot"
LAPSED = "A legal figure that the tree needs is not in force: "
FAILS = "The rules of the tree do not hold with the legal figures as they stand: "


@pytest.fixture
def figure() -> Figure:
    return Figure.objects.get(key="drink-drive-breath-england-wales")


def lapse(figure: Figure) -> None:
    figure.ends = timezone.localdate() - timedelta(days=1)
    figure.save()


@pytest.mark.parametrize("path", WHOLE)
def test_a_tree_that_holds_says_nothing_of_it(client: Client, path: str) -> None:
    page = said(client.get(f"{BREATH}/{path}"))
    assert ADVICE not in page
    assert "does not hold" not in page


@pytest.mark.parametrize("path", WHOLE)
def test_a_kept_page_of_a_tree_says_at_once_that_a_figure_has_lapsed(client: Client, figure: Figure, path: str) -> None:
    client.get(f"{BREATH}/{path}")
    lapse(figure)
    page = said(client.get(f"{BREATH}/{path}"))
    assert f"No result can be given today. {LAPSED}{figure.title}. {ADVICE}" in page


@pytest.mark.parametrize("path", WHOLE)
def test_so_it_does_where_its_rules_do_not_hold_with_a_new_value(client: Client, figure: Figure, path: str) -> None:
    figure.value = Decimal(22)
    figure.save()
    page = said(client.get(f"{BREATH}/{path}"))
    assert f"No result can be given today. {FAILS}{figure.title} 22 mg/L. {ADVICE}" in page


def test_such_a_tree_is_not_started(client: Client, figure: Figure) -> None:
    assert "Start now" in said(client.get(f"{BREATH}/"))
    lapse(figure)
    assert "Start now" not in said(client.get(f"{BREATH}/"))
    assert "Start now" not in said(client.get(f"{BREATH}/?v=1"))


def test_questions_and_results_give_the_same_reason(client: Client, figure: Figure) -> None:
    lapse(figure)
    for path in ("looks/", "result/?looks=withdrawal&reading=not-known&risks=none"):
        page = said(client.get(f"{BREATH}/{path}"))
        assert f"{LAPSED}{figure.title}. {ADVICE}" in page


def test_the_proof_says_that_it_does_not_hold_today(client: Client, figure: Figure) -> None:
    lapse(figure)
    assert "This proof does not hold today." in said(client.get(f"{BREATH}/proof/"))


def test_a_figure_that_is_not_in_force_is_never_told_as_a_number(client: Client, figure: Figure) -> None:
    lapse(figure)
    for path in ("print/", "outline/", "map/"):
        page = said(client.get(f"{BREATH}/{path}"))
        assert page.count("the figure “") == page.count("england wales”, which is not in force") > 0


def test_lists_name_it_and_lead_to_the_page_that_says_so(client: Client, figure: Figure) -> None:
    lapse(figure)
    for address in ("/", "/decision-trees/"):
        assert f'href="{BREATH}/"' in client.get(address).content.decode()
    assert "No result can be given today." in said(client.get(f"{BREATH}/"))
