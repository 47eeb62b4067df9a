"""What a certificate says, seen by walking: every witness ends where it is said to, and nothing is left out."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decision_trees.engine.answers import answers_from_json
from decision_trees.engine.certificate import certify
from decision_trees.engine.documents import canonical_hash, tree_hash
from decision_trees.engine.errors import NotSound
from decision_trees.engine.model import Context, Kind
from decision_trees.engine.walk import walk

from .generator import MIDDLE, Made, sound_tree
from .trees import days, dose_tree, otherwise, outcome, question, tree, when


def certificate_of(made: Made) -> dict[str, dict[str, dict[str, dict[str, object]]]]:
    """Through JSON, as it is stored."""
    read = json.loads(json.dumps(certify(made.tree, made.context)))
    assert isinstance(read, dict)
    return read


@given(st.integers(0, 10_000))
@settings(max_examples=60)
def test_each_witness_is_asked_for_just_its_answers_and_ends_where_it_is_said_to(number: int) -> None:
    made = sound_tree(number, MIDDLE)
    certificate = certificate_of(made)
    for part, nodes in (
        ("outcomes", made.tree.outcomes),
        ("red_flags", made.tree.red_flags),
        ("add_ons", made.tree.add_ons),
    ):
        assert list(certificate[part]) == [node.id for node in nodes]
        for id, entry in certificate[part].items():
            answers, problems = answers_from_json(made.tree, entry["witness"])
            journey = walk(made.tree, answers, made.context)
            assert not problems
            assert journey.answers == answers
            assert journey.outcome is not None
            met = {
                "outcomes": {journey.outcome.id},
                "red_flags": {journey.red_flag.id} if journey.red_flag else set(),
                "add_ons": {applied.add_on.id for applied in journey.add_ons},
            }
            assert id in met[part]


@given(st.integers(0, 10_000))
@settings(max_examples=60)
def test_the_outcomes_have_all_combinations_among_them(number: int) -> None:
    certificate = certificate_of(sound_tree(number, MIDDLE))
    counts = [entry["combinations"] for entry in certificate["outcomes"].values()]
    assert sum(counts) == certificate["combinations"]
    assert min(counts) > 0


def test_the_certificate_of_a_small_tree_in_full() -> None:
    asked = question("days", Kind.WHOLE_DAYS, when("days at most 3 days", "low"), otherwise("high"))
    checked = tree([asked], [outcome("low", 1), outcome("high", 2)])
    certificate = certify(checked)
    seal = certificate.pop("seal")
    assert seal == canonical_hash(certificate)
    assert certificate == {
        "format": 1,
        "tree": "small",
        "tree_hash": tree_hash(checked),
        "figures": {},
        "answers": {"days": ["0", "3", "4", "not-known"]},
        "combinations": 4,
        "outcomes": {
            "low": {"combinations": 2, "witness": {"days": "0"}},
            "high": {"combinations": 2, "witness": {"days": "4"}},
        },
        "red_flags": {},
        "add_ons": {},
    }


def test_of_several_options_those_are_listed_that_conditions_name_and_one_for_the_others() -> None:
    answers = certify(dose_tree())["answers"]
    assert isinstance(answers, dict)
    assert answers["risks"] == {"any_of": ["sedatives"], "other": "cocaine", "alone": ["none", "not-known"]}
    assert answers["limit"][-2:] == ["none-set", "not-known"]
    assert answers["limit"][0] == {"value": "0", "unit": "mg-l"}


def test_only_figures_that_the_tree_reads_are_told() -> None:
    rules = (when("days above figure long", "high"), otherwise("low"))
    checked = tree([question("days", Kind.WHOLE_DAYS, *rules, not_known="")], [outcome("low", 1), outcome("high", 2)])
    certificate = certify(checked, Context(figures={"long": days(2), "short": days(1)}))
    assert certificate["figures"] == {"long": {"value": "2", "unit": "days"}}


def test_a_tree_with_findings_is_not_certified() -> None:
    checked = tree([question("days", Kind.WHOLE_DAYS, when("days at most 3 days", "low"))], [outcome("low", 1)])
    with pytest.raises(NotSound, match=r"days: Days 4 days: no rule applies\."):
        certify(checked)
