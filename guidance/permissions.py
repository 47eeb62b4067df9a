"""The names of what a person may do with pages, sources and people."""

from __future__ import annotations

# Asked for here by everything that stands above guidance.
from search.permissions import UnknownPermission as UnknownPermission
from search.permissions import permits as permits

VIEW_PAGE = "guidance.view_page"
KNOW_WITHDRAWN_PAGE = "guidance.know_withdrawn_page"
ADD_PAGE = "guidance.add_page"
EDIT_PAGE = "guidance.edit_page"
PUBLISH_PAGE = "guidance.publish_page"
APPROVE_PAGE = "guidance.approve_page"
WITHDRAW_PAGE = "guidance.withdraw_page"
DELETE_PAGE = "guidance.delete_page"
LOCK_PAGE = "guidance.lock_page"
READ_STAFF_ONLY_SOURCE = "guidance.read_staff_only_source"
MANAGE_PEOPLE = "guidance.manage_people"
