"""What sentences call a question: its short name, or its id in words where it has none."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from decision_trees.certificate_checker import check
from decision_trees.engine.cases import coverage
from decision_trees.engine.certificate import certify
from decision_trees.engine.conditions import name_of, parse
from decision_trees.engine.documents import document_from_yaml, tree_from_document, tree_hash, tree_to_document
from decision_trees.engine.graph import conditions_of, edges
from decision_trees.engine.journey import what_would_change
from decision_trees.engine.meaning import compare
from decision_trees.engine.model import Choice, Context, Kind, Quantity, Tree
from decision_trees.engine.mutation import mutate
from decision_trees.engine.validation import prove
from decision_trees.engine.wording import describe_changes

from .trees import days, dose_tree, otherwise, outcome, question, tree, when

TREES = Path(__file__).parents[3] / "content" / "trees"
FIGURES = Context(figures={"drink-drive-breath-england-wales": Quantity(Decimal("0.35"), "mg-l")})

SLUGS = sorted(path.stem for path in TREES.glob("*.yaml") if not path.name.endswith(".cases.yaml"))

#: What the document of a question could hold before questions had names, and the hash of a tree of then.
KEYS = {
    *("id", "text", "kind", "why", "hint", "citations", "options", "coded", "quantity", "units", "min", "max", "step"),
    *("example", "none", "not_known", "no_not_known", "careful", "asks", "order", "setting", "next"),
}
HASH = "9dfb12c27fe38882e6b7a0fcd65e14b9f71fefede4092c32b7f166d43a2f7e61"


def shipped(slug: str) -> Tree:
    return document_from_yaml((TREES / f"{slug}.yaml").read_text(encoding="utf-8")).tree


def named(made: Tree, names: dict[str, str]) -> Tree:
    return replace(made, questions=tuple(replace(each, name=names.get(each.id, "")) for each in made.questions))


def help_tree() -> Tree:
    """Somebody is with the person or not; the days since count, and are compared with those of another answer."""
    return tree(
        [
            question("someone", Kind.YES_NO, when("someone is no", "high"), otherwise("ago"), not_known=""),
            question("ago", Kind.WHOLE_DAYS, otherwise("before"), not_known=""),
            question(
                "before",
                Kind.WHOLE_DAYS,
                when("ago at most 2 days and before at most ago", "low"),
                otherwise("high"),
                not_known="",
            ),
        ],
        [outcome("low", 1), outcome("high", 2)],
    )


NAMES = {"someone": "company", "ago": "days since the kit", "before": "days before that"}


@pytest.mark.parametrize("slug", SLUGS)
def test_a_tree_without_names_keeps_its_document(slug: str) -> None:
    document = tree_to_document(shipped(slug))
    assert all(set(asked) <= KEYS for asked in document["questions"])  # type: ignore[attr-defined]  # a document is plain data
    assert tree_from_document(document) == shipped(slug)


def test_a_tree_without_names_keeps_its_hash() -> None:
    assert tree_hash(dose_tree()) == HASH


@pytest.mark.parametrize("slug", SLUGS)
def test_a_name_that_says_what_the_id_says_changes_no_word(slug: str) -> None:
    made = shipped(slug)
    same = named(made, {each.id: name_of(each.id) for each in made.questions})

    def said(of: Tree) -> list[str]:
        conditions = [each.describe(of, FIGURES) for each in conditions_of(of)]
        labels = [edge.label for edge in edges(of, FIGURES)]
        lacking = [gap.message for gap in coverage(of, (), FIGURES).gaps]
        broken = [finding.message for each in list(mutate(of))[:60] for finding in prove(each.tree, FIGURES).findings]
        # Findings that quote an id as it is written quote the name instead.
        return [*conditions, *labels, *lacking, *(message.replace("-", " ") for message in broken)]

    assert said(same) == said(made)
    assert certify(same, FIGURES)["combinations"] == certify(made, FIGURES)["combinations"]


def test_a_name_goes_through_a_document() -> None:
    made = named(help_tree(), NAMES)
    document = tree_to_document(made)
    assert document["questions"][0]["name"] == "company"  # type: ignore[index]  # a document is plain data
    assert tree_from_document(document) == made
    assert tree_hash(made) != tree_hash(help_tree())


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("someone is no", "company is “No”"),
        ("someone is any of yes, no", "company is “Yes” or “No”"),
        ("someone is none of yes, no", "company is none of “Yes” and “No”"),
        ("someone is none of yes", "company is answered, and not with “Yes”"),
        ("someone includes yes", "company includes “Yes”"),
        ("ago is number", "days since the kit is a number"),
        ("ago above 2 days", "days since the kit is above 2 days"),
        ("ago above before", "days since the kit is above days before that"),
        ("ago above figure long-ago", "days since the kit is above the figure “long ago”"),
        ("not someone is no", "not (company is “No”)"),
    ],
)
def test_conditions_call_a_question_by_its_name_and_keep_its_id(sentence: str, words: str) -> None:
    condition = parse(sentence)
    assert condition.phrase(named(help_tree(), NAMES)) == words
    assert condition.sentence() == sentence


def test_an_empty_name_is_the_id_in_words() -> None:
    assert parse("days-ago above 2 days").phrase(help_tree()) == "days ago is above 2 days"


def test_rules_findings_and_examples_speak_of_the_name() -> None:
    made = named(help_tree(), NAMES)
    assert [edge.label for edge in edges(made)][:2] == ["Company is “No”", "Otherwise"]
    *questions, last = made.questions
    gap = replace(made, questions=(*questions, replace(last, rules=last.rules[:1])))
    found = [each.message for each in prove(gap).findings if each.code == "gap"]
    assert any("ays since the kit 0 days, days before that 1 day" in message for message in found)
    assert not any("ago" in message or "someone" in message for message in found)


def test_what_would_change_an_answer_speaks_of_the_name() -> None:
    made = named(help_tree(), NAMES)
    changes = what_would_change(made, {"someone": Choice("yes"), "ago": days(1), "before": days(1)})
    words = [each for change in changes for each in change.alternatives]
    assert "days since the kit above 2 days" in words
    assert not any("ago" in each for each in words)


def test_what_cases_lack_and_small_edits_speak_of_the_name() -> None:
    made = named(help_tree(), NAMES)
    lacking = [gap.message for gap in coverage(made, (), Context()).gaps]
    assert any("days since the kit of 2 days" in message for message in lacking)
    assert any("days before that" in message for message in lacking)
    assert any(each.description.startswith("In “company”, rule 1") for each in mutate(made))


def test_regions_and_differences_speak_of_the_name_of_the_later_version() -> None:
    before, after = help_tree(), named(help_tree(), NAMES)
    *questions, last = after.questions
    moved = replace(last, rules=(when("ago at most 1 days and before at most ago", "low"), otherwise("high")))
    after = replace(after, questions=(*questions, moved))
    (group,) = compare(before, after).groups
    assert "days since the kit of exactly 2 days" in group.regions[0].words(after)
    told = {
        change.id: [(each.label, each.after) for each in change.details] for change in describe_changes(before, after)
    }
    assert told["someone"] == [("Short name", "company")]
    assert ("Short name", "days before that") in told["before"]


def test_a_name_alone_changes_no_result() -> None:
    assert not compare(help_tree(), named(help_tree(), NAMES)).groups


def test_the_certificate_of_a_tree_with_names_is_that_of_the_tree_but_for_its_hash() -> None:
    plain, made = help_tree(), named(help_tree(), NAMES)
    certificate = certify(made)
    assert check(tree_to_document(made), certificate) == []
    assert {key for key, value in certify(plain).items() if certificate[key] != value} == {"tree_hash", "seal"}


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"someone": "Company", "ago": "company"}, "Another question is called “Company” too."),
        ({"someone": "ago"}, "Another question is called “ago” too."),
        ({"someone": "a" * 61}, "Use at most 60 characters for the short name."),
    ],
)
def test_a_name_is_short_and_of_one_question_only(names: dict[str, str], message: str) -> None:
    found = [each for each in prove(named(help_tree(), names)).findings if each.code == "bad-name"]
    assert [each.node for each in found][:1] == ["someone"]
    assert message in found[0].message
