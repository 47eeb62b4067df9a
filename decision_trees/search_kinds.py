"""Trees, questions and outcomes as things that can be found. A hit opens at the node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from guidance.citations import resolve_texts
from guidance.generation import remembered
from guidance.search_audience import audience_of_page
from search.documents import SearchDocument
from search.kinds import FilledStep, SearchKind, Suggested, register_kind

from .engine.documents import tree_from_document
from .engine.model import Outcome, Tree
from .journeys import outline_url, question_url, start_url
from .models import TreePage, TreeVersion
from .readers import lines_of
from .understanding import understand

_PATH = ("What to do next",)
#: What a tree is asked with is worth more than what an outcome goes on to say.
_TREE_WEIGHT = 1.3


def _published(pages: Iterable[TreePage]) -> Iterator[tuple[TreePage, Tree, tuple[str, ...]]]:
    for page in pages:
        version = TreeVersion.objects.filter(page=page).order_by("-number").first()
        audience = audience_of_page(page)
        if version is not None and audience:
            yield page, tree_from_document(version.document), audience


def _tree_documents(page: TreePage, tree: Tree, audience: tuple[str, ...]) -> Iterator[SearchDocument]:
    yield SearchDocument(
        key=f"tree:{page.pk}",
        ref=str(page.pk),
        kind="tree",
        title=tree.title,
        body=f"{tree.situation}. {tree.summary}",
        url=start_url(tree),
        path=_PATH,
        section=tree.slug,
        topics=tuple(lines_of(page.topics)),
        year=None,
        audience=audience,
        extra=" ".join((*tree.words, tree.audience)),
        weight=_TREE_WEIGHT,
        updated=page.last_published_at.date() if page.last_published_at else None,
    )


def _question_documents(page: TreePage, tree: Tree, audience: tuple[str, ...]) -> Iterator[SearchDocument]:
    for question in tree.questions:
        yield SearchDocument(
            key=f"question:{page.pk}:{question.id}",
            ref=str(page.pk),
            kind="question",
            title=question.text,
            body=" ".join((question.why, *(option.label for option in question.options))).strip() or question.text,
            url=question_url(tree, question.id, {})
            if question.id == tree.start
            else outline_url(tree, f"question-{question.id}"),
            path=(*_PATH, tree.situation),
            section=tree.slug,
            topics=tuple(lines_of(page.topics)),
            audience=audience,
        )


def _outcome_documents(page: TreePage, tree: Tree, audience: tuple[str, ...]) -> Iterator[SearchDocument]:
    for outcome in tree.outcomes:
        years = {found.year for found in resolve_texts(outcome.citations).values() if found.year}
        yield SearchDocument(
            key=f"outcome:{page.pk}:{outcome.id}",
            ref=str(page.pk),
            kind="outcome",
            title=outcome.title,
            body=_outcome_text(outcome),
            url=outline_url(tree, f"outcome-{outcome.id}"),
            path=(*_PATH, tree.situation),
            section=tree.slug,
            topics=tuple(lines_of(page.topics)),
            year=max(years, default=None),
            audience=audience,
        )


def _outcome_text(outcome: Outcome) -> str:
    statements = (*outcome.actions, *outcome.cautions)
    return " ".join((outcome.do_now, *(statement.text for statement in statements), outcome.because))


def _filled(ref: str, text: str) -> FilledStep | None:
    """The first question of a tree with what the words of a search say filled in, to be checked and sent."""
    memory = remembered("trees that a search may fill in")
    if ref not in memory:
        # Who asks has found the tree, so may see it.
        trees = [tree for _, tree, _ in _published(TreePage.objects.live().filter(pk=ref))]
        memory[ref] = trees[0] if trees else None
    tree: Tree | None = memory[ref]
    understood = understand(tree, text) if tree else None
    if tree is None or understood is None:
        return None
    return FilledStep(
        question_url(tree, understood.question.id, {understood.question.id: understood.answer}),
        f"“{understood.words}” is filled in. Check it before you continue.",
    )


_Maker = Callable[[TreePage, Tree, tuple[str, ...]], Iterator[SearchDocument]]


def _kind(name: str, one: str, label: str, order: int, make: _Maker, suggested: Suggested | None = None) -> SearchKind:
    def documents() -> Iterator[SearchDocument]:
        for published in _published(TreePage.objects.live()):
            yield from make(*published)

    def documents_for(ref: str) -> Iterator[SearchDocument]:
        for published in _published(TreePage.objects.live().filter(pk=ref)):
            yield from make(*published)

    return SearchKind(
        name=name,
        label=label,
        documents=documents,
        documents_for=documents_for,
        order=order,
        one=one,
        next_step=True,
        opens=None if name == "tree" else "tree:{}".format,
        fill=_filled,
        suggested=suggested,
    )


KINDS = (
    # By the words that editors gave it, too: a tree is called by its question, and asked for by what happened.
    _kind("tree", "Decision tree", "Decision trees", 10, _tree_documents, Suggested("What to do next", by_extra=True)),
    _kind("question", "Question", "Questions", 12, _question_documents),
    _kind("outcome", "Outcome", "Outcomes", 14, _outcome_documents),
)
for kind in KINDS:
    register_kind(kind)
