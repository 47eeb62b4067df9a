"""Answers given so far, each with the address that changes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format

from decision_trees import journeys
from decision_trees.engine.journey import AnsweredBy, Journey, Step
from decision_trees.engine.model import Answers, Tree
from decision_trees.services import PublishedTree, local_settings
from guidance.citations import ResolvedCitation


@dataclass(frozen=True, slots=True)
class AnsweredRow:
    """An answer. In a result also what it led by: the rule or red flag in words, and what the question rests on."""

    question_id: str
    question: str
    answer: str
    change_url: str
    note: str = ""
    rule: str = ""
    citations: tuple[ResolvedCitation, ...] = ()


@dataclass(frozen=True, slots=True)
class WayView:
    """The way that a map or an outline marks: how far it goes, and how to come back into it."""

    words: str
    url: str
    link: str


def way_view(published: PublishedTree, journey: Journey, answers: Answers, day: date) -> WayView:
    tree = published.tree
    if journey.outcome is not None:
        url = journeys.result_url(tree, answers, published.version, published.day_to_name(day))
        return WayView(f"Your answers led to: {journey.outcome.title}.", url, "Back to your result")
    assert journey.question is not None, "a journey stands at an outcome or at a question"
    url = journeys.question_url(tree, journey.question.id, answers)
    return WayView(f"Your answers led to the question: {journey.question.text}", url, "Back to your question")


def answered_rows(tree: Tree, steps: Iterable[Step], answers: Answers) -> tuple[AnsweredRow, ...]:
    settings = local_settings()
    rows = []
    for step in steps:
        note = ""
        if step.source is AnsweredBy.SETTING and step.question.setting in settings:
            setting = settings[step.question.setting]
            note = f"Set for this service by {setting.owner}, {date_format(setting.set_on, 'j F Y')}"
        rows.append(
            AnsweredRow(
                question_id=step.question.id,
                question=step.question.text,
                answer=step.answer_text,
                change_url=""
                if step.source is AnsweredBy.SETTING
                else journeys.question_url(tree, step.question.id, answers),
                note=note,
            )
        )
    return tuple(rows)
