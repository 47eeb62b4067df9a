"""What the templates of trees receive: values with every word and address in place.

One module for each kind of page; this is the public list.
"""

from __future__ import annotations

from .answered import AnsweredRow, WayView, way_view
from .maps import MapView, map_view
from .outcomes import URGENCY_WORDS, OutcomeView, outcome_view
from .outlines import OutlineView, PreviewView, StartView, outline_view, preview_of, start_view
from .questions import LONGEST_TYPED, QuestionView, question_view
from .results import ResultView, result_view
from .statements import AddedAdviceView, StatementView
from .versions import VersionLine, VersionNotice, before_the_first, version_lines, version_notice

__all__ = [
    "LONGEST_TYPED",
    "URGENCY_WORDS",
    "AddedAdviceView",
    "AnsweredRow",
    "MapView",
    "OutcomeView",
    "OutlineView",
    "PreviewView",
    "QuestionView",
    "ResultView",
    "StartView",
    "StatementView",
    "VersionLine",
    "VersionNotice",
    "WayView",
    "before_the_first",
    "map_view",
    "outcome_view",
    "outline_view",
    "preview_of",
    "question_view",
    "result_view",
    "start_view",
    "version_lines",
    "version_notice",
    "way_view",
]
