"""Who may do what, in one place. Found at start-up; the page editor asks through `models/governed.py`."""

from __future__ import annotations

import rules

from . import permissions as may
from .predicates import (
    is_clinical_lead,
    is_last_editor,
    is_let_in,
    is_live,
    is_operator,
    is_reader,
    is_staff_member,
    is_writer,
)

rules.add_perm(may.VIEW_PAGE, is_reader & is_live & is_let_in)
# That a page was published once, and when it was withdrawn: for those who could read it then.
rules.add_perm(may.KNOW_WITHDRAWN_PAGE, is_reader & ~is_live & is_let_in)
rules.add_perm(may.ADD_PAGE, is_writer)
rules.add_perm(may.EDIT_PAGE, is_writer)
# Publishing and withdrawing are rules of their own: a second person's approval is then one rule changed.
rules.add_perm(may.PUBLISH_PAGE, is_writer)
rules.add_perm(may.WITHDRAW_PAGE, is_writer)
rules.add_perm(may.APPROVE_PAGE, (is_clinical_lead | is_operator) & ~is_last_editor)
rules.add_perm(may.DELETE_PAGE, is_clinical_lead | is_operator)
rules.add_perm(may.LOCK_PAGE, is_clinical_lead | is_operator)
rules.add_perm(may.READ_STAFF_ONLY_SOURCE, is_staff_member)
rules.add_perm(may.MANAGE_PEOPLE, is_operator)
