"""What the tree editor is told while somebody types: the findings, the cases, what the draft changes, and the map.

The same checks as everywhere (`checking`), as plain values that the editor's script reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from .checking import Origin, TreeCheck, check_page, context_of_today, latest_version
from .engine.cases import Case
from .engine.documents import draft_from_document, tree_from_document
from .engine.errors import CannotCompare
from .engine.meaning import MeaningDiff, compare
from .engine.model import Tree
from .engine.mutation import Mutant, mutation_run
from .engine.proposals import Proposal, propose_cases, propose_noticing
from .engine.rereading import texts_to_read_again
from .engine.rewording import asked_otherwise
from .engine.wording import WHAT_WORDS, describe_changes
from .mentions import mentions_of
from .models import TreePage
from .presenters import map_view
from .readers import cases_of_page, document_of_page

#: Page fields that the editor sends along, unsaved as they stand in the form.
_PAGE_FIELDS = ("title", "slug", "situation", "summary", "audience", "at_hand", "words", "gaps", "change_note")

#: More cases than one fills in between two checks. Nobody waits for the others to be worked out.
_MOST_PROPOSED = 50


def page_as_typed(page: TreePage, sent: Mapping[str, Any]) -> TreePage:
    """The page with what stands in its form, unsaved."""
    fields = sent.get("page")
    for name in _PAGE_FIELDS:
        value = fields.get(name) if isinstance(fields, Mapping) else None
        if isinstance(value, str):
            setattr(page, name, value)
    document, cases = sent.get("document"), sent.get("cases")
    page.document = document if isinstance(document, dict) else {}
    page.cases = cases if isinstance(cases, list) else []
    return page


def live_check(page: TreePage) -> dict[str, Any]:
    """What is wrong with the tree, which cases it lacks, and what it changes."""
    check = check_page(page)
    return {
        "sound": check.is_sound,
        "readable": bool(check.combinations),
        "combinations": check.combinations,
        "findings": [
            {
                "node": problem.node,
                "kind": problem.kind,
                "rule": problem.rule,
                "anchor": problem.anchor,
                "code": problem.code,
                "message": problem.message,
                "from": problem.origin.value,
            }
            for problem in check.problems
        ],
        "cases": {
            id: {"passed": result.passed, "differences": list(result.differences)}
            for id, result in check.results.items()
        },
        "proposals": _proposals(check),
        "changes": _changes(page, check),
    }


def live_map(page: TreePage) -> dict[str, Any]:
    """The map of the tree, as far as it can be read. Nothing is proved for it: findings never wait for a drawing."""
    draft = draft_from_document(document_of_page(page))
    if not draft.tree.questions:
        return {"map": ""}
    places = [problem.place for problem in draft.problems]
    undecided = {place.node for place in places if (place.kind, place.key) == ("outcome", "urgency")}
    link = "#node-{}-{}".format
    diagram = map_view(draft.tree, timezone.localdate(), link=link, undecided=undecided)
    return {"map": render_to_string("decision_trees/map_svg.html", {"diagram": diagram})}


def small_wrong_edits(page: TreePage) -> dict[str, Any]:
    """Which small wrong edits of the tree its cases would not catch."""
    check = check_page(page)
    if not check.combinations:
        return {"score": None, "total": 0, "survivors": [], "message": "Mend the findings of the proof first."}
    if not all(result.passed for result in check.results.values()):
        # A case that fails anyway would seem to catch every edit.
        return {"score": None, "total": 0, "survivors": [], "message": "Mend the cases that fail first."}
    report = mutation_run(check.tree, check.cases, context_of_today())
    return {
        "score": round(report.score, 3),
        "total": report.total,
        "survivors": [
            {
                "kind": mutant.part.value,
                "node": mutant.node,
                "rule": mutant.rule,
                "description": mutant.description,
            }
            for mutant in report.survivors
        ],
        "proposals": _proposed(_noticing(check, report.survivors)),
    }


def _noticing(check: TreeCheck, survivors: Sequence[Mutant]) -> tuple[Proposal, ...]:
    """Cases that would notice the edits; none while others are missing, which come first and notice much as well."""
    if any(problem.origin is Origin.COVERAGE for problem in check.problems):
        return ()
    return propose_noticing(check.tree, survivors, check.cases, context_of_today(), _MOST_PROPOSED)


def _proposals(check: TreeCheck) -> list[dict[str, Any]]:
    if not check.combinations:
        return []
    return _proposed(propose_cases(check.tree, check.cases, context_of_today(), _MOST_PROPOSED))


def _proposed(proposals: Iterable[Proposal]) -> list[dict[str, Any]]:
    return [
        {
            "reason": proposal.reason,
            "node": proposal.node,
            "case": _case_as_written(proposal.case),
            "fills": list(dict.fromkeys(gap.message for gap in proposal.gaps)),
        }
        for proposal in proposals
    ]


def _case_as_written(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "story": case.story,
        "answers": dict(case.answers),
        "outcome": case.outcome,
        "add_ons": list(case.add_ons or ()),
        "why": case.why,
        "citations": list(case.citations),
    }


def _changes(page: TreePage, check: TreeCheck) -> dict[str, Any] | None:
    """What the draft changes against the version in force, and whom that concerns."""
    version = latest_version(page)
    if version is None:
        return None
    before = tree_from_document(version.document)
    described: dict[str, Any] = {
        "against": version.number,
        "total": 0,
        "changed": 0,
        "advice_changed": 0,
        "groups": [],
        "nodes": list(_nodes(before, check.tree)),
        "failing_cases": [
            {"case": id, "differences": " ".join(result.differences)}
            for id, result in check.results.items()
            if not result.passed
        ],
        "read_again": [
            {"kind": text.kind, "node": text.node, "text": text.text}
            for text in texts_to_read_again(before, check.tree)
        ],
        "asked_otherwise": [
            {"node": id, "cases": [case.id for case in check.cases if id in case.answers]}
            for id in asked_otherwise(before, check.tree)
        ],
        "mentions": list(_mentions(page)),
    }
    try:
        diff = compare(before, check.tree, context_of_today())
    except CannotCompare as error:
        return described | {"message": str(error)}
    return described | {
        "total": diff.total,
        "changed": diff.changed,
        "advice_changed": diff.advice_changed,
        "groups": list(_groups(diff, before, check.tree)),
    }


def _mentions(page: TreePage) -> Iterable[dict[str, Any]]:
    """Who mentions the tree, and the case that each of them needs."""
    kept = {str(case.get("id")) for case in cases_of_page(page)}
    for mention in mentions_of(page):
        yield {
            "kind": mention.kind,
            "title": mention.title,
            "url": mention.url,
            "case": mention.case,
            "case_is_gone": bool(mention.case) and mention.case not in kept,
        }


def _groups(diff: MeaningDiff, before: Tree, after: Tree) -> Iterable[dict[str, Any]]:
    for group in diff.groups:
        same = ", ".join(_outcome_title(after, id) for id in group.outcomes) if group.changes_advice_only else ""
        yield {
            "before": same or _outcome_title(before, group.before),
            "after": same or _outcome_title(after, group.after),
            "count": group.count,
            "regions": [region.words(after) for region in group.regions],
            "advice_added": _advice(after, group.advice_added),
            "advice_dropped": _advice(before, group.advice_dropped),
        }


def _nodes(before: Tree, after: Tree) -> Iterable[dict[str, Any]]:
    """What differs in words: an edit that changes no result may still say the opposite."""
    for change in describe_changes(before, after):
        yield {
            "kind": "add-on" if change.kind == "advice" else change.kind,
            "node": change.id,
            "title": change.title,
            "what": WHAT_WORDS[change.what],
            "details": [
                {"label": detail.label, "before": detail.before, "after": detail.after} for detail in change.details
            ],
        }


def _outcome_title(tree: Tree, id: str | None) -> str:
    outcome = tree.outcome(id) if id else None
    return outcome.title if outcome else "No result"


def _advice(tree: Tree, ids: Iterable[str]) -> list[str]:
    titles = {add_on.id: add_on.title for add_on in tree.add_ons}
    return [titles.get(id, id) for id in ids]
