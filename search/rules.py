"""Who may do what with the search, in one place. Found at start-up."""

from __future__ import annotations

import rules

from . import permissions as may
from .predicates import is_staff_member, is_writer

rules.add_perm(may.SEE_POOR_SEARCHES, is_writer)
rules.add_perm(may.KEEP_BEST_BETS, is_writer)
rules.add_perm(may.KEEP_SEARCH_WORDS, is_writer)
# Trainers too: they are asked why something is not found, and they change nothing by seeing it.
rules.add_perm(may.SEE_WHY_THIS_HIT, is_staff_member)
