"""Checks the certificate of a proved tree anew: `python certificate_checker.py TREE.json CERTIFICATE.json`.

Stands alone and works in another way than what made the proof: question by question it counts the combinations behind
each set of answers that conditions still read. All must end with one outcome, every question and rule must be needed,
and neither "not known", nor an answer marked as careful, nor the order of red flags may be careless.
"""

import json
import re
import sys
from collections import Counter, defaultdict
from decimal import Decimal
from graphlib import TopologicalSorter
from hashlib import sha256
from itertools import combinations, pairwise, product
from math import prod
from operator import eq, ge, gt, index, le, lt
from pathlib import Path
from typing import Any

PLAIN_UNITS = ("mg-l", "days", "weeks", "minutes", "years", "times", "points")
FACTORS = {"ug-100ml": Decimal("0.01"), "hours": Decimal(60)} | dict.fromkeys(PLAIN_UNITS, Decimal(1))
COMPARE: dict[str, Any] = {"above": gt, "at least": ge, "below": lt, "at most": le, "equals": eq}
HOW = "|".join(["is any of", "is none of", "is", "includes any of", "includes", *COMPARE])
RANGE = ("min", "max", "step")
CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
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


class _Check:
    def __init__(self, tree: dict[str, Any], said: dict[str, Any]) -> None:
        self.tree, self.said, self.start, self.flags = tree, said, tree["start"], tree.get("red_flags", [])
        self.questions = {asked["id"]: asked for asked in tree["questions"]}
        self.goes = {id: [r.get("go") or r["otherwise"] for r in asked["next"]] for id, asked in self.questions.items()}
        self.upward = [id for id in TopologicalSorter(self.goes).static_order() if id in self.questions]
        self.named, self.constants = defaultdict[str, set[str]](set), defaultdict[str, set[Decimal]](set)
        self.together, self.answers = {id: frozenset({id}) for id in self.questions}, dict[str, dict[str, Any]]()
        self.levels = {outcome["id"]: index(outcome["care_level"]) for outcome in tree["outcomes"]}
        rules = [rule for asked in tree["questions"] for rule in asked["next"] if "when" in rule]
        self.tests = {each["when"]: self.read(each["when"]) for each in [*rules, *self.flags, *tree.get("add_ons", [])]}

    def right(self) -> dict[str, Any]:
        """What the certificate must say. Figures and witnesses it repeats, once witnesses are seen to be some."""
        right: dict[str, Any] = {"answers": {id: self.listed(asked) for id, asked in self.questions.items()}}
        right |= {"format": 1, "tree": self.tree["slug"], "combinations": prod(map(len, self.answers.values()))}
        right["tree_hash"] = sha256(CANONICAL.encode(self.tree).encode()).hexdigest()
        right["seal"] = sha256(
            CANONICAL.encode({k: v for k, v in self.said.items() if k != "seal"}).encode()
        ).hexdigest()
        right["figures"] = {f: self.said["figures"][f] for f in re.findall(r" figure ([\w-]+)", " ".join(self.tests))}
        counts = self.explore(self.answers, [])
        for add_on in self.tree.get("add_ons", []):
            counts |= self.explore(self.answers, [add_on])
        if not all(counts[id, place] for id, goes in self.goes.items() for place in range(len(goes))):
            raise ValueError("Some question or rule is not needed for any answers.")
        for id, asked in self.questions.items():
            for code in asked.get("careful", []) + ["not-known"] * ("not_known" in asked):
                self.explore(self.answers, [], (id, frozenset([code])))
        for part in ("outcomes", "red_flags", "add_ons"):
            right[part] = {each["id"]: {"combinations": counts[part, each["id"]]} for each in self.tree.get(part, [])}
            for id, entry in right[part].items():
                said = self.said[part][id]["witness"]
                given = {at: {"": self.answers[at][json.dumps(each, sort_keys=True)]} for at, each in said.items()}
                met = self.explore(given, self.tree.get("add_ons", []))
                entry["witness"] = said if met[part, id] and all(met["questions", at] for at in said) else "others"
        return right

    def read(self, sentence: str) -> Any:
        for joint, joined in ((" or ", any), (" and ", all)):
            rows: list[str] = []
            for part in sentence.split(joint):
                rows.append(rows.pop() + joint + part if rows and rows[-1].count("(") > rows[-1].count(")") else part)
            if rows[1:] and (tests := [self.read(row) for row in rows]):
                return lambda given: joined(test(given) for test in tests)
        if sentence.startswith("not ") and (denied := self.read(sentence[4:])):
            return lambda given: not denied(given)
        return self.read(sentence[1:-1]) if sentence[:1] + sentence[-1:] == "()" else self.statement(sentence)

    def statement(self, sentence: str) -> Any:
        if not (match := STATEMENT.fullmatch(sentence)):
            raise ValueError(f"“{sentence}” cannot be read.")
        id, how, rest = match.groups()
        (first, *second), operand = rest.split(" "), rest
        if how not in COMPARE:
            self.named[id] |= (operand := frozenset(rest.split(", ")))
        elif second:
            said = self.said["figures"][second[0]] if first == "figure" else {"value": first, "unit": second[0]}
            self.constants[id].add(operand := Decimal(said["value"]) * FACTORS[said["unit"]])
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
        rows += [(option,) for option in other + none]
        answers = self.answers[asked["id"]] = {json.dumps(sorted(row)): frozenset(row) for row in rows}
        for number in self.numbers(asked["id"]) if "step" in asked else ():
            value, unit = f"{(number / FACTORS[asked['units'][0]]).normalize():f}", asked["units"][0]
            answers[json.dumps(value if asked["units"] == [unit] else {"unit": unit, "value": value})] = number
        codes = {"yes-no": ["yes", "no"], "several-of": []}.get(kind, options) + not_known
        answers |= {json.dumps(code): frozenset([code]) for code in codes}
        said = {"any_of": named, "other": other[0] if other else None, "alone": none + not_known}
        return said if kind == "several-of" else [json.loads(written) for written in answers]

    def numbers(self, id: str) -> list[Decimal]:
        """The numbers that stand for all, also side by side with another answer to the same question."""
        # Between constants numbers differ by their order. Moved left in turn, each to the next point on its grid, they
        # keep it: so as many steps as numbers reach every place. On several grids two answers may take one step more.
        ends = {n: [int(Decimal(self.questions[n][k]) * 10**12) for k in RANGE] for n in self.together[id]}
        grids = {n: range(low, high + 1, step) for n, (low, high, step) in ends.items()}
        groups = [group for size in range(len(grids)) for group in combinations(set(grids.values()), size + 1)]
        found = {int(number * 10**12) for n in grids for number in self.constants[n]}
        for start, end in pairwise([-1, *sorted(found), 10**30]):
            inside = [[n for n in group[0] if start < n < end and all(n in grid for grid in group)] for group in groups]
            edge = {start}
            for _ in range(len(grids) + (len(set(grids.values())) > 1)):
                edge = {n for place in edge for row in inside for n in [n for n in row if n > place][:1]}
                found |= edge
        return [Decimal(point) / 10**12 for point in sorted(found) if point in grids[id]]

    def explore(self, answers: dict[str, Any], add_ons: list[Any], careful: Any = ()) -> Counter[tuple[str, Any]]:
        """How many combinations of these answers meet each question, rule, outcome, red flag and advice."""
        # With a careful answer to a question, two go side by side: one gives it and the other any, all else the same.
        counts, later = Counter[tuple[str, Any]](), dict[str, set[str]]()
        for id in self.upward:
            here = " ".join(each.get("when", "") for each in [*self.questions[id]["next"], *self.flags, *add_ons])
            later[id] = set(re.findall(r"[\w-]+", here)).union(*(later.get(go, ()) for go in self.goes[id]))
        waiting = {id: Counter[Any]() for id in self.upward}
        waiting[self.start][((self.start, frozenset()),) * (2 if careful else 1)] = prod(map(len, answers.values()))
        for id, read in ((id, later[id]) for id in reversed(self.upward) if waiting[id]):
            rows = [a if isinstance(a, Decimal) else a & read | {*"*"[: len(a - read)]} for a in answers[id].values()]
            for (places, weight), (answer, alike) in product(waiting[id].items(), Counter(rows).items()):
                share, gone, met = weight * alike // len(answers[id]), list(places), [("questions", id)]
                for n in (n for n, (at, _) in enumerate(places) if at == id):
                    given = dict(places[n][1]) | {id: careful[1] if n == 0 and id in careful else answer}
                    by, go = self.following(id, given)
                    gone[n] = go, frozenset((each, given[each]) for each in given if each in later.get(go, ()))
                further = max((at for at, _ in gone if at in waiting), key=self.upward.index, default="")
                if further:
                    waiting[further][tuple(gone)] += share
                elif self.levels[gone[0][0]] < self.levels[gone[-1][0]]:
                    raise ValueError(f"A careful answer to “{careful[0]}” can end less carefully than another.")
                else:
                    joins = [a for a in add_ons if go not in a.get("not_with", []) and self.tests[a["when"]](given)]
                    met += [("outcomes", go), *(("add_ons", each["id"]) for each in joins)]
                counts.update(dict.fromkeys([*met, by], share))
        return counts

    def following(self, id: str, given: dict[str, Any]) -> tuple[tuple[str, Any], str]:
        """By which red flag or rule an answer leads on, and where."""
        if raised := [flag for flag in self.flags if self.tests[flag["when"]](given)]:
            if max(self.levels[flag["outcome"]] for flag in raised) > self.levels[raised[0]["outcome"]]:
                raise ValueError(f"“{raised[0]['id']}” hides a more careful red flag, with {given}.")
            return ("red_flags", raised[0]["id"]), raised[0]["outcome"]
        rules, first_fit = self.questions[id]["next"], self.questions[id].get("order") == "first-fit"
        held = [n for n, rule in enumerate(rules) if (self.tests[rule["when"]](given) if "when" in rule else first_fit)]
        held = held[:1] if first_fit else held or [n for n, rule in enumerate(rules) if "when" not in rule][:1]
        if len(held) != 1:
            raise ValueError(f"{'An overlap' if held else 'A gap'} at “{id}”, with {given}.")
        return (id, held[0]), self.goes[id][held[0]]


if __name__ == "__main__":
    try:
        tree, given = (json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:])
    except (OSError, ValueError, RecursionError) as error:
        print(f"Give the file of a tree and the file of its certificate. ({error})", file=sys.stderr)
        sys.exit(2)
    print("\n".join(problems := check(tree, given)) or f"It holds, for {given['combinations']} combinations.")
    sys.exit(bool(problems))
