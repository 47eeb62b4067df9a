"""Checks the certificate of a proved tree anew: `python certificate_checker.py TREE.json CERTIFICATE.json`.

Stands alone: it imports nothing of what made the proof and works in another way. Question by question it counts the
combinations behind each set of answers (options, or a number in its base unit) that conditions still read.
"""

import hashlib
import json
import re
import sys
from collections import Counter, defaultdict
from decimal import Decimal
from graphlib import TopologicalSorter
from itertools import combinations, pairwise
from math import prod
from operator import eq, ge, gt, le, lt
from pathlib import Path
from typing import Any

FACTORS = {"mg-l": Decimal(1), "ug-100ml": Decimal("0.01"), "days": Decimal(1), "weeks": Decimal(1)}
COMPARE: dict[str, Any] = {"above": gt, "at least": ge, "below": lt, "at most": le, "equals": eq}
HOW = "|".join(["is any of", "is none of", "is", "includes any of", "includes", *COMPARE])
STATEMENT = re.compile(rf"([\w-]+) ({HOW}) ([\w.-]+(?:,? [\w-]+)*)")


def check(document: dict[str, Any], certificate: dict[str, Any]) -> list[str]:
    """What is wrong with the certificate of this tree; empty where it holds."""
    try:
        said, right = (dict(_leaves(each)) for each in (certificate, _Check(document, certificate).right()))
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        return [f"The tree or its certificate is wrong. {error} ({type(error).__name__})"]
    wrong = [where for where in sorted({*said, *right}) if said.get(where) != right.get(where)]
    return [f"{where}: {said.get(where, '-')} is said, {right.get(where, '-')} is right." for where in wrong]


def _leaves(value: Any, where: str = "certificate") -> list[tuple[str, str]]:
    below = [leaf for key in value for leaf in _leaves(value[key], f"{where}, {key}")] if type(value) is dict else []
    return below or [(where, json.dumps(value, sort_keys=True))]


def _holds(answer: Any, how: str, operand: Any) -> bool:
    if how in COMPARE:
        return isinstance(answer, Decimal) and isinstance(operand, Decimal) and COMPARE[how](answer, operand)
    chosen = answer if isinstance(answer, frozenset) else frozenset()
    if how in ("is", "is any of"):
        return isinstance(answer, Decimal) if operand == {"number"} else len(chosen) == 1 and chosen <= operand
    return answer is not None and not chosen & operand if how == "is none of" else bool(chosen & operand)


def _hash(value: Any) -> str:
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


class _Check:
    def __init__(self, tree: dict[str, Any], said: dict[str, Any]) -> None:
        self.tree, self.said, self.flags = tree, said, tree.get("red_flags", [])
        self.questions = {asked["id"]: asked for asked in tree["questions"]}
        self.goes = {id: [r.get("go") or r["otherwise"] for r in asked["next"]] for id, asked in self.questions.items()}
        self.upward = [id for id in TopologicalSorter(self.goes).static_order() if id in self.questions]
        self.named, self.constants = defaultdict[str, set[str]](set), defaultdict[str, set[Decimal]](set)
        self.together, self.answers = {id: frozenset({id}) for id in self.questions}, dict[str, dict[str, Any]]()
        rules = [rule for asked in tree["questions"] for rule in asked["next"] if "when" in rule]
        self.tests = {each["when"]: self.read(each["when"]) for each in [*rules, *self.flags, *tree.get("add_ons", [])]}

    def right(self) -> dict[str, Any]:
        """What the certificate must say. Figures and witnesses it repeats, once witnesses are seen to be some."""
        right: dict[str, Any] = {"format": 1, "tree": self.tree["slug"], "tree_hash": _hash(self.tree)}
        right["seal"] = _hash({part: value for part, value in self.said.items() if part != "seal"})
        read = re.findall(r" figure ([\w-]+)", " ".join(self.tests))
        right["figures"] = {figure: self.said["figures"][figure] for figure in read}
        right["answers"] = {id: self.listed(asked) for id, asked in self.questions.items()}
        right["combinations"] = prod(map(len, self.answers.values()))
        counts = self.explore(self.answers, [])
        for add_on in self.tree.get("add_ons", []):
            counts |= self.explore(self.answers, [add_on])
        ended = sum(counts["outcomes", outcome["id"]] for outcome in self.tree["outcomes"])
        if ended < right["combinations"] or not all(counts["questions", id] for id in self.questions):
            raise ValueError("Some answers end nowhere, or a question is never asked.")
        for part in ("outcomes", "red_flags", "add_ons"):
            right[part] = {each["id"]: {"combinations": counts[part, each["id"]]} for each in self.tree.get(part, [])}
            for id, entry in right[part].items():
                said = self.said[part][id]["witness"]
                given = {at: {"": self.answers[at][json.dumps(each, sort_keys=True)]} for at, each in said.items()}
                met = self.explore(given, self.tree.get("add_ons", []))
                entry["witness"] = said if met[part, id] else "answers that lead there"
        return right

    def read(self, sentence: str) -> Any:
        for joint, joined in ((" or ", any), (" and ", all)):
            rows: list[str] = []
            for part in sentence.split(joint):
                rows.append(rows.pop() + joint + part if rows and rows[-1].count("(") > rows[-1].count(")") else part)
            if len(rows) > 1:
                tests = [self.read(row) for row in rows]
                return lambda given: joined(test(given) for test in tests)
        if sentence.startswith("not ") and (denied := self.read(sentence[4:])):
            return lambda given: not denied(given)
        return self.read(sentence[1:-1]) if sentence[:1] + sentence[-1:] == "()" else self.statement(sentence)

    def statement(self, sentence: str) -> Any:
        match = STATEMENT.fullmatch(sentence)
        if match is None:
            raise ValueError(f"“{sentence}” cannot be read.")
        id, how, rest = match.groups()
        (first, *second), operand = rest.split(" "), rest
        if how not in COMPARE:
            self.named[id] |= (operand := frozenset(rest.split(", ")))
        elif second:
            said = self.said["figures"][second[0]] if first == "figure" else {"value": first, "unit": second[0]}
            operand = Decimal(said["value"]) * FACTORS[said["unit"]]
            self.constants[id].add(operand)
        else:
            self.together |= dict.fromkeys(joined := self.together[id] | self.together[rest], joined)
        return lambda given: _holds(given.get(id), how, given.get(rest) if operand == rest else operand)

    def listed(self, asked: dict[str, Any]) -> Any:
        """The answers that stand for all, as a certificate lists them; noted, too, by the way each is written there."""
        kind, options = asked["kind"], [option["id"] for option in asked.get("options", asked.get("coded", []))]
        none, not_known = ["none"] * ("none" in asked), ["not-known"] * ("not_known" in asked)
        named = [option for option in options if kind == "several-of" and option in self.named[asked["id"]]]
        other = [option for option in options if kind == "several-of" and option not in named][:1]
        rows = [row for size in range(len(named)) for row in combinations(named, size + 1)]
        rows += [(each,) for each in other + none]
        answers = self.answers[asked["id"]] = {json.dumps(sorted(row)): frozenset(row) for row in rows}
        for number in self.numbers(asked) if "step" in asked else ():
            value, unit = f"{(number / FACTORS[asked['units'][0]]).normalize():f}", asked["units"][0]
            answers[json.dumps(value if asked["units"] == [unit] else {"unit": unit, "value": value})] = number
        codes = {"yes-no": ["yes", "no"], "several-of": []}.get(kind, options) + not_known
        answers |= {json.dumps(code): frozenset([code]) for code in codes}
        said = {"any_of": named, "other": other[0] if other else None, "alone": none + not_known}
        return said if kind == "several-of" else [json.loads(written) for written in answers]

    def numbers(self, asked: dict[str, Any]) -> list[Decimal]:
        """The numbers that stand for all, also side by side with another answer to the same question.

        Between constants numbers differ by their order alone. Move m of them to the left in turn, to the next point on
        their grids: the order stays, and m steps reach every place; on several grids, two answers may take one more.
        """
        members = {id: [self.questions[id][key] for key in ("min", "max", "step")] for id in self.together[asked["id"]]}
        whole = {id: [int(Decimal(value) * 10**12) for value in values] for id, values in members.items()}
        grids = {id: range(low, high + 1, step) for id, (low, high, step) in whole.items()}
        groups = [group for size in range(len(grids)) for group in combinations(set(grids.values()), size + 1)]
        found = {int(number * 10**12) for id in grids for number in self.constants[id]}
        for start, end in pairwise([-1, *sorted(found), 10**30]):
            inside = [[n for n in group[0] if start < n < end and all(n in grid for grid in group)] for group in groups]
            edge = {start}
            for _ in range(len(grids) + (len(set(grids.values())) > 1)):
                edge = {n for place in edge for row in inside for n in [n for n in row if n > place][:1]}
                found |= edge
        return [Decimal(point) / 10**12 for point in sorted(found) if point in grids[asked["id"]]]

    def explore(self, answers: dict[str, dict[str, Any]], add_ons: list[Any]) -> Counter[tuple[str, str]]:
        """How many combinations of these answers meet each question, outcome, red flag and advice."""
        counts, later = Counter[tuple[str, str]](), dict[str, set[str]]()
        for id in self.upward:
            here = " ".join(each.get("when", "") for each in [*self.questions[id]["next"], *self.flags, *add_ons])
            later[id] = set(re.findall(r"[\w-]+", here)).union(*(later.get(go, ()) for go in self.goes[id]))
        waiting = {id: Counter[Any]() for id in self.upward}
        waiting[self.tree["start"]][frozenset()] = prod(map(len, answers.values()))
        for id in (id for id in reversed(self.upward) if waiting[id]):
            kinds = Counter[Any]()
            for each in answers[id].values():
                # Of options count those that conditions still name, and whether there are others.
                kinds[each if isinstance(each, Decimal) else each & later[id] | {*"*"[: len(each - later[id])]}] += 1
            for known, weight in waiting[id].items():
                counts["questions", id] += weight
                for answer, alike in kinds.items():
                    given, share = dict(known) | {id: answer}, weight * alike // len(answers[id])
                    flag, go = self.following(id, given)
                    if go in waiting:
                        waiting[go][frozenset((each, given[each]) for each in given if each in later[go])] += share
                    else:
                        joins = [a for a in add_ons if go not in a.get("not_with", []) and self.tests[a["when"]](given)]
                        met = [("outcomes", go), ("red_flags", flag), *(("add_ons", each["id"]) for each in joins)]
                        counts.update(dict.fromkeys(met, share))
        return counts

    def following(self, id: str, given: dict[str, Any]) -> tuple[str, str]:
        """By which red flag an answer leads on, if by one, and where."""
        for flag in self.flags:
            if self.tests[flag["when"]](given):
                return flag["id"], flag["outcome"]
        rules, first_fit = self.questions[id]["next"], self.questions[id].get("order") == "first-fit"
        held = [n for n, rule in enumerate(rules) if (self.tests[rule["when"]](given) if "when" in rule else first_fit)]
        held = held[:1] if first_fit else held or [n for n, rule in enumerate(rules) if "when" not in rule][:1]
        if len(held) != 1:
            raise ValueError(f"{'An overlap' if held else 'A gap'} at “{id}”, with {given}.")
        return "", self.goes[id][held[0]]


if __name__ == "__main__":
    try:
        tree, given = (json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:])
    except (OSError, ValueError) as error:
        print(f"Give the file of a tree and the file of its certificate. ({error})", file=sys.stderr)
        sys.exit(2)
    print("\n".join(problems := check(tree, given)) or f"It holds, for {given['combinations']} combinations.")
    sys.exit(bool(problems))
