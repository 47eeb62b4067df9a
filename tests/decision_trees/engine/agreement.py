"""The prover beside the plain judge: what one of them finds in a tree and the other does not."""

from __future__ import annotations

from decision_trees.engine.model import Context, Tree
from decision_trees.engine.validation import Proof

from .brute_force import Found, Judge, answers_that_differ

#: Combinations that are listed in every run of the tests.
LISTED_AT_MOST = 5_000
#: What the plain judge can say. Findings about the shape of a tree are not its business.
JUDGED = frozenset(
    {
        "add-on-never-joins",
        "careful-answer-less-careful",
        "changes-nothing",
        "dead-end",
        "gap",
        "never-reached",
        "not-known-less-careful",
        "overlap",
        "prompt-decides",
        "red-flag-less-careful",
        "red-flag-never-raised",
        "red-flag-shadowed",
        "red-flag-too-late",
        "rule-never-wins",
    }
)
#: What the prover keeps to itself while a question leads nowhere, since the rules to come may make it wrong.
WITHHELD_AT_DEAD_ENDS = frozenset(
    {"add-on-never-joins", "changes-nothing", "never-reached", "prompt-decides", "red-flag-never-raised"}
    | {"rule-never-wins"}
)


def disagreement(checked: Tree, context: Context, proof: Proof) -> tuple[Found, Found]:
    """What the prover alone has found, and what the plain judge alone has found."""
    proved = {(finding.code, finding.node) for finding in proof.findings if finding.code in JUDGED}
    # A node that no rule leads to at all is a finding of its own.
    proved |= {("never-reached", finding.node) for finding in proof.findings if finding.code == "unreachable"}
    judged = Judge(checked, context, answers_that_differ(checked, context)).judge()
    if any(code == "dead-end" for code, _ in judged):
        judged = {pair for pair in judged if pair in proved or pair[0] not in WITHHELD_AT_DEAD_ENDS}
    return proved - judged, judged - proved
