"""The gate: no tree is published with a finding, a failing or missing case, a citation that leads nowhere, or no change
note. Every way of publishing comes through here: `TreePage.publish`, `TreePage.save` and, in the end, `record_version`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from .checking import TreeProblem, check_page, context_of_today, latest_version, tells_something_new
from .engine.certificate import certify
from .engine.documents import tree_hash, tree_to_document
from .models import TreePage, TreeVersion
from .readers import cases_in, cases_of_page, document_of_page

logger = logging.getLogger(__name__)

REFUSED = "decision_trees.publish_refused"


class CannotPublish(ValidationError):
    """A tree was about to be published and does not hold. `problems` names everything, with the node it belongs to."""

    def __init__(self, page: TreePage, problems: tuple[TreeProblem, ...]) -> None:
        self.page = page
        self.problems = problems
        super().__init__([ValidationError(str(problem), code=problem.code) for problem in problems])


def refuse(page: TreePage) -> None:
    """Raises `CannotPublish` where anything stops the page from being published."""
    problems = check_page(page).problems
    if problems:
        raise CannotPublish(page, problems)


def refuse_unless_sound(page: TreePage) -> None:
    """The same for a page that is about to be saved as published, unless that changes nothing readers would meet.

    A lock, a move or a new owner must go through even on a day when a figure that the tree reads has lapsed.
    """
    stored = TreePage.objects.filter(pk=page.pk, live=True).first() if page.pk else None
    if stored is None or _content(stored) != _content(page):
        refuse(page)


def take_off_schedule(revision: Revision, refused: CannotPublish) -> None:
    """A revision whose time has come was refused: its time is taken off, and the page's history and the log say why. It
    must not appear later, when nobody expects it."""
    problems = [str(problem) for problem in refused.problems]
    logger.error("Not published on schedule: %s. %s", refused.page.slug, " ".join(problems))
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
    log(refused.page, REFUSED, user=revision.user, revision=revision, data={"problems": problems})


@transaction.atomic
def record_version(page: TreePage) -> TreeVersion:
    """Make the next numbered version of what was just published, unless nothing about the tree changed. Other cases are
    kept beside the version, for readers' results are the same.

    The last gate: readers walk versions and nothing else, so what was made live past every other check reaches nobody.
    """
    # Whoever publishes the same tree at the same time waits here, then meets the version made before.
    Page.objects.select_for_update().only("pk").get(pk=page.pk)
    tree = check_page(page).tree
    fingerprint = tree_hash(tree)
    latest = latest_version(page)
    if latest is not None and latest.hash == fingerprint:
        _keep_other_cases(latest, page)
        return latest
    refuse(page)
    return page.versions.create(
        number=latest.number + 1 if latest else 1,
        hash=fingerprint,
        document=tree_to_document(tree),
        cases=cases_of_page(page),
        certificate=certify(tree, context_of_today()),
        change_note=page.change_note,
    )


def _keep_other_cases(version: TreeVersion, page: TreePage) -> None:
    cases = cases_of_page(page)
    if cases == cases_in(version.latest_cases()):
        return
    refuse(page)
    note = page.change_note if tells_something_new(page) else ""
    version.later_cases.create(cases=cases, change_note=note)


def was_published(pages: Iterable[Page]) -> TreePage | None:
    """A tree among these pages and all below them that has versions, whether it is published today or not."""
    below = (TreePage.objects.descendant_of(page, inclusive=True).filter(versions__isnull=False) for page in pages)
    return next((tree for trees in below for tree in trees[:1]), None)


def linked(problem: TreeProblem, page: TreePage) -> SafeString:
    """The problem in words, with a link that opens the form of its node."""
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk]) if page.pk else ""
    called = {"page": "About", "tree": "Whole tree"}.get(problem.kind) or _called(problem, page) or problem.kind
    return format_html('<a href="{}#{}">{}</a>: {}', edit, problem.anchor, called, problem.message)


#: Where a document lists the nodes of a kind, and what they are called by.
_NAMED_BY = {
    "question": ("questions", "text"),
    "outcome": ("outcomes", "title"),
    "add-on": ("add_ons", "title"),
}


def _called(problem: TreeProblem, page: TreePage) -> str:
    """The node in its own words; by its id where it has none."""
    if problem.kind == "case":
        return f"Case {problem.node}"
    listed, words = _NAMED_BY.get(problem.kind, ("", ""))
    nodes = document_of_page(page).get(listed) or ()
    node = next((each for each in nodes if isinstance(each, dict) and each.get("id") == problem.node), {})
    return str(node.get(words) or problem.node)


def _content(page: TreePage) -> tuple[Any, ...]:
    return document_of_page(page), cases_of_page(page)
