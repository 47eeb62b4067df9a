"""Use cases around trees: say what one cites, find the published one, gather what a walk reads besides the answers."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from guidance.generation import remembered
from guidance.models import Figure, GuidancePage
from guidance.permissions import VIEW_PAGE, permits
from guidance.services.citing import CitationEntry

from .engine.conditions import CompareFigure
from .engine.documents import canonical_hash, tree_from_document
from .engine.errors import InvalidTree
from .engine.graph import conditions_of
from .engine.model import Answer, Choice, Context, Outcome, Quantity, Tree
from .engine.units import plain
from .engine.validation import prove
from .journeys import outline_url
from .models import LocalSetting, TreePage, TreeVersion
from .readers import lines_of, tree_of_page

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PublishedTree:
    """A version of a tree together with what its page says about it. `figures` are the ids that its rules read."""

    page_id: int
    tree: Tree
    version: int
    hash: str
    published_at: datetime
    change_note: str
    is_current: bool
    owner: str
    reviewed: date | None
    next_review: date | None
    topics: tuple[str, ...]
    figures: frozenset[str]

    def day_to_name(self, day: date) -> date | None:
        """The day as an address names it: only where the tree reads the figures of a day."""
        return day if self.figures else None


@dataclass(frozen=True, slots=True)
class TreeLine:
    """One tree in a list: what people choose by."""

    page_id: int
    slug: str
    title: str
    situation: str
    summary: str
    url: str


# --- Citing ------------------------------------------------------------------------------------------------------


def citations_by_node(tree: Tree) -> dict[str, tuple[str, ...]]:
    """Every citation of the tree, by the anchor of the node that makes it."""
    found: dict[str, tuple[str, ...]] = {"tree": tree.citations}
    for question in tree.questions:
        found[f"question-{question.id}"] = question.citations
    for outcome in tree.outcomes:
        found[f"outcome-{outcome.id}"] = citations_of_outcome(outcome)
    for add_on in tree.add_ons:
        found[f"advice-{add_on.id}"] = add_on.citations
    return found


def citations_of_outcome(outcome: Outcome) -> tuple[str, ...]:
    """Every citation of an outcome and of what stands in it, each once."""
    found = [
        *outcome.citations,
        *(reference for statement in (*outcome.actions, *outcome.cautions) for reference in statement.citations),
        *(reference for planned in outcome.planned_trees for reference in planned.citations),
    ]
    return tuple(dict.fromkeys(found))


def citation_entries(page: TreePage) -> list[CitationEntry]:
    """What a published tree cites, node by node, opening at the node in its outline."""
    tree = tree_of_page(page)
    titles = {f"question-{question.id}": question.text for question in tree.questions}
    titles |= {f"outcome-{outcome.id}": outcome.title for outcome in tree.outcomes}
    titles |= {f"advice-{add_on.id}": add_on.title for add_on in tree.add_ons}
    return [
        CitationEntry(
            citation=reference,
            label=f"{tree.title} – {titles[anchor]}" if anchor in titles else tree.title,
            anchor=anchor,
            url=outline_url(tree, anchor if anchor in titles else ""),
        )
        for anchor, references in citations_by_node(tree).items()
        for reference in references
    ]


# --- Finding the published tree -----------------------------------------------------------------------------------


#: Trees read in this process, each with the figures that its rules read, by version and hash. A version never changes,
#: so what was read once stays true.
_trees: dict[tuple[int, str], tuple[Tree, frozenset[str]]] = {}
_TREES_KEPT = 256


def _trees_of(versions: Iterable[TreeVersion]) -> dict[int, tuple[Tree, frozenset[str]]]:
    """The trees of these versions by version id: one query for those that this process has not read yet.

    A version whose document is not what its hash says, or is no tree, was changed behind our back. It is left out, so
    that nobody is given a result by it, and the log says so.
    """
    wanted = {version.pk: version.hash for version in versions}
    found = {pk: _trees[pk, hash] for pk, hash in wanted.items() if (pk, hash) in _trees}
    unread = wanted.keys() - found.keys()
    if unread:
        documents = TreeVersion.objects.filter(pk__in=unread).values_list("pk", "document")
        for pk, document in documents:
            tree = _as_published(document, wanted[pk])
            if tree is None:
                logger.error("Version %s of a tree is not what was published, and is not shown to anybody.", pk)
            else:
                found[pk] = tree, _figures_named(tree)
        if len(_trees) > _TREES_KEPT:
            _trees.clear()
        _trees.update({(pk, wanted[pk]): found[pk] for pk in unread if pk in found})
    return found


def _as_published(document: Mapping[str, Any], hash: str) -> Tree | None:
    if canonical_hash(document) != hash:
        return None
    try:
        return tree_from_document(document)
    except InvalidTree:
        return None


#: What this module and the rules of who may see a page read of it. The tree itself is read from its version.
_PAGE_FIELDS = (
    *("title", "slug", "path", "live"),
    *("situation", "summary", "topics", "owned_by", "reviewed", "next_review"),
)

_VERSION_FIELDS = ("page_id", "number", "hash", "change_note", "published_at")


def _published_pages() -> dict[str, TreePage]:
    memory = remembered("published trees")
    if "pages" not in memory:
        pages = TreePage.objects.live().only(*_PAGE_FIELDS)
        memory["pages"] = {page.slug: page for page in pages}
    found: dict[str, TreePage] = memory["pages"]
    return found


def _versions() -> dict[int, list[TreeVersion]]:
    """Every version by its page's id, the oldest first, without what it holds."""
    memory = remembered("published trees")
    if "versions" not in memory:
        by_page: dict[int, list[TreeVersion]] = {}
        for version in TreeVersion.objects.only(*_VERSION_FIELDS).order_by("page_id", "number"):
            by_page.setdefault(version.page_id, []).append(version)
        memory["versions"] = by_page
    found: dict[int, list[TreeVersion]] = memory["versions"]
    return found


def _latest_versions() -> dict[int, TreeVersion]:
    return {page_id: versions[-1] for page_id, versions in _versions().items()}


def versions_of(page_id: int) -> tuple[TreeVersion, ...]:
    """Every version of a tree, the oldest first, without what it holds."""
    return tuple(_versions().get(page_id, ()))


def published_with_cases() -> dict[int, tuple[TreePage, TreeVersion]]:
    """Every published tree by its page's id: the page with its cases, and its newest version.

    The pages take the place of those remembered without cases, so that a request never asks for both.
    """
    memory = remembered("published trees")
    if "with cases" not in memory:
        pages = TreePage.objects.live().only(*_PAGE_FIELDS, "cases")
        memory["pages"] = {page.slug: page for page in pages}
        memory["with cases"] = True
    versions = _latest_versions()
    return {page.pk: (page, versions[page.pk]) for page in _published_pages().values() if page.pk in versions}


def pages_without_a_tree() -> frozenset[int]:
    """The published pages whose version in force cannot be shown: there is none, or it is not what was published."""
    versions = _latest_versions()
    shown = _trees_of(versions.values())
    pages = (page.pk for page in _published_pages().values())
    return frozenset(pk for pk in pages if pk not in versions or versions[pk].pk not in shown)


def trees_in_force() -> dict[int, Tree]:
    """The tree of every published page by the page's id, in the version in force, whoever may see it."""
    versions = _latest_versions()
    wanted = {page.pk: versions[page.pk] for page in _published_pages().values() if page.pk in versions}
    read = _trees_of(wanted.values())
    return {page_id: read[version.pk][0] for page_id, version in wanted.items() if version.pk in read}


def find_tree(slug: str, *, user: Any, version: int | None = None) -> PublishedTree | None:
    """The published tree at this address that the person may see, in the version asked for or the current one."""
    page = _published_pages().get(slug)
    if page is None or not permits(user, VIEW_PAGE, page):
        return None
    latest = _latest_versions().get(page.pk)
    if latest is None:
        return None
    wanted = latest
    if version is not None and version != latest.number:
        # A number that was never published falls back on the current version: an old address never breaks.
        wanted = next((each for each in _versions()[page.pk] if each.number == version), latest)
    read = _trees_of([wanted]).get(wanted.pk)
    if read is None:
        return None
    tree, figures = read
    return PublishedTree(
        page_id=page.pk,
        # An older version keeps the slug it was published with; its addresses are those of the page today.
        tree=tree if tree.slug == page.slug else replace(tree, slug=page.slug),
        version=wanted.number,
        hash=wanted.hash,
        published_at=wanted.published_at,
        change_note=wanted.change_note,
        is_current=wanted.pk == latest.pk,
        owner=page.owned_by,
        reviewed=page.reviewed,
        next_review=page.next_review,
        topics=tuple(lines_of(page.topics)),
        figures=figures,
    )


def trees_by_situation(user: Any) -> tuple[TreeLine, ...]:
    """The published trees the person may see, ordered by situation."""
    versions = _latest_versions()
    visible = [page for page in _published_pages().values() if page.pk in versions and permits(user, VIEW_PAGE, page)]
    return tuple(_line(page) for page in sorted(visible, key=lambda page: page.situation.lower()))


def tree_lines(slugs: tuple[str, ...], user: Any) -> tuple[TreeLine, ...]:
    """The published trees among these, in the order named."""
    by_slug = {line.slug: line for line in trees_by_situation(user)}
    return tuple(by_slug[slug] for slug in slugs if slug in by_slug)


def _line(page: TreePage) -> TreeLine:
    return TreeLine(
        page_id=page.pk,
        slug=page.slug,
        title=page.title,
        situation=page.situation,
        summary=page.summary,
        url=reverse("decision_trees:start", args=[page.slug]),
    )


def guidance_lines(slugs: tuple[str, ...], user: Any) -> tuple[tuple[str, str], ...]:
    """Title and address of the published guidance pages among these that the person may see, in the order named."""
    memory = remembered("guidance pages by slug")
    if "all" not in memory:
        pages = GuidancePage.objects.live().only("title", "slug", "url_path", "path", "depth", "live")
        memory["all"] = {page.slug: (page, page.get_url()) for page in pages}
    known: dict[str, tuple[GuidancePage, str]] = memory["all"]
    found = [known[slug] for slug in slugs if slug in known]
    return tuple((page.title, url) for page, url in found if permits(user, VIEW_PAGE, page))


# --- What a walk reads besides the answers ------------------------------------------------------------------------


def local_settings() -> Mapping[str, LocalSetting]:
    """The service's own values, by the id that questions name."""
    memory = remembered("local settings")
    if "all" not in memory:
        memory["all"] = {setting.slug: setting for setting in LocalSetting.objects.all()}
    found: dict[str, LocalSetting] = memory["all"]
    return found


def answer_of(setting: LocalSetting) -> Answer | None:
    """What a setting answers its questions with; None where it has no number yet."""
    if setting.state == LocalSetting.State.NONE_SET:
        return Choice(LocalSetting.State.NONE_SET.value)
    return None if setting.value is None else Quantity(plain(setting.value), setting.unit)


def context_on(day: date) -> Context:
    """The figures in force on a day, and the service's local settings."""
    answers = {slug: answer_of(setting) for slug, setting in local_settings().items()}
    settings = {slug: answer for slug, answer in answers.items() if answer is not None}
    return Context(figures=figures_on(day), settings=settings)


def figures_on(day: date) -> Mapping[str, Quantity]:
    """The legal and national numbers in force on a day, by id."""
    memory = remembered("figures in force")
    if day not in memory:
        memory[day] = {id: Quantity(plain(figure.value), figure.unit) for id, figure in Figure.in_force(day).items()}
    found: Mapping[str, Quantity] = memory[day]
    return found


#: Whether a tree holds with the values of the figures that it reads, by its hash and these values.
_holding: dict[tuple[str, frozenset[tuple[str, Quantity]]], bool] = {}


def lacks_figures(published: PublishedTree, context: Context) -> bool:
    """Whether there are no figures on the day with which the tree holds. No result may be given then.

    A comparison with a figure that is not in force would be false, and a false comparison may be the less careful one.
    With another value than at its publication, a rule may fit no more, or “not known” lead somewhere less careful.
    """
    if not published.figures:
        return False
    if not published.figures <= set(context.figures):
        return True
    read = {id: context.figures[id] for id in published.figures}
    key = published.hash, frozenset(read.items())
    if key not in _holding:
        if len(_holding) > _TREES_KEPT:
            _holding.clear()
        _holding[key] = prove(published.tree, Context(figures=read)).is_sound
    return not _holding[key]


def fails_on(published: PublishedTree, day: date) -> bool:
    """The same for the figures of a day."""
    return bool(published.figures) and lacks_figures(published, Context(figures=figures_on(day)))


def _figures_named(tree: Tree) -> frozenset[str]:
    statements = (statement for condition in conditions_of(tree) for statement in condition.statements())
    return frozenset(statement.figure for statement in statements if isinstance(statement, CompareFigure))
