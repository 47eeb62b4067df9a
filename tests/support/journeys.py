"""A vocabulary for journeys: at this question, answering that, reaches this outcome.

`Walk` is below HTTP. `Visit` is a person with a browser without scripts: opens pages, posts forms, follows links.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.http import HttpResponse
from django.test import Client

from decision_trees.engine.answers import answers_from_json
from decision_trees.engine.cases import Case
from decision_trees.engine.journey import Journey
from decision_trees.engine.model import Context, Question, Tree
from decision_trees.engine.walk import walk

#: An answer as the cases of `content/` write it: "yes", ["cocaine"], {"value": "0.42", "unit": "mg-l"}.
Written = str | list[str] | Mapping[str, str]


@dataclass
class Walk:
    """A journey through a tree, one answer after the other."""

    tree: Tree
    context: Context = field(default_factory=Context)
    answers: dict[str, Written] = field(default_factory=dict)

    @property
    def journey(self) -> Journey:
        answers, problems = answers_from_json(self.tree, self.answers)
        assert problems == (), problems
        return walk(self.tree, answers, self.context)

    def at(self, question: str) -> Walk:
        """The question that is asked now."""
        open_question = self.journey.question
        assert open_question is not None, f"it has come to an outcome, not to {question}"
        assert open_question.id == question
        return self

    def answering(self, answer: Written) -> Walk:
        """Answer the question that is asked now."""
        open_question = self.journey.question
        assert open_question is not None, "there is nothing left to answer"
        return Walk(self.tree, self.context, {**self.answers, open_question.id: answer})

    def reaches(self, outcome: str) -> Walk:
        reached = self.journey.outcome
        assert reached is not None, f"still at {self.journey.question}"
        assert reached.id == outcome
        return self

    def with_advice(self, *add_ons: str) -> Walk:
        """Exactly this advice has joined."""
        assert {applied.add_on.id for applied in self.journey.add_ons} == set(add_ons)
        return self


@dataclass
class Visit:
    """A person at the pages of one tree. Answers travel in the address only."""

    client: Client
    slug: str
    page: Any = None

    @property
    def address(self) -> str:
        """Where the visitor stands, with the query string."""
        request = self.page.wsgi_request
        return str(request.get_full_path())

    @property
    def answers(self) -> list[tuple[str, str]]:
        return [pair for pair in parse_qsl(urlsplit(self.address).query) if pair[0] not in ("v", "at")]

    @property
    def text(self) -> str:
        return str(self.page.content.decode())

    @property
    def view(self) -> Any:
        """What the template was given."""
        return self.page.context["view"]

    def opens(self, address: str) -> Visit:
        self.page = self.client.get(address, follow=True)
        return self

    def starts(self) -> Visit:
        self.opens(f"/decision-trees/{self.slug}/")
        # The page may come from the cache of whole pages, so the link is read and not asked of a template.
        start_now = re.search(r'href="([^"]+)"[^>]*>\s*Start now', self.text)
        assert start_now, "the start page has no “Start now”"
        return self.opens(start_now[1])

    def is_asked(self, question: str) -> Visit:
        assert self.page.status_code == 200
        assert self.view.question.id == question
        return self

    def answers_with(self, answer: Written) -> Visit:
        """Post the form of the question on the page."""
        self.page = self.client.post(self.view.action_url, form_data(self.view.question, answer), follow=True)
        return self

    def walks(self, case: Case) -> Visit:
        """Answer every question that is asked as the case has it."""
        self.starts()
        while "view" in self.page.context and hasattr(self.view, "question"):
            question = self.view.question
            assert question.id in case.answers, f"the case {case.id} does not answer {question.id}"
            self.answers_with(case.answers[question.id])  # type: ignore[arg-type]
            assert self.page.status_code == 200
        return self

    def reaches(self, outcome: str) -> Visit:
        assert self.page.status_code == 200
        assert self.view.result.outcome.id == outcome
        return self

    def changes(self, question: str) -> Visit:
        """Follow the Change link of an answer."""
        links = {row.question_id: row.change_url for row in self.view.rows}
        return self.opens(links[question])


def form_data(question: Question, answer: Written) -> dict[str, Any]:
    """What the form of a question posts for an answer."""
    if not question.kind.is_numeric:
        return {"answer": answer}
    if isinstance(answer, Mapping):
        return {"number": answer["value"], "number.unit": answer["unit"]}
    assert isinstance(answer, str)
    is_coded = answer == "not-known" or answer in {option.id for option in question.options}
    unit = question.number.units[0] if question.number else ""
    return {"coded": answer} if is_coded else {"number": answer, "number.unit": unit}


def is_private(response: HttpResponse) -> bool:
    """Kept by no cache and listed by no search engine."""
    return "no-store" in response.get("Cache-Control", "") and "noindex" in response.get("X-Robots-Tag", "")
