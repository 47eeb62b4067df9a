"""What is wrong with a page's tree: one judge for the editor, for publishing, for `check_trees` and for CI.

The engine proves the tree and runs its cases; here the citations are resolved and the page's own duties are added.
Every problem names the node it belongs to, so that an editor can be led there.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.utils import timezone

from guidance.citations import resolve_texts
from guidance.generation import remembered

from .engine.cases import Case, CaseResult, cases_from_document, coverage, run_case
from .engine.conditions import label_of
from .engine.documents import DocumentProblem, Draft, draft_from_document, tree_hash
from .engine.errors import InvalidCases
from .engine.model import Context, Tree
from .engine.rewording import exchanged
from .engine.soundness import Finding
from .engine.validation import prove
from .mentions import cases_needed
from .models import LaterCases, TreePage, TreeVersion
from .readers import cases_of_page, document_of_page
from .services import citations_by_node, figures_on


class Origin(Enum):
    """Which check found a problem."""

    READING = "reading"
    PROOF = "proof"
    CASE = "case"
    COVERAGE = "coverage"
    CITATION = "citation"
    MENTION = "mention"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class TreeProblem:
    """One thing that stops a tree from being published.

    `kind` is "tree", "question", "outcome", "red-flag", "add-on", "case" or "page"; `node` the id there. `rule` is the
    place of the rule concerned, from 0; `code` a stable word for the kind of problem; `field` the field of the page or
    of the node that it is about, where it is about one.
    """

    origin: Origin
    kind: str
    node: str
    code: str
    message: str
    rule: int | None = None
    field: str = ""

    @property
    def anchor(self) -> str:
        """Where the editor's form leads to: of the page, the field; of a case that is missing, the cases; of a node,
        the rule or field as a path into its document. `node-question-dusk/next/1` is the second rule of a question.
        """
        if self.origin in (Origin.COVERAGE, Origin.MENTION):
            return "node-case"
        if self.kind == "page":
            return f"node-page-{self.field}" if self.field else "node-page"
        # A finding about the tree names it by its slug; the form has one tree.
        form = f"node-{self.kind}" if self.kind == "tree" else f"node-{self.kind}-{self.node}"
        inside = [self.field] if self.rule is None else ["next", str(self.rule), self.field]
        return "/".join(filter(None, [form, *inside]))

    def __str__(self) -> str:
        called = f"case {self.node}" if self.kind == "case" else self.node
        return f"{called}: {self.message}" if called else self.message


@dataclass(frozen=True, slots=True)
class TreeCheck:
    """A tree looked at whole. `tree` is what could be read of it; `combinations` is 0 where it could not be walked."""

    tree: Tree
    problems: tuple[TreeProblem, ...]
    combinations: int = 0
    cases: tuple[Case, ...] = ()
    results: Mapping[str, CaseResult] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        return not self.problems


def check_page(page: TreePage) -> TreeCheck:
    """Prove the page's tree over every combination of answers, run its cases, resolve its citations.

    The page need not be saved. The same page is looked at once in a process while nothing public changes.
    """
    document, cases = document_of_page(page), cases_of_page(page)
    facts = [document, cases, page.change_note, page.pk, str(timezone.localdate())]
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()
    memory: dict[str, TreeCheck] = remembered("tree checks")
    if digest not in memory:
        memory[digest] = _check(page, document, cases)
    return memory[digest]


def context_of_today() -> Context:
    """What a tree is proved with: today's figures, and no local setting, so that the proof holds for every service."""
    return Context(figures=figures_on(timezone.localdate()))


def latest_version(page: TreePage) -> TreeVersion | None:
    """The version that readers walk now, if there is one."""
    return page.versions.order_by("-number").first() if page.pk else None


def _check(page: TreePage, document: Mapping[str, Any], written: list[dict[str, Any]]) -> TreeCheck:
    context = context_of_today()
    draft = draft_from_document(document)
    tree = draft.tree
    cases, problems = _cases(written)
    proof = prove(tree, context, unfinished=_with_unread_rules(draft))
    found = [*_reading(draft), *_proof(draft, proof.findings), *problems]
    results: dict[str, CaseResult] = {}
    if proof.combinations:
        results = {case.id: run_case(tree, case, context) for case in cases}
        found += [*_failing(results.values()), *_left_out(tree, cases, context)]
    found += [*_citations(tree, cases), *_needed(page, written), *_address(page), *_exchanged_words(page, tree)]
    found += _change_note(page, draft)
    return TreeCheck(tree, tuple(found), proof.combinations, cases, results)


def _with_unread_rules(draft: Draft) -> set[str]:
    """Questions with a rule that cannot be read: the proof says nothing that such a rule could make wrong."""
    return {problem.place.node for problem in draft.problems if problem.place.rule is not None} & {
        question.id for question in draft.tree.questions
    }


#: How the form calls what a document calls by a key.
_LABELS = {
    "name": "Short name",
    "do_now": "The one thing to do now",
    "urgency_from": "Where the urgency comes from",
    "care_level": "Care level",
    "care_reason": "Why it stands at that level",
    "who_decides": "Who decides",
    "because": "Why, in words",
    "next": "Rules",
    "go": "Go to",
    "otherwise": "Go to",
    "when": "When",
    "start": "First question",
    "units": "Units taken",
    "min": "Lowest",
    "max": "Highest",
}
#: The same where it depends on the node; of the parts of a node nothing does.
_LABELS_OF = {
    ("question", "text"): "Question",
    ("question", "kind"): "Kind of answer",
    ("outcome", "basis"): "Basis of the outcome as a whole",
    ("red-flag", "outcome"): "Go to",
}

#: How the form calls the parts of a node that have no name of their own.
_PARTS = {
    "options": "Option",
    "coded": "Answer",
    "actions": "Action",
    "cautions": "Caution",
    "planned_trees": "Tree not written yet",
}

_QUOTED_NUMBER = re.compile(r'such as "([0-9.]+)"')
_KNOWN_WORDS = re.compile(r"is missing \([^)]*\)$")
#: What makes a case somebody's word and not the tree's own.
_TOLD = (("story", "its story"), ("why", "why the outcome is right"), ("citations", "the passages it rests on"))


def _reading(draft: Draft) -> Iterator[TreeProblem]:
    without_quantity = {each.place.node for each in draft.problems if each.place.key == "quantity"}
    for problem in draft.problems:
        place = problem.place
        if place.key == "units" and place.node in without_quantity:
            # The form asks for units once there is a quantity.
            continue
        if place.kind == "tree" and place.key == "slug" and not draft.tree.title:
            # It is made from the title.
            continue
        kind = "page" if place.kind == "tree" and place.key not in ("start", "citations") else place.kind
        message = _for_the_form(problem)
        yield TreeProblem(Origin.READING, kind, place.node, "unreadable", message, place.rule, place.key)


def _for_the_form(problem: DocumentProblem) -> str:
    place = problem.place
    label = None if place.part else _LABELS_OF.get((place.kind, place.key))
    label = label or _LABELS.get(place.key, place.key.replace("_", " ").capitalize())
    text = problem.text.replace(f"“{place.key}”", f"“{label}”") if place.key else problem.text
    # The words of the format, listed for those who write files, stand in the form's own list.
    text = _KNOWN_WORDS.sub("is missing", text)
    # So do the marks that keep a number as it is written in a file.
    text = _QUOTED_NUMBER.sub(r"such as \1", text)
    part = ("Rule", place.rule) if place.rule is not None else place.part
    where = f"{_PARTS.get(part[0], part[0])} {part[1] + 1}: " if part else ""
    return f"{where}{text}."


#: What there is to do about a finding whose message does not say it, and the field where it is done.
_REMEDIES = {"gap": (" Add a rule or widen one.", "next"), "dead-end": ("", "next")}


def _proof(draft: Draft, findings: Iterable[Finding]) -> Iterator[TreeProblem]:
    """A node that cannot be read whole says so; what the rest of it would prove is not said, for it could be wrong."""
    half_read = {problem.place.node for problem in draft.problems if problem.place.node}
    for finding in findings:
        is_said = finding.code == "unknown-target" and finding.node == draft.tree.slug and not draft.tree.start
        if finding.node not in half_read and not is_said:
            kind = _kind_of(draft.tree, finding)
            remedy, field = _REMEDIES.get(finding.code, ("", ""))
            message = finding.message + remedy
            yield TreeProblem(Origin.PROOF, kind, finding.node, finding.code, message, finding.rule, field)


def _kind_of(tree: Tree, finding: Finding) -> str:
    families = [
        ("question", {question.id for question in tree.questions}),
        ("outcome", {outcome.id for outcome in tree.outcomes}),
        ("red-flag", {flag.id for flag in tree.red_flags}),
        ("add-on", {add_on.id for add_on in tree.add_ons}),
    ]
    for family in ("red-flag", "add-on"):
        if finding.code.startswith(family):
            return family
    return next((kind for kind, ids in families if finding.node in ids), "tree")


def _cases(written: list[dict[str, Any]]) -> tuple[tuple[Case, ...], list[TreeProblem]]:
    """The cases that can be read, each on its own, so that one that is begun does not hide the others."""
    cases: list[Case] = []
    problems: list[TreeProblem] = []
    taken: set[str] = set()
    for place, each in enumerate(written, 1):
        id = str(each.get("id") or place)
        if id in taken:
            problems.append(TreeProblem(Origin.CASE, "case", id, "duplicate-id", "The id is used twice."))
            continue
        taken.add(id)
        missing = [words for key, words in _TOLD if not each.get(key)]
        if missing:
            message = f"A case is a person's word, not the tree's. Say {' and '.join(missing)}."
            problems.append(TreeProblem(Origin.CASE, "case", id, "case-not-told", message))
        try:
            cases.extend(cases_from_document({"cases": [each]}))
        except InvalidCases as error:
            messages = (problem.partition(": ")[2] or problem for problem in error.problems)
            problems.extend(
                TreeProblem(Origin.CASE, "case", id, "unreadable", message[:1].upper() + message[1:])
                for message in messages
            )
    return tuple(cases), problems


def _failing(results: Iterable[CaseResult]) -> Iterator[TreeProblem]:
    for result in results:
        for difference in result.differences:
            yield TreeProblem(Origin.CASE, "case", result.case.id, "case-fails", difference)


def _left_out(tree: Tree, cases: Iterable[Case], context: Context) -> Iterator[TreeProblem]:
    for gap in coverage(tree, cases, context).gaps:
        yield TreeProblem(Origin.COVERAGE, gap.part.value, gap.node, gap.lack.value, gap.message, gap.rule)


def _citations(tree: Tree, cases: Iterable[Case]) -> Iterator[TreeProblem]:
    """Every place that cites what is not found, for each has to be mended."""
    cited: list[tuple[str, str, str]] = []
    for anchor, references in citations_by_node(tree).items():
        kind, _, node = anchor.partition("-")
        cited += [("add-on" if kind == "advice" else kind, node, reference) for reference in dict.fromkeys(references)]
    for case in cases:
        cited += [("case", case.id, reference) for reference in dict.fromkeys(case.citations)]
    resolved = resolve_texts(reference for *_, reference in cited)
    for kind, node, reference in cited:
        if not resolved[reference].is_resolved:
            message = f"The citation “{reference}” does not resolve. Choose the passage again."
            yield TreeProblem(Origin.CITATION, kind, node, "unresolved-citation", message)


def _needed(page: TreePage, written: Iterable[Mapping[str, Any]]) -> Iterator[TreeProblem]:
    """A step that practises a case would lead nowhere once the case is gone or has another id."""
    kept = {str(each.get("id")) for each in written}
    for mention in cases_needed(page):
        if mention.case not in kept:
            message = (
                f"{mention} needs the case “{mention.case}”, and no case has that id. Keep the case under its id, or "
                "let the step use another case first."
            )
            yield TreeProblem(Origin.MENTION, "case", mention.case, "case-needed", message)


def _address(page: TreePage) -> Iterator[TreeProblem]:
    """Old results name a version at an address. Where that was another tree's, they would open in this one."""
    others = TreeVersion.objects.filter(document__slug=page.slug).exclude(page_id=page.pk).select_related("page")
    if (other := others.first()) is not None:
        message = (
            f"Results of the tree “{other.page.title}” are kept at the address “{page.slug}”, which it had before. "
            "Choose another slug."
        )
        yield TreeProblem(Origin.PAGE, "page", "", "address-taken", message, field="slug")


def _exchanged_words(page: TreePage, tree: Tree) -> Iterator[TreeProblem]:
    """Results are kept by what their answers stand for: where words change places, one would say the opposite."""
    latest = latest_version(page)
    if latest is None:
        return
    # What cannot be read of it is told elsewhere.
    before = draft_from_document(latest.document).tree
    for question in tree.questions:
        for found in exchanged(old, question) if (old := before.question(question.id)) else ():
            message = (
                f"The words “{found.words}” stood for another answer in version {latest.number}, which is now called "
                f"“{label_of(question, found.before)}”. Results that were kept would say the opposite. Move the rules "
                "and leave the words, or give the answers words that neither had."
            )
            yield TreeProblem(Origin.PROOF, "question", question.id, "words-exchanged", message)


#: What a note needs at least to tell anything.
_WORDS, _LETTERS = 2, 8


def _change_note(page: TreePage, draft: Draft) -> Iterator[TreeProblem]:
    """Readers are told what changed with each version, in words, and in other words than with every version before."""
    if message := _note_problem(page, draft):
        yield TreeProblem(Origin.PAGE, "page", "", "missing-change-note", message, field="change_note")


def _note_problem(page: TreePage, draft: Draft) -> str:
    note = page.change_note.strip()
    if not note:
        return "Say what changed, for readers, in the change note."
    latest = latest_version(page)
    if draft.problems or (latest is not None and tree_hash(draft.tree) == latest.hash):
        # No new version is made of it.
        return ""
    if not _tells(note):
        return f"The change note “{note}” tells too little: use at least {_WORDS} words and {_LETTERS} letters."
    same = _told_with(page)
    if same is None or latest is None:
        return ""
    is_still = "is still" if same == latest.number else "is"
    since = f"Say what changed since version {latest.number}, for readers."
    return f"The change note {is_still} that of version {same}. {since}"


def tells_something_new(page: TreePage) -> bool:
    """Whether the page's change note tells anything, and nothing that readers were told before."""
    return _tells(page.change_note) and _told_with(page) is None


def _tells(note: str) -> bool:
    words = [word for word in note.split() if any(map(str.isalpha, word))]
    return len(words) >= _WORDS and sum(map(str.isalpha, note)) >= _LETTERS


def _told_with(page: TreePage) -> int | None:
    """The newest version with which, or with whose later cases, readers were told the page's change note already."""
    if not page.pk:
        return None
    versions = page.versions.values_list("number", "change_note")
    later = LaterCases.objects.filter(version__page=page).values_list("version__number", "change_note")
    note = _bare(page.change_note)
    return max((number for number, told in (*versions, *later) if _bare(told) == note), default=None)


def _bare(note: str) -> str:
    """The note without what tells nothing: capitals, spaces and marks."""
    return "".join(filter(str.isalnum, note.casefold()))
