"""What tells an answer from a chance meeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from search.analysis import stem, words
from search.general_words import is_elsewhere, is_general, is_plain, is_shared
from search.lexicon import Lexicon, groups_from_glossary
from search.planner import Origin, make_plan
from search.query import SearchQuery
from search.spelling import Spelling
from search.trusting import Trust, TrustProfile, trust_in, what_is_asked

LEXICON = Lexicon(
    groups_from_glossary(
        [
            {"term": "methadone", "typed": ["green stuff"]},
            {"term": "overdose"},
            {"term": "prison"},
            {"term": "vaccination", "typed": ["jab"]},
            {"term": "cocaine", "typed": ["snow"], "ambiguous": ["snow"], "context": ["snort"]},
        ]
    )
)
PASSAGES = (
    "After a gap the usual methadone may lead to an overdose, taken as before.",
    "Cocaine is snorted; the risk of overdose is lower.",
    "Staff are offered a vaccination. Poking or jabbing staff is an assault. The office sends a message.",
    "Release from prison is planned.",
)
RARE, UNKNOWN = 5.0, 5.0


def trusted(text: str) -> Trust:
    """How far the passages may be trusted to answer; each word that is written weighs the same."""
    places: list[Mapping[str, list[int]]] = []
    for passage in PASSAGES:
        found: dict[str, list[int]] = {}
        for word in words(passage):
            found.setdefault(stem(word.text), []).append(word.position)
        places.append(found)
    vocabulary = Spelling({word.text: 1 for passage in PASSAGES for word in words(passage)})

    def standing(document: int, stems: Sequence[str]) -> dict[str, list[int]]:
        where = places[document].get(stems[0], []) if len(stems) == 1 else []
        return {"body": list(where)} if where else {}

    def held(single: str) -> int:
        return sum(single in found for found in places)

    plan = make_plan(SearchQuery.of(text), LEXICON, vocabulary)
    profile = TrustProfile()
    asked = what_is_asked(
        plan,
        [RARE * term.weight for term in plan.terms],
        [held(term.stem) for term in plan.terms],
        [held(each.stems[0]) for each in plan.alternatives],
        100,
        UNKNOWN,
        profile,
    )
    return trust_in(asked, range(len(PASSAGES)), standing, profile)


@pytest.mark.parametrize(
    "text",
    [
        "methadone overdose",
        "methadone overdose tomorrow",  # two names outweigh what nobody has written
        "methadone gap",
        "smuggled methadone",  # a word that says what something is like is no subject
        "shoving methadone around",  # nor is a plain verb
        "snort snow",  # an ambiguous word whose sense is settled
        "poking and jabbing staff",
    ],
)
def test_what_a_passage_holds_enough_of_is_answered(text):
    assert trusted(text) is Trust.SURE


@pytest.mark.parametrize(
    "text",
    [
        "methadone lasagne",  # one name beside what nobody has written
        "flu jab for staff",  # words that any office would use too
        "office party message",
        "methadone gap jobs",  # a word of another subject, which the place does not hold
        "prison office",  # a name that other fields have too, with nothing beside it
    ],
)
def test_what_a_passage_holds_a_part_of_may_help(text):
    assert trusted(text) is Trust.PERHAPS


@pytest.mark.parametrize(
    "text",
    [
        "snow plough",
        "wedding speech",
        "staff wedding speech",
        "methadone jobs salary",  # one name among words of another subject
    ],
)
def test_what_only_shares_words_with_a_passage_is_not_answered(text):
    assert trusted(text) is Trust.NONE


def test_a_strange_word_of_any_household_does_not_keep_what_may_help_away():
    assert trusted("office message walk phone") is Trust.PERHAPS
    assert trusted("office message xylophone marzipan") is Trust.NONE


@pytest.mark.parametrize("text", ["how to take a will", "may I", "why is it taken"])
def test_nothing_is_sure_for_a_query_of_words_that_say_nothing(text):
    assert trusted(text) is not Trust.SURE


def test_a_name_that_no_other_field_has_needs_less_beside_it():
    assert trusted("methadone office") is Trust.SURE
    assert trusted("planned prison release") is Trust.SURE


def test_no_line_is_above_the_line_of_what_is_sure():
    profile = TrustProfile()
    lower = ("named_share", "nameless_share", "plain_share", "plain_chance_share", "strange_share")
    assert all(getattr(profile.maybe, name) <= getattr(profile.surely, name) for name in lower)


def test_words_of_other_subjects_and_shared_names_are_told_from_those_of_the_field():
    assert is_elsewhere("vacancies")
    assert not is_elsewhere("methadone")
    assert is_shared(stem("recovery"))
    assert not is_shared(stem("methadone"))


def test_words_of_any_office_are_general_whatever_their_form():
    assert is_general([stem("meetings"), stem("waiting")])
    assert not is_general([stem("meetings"), stem("methadone")])


def test_a_plain_word_is_known_by_its_form_and_not_by_its_stem():
    assert is_plain("dodging")
    assert is_plain("felt")
    assert not is_plain("felting")


def test_a_guess_at_an_unknown_word_does_not_make_little_of_it():
    plan = make_plan(SearchQuery.of("jabberwocky"), LEXICON, Spelling({"jabber": 3}))
    assert all(each.origin is Origin.RESCUE for each in plan.alternatives)
    asked = what_is_asked(plan, [1.0], [0], [3 for _ in plan.alternatives], 100, UNKNOWN, TrustProfile())
    assert asked.strange
    assert list(asked.weights) == [UNKNOWN]
