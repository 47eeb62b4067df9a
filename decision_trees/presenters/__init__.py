"""What the templates of trees receive: values with every word and address in place.

One module for each kind of page; this is the public list.
"""

from __future__ import annotations

from .answered import AnsweredRow, WayView, way_view
from .differences import DifferencesView, differences_view, meaning_view, node_changes
from .figures import FailureView, failure_view
from .maps import MapView, map_view
from .outcomes import URGENCY_WORDS, OutcomeView, outcome_view
from .outlines import OutlineView, PreviewView, StartView, outline_view, preview_of, start_view
from .prints import PrintView, print_view
from .proofs import ProofView, file_name, proof_summary, proof_view
from .questions import LONGEST_TYPED, QuestionView, question_view
from .results import ResultView, result_view
from .statements import AddedAdviceView, StatementView
from .today import TodayView, today_view
from .versions import (
    VersionLine,
    VersionNotice,
    none_in_force,
    not_in_force,
    unrecorded_words,
    version_lines,
    version_notice,
)

__all__ = [
    "LONGEST_TYPED",
    "URGENCY_WORDS",
    "AddedAdviceView",
    "AnsweredRow",
    "DifferencesView",
    "FailureView",
    "MapView",
    "OutcomeView",
    "OutlineView",
    "PreviewView",
    "PrintView",
    "ProofView",
    "QuestionView",
    "ResultView",
    "StartView",
    "StatementView",
    "TodayView",
    "VersionLine",
    "VersionNotice",
    "WayView",
    "differences_view",
    "failure_view",
    "file_name",
    "map_view",
    "meaning_view",
    "node_changes",
    "none_in_force",
    "not_in_force",
    "outcome_view",
    "outline_view",
    "preview_of",
    "print_view",
    "proof_summary",
    "proof_view",
    "question_view",
    "result_view",
    "start_view",
    "today_view",
    "unrecorded_words",
    "version_lines",
    "version_notice",
    "way_view",
]
