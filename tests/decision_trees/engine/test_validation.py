from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings

from decision_trees.engine.conditions import parse
from decision_trees.engine.errors import CannotCompare
from decision_trees.engine.meaning import compare
from decision_trees.engine.model import (
    Asks,
    Basis,
    Choice,
    Context,
    Kind,
    NumberRange,
    Order,
    Question,
    RedFlag,
    Rule,
    Statement,
    Tree,
)
from decision_trees.engine.proof import effort
from decision_trees.engine.proof.effort import Effort
from decision_trees.engine.soundness import Finding
from decision_trees.engine.validation import find_problems, prove
from decision_trees.engine.walk import matching_rules, walk

from .brute_force import Judge
from .generator import synthetic
from .trees import add_on, days, dose_tree, mg, options, otherwise, outcome, question, random_trees, tree, when

ENDS = [outcome("low", 1), outcome("high", 5)]
SEMANTIC = {
    "gap",
    "overlap",
    "rule-never-wins",
    "never-reached",
    "red-flag-never-raised",
    "add-on-never-joins",
    "changes-nothing",
    "not-known-less-careful",
    "careful-answer-less-careful",
    "prompt-decides",
    "red-flag-shadowed",
    "red-flag-less-careful",
    "red-flag-too-late",
}


def codes(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(finding.code, finding.node) for finding in findings]


def only(checked: Tree, context: Context | None = None) -> Finding:
    (finding,) = find_problems(checked, context)
    return finding


def test_a_sound_tree_has_no_findings() -> None:
    proof = prove(dose_tree())
    assert proof.findings == ()
    looks, reading, limit, risks = 4, 5 + 1, 5 + 2, 4
    assert proof.combinations == looks * reading * limit * risks


@given(random_trees())
@settings(max_examples=250)
def test_the_proof_finds_what_listing_every_answer_finds(checked: Tree) -> None:
    found = {pair for pair in codes(find_problems(checked)) if pair[0] in SEMANTIC | {"unreachable"}}
    judged = Judge(checked).judge()
    unreachable = {("never-reached", id) for code, id in found if code == "unreachable"}
    assert {pair for pair in found if pair[0] != "unreachable"} | unreachable == judged


@given(random_trees(largest_number=12))
@settings(max_examples=150)
def test_a_counterexample_is_one(checked: Tree) -> None:
    for finding in find_problems(checked):
        answers = dict(finding.answers)
        asked = checked.question(finding.node)
        if finding.code == "gap":
            journey = walk(_without_overlaps(checked), answers)
            assert journey.question == _without_overlaps(checked).question(finding.node)
            assert "no-rule" in {problem.code for problem in journey.problems}
        if finding.code == "overlap":
            assert asked is not None
            assert len(matching_rules(asked, answers, Context())) > 1


def _without_overlaps(checked: Tree) -> Tree:
    """The proof goes on with the first of several rules; so does this, to reach the same place."""

    def first_fit(asked: Question) -> Question:
        rules = tuple(rule for rule in asked.rules if rule.when is not None)
        last = tuple(rule for rule in asked.rules if rule.when is None)
        if asked.order is Order.FIRST_FIT:
            return asked
        return replace(asked, order=Order.FIRST_FIT, rules=rules + last)

    return replace(checked, questions=tuple(first_fit(asked) for asked in checked.questions))


def test_a_gap_is_told_with_a_counterexample_in_words() -> None:
    limit = question("limit", Kind.NUMBER, when("reading above limit", "high"), when("reading below limit", "low"))
    limit = replace(limit, not_known="", no_not_known="Always known.")
    reading = question("reading", Kind.NUMBER, otherwise("limit"), not_known="")
    finding, *_ = find_problems(tree([reading, limit], ENDS))
    assert finding.code == "gap"
    assert finding.message == "Reading 0 mg/L, limit 0 mg/L: no rule applies."
    assert finding.answers == (("reading", mg("0")), ("limit", mg("0")))


def test_an_example_in_words_says_only_what_makes_it_one() -> None:
    """Its answers are all that lead there, so that they can be walked."""
    asked = [
        question("colour", Kind.ONE_OF, otherwise("looks"), options=options("red", "blue")),
        question("looks", Kind.YES_NO, otherwise("nights"), not_known=""),
        question("nights", Kind.WHOLE_DAYS, when("nights below 3 days", "low"), when("nights above 3 days", "high")),
    ]
    anyway = replace(asked[2], not_known="", options=())
    (found,) = [each for each in find_problems(tree([*asked[:2], anyway], ENDS)) if each.code == "gap"]
    assert found.message == "Nights 3 days: no rule applies."
    assert [id for id, _ in found.answers] == ["colour", "looks", "nights"]
    rules = (
        when("nights below 3 days", "low"),
        when("nights above 3 days", "high"),
        when("nights at least 3 days and looks is yes", "high"),
    )
    read = replace(anyway, rules=rules)
    messages = [each.message for each in find_problems(tree([*asked[:2], read], ENDS))]
    assert "Looks “No”, nights 3 days: no rule applies." in messages
    assert "Looks “Yes”, nights 4 days: rules 2 and 3 both apply." in messages
    nothing = replace(anyway, rules=(when("nights above 3 days and nights below 3 days", "low"),))
    (found,) = [each for each in find_problems(tree([*asked[:2], nothing], ENDS)) if each.code == "gap"]
    assert found.message == "Whatever is answered: no rule applies."


def test_a_careless_answer_is_told_without_answers_that_decide_nothing() -> None:
    asked = [
        question("colour", Kind.ONE_OF, otherwise("danger"), options=options("red", "blue"), asks=Asks.PROMPT),
        question("danger", Kind.YES_NO, when("danger is yes", "high"), otherwise("low")),
    ]
    checked = tree(asked, ENDS, add_ons=(add_on("advice", "colour is red"),))
    (found,) = find_problems(checked)
    assert found.message == (
        "With “Not known” the result is “Do low” (care level 1); with “Yes” it is “Do high” (care level 5)."
    )
    assert [id for id, _ in found.answers] == ["colour", "danger"]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("missed below 3 days", "missed above 3 days", ["gap"]),
        ("missed at most 3 days", "missed at least 3 days", ["overlap"]),
        ("missed at most 3 days", "missed above 3 days", []),
        ("missed below 2.5 days", "missed above 2.5 days", []),
        ("missed at most 2 days", "missed at least 3 days", []),
        ("missed at most 2 days", "missed at least 4 days", ["gap"]),
        ("missed at least 0 days", "missed above 4 days", ["rule-never-wins", "changes-nothing", "never-reached"]),
    ],
)
def test_boundaries_are_exact_on_the_grid(first: str, second: str, expected: list[str]) -> None:
    asked = question("missed", Kind.WHOLE_DAYS, when(first, "low"), when(second, "high"), not_known="")
    assert [finding.code for finding in find_problems(tree([asked], ENDS))] == expected


def test_units_are_converted_exactly() -> None:
    rules = (when("reading above 35 ug-100ml", "high"), when("reading at most 0.35 mg-l", "low"))
    assert find_problems(tree([question("reading", Kind.NUMBER, *rules, not_known="")], ENDS)) == ()


def test_none_set_and_not_known_are_different_answers() -> None:
    rules = (when("limit is none-set", "low"), when("limit is number", "high"))
    asked = question("limit", Kind.NUMBER, *rules, options=options("none-set"))
    finding = only(tree([asked], ENDS))
    assert (finding.code, finding.answers) == ("gap", (("limit", Choice("not-known")),))


def test_not_known_that_is_less_careful_is_told_with_both_results() -> None:
    rules = (when("abuse is yes", "high"), when("abuse is any of no, not-known", "low"))
    finding = only(tree([question("abuse", Kind.YES_NO, *rules)], ENDS))
    assert finding.code == "not-known-less-careful"
    assert finding.message == (
        "With “Not known” the result is “Do low” (care level 1); with “Yes” it is “Do high” (care level 5)."
    )


def test_not_known_is_weighed_for_every_way_of_completing_the_rest() -> None:
    """Careful on the branch it opens, but not where another answer decides."""
    first = question(
        "abuse", Kind.YES_NO, when("abuse is yes", "danger"), when("abuse is no", "low"), otherwise("danger")
    )
    danger = question(
        "danger",
        Kind.YES_NO,
        when("danger is yes", "high"),
        when("danger is no and abuse is yes", "high"),
        otherwise("low"),
        not_known="",
    )
    finding = only(tree([first, danger], ENDS))
    assert (finding.code, finding.node) == ("not-known-less-careful", "abuse")
    assert finding.message.startswith("Danger “No”. With “Not known”")


def test_an_answer_off_the_path_does_not_count() -> None:
    first = question("ill", Kind.YES_NO, when("ill is yes", "hurt"), otherwise("end"), not_known="")
    hurt = question("hurt", Kind.YES_NO, otherwise("end"), not_known="")
    end = question("end", Kind.YES_NO, when("hurt is yes", "high"), when("hurt is no", "low"), not_known="")
    finding = find_problems(tree([first, hurt, end], ENDS))[0]
    assert finding.code == "gap"
    assert [id for id, _ in finding.answers] == ["ill", "end"]


def test_the_proof_holds_for_every_local_setting() -> None:
    checked = dose_tree()
    assert find_problems(checked, Context(settings={"service-limit": mg("0.1")})) == ()
    without = replace(checked.questions[3], rules=checked.questions[3].rules[:3])
    found = find_problems(
        replace(checked, questions=(*checked.questions[:3], without)), Context(settings={"service-limit": mg("0.1")})
    )
    assert ("gap", "risks") in codes(found)


def test_figures_come_from_the_context_and_are_missed_without() -> None:
    rules = (when("reading above figure drink-drive", "high"), when("reading at most 0.35 mg-l", "low"))
    checked = tree([question("reading", Kind.NUMBER, *rules, not_known="")], ENDS)
    assert find_problems(checked, Context(figures={"drink-drive": mg("0.35")})) == ()
    assert only(checked).code == "figure-missing"
    changed = only(checked, Context(figures={"drink-drive": mg("0.22")}))
    assert (changed.code, changed.answers) == ("overlap", (("reading", mg("0.23")),))


def test_a_question_that_changes_nothing_is_found_and_one_that_only_brings_advice_is_not() -> None:
    idle = question("idle", Kind.YES_NO, otherwise("real"))
    real = question("real", Kind.YES_NO, when("real is yes", "high"), otherwise("low"), not_known="")
    checked = tree([idle, real], ENDS)
    assert codes(find_problems(checked)) == [("changes-nothing", "idle")]
    assert find_problems(replace(checked, add_ons=(add_on("advice", "idle is yes"),))) == ()


def test_a_prompt_must_not_decide() -> None:
    asked = question("real", Kind.YES_NO, when("real is yes", "high"), otherwise("low"), not_known="", asks=Asks.PROMPT)
    finding = only(tree([asked], ENDS))
    assert finding.code == "prompt-decides"
    assert finding.message == (
        "It is a prompt, yet its answer changes the outcome. Make it a clinical question."
        " With “Yes” the result is “Do high”; with “No” the result is “Do low”."
    )
    assert finding.answers == (("real", Choice("yes")),)


def test_where_a_prompt_decides_what_else_is_answered_is_told() -> None:
    first = question("ill", Kind.YES_NO, when("ill is yes", "risks"), otherwise("low"), not_known="")
    risks = question(
        "risks",
        Kind.SEVERAL_OF,
        when("risks includes cocaine", "high"),
        when("risks is none of cocaine", "low"),
        not_known="",
        asks=Asks.PROMPT,
        options=options("tea", "cocaine"),
    )
    finding = only(tree([first, risks], ENDS))
    assert finding.message.endswith(
        "Ill “Yes”. With “Cocaine” the result is “Do high”; with “Tea” the result is “Do low”."
    )


def test_red_flags_and_advice_that_never_come_are_found() -> None:
    asked = question("real", Kind.YES_NO, when("real is yes", "high"), otherwise("low"), not_known="")
    never = parse("real is yes and real is no")
    checked = tree(
        [asked],
        ENDS,
        red_flags=(RedFlag("flag", never, "high"),),
        add_ons=(replace(add_on("advice", "real is yes"), not_with=("high",)),),
    )
    assert codes(find_problems(checked)) == [("red-flag-never-raised", "flag"), ("add-on-never-joins", "advice")]


def test_a_red_flag_that_is_always_raised_leaves_the_rules_idle() -> None:
    asked = question("real", Kind.YES_NO, when("real is yes", "low"), otherwise("low"), not_known="")
    checked = tree([asked], ENDS, red_flags=(RedFlag("flag", parse("real is any of yes, no"), "high"),))
    found = codes(find_problems(checked))
    assert ("never-reached", "low") in found
    assert ("rule-never-wins", "real") in found


def test_several_of_is_proved_over_every_set_of_options() -> None:
    asked = question(
        "risks",
        Kind.SEVERAL_OF,
        when("risks includes sedatives", "high"),
        when("risks is none or risks includes cocaine and not risks includes sedatives", "low"),
        when("risks is not-known", "high"),
        options=options("sedatives", "cocaine", "alcohol"),
    )
    finding = only(tree([asked], ENDS))
    assert finding.code == "gap"
    assert finding.message == "Risks “Alcohol”: no rule applies."


def sound() -> Tree:
    return tree(
        [question("sure", Kind.YES_NO, when("sure is yes", "high"), otherwise("low"), not_known="")],
        ENDS,
    )


def with_question(**fields: object) -> Tree:
    asked = replace(sound().questions[0], **fields)  # type: ignore[arg-type]  # each row names fields of Question
    return replace(sound(), questions=(asked,))


def with_rule(sentence: str, go: str = "high") -> Tree:
    reading = question("reading", Kind.NUMBER, otherwise("sure"), not_known="")
    several = question("several", Kind.SEVERAL_OF, otherwise("sure"), not_known="", options=options("tea"))
    later = question("later", Kind.YES_NO, otherwise("low"), not_known="")
    asked = replace(sound().questions[0], rules=(when(sentence, go), otherwise("later")))
    first = replace(reading, rules=(otherwise("several"),))
    return replace(sound(), start="reading", questions=(first, several, asked, later))


SHAPES: list[tuple[str, Tree]] = [
    ("unknown-target", with_question(rules=(otherwise("nowhere"),))),
    ("unknown-target", replace(sound(), start="nowhere")),
    ("unknown-target", replace(sound(), red_flags=(RedFlag("flag", parse("sure is yes"), "sure"),))),
    ("unknown-target", replace(sound(), add_ons=(replace(add_on("a", "sure is yes"), not_with=("x",)),))),
    ("cycle", with_question(rules=(otherwise("sure"),))),
    ("dead-end", with_question(rules=())),
    ("two-otherwise", with_question(rules=(otherwise("low"), otherwise("high")))),
    ("duplicate-id", replace(sound(), outcomes=(*ENDS, outcome("low")))),
    ("duplicate-id", replace(sound(), outcomes=(*ENDS, outcome("sure")))),
    ("duplicate-id", with_question(kind=Kind.ONE_OF, options=options("a", "a", "yes"))),
    ("reserved-word", with_question(id="result")),
    ("reserved-word", with_question(id="figure")),
    ("reserved-word", with_question(kind=Kind.ONE_OF, options=options("none", "yes"))),
    ("reserved-word", with_question(kind=Kind.ONE_OF, options=options("not-known", "yes"))),
    ("bad-id", with_question(id="Sure thing")),
    ("unreachable", replace(sound(), outcomes=(*ENDS, outcome("lonely")))),
    (
        "unreachable",
        replace(sound(), questions=(*sound().questions, question("lonely", Kind.YES_NO, otherwise("low")))),
    ),
    ("no-outcome", replace(sound(), outcomes=())),
    ("missing-not-known", with_question(no_not_known="")),
    ("not-known-twice", with_question(not_known="Not known")),
    ("missing-citation", with_question(citations=())),
    ("missing-citation", replace(sound(), citations=())),
    ("missing-citation", replace(sound(), outcomes=(ENDS[0], replace(ENDS[1], citations=())))),
    (
        "missing-citation",
        replace(sound(), outcomes=(ENDS[0], replace(ENDS[1], actions=(Statement("Do.", (), Basis.RULE),)))),
    ),
    ("missing-citation", replace(sound(), add_ons=(replace(add_on("a", "sure is yes"), citations=()),))),
    ("missing-text", replace(sound(), outcomes=(ENDS[0], replace(ENDS[1], who_decides=" ")))),
    ("too-few-options", with_question(kind=Kind.ONE_OF, options=options("yes"))),
    ("missing-none", with_question(kind=Kind.SEVERAL_OF, options=options("tea"))),
    ("bad-range", with_question(kind=Kind.NUMBER, options=())),
    (
        "bad-range",
        with_question(
            kind=Kind.WHOLE_DAYS,
            options=(),
            number=NumberRange("days", ("days",), Decimal(0), Decimal(4), Decimal("0.5")),
        ),
    ),
    (
        "bad-range",
        with_question(
            kind=Kind.NUMBER, options=(), number=NumberRange("days", ("mg-l",), Decimal(0), Decimal(4), Decimal(1))
        ),
    ),
    ("unknown-question", with_rule("stranger is yes")),
    ("unknown-option", with_rule("sure is perhaps")),
    ("unknown-option", with_rule("sure is not-known")),
    ("operator-unsuited", with_rule("sure includes yes")),
    ("operator-unsuited", with_rule("several is tea")),
    ("operator-unsuited", with_rule("sure above 3 mg-l")),
    ("operator-unsuited", with_rule("reading above sure")),
    ("operator-unsuited", with_rule("reading above reading")),
    ("quantity-mismatch", with_rule("reading above 3 days")),
    ("unit-unknown", with_rule("reading above 3 pints")),
    ("figure-missing", with_rule("reading above figure unheard-of")),
    ("reads-later-question", with_rule("later is yes")),
]


@pytest.mark.parametrize(("code", "checked"), SHAPES)
def test_a_fault_of_shape_is_named(code: str, checked: Tree) -> None:
    found = find_problems(checked)
    assert code in {finding.code for finding in found}
    for finding in found:
        assert finding.message.endswith(".")


def test_the_trees_that_faults_are_planted_in_are_sound_without_them() -> None:
    assert find_problems(sound()) == ()


def test_rules_reached_on_one_path_only_may_read_answers_of_that_path() -> None:
    first = question("ill", Kind.YES_NO, when("ill is yes", "hurt"), otherwise("low"), not_known="")
    hurt = question("hurt", Kind.YES_NO, when("ill is yes and hurt is yes", "high"), otherwise("low"), not_known="")
    assert find_problems(tree([first, hurt], ENDS)) == ()


def test_a_large_tree_is_proved_in_time() -> None:
    """Eight numbers that are compared with each other and with constants, and twelve risks to choose from."""
    names = [f"n{place}" for place in range(8)]
    questions = []
    for place, id in enumerate(names):
        after = names[place + 1] if place + 1 < len(names) else "risks"
        rules: list[Rule] = [otherwise(after)]
        if place:
            rules.insert(0, when(f"{id} above {names[place - 1]} and {id} above 0.{place} mg-l", "high"))
        questions.append(question(id, Kind.NUMBER, *rules, options=options("none-set")))
    risks = [f"risk{n}" for n in range(12)]
    any_risk = f"risks includes any of {', '.join(risks)}"
    last = (when(f"{any_risk} or risks is not-known", "high"), otherwise("low"))
    questions.append(question("risks", Kind.SEVERAL_OF, *last, options=options(*risks)))
    started = time.process_time()
    proof = prove(tree(questions, ENDS))
    assert proof.combinations > 10**9
    assert time.process_time() - started < 2
    assert {finding.code for finding in proof.findings} == {"not-known-less-careful"}


def test_a_way_of_two_thousand_questions_is_proved_in_time() -> None:
    """Thirty of them ask for a number that is compared with the number before; each answer may end the way."""
    ids = [f"q{n}" for n in range(2000)]
    asked = []
    for place, (id, after) in enumerate(zip(ids, [*ids[1:], "high"], strict=True)):
        if place % 66 == 0 and place:
            rules = (when(f"{id} above {ids[place - 66]} and {id} above 0.2 mg-l", "high"), otherwise(after))
            asked.append(question(id, Kind.NUMBER, *rules, not_known=""))
        elif place % 66 == 0:
            asked.append(question(id, Kind.NUMBER, when(f"{id} above 2 mg-l", "low"), otherwise(after), not_known=""))
        else:
            asked.append(question(id, Kind.YES_NO, when(f"{id} is yes", "low"), otherwise(after), not_known=""))
    started = time.process_time()
    proof = prove(tree(asked, ENDS))
    assert proof.findings == ()
    assert proof.combinations > 10**600
    assert time.process_time() - started < 15


def test_a_large_tree_is_proved_as_it_is_built() -> None:
    made = synthetic(400)
    proof = prove(made.tree, made.context)
    assert proof.findings == ()
    broken = made.tree.questions[100]
    half = replace(broken, rules=broken.rules[:-1])
    questions = tuple(half if each is broken else each for each in made.tree.questions)
    findings = find_problems(replace(made.tree, questions=questions), made.context)
    assert half.id in {finding.node for finding in findings}


def test_a_tree_that_is_too_tangled_is_not_called_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effort, "EFFORTS", (Effort(False, 10), Effort(True, 10)))
    proof = prove(dose_tree())
    assert [(finding.code, finding.node) for finding in proof.findings] == [("not-proved", "small")]
    assert proof.combinations == 0
    with pytest.raises(CannotCompare, match="too tangled"):
        compare(dose_tree(), replace(dose_tree(), red_flags=()))


def test_findings_of_one_node_are_few() -> None:
    reading = question("reading", Kind.NUMBER, when("reading above 2.99 mg-l", "high"))
    many = "".join(f" and not reading equals {n / 100} mg-l" for n in range(1, 40))
    reading = replace(reading, rules=(when("reading above 2.99 mg-l" + many, "high"),))
    assert len([each for each in find_problems(tree([reading], ENDS)) if each.code == "gap"]) == 3


def test_a_gap_is_found_once_for_a_whole_number_question() -> None:
    rules = (when("missed below 3 days", "low"), when("missed above 3 days", "high"))
    finding = only(tree([question("missed", Kind.WHOLE_DAYS, *rules, not_known="")], ENDS))
    assert finding.answers == (("missed", days(3)),)
