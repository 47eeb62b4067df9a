"""What is wrong with a tree that was followed for all combinations of answers, each finding with a counterexample."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

from decision_trees.engine.answers import answer_text
from decision_trees.engine.graph import reachable, rule_label
from decision_trees.engine.model import NOT_KNOWN, Asks, Choice, Order, Question
from decision_trees.engine.soundness import Finding

from .care import CareLevels
from .combinations import EMPTY
from .exploration import End, Exploration
from .red_flags import red_flag_findings
from .telling import Combination, Path, Telling

#: No more counterexamples to one question's rules than this.
MAX_EXAMPLES = 3


def findings_of(exploration: Exploration, listing: Callable[[frozenset[str]], Exploration]) -> tuple[Finding, ...]:
    """Everything wrong, question by question, then outcomes, red flags and advice.

    `listing` follows the tree again with each number of some questions standing for itself.
    """
    if not exploration.layout.order:
        return ()
    return tuple(_Findings(Telling(exploration), listing).all())


class _Findings:
    def __init__(self, telling: Telling, listing: Callable[[frozenset[str]], Exploration]) -> None:
        self.telling = telling
        self.listing = listing
        self.exploration = telling.exploration
        self.layout = telling.layout
        self.space = telling.space
        self.sets = telling.sets
        self.tree = telling.tree
        self.reach = telling.reach
        self.results = {end for end in self.sets.results(self.exploration.ends) if isinstance(end, End)}

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
        yield from red_flag_findings(self.telling, self.listing)
        for add_on in self.tree.add_ons:
            if self._joined[add_on.id] == EMPTY and not self._broken:
                yield Finding("add-on-never-joins", add_on.id, "No combination of answers brings this advice.")

    # --- Rules

    def _gaps(self, question: Question) -> Iterator[Finding]:
        gap = End(gap=question.id)
        if gap not in self.results:
            return
        left = gaps = self.telling.surely(self.sets.relabel(self.exploration.ends, lambda end: end == gap))
        for _ in range(MAX_EXAMPLES):
            if left == EMPTY:
                return
            combination = self.sets.pick(left)
            answers = self.exploration.path(combination, question.id)
            needed = self.telling.needed(question.id, combination, answers, gaps)
            yield Finding("gap", question.id, f"{self.telling.said(needed)}: no rule applies.", answers)
            left = self.sets.minus(left, self.telling.alike(combination, dict(needed)))

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
        flagged = self.sets.union(each for _, each in self.exploration.flags(question.id))
        both = self.sets.minus(self.sets.meet(holding[first], holding[second]), flagged)
        combination = self.telling.example(question.id, both)
        if combination is not None:
            answers = self.exploration.path(combination, question.id)
            here = self.telling.surely(self.exploration.reaching(question.id, both))
            needed = self.telling.needed(question.id, combination, answers, here)
            message = f"{self.telling.said(needed)}: rules {first + 1} and {second + 1} both apply."
            yield Finding("overlap", question.id, message, answers, rule=second)

    def _never_wins(self, question: Question) -> Iterator[Finding]:
        if self._leads_nowhere:
            return
        for number, rule in enumerate(question.rules):
            if self.reach.wins[(question.id, number)] == EMPTY and self.layout.can_be_read(rule.when):
                label = rule_label(self.tree, rule, self.space.context)
                why, answers = self._taken_by_flags(question, number)
                mend = why or "Take it out or widen it."
                message = f"Rule {number + 1} never applies: {label[:1].lower()}{label[1:]}. {mend}"
                yield Finding("rule-never-wins", question.id, message, answers, rule=number)

    def _taken_by_flags(self, question: Question, number: int) -> tuple[str, Path]:
        """Which red flags take the answers that the rule would have, if any do: in words, and answers that show it."""
        own = EMPTY
        earlier = EMPTY
        for way, holding in self.exploration.ways(question.id):
            if way.number == number:
                own = self.sets.minus(holding, earlier)
            earlier = self.sets.join(earlier, holding)
        names: list[str] = []
        shown: Path = ()
        for flag, holding in self.exploration.flags(question.id):
            combination = self.telling.example(question.id, self.sets.meet(own, holding))
            own = self.sets.minus(own, holding)
            if combination is not None:
                shown = shown or self.exploration.path(combination, question.id)
                names.append(f"“{flag.id}”")
        if not names:
            return "", ()
        takes = "red flag {} takes" if len(names) == 1 else "red flags {} take"
        taken = takes.format(" and ".join(names))
        narrow = "narrow the red flag" if len(names) == 1 else "narrow the red flags"
        shows = self.telling.listed(shown)
        return f"The {taken} all its answers, as with {shows}. Take the rule out, or {narrow}.", shown

    # --- Influence

    def _influence(self, question: Question) -> Iterator[Finding]:
        if self._is_broken_below(question.id):
            return
        levels = set(self._levels_of(question))
        decides = bool(levels & self.telling.decisive)
        if decides and question.asks is Asks.PROMPT:
            yield self._deciding_prompt(question)
        if not decides and not levels & self._advising:
            message = "Whatever is answered, outcome and added advice are the same. Take the question out."
            yield Finding("changes-nothing", question.id, message)

    def _deciding_prompt(self, question: Question) -> Finding:
        one, other = self._apart(next(level for level in self._levels_of(question) if level in self.telling.decisive))
        answers = self.exploration.path(one)
        results = []
        for combination in (one, other):
            answer = self.space.variables[question.id].answer(combination)
            outcome = self.telling.outcome(combination)
            said = self.telling.quoted(question.id, answer) if answer is not None else ""
            result = f"the result is {self.telling.titled(outcome)}" if outcome else "there is none"
            results.append(f"with {said} {result}")
        told = self._told(answers, self.exploration.path(other), question)
        return Finding(
            "prompt-decides",
            question.id,
            "It is a prompt, yet its answer changes the outcome. Make it a clinical question."
            f" {told}{results[0][:1].upper()}{results[0][1:]}; {results[1]}.",
            answers,
        )

    def _apart(self, level: int) -> tuple[Combination, Combination]:
        """Two combinations that differ in one variable only, and in their outcome."""
        first = self.sets.fix(self.telling.outcomes, {level: 0})
        for value in range(1, self.sets.size(level)):
            second = self.sets.fix(self.telling.outcomes, {level: value})
            if second != first:
                break
        differing = self.sets.pairs(first, second, lambda x, y: EMPTY if x == y else None)
        found = self.sets.pick(self.sets.relabel(differing, lambda pair: pair is not False))
        return (
            (*found[:level], 0, *found[level + 1 :]),
            (*found[:level], value, *found[level + 1 :]),
        )

    def _levels_of(self, question: Question) -> tuple[int, ...]:
        return self.space.variables[question.id].levels

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
        found = self._care.less_careful(variable.level, value)
        if found is None:
            return
        answers, siblings = self.exploration.path(found.combination), self.exploration.path(found.other)
        low, high = self.telling.outcome(found.combination), self.telling.outcome(found.other)
        sibling = variable.answer(found.other)
        instead = self.telling.quoted(question.id, sibling) if sibling is not None else ""
        message = (
            f"{self._told(answers, siblings, question)}With “{answer_text(question, Choice(code))}” the result is"
            f" {self.telling.graded(low)}; with {instead} it is {self.telling.graded(high)}."
        )
        which = "not-known-less-careful" if code == NOT_KNOWN else "careful-answer-less-careful"
        yield Finding(which, question.id, message, answers)

    def _told(self, answers: Path, others: Path, question: Question) -> str:
        """The deciding answers but for one question's, as a sentence; also those that only the other way asks for."""
        both = (dict(others) | dict(answers)).items()
        told = self.telling.deciding(tuple(pair for pair in both if pair[0] != question.id))
        return f"{self.telling.said(told)}. " if told else ""

    @cached_property
    def _care(self) -> CareLevels:
        return CareLevels(self.sets, self.exploration.ends, self.telling.levels, self.space.unread.values())
