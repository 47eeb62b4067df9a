"""Small trees for tests of the engine: made by hand, and made at random."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import product

from hypothesis import strategies as st

from decision_trees.engine.answers import coded_answers
from decision_trees.engine.conditions import (
    All,
    Any_,
    AnyOf,
    CompareAnswer,
    CompareConstant,
    Comparison,
    Condition,
    Includes,
    Is,
    IsNumber,
    NoneOf,
    Not,
    parse,
)
from decision_trees.engine.model import (
    NONE_OF_THESE,
    AddOn,
    AdviceKind,
    Answer,
    Basis,
    Choice,
    Kind,
    NumberRange,
    Option,
    Order,
    Outcome,
    Quantity,
    Question,
    RedFlag,
    Rule,
    Selection,
    Tree,
    Urgency,
    UrgencyFrom,
)
from decision_trees.engine.units import from_base

CITED = ("towards-successful-treatment-completion@2009-07 5.2.4",)
YES_AND_NO = (Option("yes", "Yes"), Option("no", "No"))
BREATH = NumberRange("breath-alcohol", ("mg-l", "ug-100ml"), Decimal(0), Decimal(3), Decimal("0.01"), "0.42")
DAYS = NumberRange("days", ("days",), Decimal(0), Decimal(4), Decimal(1))


def mg(value: str) -> Quantity:
    return Quantity(Decimal(value), "mg-l")


def days(value: int) -> Quantity:
    return Quantity(Decimal(value), "days")


def when(sentence: str, go: str) -> Rule:
    return Rule(go, parse(sentence))


def otherwise(go: str) -> Rule:
    return Rule(go)


def question(id: str, kind: Kind, *rules: Rule, not_known: str = "Not known", **fields: object) -> Question:
    numbers = DAYS if kind is Kind.WHOLE_DAYS else BREATH if kind is Kind.NUMBER else None
    made = Question(
        id=id,
        text=f"What of {id}?",
        kind=kind,
        rules=rules,
        citations=CITED,
        not_known=not_known,
        no_not_known="" if not_known else "It can always be seen.",
        options=YES_AND_NO if kind is Kind.YES_NO else (),
        none_label="None of these" if kind is Kind.SEVERAL_OF else "",
        number=numbers,
    )
    return replace(made, **fields)  # type: ignore[arg-type]  # each test names fields of Question


def options(*ids: str) -> tuple[Option, ...]:
    return tuple(Option(id, id.replace("-", " ").capitalize()) for id in ids)


def outcome(id: str, care_level: int = 1) -> Outcome:
    return Outcome(
        id=id,
        title=f"Do {id}",
        do_now="Do it.",
        urgency=Urgency.ROUTINE,
        urgency_from=UrgencyFrom.INFERENCE,
        care_level=care_level,
        care_reason="Set for this test.",
        actions=(),
        cautions=(),
        who_decides="The prescriber",
        record=(),
        because="So it is.",
        citations=CITED,
        basis=Basis.INFERENCE,
    )


def add_on(id: str, sentence: str) -> AddOn:
    return AddOn(id, parse(sentence), f"Advice {id}", "Say so.", AdviceKind.DO, CITED, Basis.GOOD_PRACTICE)


def tree(
    questions: list[Question],
    outcomes: list[Outcome],
    red_flags: tuple[RedFlag, ...] = (),
    add_ons: tuple[AddOn, ...] = (),
    **fields: object,
) -> Tree:
    made = Tree(
        slug="small",
        title="A small tree",
        situation="A test",
        summary="It decides little.",
        audience="Nobody",
        start=questions[0].id if questions else "nothing",
        questions=tuple(questions),
        outcomes=tuple(outcomes),
        red_flags=red_flags,
        add_ons=add_ons,
        citations=CITED,
    )
    return replace(made, **fields)  # type: ignore[arg-type]  # each test names fields of Tree


def dose_tree() -> Tree:
    """A sound tree with every kind of question but whole days: looks, reading, limit, risks."""
    return tree(
        [
            question(
                "looks",
                Kind.ONE_OF,
                when("looks is any of withdrawal, not-known", "assess"),
                otherwise("reading"),
                options=options("withdrawal", "neither", "collapsed"),
            ),
            question("reading", Kind.NUMBER, otherwise("limit")),
            question("limit", Kind.NUMBER, otherwise("risks"), options=options("none-set"), setting="service-limit"),
            question(
                "risks",
                Kind.SEVERAL_OF,
                when("reading above limit", "retest"),
                when("limit is none-set and reading at most 0.35 mg-l", "carry-on"),
                when("reading at most limit", "carry-on"),
                otherwise("assess"),
                options=options("sedatives", "cocaine"),
                order=Order.FIRST_FIT,
            ),
        ],
        [outcome("carry-on", 1), outcome("retest", 2), outcome("assess", 3), outcome("emergency", 3)],
        red_flags=(RedFlag("collapsed", parse("looks is collapsed"), "emergency"),),
        add_ons=(
            add_on("do-not-drive", "reading above 0.35 mg-l"),
            add_on("mind-sedatives", "risks includes sedatives or risks is not-known"),
        ),
    )


def all_answers(asked: Question) -> list[Answer]:
    """Every answer a question takes, number by number and option by option."""
    codes: list[Answer] = [Choice(code) for code in coded_answers(asked)]
    if asked.kind is Kind.SEVERAL_OF:
        ids = [option.id for option in asked.options]
        chosen = [tuple(id for id, on in zip(ids, row, strict=True) if on) for row in product([0, 1], repeat=len(ids))]
        return [*(Selection(tuple(sorted(row))) for row in chosen if row), Selection((NONE_OF_THESE,)), *codes]
    if asked.number is None:
        return codes
    numbers = asked.number
    count = int((numbers.maximum - numbers.minimum) / numbers.step) + 1
    return [*(from_base(numbers.minimum + n * numbers.step, numbers.units[0]) for n in range(count)), *codes]


# --- At random ------------------------------------------------------------------------------------------------------


@st.composite
def conditions(draw: st.DrawFn, asked: list[Question], depth: int = 2) -> Condition:
    """A well-formed condition on some questions."""
    if depth and draw(st.booleans()):
        form = draw(st.sampled_from(["not", "and", "or"]))
        if form == "not":
            return Not(draw(conditions(asked, depth - 1)))
        parts = tuple(draw(conditions(asked, depth - 1)) for _ in range(draw(st.integers(2, 3))))
        return All(parts) if form == "and" else Any_(parts)
    return draw(statements(draw(st.sampled_from(asked)), asked))


@st.composite
def statements(draw: st.DrawFn, on: Question, asked: list[Question]) -> Condition:
    codes = list(coded_answers(on))
    if on.kind is Kind.SEVERAL_OF:
        chosen = draw(st.lists(st.sampled_from([option.id for option in on.options]), min_size=1, unique=True))
        exclusive = Is(on.id, draw(st.sampled_from([NONE_OF_THESE, *codes])))
        return draw(st.sampled_from([Includes(on.id, tuple(chosen)), NoneOf(on.id, tuple(chosen)), exclusive]))
    if on.kind.is_numeric and draw(st.booleans()):
        comparison = draw(st.sampled_from(Comparison))
        others = [each.id for each in asked if each.kind is on.kind and each.id != on.id]
        if others and draw(st.booleans()):
            return CompareAnswer(on.id, comparison, draw(st.sampled_from(others)))
        return CompareConstant(on.id, comparison, days(draw(st.integers(0, 4))))
    if on.kind.is_numeric and not codes:
        return IsNumber(on.id)
    chosen = draw(st.lists(st.sampled_from(codes), min_size=1, max_size=2, unique=True))
    forms: list[Condition] = [Is(on.id, chosen[0]), AnyOf(on.id, tuple(chosen)), NoneOf(on.id, tuple(chosen))]
    if on.kind.is_numeric:
        forms.append(IsNumber(on.id))
    return draw(st.sampled_from(forms))


@st.composite
def random_trees(draw: st.DrawFn, largest_number: int = 4) -> Tree:
    """A small tree whose shape is right and whose rules are anybody's guess: gaps and overlaps abound."""
    ids = [f"q{place}" for place in range(draw(st.integers(1, 4)))]
    ends = ["low", "middle", "high"]
    made: list[Question] = []
    numbers = replace(DAYS, maximum=Decimal(largest_number))
    for place, id in enumerate(ids):
        kind = draw(st.sampled_from([Kind.YES_NO, Kind.ONE_OF, Kind.SEVERAL_OF, Kind.WHOLE_DAYS, Kind.WHOLE_DAYS]))
        base = question(id, kind, not_known=draw(st.sampled_from(["Not known", ""])))
        if kind is Kind.ONE_OF:
            base = replace(base, options=options("red", "green"))
        elif kind is Kind.SEVERAL_OF:
            base = replace(base, options=options("tea", "milk"))
        elif kind is Kind.WHOLE_DAYS:
            step = draw(st.sampled_from([Decimal(1), Decimal(2)]))
            coded = draw(st.sampled_from([options("none-set"), ()]))
            base = replace(base, number=replace(numbers, step=step), kind=Kind.NUMBER, options=coded)
        targets = st.sampled_from([*ids[place + 1 : place + 3], *ends])
        asked = [*made, base]
        rules = [Rule(draw(targets), draw(conditions(asked))) for _ in range(draw(st.integers(0, 3)))]
        if not rules or draw(st.booleans()):
            rules.insert(draw(st.integers(0, len(rules))), Rule(draw(targets)))
        order = draw(st.sampled_from(Order))
        made.append(replace(base, rules=tuple(rules), order=order))
    flags = (RedFlag("flag", draw(conditions(made, 1)), "high"),) if draw(st.booleans()) else ()
    advice = (replace(add_on("advice", "q0 is yes"), when=draw(conditions(made, 1))),) if draw(st.booleans()) else ()
    return tree(made, [outcome("low", 1), outcome("middle", 2), outcome("high", 3)], flags, advice)
