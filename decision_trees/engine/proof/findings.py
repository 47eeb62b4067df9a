"""What is wrong with a tree that was followed for all combinations of answers, each finding with a counterexample."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property

from decision_trees.engine.answers import answer_text
from decision_trees.engine.conditions import name_of
from decision_trees.engine.graph import reachable, rule_label
from decision_trees.engine.model import NOT_KNOWN, Answer, Asks, Choice, Order, Quantity, Question, RedFlag
from decision_trees.engine.soundness import Finding

from .care import CareLevels
from .combinations import EMPTY, EVERY
from .exploration import End, Exploration
from .reach import Reach

#: No more counterexamples to one question's rules than this.
MAX_EXAMPLES = 3

Combination = tuple[int, ...]


def findings_of(exploration: Exploration) -> tuple[Finding, ...]:
    """Everything wrong, question by question, then outcomes, red flags and advice."""
    if not exploration.layout.order:
        return ()
    return tuple(_Findings(exploration).all())


class _Findings:
    def __init__(self, exploration: Exploration) -> None:
        self.exploration = exploration
        self.layout = exploration.layout
        self.space = exploration.space
        self.sets = exploration.sets
        self.tree = exploration.tree
        self.levels = {outcome.id: outcome.care_level for outcome in reversed(self.tree.outcomes)}
        several = [flag for flag in self.tree.red_flags if len(flag.when.questions()) > 1]
        self.reach = Reach(exploration, frozenset[str]().union(*(flag.when.questions() for flag in several)))
        self.results = {end for end in exploration.sets.results(exploration.ends) if isinstance(end, End)}

    def all(self) -> Iterator[Finding]:
        reached_by_rules = reachable(self.tree)
        for question in self.layout.questions.values():
            if self.reach.here.get(question.id, EMPTY) != EMPTY:
                yield from self._gaps(question)
                yield from self._overlaps(question)
                yield from self._never_wins(question)
                yield from self._influence(question)
                yield from self._careful(question)
            elif question.id in reached_by_rules and not self._leads_nowhere:
                yield Finding("never-reached", question.id, "No combination of answers leads to this question.")
        by_flag = {flag.outcome for flag in self.tree.red_flags}
        outcomes = {end.outcome for end in self.results}
        for id in self.layout.outcomes:
            if id not in outcomes and id in reached_by_rules | by_flag and not self._leads_nowhere:
                yield Finding("never-reached", id, "No combination of answers leads to this outcome.")
        raised = {end.flag for end in self.results}
        for flag in self.tree.red_flags:
            is_known = flag.outcome in self.layout.outcomes
            if is_known and flag.id not in raised and not self._leads_nowhere:
                yield Finding("red-flag-never-raised", flag.id, "No combination of answers raises this red flag.")
        yield from self._shadowed()
        yield from self._less_careful_flags()
        yield from self._too_late()
        for add_on in self.tree.add_ons:
            if self._joined[add_on.id] == EMPTY and not self._broken:
                yield Finding("add-on-never-joins", add_on.id, "No combination of answers brings this advice.")

    # --- Rules

    def _gaps(self, question: Question) -> Iterator[Finding]:
        gap = End(gap=question.id)
        if gap not in self.results:
            return
        left = self._surely(self.sets.relabel(self.exploration.ends, lambda end: end == gap))
        read = {question.id}.union(*(rule.when.questions() for rule in question.rules if rule.when is not None))
        for _ in range(MAX_EXAMPLES):
            if left == EMPTY:
                return
            combination = self.sets.pick(left)
            answers = self.exploration.path(combination, question.id)
            yield Finding("gap", question.id, f"{self._said(answers)}: no rule applies.", answers)
            left = self.sets.minus(left, self._alike(combination, read))

    def _overlaps(self, question: Question) -> Iterator[Finding]:
        if question.order is not Order.EXACTLY_ONE:
            return
        here = self.reach.unflagged[question.id]
        claims = [
            (way.number, self.sets.meet(here, holding))
            for way, holding in self.exploration.ways(question.id)
            if way.when is not None and way.number is not None
        ]
        claims.sort(key=lambda claim: claim[0])
        claimed = EMPTY
        for place, (second, claim) in enumerate(claims):
            if self.sets.meet(claim, claimed) != EMPTY:
                for first, earlier in claims[:place]:
                    if self.sets.meet(claim, earlier) != EMPTY:
                        yield from self._overlap(question, first, second)
            claimed = self.sets.join(claimed, claim)

    def _overlap(self, question: Question, first: int, second: int) -> Iterator[Finding]:
        holding = {way.number: holding for way, holding in self.exploration.ways(question.id)}
        both = self._unflagged(question.id, self.sets.meet(holding[first], holding[second]))
        combination = self._example(question.id, both)
        if combination is not None:
            answers = self.exploration.path(combination, question.id)
            message = f"{self._said(answers)}: rules {first + 1} and {second + 1} both apply."
            yield Finding("overlap", question.id, message, answers, rule=second)

    def _never_wins(self, question: Question) -> Iterator[Finding]:
        if self._leads_nowhere:
            return
        for number, rule in enumerate(question.rules):
            if self.reach.wins[(question.id, number)] == EMPTY and self.layout.can_be_read(rule.when):
                label = rule_label(self.tree, rule, self.space.context)
                message = f"Rule {number + 1} (“{label}”) never applies. Take it out or widen it."
                yield Finding("rule-never-wins", question.id, message, rule=number)

    # --- Influence

    def _influence(self, question: Question) -> Iterator[Finding]:
        if self._is_broken_below(question.id):
            return
        levels = set(self.space.variables[question.id].levels)
        decides = bool(levels & self._decisive)
        if decides and question.asks is Asks.PROMPT:
            message = "It is a prompt, yet its answer changes the outcome. Make it a clinical question."
            yield Finding("prompt-decides", question.id, message)
        if not decides and not levels & self._advising:
            message = "Whatever is answered, outcome and added advice are the same. Take the question out."
            yield Finding("changes-nothing", question.id, message)

    @cached_property
    def _decisive(self) -> set[int]:
        """The variables on which the outcome depends."""
        outcomes = self.sets.relabel(
            self.exploration.ends, lambda end: (end.outcome, end.broken) if isinstance(end, End) else None
        )
        return self.sets.levels(outcomes)

    @cached_property
    def _joined(self) -> dict[str, int]:
        return {add_on.id: self.exploration.joined(add_on) for add_on in self.tree.add_ons}

    @cached_property
    def _advising(self) -> set[int]:
        return set[int]().union(*(self.sets.levels(joined) for joined in self._joined.values()))

    def _is_broken_below(self, id: str) -> bool:
        """Whether anything that is not finished may yet read the question, or come after it."""
        if not self._broken:
            return False
        after = self.layout.below(id) | self.layout.places[id]
        return any(place is None or place & after for place in self._broken)

    @cached_property
    def _leads_nowhere(self) -> bool:
        """Whether some rule does, or is not written: once it leads on, more may be reached."""
        return any(way.broken for ways in self.layout.ways.values() for way in ways)

    @cached_property
    def _broken(self) -> set[int | None]:
        """Where something is not finished: the questions as bits, and None for a red flag or advice."""
        found: set[int | None] = {
            self.layout.places[id]
            for id, ways in self.layout.ways.items()
            if not ways or any(way.broken or not self.layout.can_be_read(way.when) for way in ways)
        }
        conditions = [flag.when for flag in self.tree.red_flags] + [add_on.when for add_on in self.tree.add_ons]
        flags_lead_on = all(flag.outcome in self.layout.outcomes for flag in self.tree.red_flags)
        return found if flags_lead_on and all(map(self.layout.can_be_read, conditions)) else {*found, None}

    # --- Careful answers

    def _careful(self, question: Question) -> Iterator[Finding]:
        codes = [*((NOT_KNOWN,) if question.not_known else ()), *question.careful]
        heads = self.space.variables[question.id].heads
        for code in dict.fromkeys(codes):
            if Choice(code) in heads:
                yield from self._less_careful(question, code)

    def _less_careful(self, question: Question, code: str) -> Iterator[Finding]:
        variable = self.space.variables[question.id]
        value = variable.heads.index(Choice(code))
        others = [place for place in range(len(variable.heads)) if place != value]
        found = self._care.less_careful(variable.level, value, others)
        if found is None:
            return
        answers, siblings = self.exploration.path(found.combination), self.exploration.path(found.other)
        # Of the sibling's answers, those that were not asked here are told too: they are part of the other way.
        told = tuple(pair for pair in (dict(siblings) | dict(answers)).items() if pair[0] != question.id)
        low, high = self._outcome(found.combination), self._outcome(found.other)
        sibling = variable.answer(found.other)
        message = (f"{self._said(told)}. " if told else "") + (
            f"With “{answer_text(question, Choice(code))}” the result is “{low}” (care level {self.levels[low]});"
            f" with “{answer_text(question, sibling) if sibling is not None else ''}” it is “{high}”"
            f" (care level {self.levels[high]})."
        )
        which = "not-known-less-careful" if code == NOT_KNOWN else "careful-answer-less-careful"
        yield Finding(which, question.id, message, answers)

    @cached_property
    def _care(self) -> CareLevels:
        return CareLevels(self.sets, self.exploration.ends, self.levels, self.space.unread.values())

    def _outcome(self, combination: Combination) -> str:
        end = self.sets.result_for(self.exploration.ends, combination)
        assert isinstance(end, End)
        return end.outcome or ""

    # --- Red flags

    def _shadowed(self) -> Iterator[Finding]:
        seen: set[str] = set()
        for id in self._reached:
            flags = self.exploration.flags(id)
            for place, (loser, holding) in enumerate(flags):
                for number, (winner, first) in enumerate(flags[:place]):
                    if loser.id in seen or self._level(winner) >= self._level(loser):
                        continue
                    both = self.sets.meet(first, holding)
                    both = self.sets.minus(both, self.sets.union(each for _, each in flags[:number]))
                    if self.sets.meet(self.reach.here[id], both) == EMPTY:
                        continue
                    combination = self._example(id, both)
                    if combination is not None:
                        seen.add(loser.id)
                        what = (
                            f"this red flag holds, but “{winner.id}” above it holds too and leads to “{winner.outcome}”"
                            f" (care level {self._level(winner)}), not “{loser.outcome}” (care level"
                            f" {self._level(loser)}). Put this one first."
                        )
                        yield self._flag_finding("red-flag-shadowed", loser, combination, what, id)

    def _less_careful_flags(self) -> Iterator[Finding]:
        for flag in self.tree.red_flags:
            for id in self._reached:
                combination = self._raised_too_low(flag, id)
                if combination is not None:
                    yield self._less_careful_flag(flag, combination)
                    break

    def _less_careful_flag(self, flag: RedFlag, combination: Combination) -> Finding:
        answers, outcome = self.exploration.path_without(flag, combination)
        asked = len(self.exploration.path(combination))
        further = f", and with {self._listed(answers[asked:])}," if len(answers) > asked else ""
        return Finding(
            "red-flag-less-careful",
            flag.id,
            f"{self._said(answers[:asked])}: this red flag leads to “{flag.outcome}” (care level {self._level(flag)});"
            f" without it{further} the result is “{outcome}” (care level {self.levels[outcome]}).",
            answers,
        )

    def _raised_too_low(self, flag: RedFlag, id: str) -> Combination | None:
        """Answers with which no other red flag holds, and the rules would lead to a more careful outcome."""
        flags = self.exploration.flags(id)
        holding = next((each for other, each in flags if other is flag), EMPTY)
        alone = self.sets.minus(holding, self.sets.union(each for other, each in flags if other is not flag))
        if self.sets.meet(self.reach.here[id], alone) == EMPTY:
            return None
        level = self._level(flag)

        def is_higher(end: object) -> bool:
            return isinstance(end, End) and self.levels.get(end.outcome or "", level) > level

        higher = self.sets.meet(alone, self.sets.relabel(self.exploration.by_rules(id, flag), is_higher))
        return None if self.sets.meet(self.reach.here[id], higher) == EMPTY else self._example(id, higher)

    def _too_late(self) -> Iterator[Finding]:
        for flag in self.tree.red_flags:
            if len(flag.when.questions()) < 2 or not self.layout.can_be_read(flag.when):
                continue
            for id in self._reached:
                late = self._missed(flag, id)
                if late == EMPTY or self.sets.meet(self.reach.here[id], late) == EMPTY:
                    continue
                combination = self._example(id, late)
                if combination is not None:
                    outcome = self._outcome(combination)
                    yield self._flag_finding(
                        "red-flag-too-late",
                        flag,
                        combination,
                        f"the journey ends with “{outcome}” (care level {self.levels[outcome]}). Whatever would be"
                        f" answered further, this red flag holds: “{flag.outcome}” (care level {self._level(flag)})."
                        " Yet it is not raised, as not all that it reads is asked. Let it hold without that.",
                        id,
                    )
                    break

    def _missed(self, flag: RedFlag, id: str) -> int:
        """Where a journey ends after a question, less carefully than by the red flag, which was certain by then."""
        certain = self.exploration.certain(flag.when, id)
        if certain == EMPTY:
            return EMPTY
        flags = self.exploration.flags(id)
        left, ending = EVERY, EMPTY
        for go, holding in [
            *((each.outcome, holding) for each, holding in flags),
            *((way.go, holding) for way, holding in self.exploration.ways(id)),
        ]:
            if self.levels.get(go, self._level(flag)) < self._level(flag):
                ending = self.sets.join(ending, self.sets.meet(left, holding))
            left = self.sets.minus(left, holding)
        # Where it holds itself it is not late, but shadowed.
        shadowed = self.sets.union(holding for each, holding in flags if each is flag)
        return self.sets.minus(self.sets.meet(certain, ending), shadowed)

    def _level(self, flag: RedFlag) -> int:
        return self.levels.get(flag.outcome, 0)

    def _flag_finding(self, code: str, flag: RedFlag, combination: Combination, what: str, last: str) -> Finding:
        answers = self.exploration.path(combination, last)
        return Finding(code, flag.id, f"{self._said(answers)}: {what}", answers)

    # --- Counterexamples

    @cached_property
    def _reached(self) -> list[str]:
        """The questions at which red flags can be raised or journeys end, of those that some combination comes to."""
        return [id for id in self.layout.order if self.reach.here[id] != EMPTY]

    def _example(self, id: str, within: int) -> Combination | None:
        """Answers that lead to a question and lie in a set there, whatever holds of what cannot be read; if any."""
        found = self._surely(self.exploration.reaching(id, within))
        return None if found == EMPTY else self.sets.pick(found)

    def _surely(self, within: int) -> int:
        """The combinations that are in a set whatever holds of what cannot be read."""
        levels = set(self.space.unread.values())
        if not levels:
            return within
        return self.sets.minus(EVERY, self.sets.forget(self.sets.minus(EVERY, within), levels))

    def _unflagged(self, id: str, within: int) -> int:
        return self.sets.minus(within, self.sets.union(holding for _, holding in self.exploration.flags(id)))

    def _alike(self, combination: Combination, questions: Collection[str]) -> int:
        """The combinations that give the same answers to these questions."""
        variables = [self.space.variables[id] for id in questions if id in self.space.variables]
        levels = sorted(level for variable in variables for level in variable.told_by(combination))
        found = EVERY
        for level in reversed(levels):
            found = self.sets.meet(found, self.sets.where(level, {combination[level]}))
        return found

    def _said(self, answers: tuple[tuple[str, Answer], ...]) -> str:
        said = self._listed(answers)
        return said[:1].upper() + said[1:]

    def _listed(self, answers: tuple[tuple[str, Answer], ...]) -> str:
        parts = []
        for id, answer in answers:
            text = answer_text(self.layout.questions[id], answer)
            parts.append(f"{name_of(id)} {text if isinstance(answer, Quantity) else f'“{text}”'}")
        return ", ".join(parts)
