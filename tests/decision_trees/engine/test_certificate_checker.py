"""The checker that stands alone: it accepts what the prover certifies, and nothing that was changed."""

from __future__ import annotations

import ast
import copy
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from decision_trees import certificate_checker
from decision_trees.certificate_checker import check
from decision_trees.engine import certificate as engine_certificate
from decision_trees.engine.answers import answers_from_json
from decision_trees.engine.certificate import certify
from decision_trees.engine.conditions import parse
from decision_trees.engine.documents import canonical_hash, document_from_yaml, tree_hash, tree_to_document
from decision_trees.engine.model import Answer, Context, Kind, RedFlag, Selection, Tree
from decision_trees.engine.proof.exploration import Exploration
from decision_trees.engine.validation import Proof, prove_and_keep

from .brute_force import walk_plainly
from .defects import plant
from .generator import LARGE, MIDDLE, SMALL, Made, sound_tree
from .trees import all_answers, dose_tree, mg, options, otherwise, outcome, question, tree

CHECKER = Path(certificate_checker.__file__)
CONTENT = CHECKER.parent.parent / "content" / "trees"
SHIPPED = sorted(path for path in CONTENT.glob("*.yaml") if not path.name.endswith(".cases.yaml"))
FIGURES = Context(figures={"drink-drive-breath-england-wales": mg("0.35")})


def as_json(value: object) -> Any:
    return json.loads(json.dumps(value))


def certified(made: Made) -> tuple[Any, Any]:
    return as_json(tree_to_document(made.tree)), as_json(certify(made.tree, made.context))


@pytest.fixture(scope="module")
def certificates() -> list[tuple[Made, Any, Any]]:
    made = [sound_tree(n, size) for size, count in ((SMALL, 60), (MIDDLE, 60), (LARGE, 8)) for n in range(count)]
    return [(each, *certified(each)) for each in made]


def test_it_is_one_short_file_that_needs_nothing_but_python() -> None:
    text = CHECKER.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 200
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        for name in (
            [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "."]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= sys.stdlib_module_names


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_it_accepts_the_certificates_of_the_trees_we_ship(path: Path) -> None:
    checked = document_from_yaml(path.read_text(encoding="utf-8")).tree
    certificate = as_json(certify(checked, FIGURES))
    started = time.process_time()
    assert check(as_json(tree_to_document(checked)), certificate) == []
    assert time.process_time() - started < 3


def test_it_accepts_the_certificates_of_random_trees(certificates: list[tuple[Made, Any, Any]]) -> None:
    for _, document, certificate in certificates:
        assert check(document, certificate) == []


def test_the_numbers_are_those_that_listing_finds(certificates: list[tuple[Made, Any, Any]]) -> None:
    listed = 0
    for made, _, certificate in certificates:
        if certificate["combinations"] > 1_000:
            continue
        listed += 1
        counts: Counter[tuple[str, str]] = Counter()
        for answers in _every_combination(made.tree, certificate):
            end = walk_plainly(made.tree, answers, made.context)
            counts["outcomes", end.outcome or ""] += 1
            counts["red_flags", end.flag] += 1
            counts.update(("add_ons", id) for id in end.add_ons)
        for part in ("outcomes", "red_flags", "add_ons"):
            said = {id: entry["combinations"] for id, entry in certificate[part].items()}
            assert said == {id: counts[part, id] for id in said}
            assert part == "add_ons" or sum(said.values()) + counts[part, ""] == certificate["combinations"]
    assert listed > 80


def _every_combination(checked: Tree, certificate: Any) -> Iterator[dict[str, Answer]]:
    standing: list[list[Answer]] = []
    for asked in checked.questions:
        said = certificate["answers"][asked.id]
        if asked.kind is Kind.SEVERAL_OF:
            taken = {*said["any_of"], *said["alone"]}
            standing.append(
                [
                    answer
                    for answer in all_answers(asked)
                    if not isinstance(answer, Selection)
                    or set(answer.options) <= taken
                    or answer.options == (said["other"],)
                ]
            )
        else:
            standing.append([answers_from_json(checked, {asked.id: each})[0][asked.id] for each in said])
    for row in product(*standing):
        yield {asked.id: answer for asked, answer in zip(checked.questions, row, strict=True)}


# --- Tampering ------------------------------------------------------------------------------------------------------


def _leaves(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list) and value:
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from _leaves(value[key], (*way, key))
    else:
        yield way


def _with(certificate: Any, way: tuple[Any, ...], change: Any) -> Any:
    changed = copy.deepcopy(certificate)
    place = changed
    for key in way[:-1]:
        place = place[key]
    place[way[-1]] = change(place[way[-1]])
    return changed


def _falsified(leaf: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(leaf, int):
        return leaf + 1
    if isinstance(leaf, str):
        return f"{leaf}1" if leaf[:1].isdigit() or not leaf else f"{leaf}x"
    return "x"


@pytest.mark.parametrize("number", range(0, 120, 13))
def test_a_change_of_any_value_is_rejected(certificates: list[tuple[Made, Any, Any]], number: int) -> None:
    _, document, certificate = certificates[number]
    for way in _leaves(certificate):
        for change in (_falsified, lambda leaf: None if leaf is not None else "none"):
            problems = check(document, _with(certificate, way, change))
            assert problems, way
            assert all(problem.endswith((".", ")")) for problem in problems)


@pytest.mark.parametrize("number", range(0, 120, 13))
def test_anything_left_out_or_added_is_rejected(certificates: list[tuple[Made, Any, Any]], number: int) -> None:
    _, document, certificate = certificates[number]
    branches = {way[:length] for way in _leaves(certificate) for length in range(1, len(way) + 1)}
    for way in branches:
        without = copy.deepcopy(certificate)
        place = without
        for key in way[:-1]:
            place = place[key]
        del place[way[-1]]
        assert check(document, without), way
    for way in {way[:-1] for way in branches}:
        added = copy.deepcopy(certificate)
        place = added
        for key in way:
            place = place[key]
        if isinstance(place, dict):
            place["added"] = 1
        else:
            place.append("added")
        assert check(document, added), way


def _sealed(certificate: Any) -> Any:
    """The certificate with the seal that fits, as somebody would make it who wants it believed."""
    return certificate | {"seal": canonical_hash({part: certificate[part] for part in certificate if part != "seal"})}


@pytest.mark.parametrize("number", range(4, 120, 13))
def test_a_new_seal_does_not_help(certificates: list[tuple[Made, Any, Any]], number: int) -> None:
    _, document, certificate = certificates[number]
    assert check(document, _sealed(certificate)) == []
    for way in _leaves(certificate):
        if way[0] not in ("figures", "seal") and "witness" not in way:
            assert check(document, _sealed(_with(certificate, way, _falsified))), way


def test_a_witness_exchanged_for_another_is_accepted_only_where_it_is_one(
    certificates: list[tuple[Made, Any, Any]],
) -> None:
    accepted = rejected = 0
    for made, document, certificate in certificates[:30]:
        witnesses = [(part, id) for part in ("outcomes", "add_ons") for id in certificate[part]]
        for part, id in witnesses:
            for other_part, other in witnesses:
                said = certificate[other_part][other]["witness"]
                changed = _with(certificate, (part, id, "witness"), lambda _, said=said: said)
                end = walk_plainly(made.tree, answers_from_json(made.tree, said)[0], made.context)
                is_one = end.outcome == id if part == "outcomes" else id in end.add_ons
                assert (check(document, _sealed(changed)) == []) is is_one
                accepted, rejected = accepted + is_one, rejected + (not is_one)
    assert min(accepted, rejected) > 100


def test_a_figure_with_another_value_is_rejected_where_it_changes_the_result(
    certificates: list[tuple[Made, Any, Any]],
) -> None:
    """Which value is right, the certificate cannot know: the page that shows it compares it with the figure's own."""
    with_figures = [(document, each) for _, document, each in certificates if each["figures"]]
    rejected = 0
    for document, certificate in with_figures:
        for id in certificate["figures"]:
            changed = _with(
                certificate, ("figures", id, "value"), lambda value: f"{value}1" if "." in value else f"{value}.1"
            )
            assert check(document, changed)
            rejected += check(document, _sealed(changed)) != []
    assert rejected > 30


def test_a_change_of_the_tree_is_rejected(certificates: list[tuple[Made, Any, Any]]) -> None:
    _, document, certificate = certificates[5]
    for way in _leaves(document):
        assert check(_with(document, way, _falsified), certificate), way


@pytest.mark.parametrize("kind", ["gap", "overlap", "bound", "dead-end", "cycle"])
def test_a_broken_tree_finds_no_certificate(kind: str) -> None:
    """The certificate of the sound tree, made out to the broken one."""
    for number in range(20):
        defect = plant(kind, number)
        certificate = as_json(certify(defect.sound, defect.context))
        document = as_json(tree_to_document(defect.tree))
        problems = check(document, _sealed(certificate | {"tree_hash": tree_hash(defect.tree)}))
        assert problems
        if kind in ("gap", "overlap"):
            words = {"gap": "A gap", "overlap": "An overlap"}[kind]
            assert any(words in problem and defect.node in problem for problem in problems)


@pytest.fixture
def certify_anything(monkeypatch: pytest.MonkeyPatch) -> Callable[[Tree, Context], Any]:
    """Makes a certificate of a tree with whatever is wrong with it, every number of it true."""

    def prove_nothing(checked: Tree, context: Context) -> tuple[Proof, Exploration]:
        proof, exploration = prove_and_keep(checked, context)
        return Proof((), proof.combinations), exploration

    monkeypatch.setattr(engine_certificate, "prove_and_keep", prove_nothing)
    return lambda checked, context: as_json(certify(checked, context))


@pytest.mark.parametrize(("kind", "words"), [("not-known", "less carefully"), ("unreachable", "not needed")])
def test_a_certificate_made_to_fit_a_broken_tree_is_rejected(
    certify_anything: Callable[[Tree, Context], Any], kind: str, words: str
) -> None:
    rejected = 0
    for number in range(64):
        defect = plant(kind, number)
        try:
            forged = certify_anything(defect.tree, defect.context)
        except (AssertionError, KeyError):
            # What is never met has no witness to make one with.
            continue
        problems = check(as_json(tree_to_document(defect.tree)), forged)
        assert problems, defect.what
        rejected += words in problems[0]
    assert rejected > 3


def test_a_red_flag_that_hides_a_more_careful_one_is_rejected(
    certify_anything: Callable[[Tree, Context], Any],
) -> None:
    ends = [outcome("low", 1), outcome("middle", 2), outcome("high", 3)]
    asked = question("x", Kind.ONE_OF, otherwise("low"), options=options("a", "b", "c", "d"), not_known="")
    flags = (
        RedFlag("first", parse("x is any of a, b"), "middle"),
        RedFlag("second", parse("x is any of b, c"), "high"),
    )
    for ordered, is_right in ((flags, False), (flags[::-1], True)):
        checked = tree([asked], ends, red_flags=ordered)
        problems = check(as_json(tree_to_document(checked)), certify_anything(checked, Context()))
        assert (problems == []) is is_right
        assert is_right or "“first” hides a more careful red flag" in problems[0]


def test_a_witness_holds_no_answers_that_are_not_asked_for() -> None:
    document, certificate = as_json(tree_to_document(dose_tree())), as_json(certify(dose_tree()))
    asked = [question["id"] for question in document["questions"]]
    for entry in certificate["outcomes"].values():
        more = next((id for id in asked if id not in entry["witness"]), None)
        if more is not None:
            said = certificate["answers"][more]
            entry["witness"][more] = said[0] if isinstance(said, list) else said["alone"]
            assert check(document, _sealed(certificate))
            return
    pytest.fail("Every outcome asks everything.")


@pytest.mark.parametrize("nonsense", [None, [], 1, "x", {}, {"format": 1}])
def test_nonsense_is_rejected_in_words(nonsense: Any) -> None:
    document = as_json(tree_to_document(dose_tree()))
    assert check(document, nonsense)
    assert check(nonsense, as_json(certify(dose_tree())))


# --- The command ----------------------------------------------------------------------------------------------------


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run as a stranger would who has this one file."""
    alone = folder / "certificate_checker.py"
    alone.write_bytes(CHECKER.read_bytes())
    return subprocess.run(
        [sys.executable, "-I", str(alone), *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_command_says_whether_a_certificate_holds(tmp_path: Path) -> None:
    certificate = as_json(certify(dose_tree()))
    (tmp_path / "tree.json").write_text(json.dumps(tree_to_document(dose_tree())), encoding="utf-8")
    (tmp_path / "good.json").write_text(json.dumps(certificate), encoding="utf-8")
    certificate["outcomes"]["retest"]["combinations"] += 1
    (tmp_path / "bad.json").write_text(json.dumps(certificate), encoding="utf-8")
    good = _run(tmp_path, "tree.json", "good.json")
    assert (good.returncode, good.stderr) == (0, "")
    assert str(certificate["combinations"]) in good.stdout
    bad = _run(tmp_path, "tree.json", "bad.json")
    assert bad.returncode == 1
    assert "outcomes, retest, combinations" in bad.stdout


def test_the_command_says_what_to_give_it(tmp_path: Path) -> None:
    (tmp_path / "torn.json").write_text("{", encoding="utf-8")
    for arguments in ((), ("torn.json",), ("torn.json", "torn.json"), ("no.json", "no.json"), ("a", "b", "c")):
        done = _run(tmp_path, *arguments)
        assert done.returncode == 2
        assert "Give the file of a tree" in done.stderr
