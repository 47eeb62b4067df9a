"""What is particular to the tree on alcohol before an opioid dose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial

from decision_trees.engine.journey import Journey
from decision_trees.engine.model import Context, Quantity
from decision_trees.engine.units import to_base
from decision_trees.engine.walk import walk

from .tables.breath_alcohol import (
    DRIVING_LIMIT,
    MG_PER_LITRE,
    MICROGRAMS_PER_100_ML,
    TABLE,
    Person,
    answers_of,
    every_person,
    every_set_of_risks,
    number,
)
from .tables.comparing import assert_none, differences, reached
from .tables.lines import NOT_KNOWN
from .tables.reading import content_figures, figures_today, text_shown

NEVER_SAID_IN_WITHDRAWAL = ("come back", "sober", "return", "second test", "retest", "send them home", "later today")


def journeys_in_withdrawal() -> Iterator[tuple[Person, Journey]]:
    return ((person, journey) for person, journey in TABLE.every_journey() if person.may_be_in_withdrawal)


def test_micrograms_per_100_ml_give_the_same_result_as_milligrams_per_litre() -> None:
    in_micrograms = replace(TABLE, answers_of=partial(answers_of, unit=MICROGRAMS_PER_100_ML))
    assert_none(differences(in_micrograms))


def test_a_reading_in_one_unit_is_compared_with_limits_in_the_other() -> None:
    mixed = partial(answers_of, unit=MICROGRAMS_PER_100_ML, unit_of_limits=MG_PER_LITRE)
    people = tuple(person for person in every_person() if person.reading is not None and person.risks == ())
    assert_none(differences(replace(TABLE, every_person=lambda: people, answers_of=mixed)))


def test_0_42_milligrams_per_litre_is_42_micrograms_per_100_ml() -> None:
    assert number(Decimal("0.42"), MICROGRAMS_PER_100_ML) == Quantity(Decimal("42.00"), MICROGRAMS_PER_100_ML)
    assert to_base(Quantity(Decimal(42), MICROGRAMS_PER_100_ML)) == Decimal("0.42")


def test_every_set_of_risks_adds_its_advice_to_every_result() -> None:
    one_for_each_result = {TABLE.expected(person)[0]: person for person in every_person()}
    people = [replace(person, risks=risks) for person in one_for_each_result.values() for risks in every_set_of_risks()]
    assert_none(differences(replace(TABLE, every_person=lambda: people)))


def test_the_driving_limit_of_the_content_is_the_one_in_the_text() -> None:
    figure = content_figures()["drink-drive-breath-england-wales"]
    assert to_base(figure) == DRIVING_LIMIT


def test_in_withdrawal_nobody_is_asked_whether_they_can_come_back() -> None:
    for person, journey in journeys_in_withdrawal():
        assert [step.question.id for step in journey.steps] == ["looks", "reading", "risks"], person


def test_in_withdrawal_nothing_on_the_screen_speaks_of_coming_back_or_being_sober() -> None:
    for person, journey in journeys_in_withdrawal():
        text = text_shown(journey).lower()
        for words in NEVER_SAID_IN_WITHDRAWAL:
            assert words not in text, (words, person)


def test_exactly_0_35_is_not_above_and_the_screen_says_so() -> None:
    for person, journey in TABLE.every_journey():
        if person.reading != DRIVING_LIMIT:
            continue
        assert "do-not-drive" not in reached(journey)[1], person
        assert "not above" in text_shown(journey), person
        assert "Exactly 0.35 mg/L" in text_shown(journey), person


def test_the_advice_on_driving_names_the_nations_it_holds_for() -> None:
    for id in ("do-not-drive", "exactly-driving-limit"):
        add_on = next(each for each in TABLE.tree.add_ons if each.id == id)
        assert "England and Wales" in add_on.text
        assert "Scotland" in add_on.text


def test_a_service_limit_from_the_settings_counts_like_the_answer() -> None:
    for person in every_person():
        if not person.service_limit_matters or person.service_limit == NOT_KNOWN:
            continue
        answers = dict(answers_of(person))
        setting = answers.pop("service-limit")
        with_setting = Context(figures=figures_today().figures, settings={"breath-dispensing-limit": setting})
        assert reached(walk(TABLE.tree, answers, with_setting)) == TABLE.expected(person), person


def test_no_limit_and_limit_not_known_are_different_answers() -> None:
    someone = Person("neither", Decimal("0.10"), "none-set", "yes", "no", "none-set", ())

    def result(own_limit: str, service_limit: str) -> str:
        return TABLE.outcome(replace(someone, own_limit=own_limit, service_limit=service_limit)).id

    assert result("none-set", "none-set") == "carry-on"
    assert result("none-set", NOT_KNOWN) == "find-service-limit"
    assert result(NOT_KNOWN, "none-set") == "assess-and-set-limit"
