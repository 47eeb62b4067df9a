"""Trees, questions and outcomes as things that can be found. A hit opens at the node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from guidance.citations import resolve_texts, rests_on_historic_text
from guidance.generation import remembered
from guidance.search_audience import audience_of_page
from search.documents import SearchDocument
from search.kinds import FilledStep, SearchKind, Suggested, register_kind

from .engine.documents import tree_from_document
from .engine.model import Outcome, Quantity, Tree
from .engine.units import UNITS, in_words
from .journeys import outline_url, question_url, start_url
from .models import TreePage, TreeVersion
from .readers import lines_of
from .services import citations_of_outcome
from .understanding import AskedLater, Understood, asked_later, understand

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
        whole = resolve_texts(citations_of_outcome(outcome)).values()
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
            historic=rests_on_historic_text(whole),
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
    if tree is None:
        return None
    understood, later = understand(tree, text), asked_later(tree, text)
    if understood is None and later is None:
        return None
    notes = (note_on(understood) if understood else "", note_on_later(later) if later else "")
    return FilledStep(
        question_url(tree, understood.question.id, {understood.question.id: understood.answer})
        if understood
        else start_url(tree),
        " ".join(note for note in notes if note),
    )


def note_on(understood: Understood) -> str:
    """What is filled in, and as what where that is not what the person wrote."""
    answer = understood.answer
    meant = in_words(answer) if isinstance(answer, Quantity) else understood.words
    said_as = "" if meant.casefold() == understood.words.casefold() else f" as {meant}"
    return f"“{understood.words}” is filled in{said_as}. Check it before you continue."


def note_on_later(later: AskedLater) -> str:
    """Where a reading is asked for. Its unit is never guessed."""
    units = later.question.number.units if later.question.number and not later.has_unit else ()
    named = f", in {' or in '.join(UNITS[unit].symbol for unit in units)}" if units else ""
    return f"“{later.words}” is not filled in. It is asked for under “{later.question.text}”{named}."


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
