"""Whether the questions that a local setting is to answer can take its value.

A value that they cannot take answers nothing: readers are asked as if it were not set. So it is refused when it is
saved, and told where a tree has changed since.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .engine.answers import answer_problem
from .engine.model import Quantity, Tree
from .engine.units import in_words
from .models import LocalSetting
from .services import answer_of


def refusals(setting: LocalSetting, trees: Iterable[Tree]) -> Iterator[str]:
    """Why questions of these trees cannot take the value, each with what they would take."""
    answer = answer_of(setting)
    if answer is None:
        return
    value = in_words(answer) if isinstance(answer, Quantity) else f"“{setting.get_state_display()}”"
    for tree in trees:
        for question in tree.questions:
            problem = answer_problem(question, answer) if question.setting == setting.slug else None
            if problem is not None:
                yield f"“{question.text}” in the tree “{tree.title}” cannot take {value}. {problem.message}"
