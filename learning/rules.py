"""Who may do what with progress, in one place. Found at start-up."""

from __future__ import annotations

import rules

from . import permissions as may
from .predicates import is_own_progress

# Everybody with an account may learn, whatever their role; without one a path is walked and nothing is kept.
rules.add_perm(may.KEEP_PROGRESS, rules.is_active & rules.is_authenticated)
rules.add_perm(may.VIEW_PROGRESS, rules.is_active & is_own_progress)
