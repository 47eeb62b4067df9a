"""Every tree of `content/` with the cases that the owners of the policy wrote for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from decision_trees.engine.cases import Case, cases_from_document, coverage, run_case
from decision_trees.engine.documents import document_from_yaml
from decision_trees.engine.model import Tree
from decision_trees.engine.mutation import mutation_run
from decision_trees.services import citations_by_node
from guidance.citations import Precision, resolve_texts
from guidance.services.importing import import_folder

from .tables.reading import figures_today

TREES = settings.CONTENT_DIR / "trees"
SLUGS = sorted(path.stem for path in TREES.glob("*.yaml") if not path.name.endswith(".cases.yaml"))
FEWEST = 8
FEWEST_OF = {"breath-alcohol-before-dose": 12, "missed-opioid-doses": 10}
LOWEST_SCORE = 0.95


@dataclass(frozen=True)
class Written:
    tree: Tree
    cases: tuple[Case, ...]

    @property
    def citations(self) -> frozenset[str]:
        cited = {citation for citations in citations_by_node(self.tree).values() for citation in citations}
        return frozenset(cited.union(*(case.citations for case in self.cases)))


@cache
def written(slug: str) -> Written:
    tree = document_from_yaml((TREES / f"{slug}.yaml").read_text(encoding="utf-8")).tree
    return Written(tree, cases_from_document((TREES / f"{slug}.cases.yaml").read_text(encoding="utf-8")))


ALL_CASES = [pytest.param(slug, case, id=f"{slug}: {case.id}") for slug in SLUGS for case in written(slug).cases]


def test_the_five_trees_are_there() -> None:
    assert len(SLUGS) >= 5


@pytest.mark.parametrize(("slug", "case"), ALL_CASES)
def test_a_case_reaches_its_outcome_with_exactly_its_advice(slug: str, case: Case) -> None:
    assert run_case(written(slug).tree, case, figures_today()).differences == ()


@pytest.mark.parametrize(("slug", "case"), ALL_CASES)
def test_a_case_tells_a_story_and_says_why_and_on_what(slug: str, case: Case) -> None:
    assert case.tree == slug
    assert case.story
    assert case.why
    assert case.citations
    assert case.add_ons is not None, "a case states exactly which advice joins"


@pytest.mark.parametrize("slug", SLUGS)
def test_there_are_enough_cases(slug: str) -> None:
    assert len(written(slug).cases) >= FEWEST_OF.get(slug, FEWEST)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_cases_leave_nothing_out(slug: str) -> None:
    left_out = coverage(written(slug).tree, written(slug).cases, figures_today())
    assert [gap.message for gap in left_out.gaps] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_the_cases_notice_small_wrong_edits_of_the_tree(slug: str) -> None:
    report = mutation_run(written(slug).tree, written(slug).cases, figures_today())
    assert report.total > 100, "edits are made at every node"
    assert report.score >= LOWEST_SCORE, [mutant.description for mutant in report.survivors]
    assert report.score_of_cases_alone >= LOWEST_SCORE, "without leaning on the proof"


@pytest.mark.django_db
@pytest.mark.usefixtures("starter_content")
@pytest.mark.parametrize("slug", SLUGS)
def test_every_citation_resolves_against_the_outline(slug: str) -> None:
    unresolved = [text for text, found in resolve_texts(written(slug).citations).items() if not found.is_resolved]
    assert unresolved == []


@pytest.mark.django_db
@pytest.mark.usefixtures("starter_content")
def test_every_citation_of_a_passage_resolves_to_it_with_the_documents(sources_dir: Path) -> None:
    import_folder(sources_dir)
    cited = frozenset().union(*(written(slug).citations for slug in SLUGS))
    named = {text for text in cited if " #" in text}
    assert named, "trees cite passages"
    elsewhere = [text for text, found in resolve_texts(named).items() if found.precision is not Precision.PASSAGE]
    assert elsewhere == []
