"""How far a hit may be trusted to answer the query, or whether it only shares words with it. No Django here.

Any word of a query is in some document. What tells an answer from a chance meeting is how much of the query stands in
one place, how much of that are words of this field, and whether the query asks for something that nobody here has
written about. Only the best few hits are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from search.general_words import is_elsewhere, is_general, is_plain, is_shared
from search.planner import Origin, SearchPlan, Term

#: How words end that say what something is like: nobody asks about "smuggled" by itself.
_WHAT_LIKE = re.compile(r"\w{4}(?<!e)(ed|ful|less)$")
#: Where stems stand together in a document, by field: the document's number and the stems in order.
Standing = Callable[[int, Sequence[str]], dict[str, list[int]]]


class Trust(StrEnum):
    """How far what was found may be trusted to answer.

    Attributes:
        SURE: It answers.
        PERHAPS: It may help, and the reader must see whether it fits.
        NONE: It only shares words with the query.
    """

    SURE = "sure"
    PERHAPS = "perhaps"
    NONE = "none"


@dataclass(frozen=True)
class TrustLine:
    """What one place must hold of a query to be trusted so far. Every share is enough from there on.

    Attributes:
        telling_apart: Whether names that other fields have too are no names, and a word of another subject must be
            matched like any other.
        any_name: Whether any one name is enough, where no word of another subject is left out.
        named_share, named_field: Enough of a query that holds a name: of all of it, or in names.
        named_words_share: Enough of it in `TrustProfile.words` words.
        nameless_share: Enough of it where none of its names is matched.
        plain_share, plain_words_share, plain_whole_share: Enough of a query without any name: in fewer than
            `TrustProfile.words` words, in so many, or where none is left out that tells.
        plain_typical_share: The same where a typical word is matched.
        plain_chance_share, plain_single_share: The same where that may well be a chance meeting: general words only, or
            one besides words that do not tell; and where a single word is all that is matched.
        strange_share, strange_words_share, strange_named_share: Enough of a query that is about something nobody here
            has written: in fewer than `TrustProfile.words` words, in so many, or in so many with a name among them.
        strange_field, strange_names_share: Or `TrustProfile.names` names, which are so much of it, and with them at
            least so much of all of it.
        shared_share: Where names are told apart, enough with `TrustProfile.names` that other fields have too.
    """

    telling_apart: bool
    any_name: bool
    named_share: float
    named_field: float
    named_words_share: float
    nameless_share: float
    plain_share: float
    plain_words_share: float
    plain_whole_share: float
    plain_typical_share: float
    plain_chance_share: float
    plain_single_share: float
    strange_share: float
    strange_words_share: float
    strange_named_share: float
    strange_field: float
    strange_names_share: float
    shared_share: float = 1.0


#: No query about another subject should reach this line: what is below it is still shown, as what it is.
SURELY = TrustLine(
    telling_apart=True,
    any_name=False,
    named_share=0.5,
    named_field=0.2,
    named_words_share=0.4,
    shared_share=0.55,
    nameless_share=0.75,
    plain_share=0.8,
    plain_words_share=0.75,
    plain_whole_share=0.85,
    plain_typical_share=0.75,
    plain_chance_share=0.85,
    plain_single_share=0.85,
    strange_share=0.85,
    strange_words_share=0.8,
    strange_named_share=0.65,
    strange_field=0.3,
    strange_names_share=0.5,
)
#: No query that something here answers should stay below this line.
MAYBE = TrustLine(
    telling_apart=False,
    any_name=True,
    named_share=0.5,
    named_field=0.2,
    named_words_share=0.0,
    nameless_share=0.4,
    plain_share=0.5,
    plain_words_share=0.25,
    plain_whole_share=0.4,
    plain_typical_share=0.4,
    plain_chance_share=0.35,
    plain_single_share=0.84,
    strange_share=0.65,
    strange_words_share=0.5,
    strange_named_share=0.4,
    strange_field=0.3,
    strange_names_share=0.42,
)


@dataclass(frozen=True)
class TrustProfile:
    """Every threshold of "nothing here answers that", with its name. Changed by measurement only.

    A share is a part of the query by weight, from 0 to 1, that one place of a hit matches. A name is a word that the
    lexicon has as a name of something in this field, in the sense meant here.

    Attributes:
        among: How many of the best hits are looked at.
        within: How far apart, in words, the words of one place may stand.
        stands_for: What stands for a name and is worth so much counts as much as the name itself.
        plain: What is left of the weight of a word that does not say what the query is about.
        words: So many words in one place are no chance meeting.
        names: So many names are no chance meeting, whatever they are.
        few: Fewer words than this, where no name is among them, may well be a chance meeting.
        typical: A word that so many of the documents hold (0 to 1) is what they are about, whatever else is.
        surely, maybe: What is enough to be sure, and what is enough to be shown as something that may help.
    """

    among: int = 10
    within: int = 25
    stands_for: float = 0.7
    plain: float = 0.25
    words: int = 3
    names: int = 2
    few: int = 2
    typical: float = 0.03
    surely: TrustLine = SURELY
    maybe: TrustLine = MAYBE


@dataclass(frozen=True)
class Asked:
    """What the documents as a whole know of a query.

    Attributes:
        plan: The query as it was understood.
        weights: How much of the query each term is, in the terms' order.
        telling: Which terms say what the query is about.
        general: Which belong to any office.
        named: Which are names in this field.
        own: Which of these are names in no other.
        typical: Which of the telling ones so many documents hold that they are what the documents are about, whatever
            else is.
        strange: Which of the telling ones nobody has written, nor anything that surely stands for them.
        elsewhere: Which of its terms say that it is about another subject, and are no name here.
        guessed: Which of its terms are written only as they may have been meant. That is a guess until a place bears
            it out.
    """

    plan: SearchPlan
    weights: Sequence[float]
    telling: Sequence[bool]
    general: Sequence[bool]
    named: Sequence[bool]
    own: Sequence[bool]
    typical: Sequence[bool]
    strange: Sequence[bool]
    elsewhere: Sequence[bool]
    guessed: Sequence[bool]


def what_is_asked(
    plan: SearchPlan,
    weights: Sequence[float],
    held: Sequence[int],
    alternatives_held: Sequence[int],
    count: int,
    unknown: float,
    profile: TrustProfile,
) -> Asked:
    """A query for `trust_in`; `held` is how many of the `count` documents hold each term or alternative.

    A guess at a word that nobody has written is no reason to make little of that word: it weighs `unknown`.
    """
    standing_for = [
        {
            each.origin
            for each, number in zip(plan.alternatives, alternatives_held, strict=True)
            if number and each.start <= at < each.end and each.origin is not Origin.RESCUE
        }
        for at in range(len(held))
    ]
    strange = [not holding and not origins for holding, origins in zip(held, standing_for, strict=True)]
    telling = [
        term.weight >= 1.0 and (term.field or not (is_plain(term.text) or (odd and _WHAT_LIKE.search(term.text))))
        for term, odd in zip(plan.terms, strange, strict=True)
    ]
    if not any(telling):
        telling = [term.weight >= 1.0 for term in plan.terms]
    mass = [
        (max(weight, unknown * term.weight) if odd else weight) * (1.0 if tells or term.weight < 1.0 else profile.plain)
        for term, weight, odd, tells in zip(plan.terms, weights, strange, telling, strict=True)
    ]
    general = [_is_of_any_office(term) for term in plan.terms]
    typical = [
        tells and holding >= profile.typical * count and not anywhere
        for anywhere, tells, holding in zip(general, telling, held, strict=True)
    ]
    guessed = [
        tells and not holding and origins == {Origin.CORRECTION}
        for tells, holding, origins in zip(telling, held, standing_for, strict=True)
    ]
    return Asked(
        plan=plan,
        weights=mass,
        telling=telling,
        general=general,
        named=[term.field for term in plan.terms],
        own=[
            term.field and not (anywhere or is_shared(term.stem) or is_plain(term.text))
            for term, anywhere in zip(plan.terms, general, strict=True)
        ],
        typical=typical,
        strange=[odd and tells for odd, tells in zip(strange, telling, strict=True)],
        elsewhere=[is_elsewhere(term.text) and not (term.field and term.known) for term in plan.terms],
        guessed=guessed,
    )


def trust_in(asked: Asked, documents: Sequence[int], standing: Standing, profile: TrustProfile) -> Trust:
    """How far the documents, the best of them first, may be trusted to answer: as far as the best place of any."""
    found = Trust.NONE
    # "How to make a will" leaves nothing but "make", which is everywhere and says nothing.
    says_something = any(term.weight >= 1.0 for term in asked.plan.terms)
    for document in documents[: profile.among]:
        for shares in _places(asked, document, standing, profile):
            if says_something and _is_enough(asked, shares, profile, profile.surely):
                return Trust.SURE
            if found is Trust.NONE and _is_enough(asked, shares, profile, profile.maybe):
                found = Trust.PERHAPS
    return found


def _is_enough(asked: Asked, shares: Sequence[float], profile: TrustProfile, line: TrustLine) -> bool:
    """Whether what one place matches of each term, from 0 to 1, reaches a line."""
    mass = sum(asked.weights)
    matched = [weight * share / mass for weight, share in zip(asked.weights, shares, strict=True)]
    elsewhere = any(far and here < 1.0 for far, here in zip(asked.elsewhere, shares, strict=True))
    if elsewhere and line.telling_apart:
        return False
    if line.any_name and not elsewhere and _among(matched, asked.named, without=asked.general):
        return True
    share, telling = sum(matched), len(_among(matched, asked.telling))
    names = _among(matched, asked.own if line.telling_apart else asked.named)
    # What may help is not far for want of a word of any household: "looks yellow" on a video call.
    strange = any(
        odd and (line.telling_apart or far or not anywhere)
        for odd, far, anywhere in zip(asked.strange, asked.elsewhere, asked.general, strict=True)
    )
    if strange or any(guess and not part for guess, part in zip(asked.guessed, matched, strict=True)):
        if len(names) >= profile.names and sum(names) >= line.strange_field:
            return share >= line.strange_names_share
        if telling < profile.words:
            return share >= line.strange_share
        return share >= (line.strange_named_share if names else line.strange_words_share)
    if names:
        enough = line.named_words_share if telling >= profile.words else line.named_share
        return share >= enough or sum(names) >= line.named_field
    if len(_among(matched, asked.named)) >= profile.names:
        return share >= line.shared_share
    if any(asked.own if line.telling_apart else asked.named):
        return share >= line.nameless_share
    return share >= _plain_share(asked, matched, telling, profile, line)


def _plain_share(asked: Asked, matched: Sequence[float], telling: int, profile: TrustProfile, line: TrustLine) -> float:
    """How much of a query without names is enough where `telling` of the words that tell are matched."""
    if telling >= profile.words:
        return line.plain_words_share
    if sum(1 for part in matched if part) < profile.few:
        return line.plain_single_share
    if telling < profile.few or not _among(matched, asked.telling, without=asked.general):
        return line.plain_chance_share
    enough = line.plain_whole_share if telling == sum(asked.telling) else line.plain_share
    return min(enough, line.plain_typical_share) if _among(matched, asked.typical) else enough


def _among(matched: Sequence[float], chosen: Sequence[bool], without: Sequence[bool] | None = None) -> list[float]:
    """The parts that are matched, of the terms chosen."""
    left_out = without or [False] * len(matched)
    return [part for part, take, leave in zip(matched, chosen, left_out, strict=True) if part and take and not leave]


def _is_of_any_office(term: Term) -> bool:
    return is_general((term.stem,)) or term.stem.isdigit()


def _places(asked: Asked, document: int, standing: Standing, profile: TrustProfile) -> Iterator[list[float]]:
    """What each place of a document matches of each term, from 0 to 1. A place begins where some word of it stands."""
    plan = asked.plan
    everywhere = [0.0] * len(plan.terms)
    found: list[tuple[int, int, float]] = []

    def note(stems: Sequence[str], terms: range, share: float) -> None:
        where = standing(document, stems)
        for at in terms:
            if where.get("title"):
                everywhere[at] = max(everywhere[at], share)
            found.extend((place, at, share) for place in where.get("body", ()))

    for at, term in enumerate(plan.terms):
        note((term.stem,), range(at, at + 1), 1.0)
    for each in plan.alternatives:
        if each.origin is not Origin.RESCUE:
            span = range(each.start, each.end)
            sure = each.weight >= profile.stands_for and all(
                plan.terms[at].field and not asked.elsewhere[at] for at in span
            )
            note(each.stems, span, 1.0 if sure else min(each.weight, 1.0))
    found.sort()
    for first in range(max(len(found), 1)):
        shares = list(everywhere)
        for place, at, share in found[first:]:
            if place - found[first][0] > profile.within:
                break
            shares[at] = max(shares[at], share)
        yield shares
