"""Comparing a tree with its table, over the whole grid of combinations. What differs is said in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any, Generic, TypeVar

from decision_trees.engine.journey import Journey
from decision_trees.engine.model import AddOn, Answer, Answers, Choice, Outcome, Quantity, Selection, Tree
from decision_trees.engine.walk import find_end, walk

from .doses import names_a_dose
from .lines import NOT_KNOWN, Advice, Result, all_that_fit, first_that_fits
from .reading import citations_of, content_tree, figures_today, outcome_of, section_key, texts_of

P = TypeVar("P")


def answer_of(given: tuple[str, ...] | str | int | None) -> Answer:
    """Several options, one option, a number of days, or None for days that nobody knows."""
    if given is None:
        return Choice(NOT_KNOWN)
    if isinstance(given, int):
        return Quantity(Decimal(given), "days")
    return Selection(given) if isinstance(given, tuple) else Choice(given)


def answers_by_name(person: Any) -> Answers:
    """Each field of a person answers the question of the same name, with hyphens."""
    return {each.name.replace("_", "-"): answer_of(getattr(person, each.name)) for each in fields(person)}


@dataclass(frozen=True, eq=False)
class Table(Generic[P]):
    """What the passages lead to, for every combination on a grid.

    Each result must itself cite one of `sections`, whatever its actions and cautions cite. `answers_of` says how a
    combination is answered in the tree. Numbers in `units_of_readings` may stand in a result: they are no doses.
    """

    slug: str
    every_person: Callable[[], Iterable[P]]
    results: tuple[Result[P], ...]
    advice: tuple[Advice[P], ...]
    sections: frozenset[str]
    answers_of: Callable[[P], Answers] = answers_by_name
    units_of_readings: tuple[str, ...] = ()

    @property
    def tree(self) -> Tree:
        return content_tree(self.slug)

    def expected(self, person: P) -> tuple[str, frozenset[str]]:
        """The result, and the advice that joins it."""
        advice = frozenset(line.add_on for line in all_that_fit(self.advice, person))
        return first_that_fits(self.results, person).outcome, advice

    def journey(self, person: P) -> Journey:
        journey = walk(self.tree, self.answers_of(person), figures_today())
        assert journey.outcome is not None, (person, journey.question, journey.problems)
        return journey

    def outcome(self, person: P) -> Outcome:
        return outcome_of(self.journey(person))

    def every_journey(self) -> tuple[tuple[P, Journey], ...]:
        return _every_journey(self)

    def somebody_with(self, part: Outcome | AddOn) -> P | None:
        """The first person of the grid who meets this outcome or added advice."""
        return next(
            (
                person
                for person, journey in self.every_journey()
                if part is journey.outcome or any(part is applied.add_on for applied in journey.add_ons)
            ),
            None,
        )


# The tests of one table run one after another: two places do, for a table and for a variant of it.
@lru_cache(maxsize=2)
def _every_journey(table: Table[P]) -> tuple[tuple[P, Journey], ...]:
    return tuple((person, table.journey(person)) for person in table.every_person())


def reached(journey: Journey) -> tuple[str, frozenset[str]]:
    """The result, and the advice that joined it."""
    return outcome_of(journey).id, frozenset(applied.add_on.id for applied in journey.add_ons)


def assert_none(found: Iterator[str]) -> None:
    """Fail with the first few of what was found, each in full: pytest would cut the persons short."""
    first = list(islice(found, 10))
    assert not first, "\n".join(first)


def differences(table: Table[P]) -> Iterator[str]:
    """Every combination for which the tree does not do what the table expects."""
    for person, journey in table.every_journey():
        outcome, shown = reached(journey)
        result, expected = table.expected(person)
        if outcome != result:
            yield f"{person}: reaches {outcome}, not {result}"
        if shown != expected:
            yield f"{person}: adds {sorted(shown - expected)}, lacks {sorted(expected - shown)}"


def wrong_grounds(table: Table[P]) -> Iterator[str]:
    """Every line of the table whose basis, passages or sections the tree does not show."""
    outcomes = {outcome.id: outcome for outcome in table.tree.outcomes}
    for result in table.results:
        yield from _wrong(table, outcomes[result.outcome], result)
    add_ons = {add_on.id: add_on for add_on in table.tree.add_ons}
    for advice in table.advice:
        yield from _wrong(table, add_ons[advice.add_on], advice)


def _wrong(table: Table[P], part: Outcome | AddOn, line: Result[P] | Advice[P]) -> Iterator[str]:
    cited = citations_of(part)
    missing = line.cites.difference(cited, map(section_key, cited))
    if part.basis.value != line.basis:
        yield f"{table.somebody_with(part)}: {part.id} rests on {part.basis.value}, not {line.basis}"
    if missing:
        yield f"{table.somebody_with(part)}: {part.id} does not cite {sorted(missing)}"


def off_the_sections(table: Table[P]) -> Iterator[str]:
    """Every result that does not itself cite one of the sections that the table is written from."""
    for outcome in table.tree.outcomes:
        if table.sections.isdisjoint(map(section_key, outcome.citations)):
            yield f"{table.somebody_with(outcome)}: {outcome.id} cites none of {sorted(table.sections)}"


def less_careful_when_not_known(table: Table[P]) -> Iterator[str]:
    """Every combination for which "not known", in place of one of the answers, leads to less care.

    An answer may be unknown where it is so for anybody on the grid.
    """
    unknown = Choice(NOT_KNOWN)
    found = [(person, table.answers_of(person), journey) for person, journey in table.every_journey()]
    may_be_unknown = sorted({id for _, answers, _ in found for id, answer in answers.items() if answer == unknown})
    levels = {tuple(answers.values()): outcome_of(journey).care_level for _, answers, journey in found}
    for person, answers, journey in found:
        level = outcome_of(journey).care_level
        asked = journey.answers
        for id in may_be_unknown:
            others = {**answers, id: unknown}
            key = tuple(others.values())
            # Not on the grid, as where one answer turns round beside the others. What was not asked changes nothing.
            if key not in levels and id in asked:
                levels[key] = outcome_of(find_end(table.tree, others, figures_today())).care_level
            if levels.get(key, level) < level:
                yield f"{person}: with {id} not known the care level is {levels[key]}, not {level} or more"


def doses_named(table: Table[P]) -> Iterator[str]:
    """Every text of a result or of added advice that names a dose."""
    parts: tuple[Outcome | AddOn, ...] = (*table.tree.outcomes, *table.tree.add_ons)
    for part in parts:
        for text in texts_of(part):
            if names_a_dose(text, table.units_of_readings):
                yield f"{table.somebody_with(part)}: {part.id} says “{text}”"
