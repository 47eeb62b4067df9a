"""One-line truths about a person: the role they have. What a role allows is said in the `rules.py` of each app.

They stand at the bottom of the stack, so that the search can ask for a role and everything above asks for the same one.
"""

from __future__ import annotations

import rules

LEARNERS = "Learners"
TRAINERS = "Trainers"
EDITORS = "Editors"
CLINICAL_LEADS = "Clinical leads"
OPERATORS = "Operators"
ROLES = (LEARNERS, TRAINERS, EDITORS, CLINICAL_LEADS, OPERATORS)

is_learner = rules.is_active & rules.is_group_member(LEARNERS)
is_trainer = rules.is_active & rules.is_group_member(TRAINERS)
is_editor = rules.is_active & rules.is_group_member(EDITORS)
is_clinical_lead = rules.is_active & rules.is_group_member(CLINICAL_LEADS)
is_operator = rules.is_active & (rules.is_group_member(OPERATORS) | rules.is_superuser)
is_staff_member = is_trainer | is_editor | is_clinical_lead | is_operator
is_writer = is_editor | is_clinical_lead | is_operator
