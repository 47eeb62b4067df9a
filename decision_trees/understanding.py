"""What the words of a search already answer of a tree's first question.

Only what is said without doubt: one number with the question's own unit, beside words for what the question asks
about, or one option named word for word. It is filled in and never submitted. No question is passed over: a later one
would be, if the address carried its answer.

A number that is filled in wrongly may be sent on unread, and the advice then rests on it. One that is not filled in
costs a few keys. So all words that could give the number another meaning must be known, and else nothing is filled in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from .engine.answers import parse_answer
from .engine.errors import InvalidAnswer
from .engine.model import Answer, Choice, Quantity, Question, Tree
from .engine.units import UNITS, plain

_NUMBER = r"(\d+(?:[.,]\d+)?|two|three|four|five|six|seven|eight|nine|ten)"
_WORDS = {
    word: str(at)
    for at, word in enumerate("two three four five six seven eight nine ten".split(), start=2)  # noqa: SIM905 - reads as words
}
#: How people write the units, besides their symbols and names.
_WRITTEN = {
    "hours": ("hrs", "hr"),
    "minutes": ("mins", "min"),
    "mg-l": ("mg/l", "mg per litre"),
    "ug-100ml": ("µg/100ml", "ug/100ml"),
}
#: How people say that a quantity was measured.
_READINGS = {"breath-alcohol": r"(?:breath|breathaly[sz]er|breathaly[sz]ed|bl(?:ew|ow|ows|own|owing))"}
#: Everything that counts something. More than one of them, and it is not certain which is meant.
_COUNTED = re.compile(
    r"\d+(?:[.,]\d+)?|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|twenty|thirty|forty|fifty|sixty|ninety|hundred|once|twice|couple|few|several|dozen|fortnight|half)\b"
)
#: Signs before a number that make it another number: "-2 days", "3-4 days", ">3 days", "1/2 days".
_SIGNED = re.compile(r"[-–—−+<>≤≥~±/£$]\s*$")
#: Words that turn a number of days into something else wherever they stand: how often, how long ago, what has not
#: happened yet, what is only supposed, and what else than a dose can be missed.
_REFUSED = re.compile(
    r"\b(?:ago|every|each|per|weekly|daily|a (?:day|week|fortnight|month)|alternate|maybe|perhaps|possibly|probably"
    r"|might|may|unsure|approx\w*|roughly|about|around|nearly|almost|at (?:least|most)|(?:more|less|fewer) than|up to"
    r"|will|would|going to|planning|tomorrow|appointments?|sessions?|groups?|meetings?|visits?|reviews?|tests?|works?"
    r"|working|school|college|court)\b"
)
_NEGATION = (
    r"(?:not|no|none|nothing|never|neither|nor|hardly|barely|without|isnt|cannot|den(?:y|ies|ied)"
    r"|\w+n't|(?:did|does|has|have|had|was|were)nt)"
)
_NEGATED = re.compile(rf"\b{_NEGATION}\b")
#: How far before an option a negation still means it.
_NEGATION_REACH = 3

#: Spans of days in other words, each with the days that one of them has: "4d", "2 weeks", "a fortnight", and as
#: clinicians in the UK write them, "5/7" and "2/52". Months have no certain length, and "24/7" is no span.
_SHORT_DAYS = re.compile(r"(?<![\w.,/])(\d{1,3})d(?![\w'/])")
_SPANS = (
    (_SHORT_DAYS, 1),
    (re.compile(r"(?<![\w.,/])([1-9]|1[0-4]|21|28)/7(?![\w'/]|[.,]\d)"), 1),
    (re.compile(r"(?<![\w.,/])([1-9])/52(?![\w'/]|[.,]\d)"), 7),
    (re.compile(rf"(?<![\w.,/]){_NUMBER} weeks?(?![\w'])"), 7),
    (re.compile(r"\b(a|one|1) fortnight(?![\w'])"), 14),
)
#: What makes a longer span another thing: "5/7 doses missed" are five of seven doses, "missed the dose of 5/7" is a day
#: in July, and "missed a 2 week pick-up" is one pick-up.
_PIECES = re.compile(r"\b(?:days?|doses?|pick ?ups?|collections?)\b")

#: The ways to say that something was missed. A negation in one of them is part of it: "not collected" is a missed dose.
#: Of slips of the finger only those that are no other word: "mused", "mixed" and "missive" are.
_MISSED = r"(?:missed|missing|mised|misd|missd|misssed|msised|mising|misssing)"
#: Between a cue and "5/7", or after it: else it may be a date.
_BEFORE_SHORTHAND = re.compile(rf"\b(?:{_MISSED}|for)\s*$")
_AFTER_SHORTHAND = re.compile(rf"\s*(?:{_MISSED}|without)\b")
_PERFECT = (
    r"(?:collected|collecting|picked up|picking up|attended|attending|turned up|taken|taking|had|received|been given)"
)
_NOT_DONE = (
    rf"(?:(?:ha[sd]|have|was|were)(?:n'?t| not| never)|not|never) (?:been )?{_PERFECT}"
    r"|(?:did|does)(?:n'?t| not) (?:collect|pick up|attend|turn up|take|have|receive)"
)
_ABOUT_MISSING = re.compile(rf"\b(?:{_MISSED}|{_NOT_DONE}|not been taken)\b")

#: Medicines and the other names each goes by. A tree that names none of a line's names says nothing of that medicine,
#: so a search that names it is about something else: it is safer to fill nothing. Depots stand on their own line, as a
#: missed day means nothing for them although they hold a medicine that a tree may name.
_MEDICINES = (
    ("methadone", "physeptone", "methadose"),
    ("buprenorphine", "subutex", "espranor", "suboxone"),
    ("depot", "depots", "buvidal", "sublocade", "injection", "injections", "injectable", "implant"),
    ("diamorphine",),
    ("morphine", "zomorph", "oramorph", "mst"),
    ("dihydrocodeine", "codeine", "tramadol", "oxycodone", "fentanyl"),
    ("disulfiram", "antabuse"),
    ("acamprosate", "campral"),
    ("naltrexone", "nalmefene"),
    ("naloxone", "lofexidine"),
    ("diazepam", "valium", "benzo", "benzos", "benzodiazepine", "benzodiazepines", "chlordiazepoxide", "librium"),
    ("pregabalin", "gabapentin"),
    ("zopiclone", "mirtazapine", "sertraline", "fluoxetine", "antidepressant", "antidepressants"),
    ("olanzapine", "quetiapine", "clozapine", "risperidone", "antipsychotic", "antipsychotics", "lithium"),
    ("dexamfetamine", "methylphenidate"),
    ("thiamine", "pabrinex", "vitamins", "antibiotics", "insulin"),
)
#: What may stand between a cue and its number, or after it, and changes nothing.
_FILLERS = frozenset(
    """
    for the his her their my its any all of he she they client clients patient person supervised medication meds
    medicine pickup pickups collection collections running consecutive consecutively
    """.split()  # noqa: SIM905 - reads as words
)
#: What may also stand around a number that comes before its cue: "has been 4 days without", "4 days were missed".
#: After the cue they tell of something new: "missed dose, has had methadone for 4 days".
_BEEN = frozenset({"has", "have", "been", "was", "were"})
#: Where another thought begins, so that the number is done with.
_JOINING = frozenset("and but so what how can should do does because who whether".split())  # noqa: SIM905 - reads as words
#: Words of a question that say nothing of its subject.
_EMPTY = frozenset("what which when where have been does many much long with from they their person there".split())  # noqa: SIM905 - reads as words
#: How many words may stand between a cue and its number.
_REACH = 4
#: A word that is shorter says too little to be a subject.
_LEAST_LETTERS = 3
#: A single word is named by chance too easily.
_LEAST_WORDS = 2


@dataclass(frozen=True)
class Understood:
    """An answer to the first question, and the words it was read from."""

    question: Question
    answer: Answer
    words: str


def understand(tree: Tree, text: str) -> Understood | None:
    """What a text answers of the first question of a tree, or nothing."""
    first = tree.question(tree.start)
    if first is None:
        return None
    return _quantity(tree, first, _even(text)) if first.kind.is_numeric else _option(first, text)


@dataclass(frozen=True)
class AskedLater:
    """A reading that a later question asks for, and whether its unit stands beside it."""

    question: Question
    words: str
    has_unit: bool


def asked_later(tree: Tree, text: str) -> AskedLater | None:
    """A reading in a text that a later question asks for, or nothing.

    It is only named: an answer in the address would pass its question over, and a number alone has no certain unit.
    """
    text = _even(text)
    question = next((each for each in tree.questions if each.number and each.number.quantity in _READINGS), None)
    if question is None or question.id == tree.start or question.number is None:
        return None
    cue = _READINGS[question.number.quantity]
    bare = re.sub(rf"\b{cue} test\b", " ", _without_unit_names(text))
    if _REFUSED.search(bare) or _NEGATED.search(bare) or len(_COUNTED.findall(bare)) != 1:
        return None
    units = "|".join(_names(unit) for unit in question.number.units)
    reading = rf"(?<![\w.,/])(?P<words>\d+(?:[.,]\d+)?(?:\s*(?P<unit>{units}))?)(?![\w/%]|[.,]\d)"
    beside = (
        rf"\b{cue}(?: (?:test|reading|of|is|was|at|on|the))* {reading}(?= (?:on|before|and|but|at|for)\b|[ ,;.!?]*$)",
        rf"{reading} (?:(?:on|in|at|by|the|a|his|her|their) )*{cue}\b",
    )
    match = next((found for pattern in beside if (found := re.search(pattern, text))), None)
    return AskedLater(question, match["words"], bool(match["unit"])) if match else None


def _quantity(tree: Tree, question: Question, text: str) -> Understood | None:
    if question.number is None:
        return None
    text, words = _in_days(text) if question.number.units == ("days",) else (text, "")
    if _REFUSED.search(text) or len(_COUNTED.findall(_without_unit_names(text))) != 1:
        return None
    if set(_words(text)) & _foreign_medicines(tree):
        return None
    found = [
        (match, unit, clause)
        for clause in _clauses(text)
        for unit in question.number.units
        if (
            match := re.search(
                rf"(?<![\w.,]){_NUMBER}\s*(?:consecutive |full |whole )?(?:{_names(unit)})(?!\w)", clause
            )
        )
    ]
    if len(found) != 1:
        return None
    match, unit, clause = found[0]
    before, after = clause[: match.start()], clause[match.end() :]
    if _SIGNED.search(before) or not _is_said_of(tree, question, text, before, after):
        return None
    try:
        answer = parse_answer(question, [_WORDS.get(match.group(1), match.group(1)).replace(",", ".")], unit)
    except InvalidAnswer:
        return None
    return Understood(question, answer, words or match.group(0)) if isinstance(answer, Quantity) else None


def _in_days(text: str) -> tuple[str, str]:
    """A text with a span in other words said in days, and the words that it had; without such a span, none.

    A second span stays as it is, and then two things are counted.
    """
    for pattern, days in _SPANS:
        span = pattern.search(text)
        if span is None:
            continue
        before, after = text[: span.start()], text[span.end() :]
        if pattern is not _SHORT_DAYS and _PIECES.search(re.sub(_NOT_DONE, " ", f"{before} | {after}")):
            continue
        if "/" in span.group(0) and not (
            _BEFORE_SHORTHAND.search(before) or (not before and _AFTER_SHORTHAND.match(after))
        ):
            continue
        number = _WORDS.get(span.group(1), span.group(1)).replace(",", ".")
        number = "1" if number in ("a", "one") else number
        return f"{before}{plain(Decimal(number) * days)} days{after}", span.group(0)
    return text, ""


def _is_said_of(tree: Tree, question: Question, text: str, before: str, after: str) -> bool:
    """Whether a number with these words around it is said of what the question asks for."""
    subjects = _subjects(tree, question)
    cue = re.compile(rf"\b(?:{_cues(tree, question, subjects)})(?!\w)")
    # A negation is part of a cue, or it denies something, and what it denies is not certain.
    if _NEGATED.search(cue.sub(" ", text)):
        return False
    # "No doses missed" is the opposite of both of its cues.
    if any(len({_NEGATED.search(each) is None for each in cue.findall(part)}) > 1 for part in _clauses(text)):
        return False
    known = subjects | _FILLERS
    end = _until_joined(after)
    left = list(cue.finditer(before))
    if left:
        between = _words(re.sub(r"\b(?:the )?(?:last|past)\s*$", "", before[left[-1].end() :]))
        # "A pick-up of 4 days" is a supply for four days.
        if len(between) > _REACH or between[-1:] == ["of"] or not set(between) <= known:
            return False
        return set(_words(cue.sub(" ", end).replace("in a row", " "))) <= known
    right = cue.search(end)
    if right is None:
        return False
    # Before the number only what says nothing: "on methadone 5 days, missed" counts something else.
    around = _words(end[: right.start()])
    rest = _words(end[right.end() :].replace("in a row", " "))
    return len(around) <= _REACH and (
        set(_words(before)) <= _FILLERS | _BEEN and set(around) <= known | _BEEN and set(rest) <= known
    )


def _cues(tree: Tree, question: Question, subjects: frozenset[str]) -> str:
    """The words beside which a number is said of the question, as a pattern.

    A question about what was left out is meant only where the leaving out is said: "methadone 4 days" is not.
    """
    own = "|".join(sorted((re.escape(each) for each in subjects), key=len, reverse=True)) or r"(?!)"
    if not any(_ABOUT_MISSING.search(_even(each)) for each in (question.text, tree.situation)):
        return own
    editors = [re.escape(_even(each)) for each in tree.words if _ABOUT_MISSING.search(_even(each))]
    without = r"(?:no|without|(?:ha[sd]|have)(?:n'?t| not| never) had)"
    nothing = rf"{without} (?:(?:his|her|their|the|any|a|usual) ){{0,2}}(?:{own})"
    return "|".join([*sorted(editors, key=len, reverse=True), nothing, _NOT_DONE, _MISSED])


def _subjects(tree: Tree, question: Question) -> frozenset[str]:
    """The words for what a question is about: its own, those of the situation, and the medicines of the tree."""
    units = {word for unit in UNITS for word in _words(f"{unit} {_names(unit)}")}
    cue_words = {"missed", "missing", "taken", "not"}
    own = {
        word
        for word in _words(_even(f"{question.text} {tree.situation}"))
        if len(word) >= _LEAST_LETTERS and word not in units | cue_words | _EMPTY | _JOINING | _FILLERS
    }
    # One and many: "dose" and "doses", "pick up" and "pick ups".
    own |= {word.removesuffix("s") for word in own} | {f"{word}s" for word in own if not word.endswith("s")}
    medicines = {name for names in _MEDICINES if _named(tree, names) for name in names}
    return frozenset(own | medicines | ({"up", "ups"} if "pick" in own else set()))


def _foreign_medicines(tree: Tree) -> set[str]:
    return {name for names in _MEDICINES if not _named(tree, names) for name in names}


def _named(tree: Tree, names: Iterable[str]) -> bool:
    """Whether a tree is about a medicine. Hints and gaps are left out: they name what a tree does not deal with."""
    labels = (option.label for question in tree.questions for option in question.options)
    texts = (tree.title, tree.situation, tree.summary, *tree.words, *labels)
    return not set(names).isdisjoint(_words(_even(" ".join(texts))))


def _names(unit: str) -> str:
    return "|".join(re.escape(each) for each in _written(unit))


def _written(unit: str) -> list[str]:
    """Every way to write a unit, the longest first."""
    written = {
        each.casefold() for each in (UNITS[unit].symbol, UNITS[unit].one, UNITS[unit].name, *_WRITTEN.get(unit, ()))
    }
    return sorted(written, key=len, reverse=True)


def _without_unit_names(text: str) -> str:
    """A text without the numbers that are part of a unit: "micrograms per 100 ml"."""
    for unit in UNITS:
        for name in _written(unit):
            if _COUNTED.search(name):
                text = text.replace(name, " ")
    return text


def _option(question: Question, text: str) -> Understood | None:
    words = _words(_even(text))
    named = [
        option
        for option in question.options
        if len(label := _words(_even(option.label))) >= _LEAST_WORDS and _is_named(label, words)
    ]
    if len(named) != 1:
        return None
    return Understood(question, Choice(named[0].id), named[0].label)


def _is_named(label: list[str], words: list[str]) -> bool:
    """Whether a label stands in a text, and nowhere after a negation."""
    places = [at for at in range(len(words)) if words[at : at + len(label)] == label]
    denied = any(_NEGATED.search(" ".join(words[max(0, at - _NEGATION_REACH) : at])) for at in places)
    return bool(places) and not denied


def _even(text: str) -> str:
    """A text in small letters, with one apostrophe and no hyphens within words."""
    text = re.sub("[’‘`´]", "'", text.casefold())
    return re.sub(r"\s+", " ", re.sub(r"(?<=[^\W\d_])-(?=[^\W\d_])", " ", text)).strip()


def _clauses(text: str) -> list[str]:
    return re.split(r"[,.;:!?()](?!\d)| [-–—] (?!\d)", text)


def _until_joined(text: str) -> str:
    return re.split(rf"\b(?:{'|'.join(sorted(_JOINING))})\b(?! (?:not|never))(?!n't)", text)[0]


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:'[^\W_]+)*", text)
