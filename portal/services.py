"""What the site itself does: take a report about a page, make a learner's account, say whether it is ready."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.mail import send_mail
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from wagtail.models import Page, Site

from guidance.predicates import LEARNERS
from search.engines.base import SearchUnavailable
from search.services import document_count, troubles

from .models import ProblemReport, User

logger = logging.getLogger(__name__)


def report_problem(page_path: str, kind: str, text: str) -> ProblemReport:
    """Keep a report about a page and tell the page's owner."""
    report = ProblemReport.objects.create(page_path=page_path, kind=kind, text=text)
    _tell_owner(report)
    return report


def _tell_owner(report: ProblemReport) -> None:
    address = _owner_address(report.page_path) or settings.PROBLEM_REPORT_EMAIL
    if not address:
        return
    site = settings.WAGTAILADMIN_BASE_URL.rstrip("/")
    try:
        send_mail(
            subject=f"Problem reported: {report.get_kind_display()}",
            message=(
                f"{report.text}\n\nPage: {site}{report.page_path}\n"
                f"All reports: {site}{reverse('wagtailsnippets_portal_problemreport:list')}"
            ),
            from_email=settings.DEFAULT_FROM_EMAIL,
            recipient_list=[address],
        )
    except (SMTPException, OSError):
        # The report is kept; the reader must not be told that it failed.
        logger.exception("A problem report could not be mailed. It is listed in the admin.")


def _owner_address(page_path: str) -> str:
    """The e-mail address of whoever owns the nearest page at or above this address."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        return ""
    root = site.root_page.url_path.rstrip("/")
    parts = [part for part in page_path.split("/") if part]
    paths = [f"{root}/{'/'.join(parts[:count])}/" for count in range(len(parts), 0, -1)]
    nearest = (
        Page.objects.filter(url_path__in=paths, owner__isnull=False).select_related("owner").order_by("-depth").first()
    )
    return nearest.owner.email if nearest is not None else ""


def make_learner(user: User) -> User:
    """Give somebody who registered the role of a learner, and nothing more."""
    group, _ = Group.objects.get_or_create(name=LEARNERS)
    user.groups.add(group)
    return user


# --- Readiness ----------------------------------------------------------------------------------------------------

#: Migrations are not taken back while a process runs: once applied, never asked again.
_migrated = False


def readiness() -> dict[str, str]:
    """Each thing the portal needs, with "ok" or what is wrong. Says nothing that helps an attacker."""
    database = _check_database()
    return {
        "database": database,
        "migrations": _check_migrations() if database == "ok" else "not checked",
        "search": _check_search(),
    }


def warnings() -> dict[str, str]:
    """What operators should see to although the portal does its work, by the part of it that is concerned."""
    try:
        return troubles()
    except DatabaseError:
        return {}


def _check_database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("The database does not answer.")
        return "does not answer"
    return "ok"


def _check_migrations() -> str:
    global _migrated
    if _migrated:
        return "ok"
    executor: Any = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return "not all applied: run manage.py migrate"
    _migrated = True
    return "ok"


def _check_search() -> str:
    try:
        document_count()
    except SearchUnavailable as unavailable:
        logger.warning("The search index cannot be read: %s", unavailable)
        return "index cannot be read: run manage.py rebuild_search"
    return "ok"
