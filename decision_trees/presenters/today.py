"""What a result of an older version comes to today. Today's comes first: an old result must never look current."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from django.utils.formats import date_format

from decision_trees import journeys
from decision_trees.engine.journey import AppliedAddOn, Journey
from decision_trees.engine.model import Answer, Choice, Selection, Tree
from decision_trees.engine.rewording import asks_otherwise, exchanged
from decision_trees.finding import Standing
from decision_trees.history import history_of
from decision_trees.services import PublishedTree, lacks_figures

from .differences import TextChangeView, changes_of
from .figures import FigureChangeView, figure_changes
from .outcomes import OutcomeView, outcome_view
from .versions import force_words

#: What of a question somebody goes by who answers it, as `wording` labels it.
_ASKED = frozenset({"Question", "Takes", "Numbers", "Answers", "Answers, order", "Hint"})


class Verdict(Enum):
    SAME = "same"
    OTHER_WORDS = "other-words"
    ASKED_OTHERWISE = "asked-otherwise"
    WORDS_EXCHANGED = "words-exchanged"
    OTHER_ADVICE = "other-advice"
    DIFFERENT = "different"
    NO_RESULT = "no-result"


_HEADINGS = {
    Verdict.SAME: "the same today",
    Verdict.OTHER_WORDS: "the same today, in other words",
    Verdict.ASKED_OTHERWISE: "the same today, if your answers still stand",
    Verdict.WORDS_EXCHANGED: "to be asked again today",
    Verdict.OTHER_ADVICE: "the same today, with other advice",
    Verdict.DIFFERENT: "different today",
    Verdict.NO_RESULT: "not to be used today",
}

#: Verdicts that rest on the answers being those that somebody would give today.
_BY_ANSWERS = frozenset({Verdict.ASKED_OTHERWISE, Verdict.OTHER_ADVICE, Verdict.DIFFERENT})
#: Verdicts under which the words that differ are shown.
_WITH_CHANGES = frozenset({Verdict.OTHER_WORDS, Verdict.ASKED_OTHERWISE, Verdict.OTHER_ADVICE})
_LOOK_AGAIN = " It asks in other words: look whether your answers still stand."


@dataclass(frozen=True, slots=True)
class TodayView:
    """What the tree makes of the same answers today: another version of it, or the same one with other figures.

    `result` is today's outcome where it is another one. `changes` are the words that differ where it is the same,
    `figures` the legal and national numbers that are other ones today. `changes_url` is empty where the version is the
    same. `then` says what the old result stands for, and `day` is the day whose figures it went by.
    """

    verdict: Verdict
    heading: str
    words: str
    url: str
    link: str
    result: OutcomeView | None
    advice_added: tuple[str, ...]
    advice_dropped: tuple[str, ...]
    changes: tuple[TextChangeView, ...]
    figures: tuple[FigureChangeView, ...]
    changes_url: str
    then: str
    day: date

    @property
    def is_same(self) -> bool:
        return self.verdict is Verdict.SAME


def today_view(old: PublishedTree, then: Standing, today: PublishedTree, standing: Standing, user: Any) -> TodayView:
    """Set an old result beside today's.

    Args:
        old: the version that the address names.
        then: the answers walked in it, to their outcome, with the figures of the day that the address names.
        today: the version in force. It may be the same one.
        standing: the same answers walked in that, with the figures of today.
        user: who reads.
    """
    journey, now = then.journey, standing.journey
    verdict = _verdict(journey, today, standing)
    added, dropped = _advice(now, journey), _advice(journey, now)
    day = date_format(then.day, "j F Y")
    called = f"Result of {day}" if old.is_current else f"Result of version {old.version}"
    other_figures = standing.other_figures(then) & (old.figures | today.figures)
    return TodayView(
        verdict=verdict,
        heading=f"{called}: {_HEADINGS[verdict]}",
        words=_words(verdict, today, now, "The tree, with the figures of today," if old.is_current else "")
        + (_LOOK_AGAIN if verdict in _BY_ANSWERS and _asked_otherwise(journey, today.tree) else ""),
        url=_url(verdict, today, standing),
        link=_link(verdict, now),
        result=outcome_view(now.outcome, user) if verdict is Verdict.DIFFERENT and now.outcome else None,
        advice_added=added if verdict is Verdict.OTHER_ADVICE else (),
        advice_dropped=dropped if verdict is Verdict.OTHER_ADVICE else (),
        changes=_changes(old, today, journey) if verdict in _WITH_CHANGES else (),
        figures=figure_changes(other_figures, then.context, standing.context),
        changes_url="" if old.is_current else journeys.differences_url(today.tree, old.version, today.version),
        then=f"What it said with the figures of {day}." if old.is_current else _what_it_said(old, today),
        day=then.day,
    )


def _what_it_said(old: PublishedTree, today: PublishedTree) -> str:
    history = history_of(today)
    force = force_words(next(each for each in history if each.number == old.version), history)
    return f"What version {old.version} said. {force}."


def _verdict(journey: Journey, today: PublishedTree, standing: Standing) -> Verdict:
    now = standing.journey
    if now.outcome is None or journey.outcome is None or lacks_figures(today, standing.context):
        return Verdict.NO_RESULT
    if _exchanged(journey, today.tree):
        return Verdict.WORDS_EXCHANGED
    if now.outcome.id != journey.outcome.id:
        return Verdict.DIFFERENT
    if {each.add_on.id for each in now.add_ons} != {each.add_on.id for each in journey.add_ons}:
        return Verdict.OTHER_ADVICE
    same_advice = list(map(_said, now.add_ons)) == list(map(_said, journey.add_ons))
    if _asked_otherwise(journey, today.tree):
        return Verdict.ASKED_OTHERWISE
    same_words = same_advice and now.outcome == journey.outcome
    return Verdict.SAME if same_words else Verdict.OTHER_WORDS


def _said(applied: AppliedAddOn) -> tuple[object, ...]:
    add_on = applied.add_on
    return add_on.title, add_on.text, add_on.kind, add_on.basis, add_on.citations


def _asked_otherwise(journey: Journey, tree: Tree) -> tuple[str, ...]:
    """The questions on the way that are put in other words today: the same answer may then mean something else."""
    return tuple(
        step.question.id
        for step in journey.steps
        if (now := tree.question(step.question.id)) is not None and asks_otherwise(step.question, now)
    )


def _exchanged(journey: Journey, tree: Tree) -> bool:
    """Whether an answer has words today that stood for another, or its words stand for another today."""
    return any(
        not _named(step.answer).isdisjoint({each.before, each.after})
        for step in journey.steps
        if (now := tree.question(step.question.id)) is not None
        for each in exchanged(step.question, now)
    )


def _named(answer: Answer) -> frozenset[str]:
    """The ids that an answer names; none of a number."""
    if isinstance(answer, Choice):
        return frozenset({answer.option})
    return frozenset(answer.options) if isinstance(answer, Selection) else frozenset()


def _advice(of: Journey, other: Journey) -> tuple[str, ...]:
    """Titles of the advice that joined the one and not the other."""
    known = {each.add_on.id for each in other.add_ons}
    return tuple(each.add_on.title for each in of.add_ons if each.add_on.id not in known)


def _words(verdict: Verdict, today: PublishedTree, now: Journey, called: str = "") -> str:
    version = called or f"Version {today.version}, in force today,"
    match verdict:
        case Verdict.SAME:
            return f"{version} gives the same result in the same words."
        case Verdict.OTHER_WORDS:
            return f"{version} gives the same result, and some words are other ones:"
        case Verdict.ASKED_OTHERWISE:
            return f"{version} gives the same result for the same answers."
        case Verdict.WORDS_EXCHANGED:
            return (
                f"In {version[:1].lower()}{version[1:]} the words of an answer that led here stand for another answer. "
                "Answer the tree again."
            )
        case Verdict.OTHER_ADVICE:
            return f"{version} gives the same result, and your answers add other advice."
        case Verdict.DIFFERENT:
            return f"{version} gives another result for the same answers. Use today's."
    if now.question is not None and not now.is_broken:
        return f"{version} needs another answer before it gives a result: {now.question.text}"
    return f"{version} gives no result for these answers. Take the decision to the prescriber or a supervisor."


def _url(verdict: Verdict, today: PublishedTree, standing: Standing) -> str:
    now = standing.journey
    if verdict is Verdict.WORDS_EXCHANGED:
        return journeys.start_url(today.tree)
    if verdict is not Verdict.NO_RESULT:
        return journeys.result_url(today.tree, standing.answers, today.version, today.day_to_name(standing.day))
    if now.question is not None and not now.is_broken:
        return journeys.question_url(today.tree, now.question.id, standing.answers)
    return journeys.start_url(today.tree)


def _link(verdict: Verdict, now: Journey) -> str:
    if verdict is Verdict.WORDS_EXCHANGED:
        return "Start again"
    if verdict is not Verdict.NO_RESULT:
        return "Open today's result"
    return "Answer it" if now.question is not None and not now.is_broken else "Start again"


def _changes(old: PublishedTree, today: PublishedTree, journey: Journey) -> tuple[TextChangeView, ...]:
    assert journey.outcome is not None, "words are compared only where both gave the same result"
    advice = [each.add_on.id for each in journey.add_ons]
    asked = _asked_otherwise(journey, today.tree)
    return (
        *changes_of(old.tree, today.tree, "question", asked, _ASKED),
        *changes_of(old.tree, today.tree, "outcome", [journey.outcome.id]),
        *changes_of(old.tree, today.tree, "advice", advice),
    )
