"""A small tree, a guidance page and learning paths over them, published the way editors publish."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

import factory
from django.contrib.auth import get_user_model
from factory.django import DjangoModelFactory
from wagtail.models import Page, Site

from decision_trees.engine.documents import read_yaml
from decision_trees.models import TreeIndexPage, TreePage
from decision_trees.readers import fields_from_document
from guidance.models import Edition, GuidancePage, Section, Source, TopicIndexPage, TopicPage
from learning.models import LearningIndexPage, LearningPathPage

SECTION = "handbook@2021 1"
PASSAGE = "handbook@2021 2 #0123456789ab"

TREE = f"""
format: 1
slug: at-the-hatch
title: "At the hatch: give the dose?"
situation: Someone comes for a dose
summary: Whether to give the dose now.
audience: Pharmacist
citations: ["{SECTION}"]
start: looks
questions:
  - id: looks
    text: How does the person look?
    kind: one-of
    citations: ["{PASSAGE}"]
    options: [{{id: steady, label: Steady}}, {{id: unsteady, label: Unsteady}}]
    not_known: Not known
    next:
      - {{when: looks is steady, go: reading}}
      - {{otherwise: assess}}
  - id: reading
    text: What is the breath reading?
    kind: number
    quantity: breath-alcohol
    units: [mg-l, ug-100ml]
    min: "0"
    max: "3"
    step: "0.01"
    citations: ["{SECTION}"]
    not_known: Not measured
    next:
      - {{when: reading at most 0.35 mg-l, go: drives}}
      - {{otherwise: assess}}
  - id: drives
    text: Did the person come by car?
    kind: yes-no
    asks: prompt
    citations: ["{SECTION}"]
    not_known: Not known
    next: [{{otherwise: give}}]
add_ons:
  - id: no-driving
    when: drives is any of yes, not-known
    title: Talk about driving
    text: Ask how they will get home.
    kind: note
    citations: ["{SECTION}"]
    basis: inference
outcomes:
  - id: give
    title: Give the dose
    do_now: Give the dose as written.
    urgency: routine
    urgency_from: inference
    care_level: 1
    care_reason: Nothing stands against it.
    actions: [{{text: Give it., citations: ["{SECTION}"], basis: good-practice}}]
    who_decides: The pharmacist.
    because: The person is steady and the reading is low.
    citations: ["{SECTION}"]
    basis: good-practice
  - id: assess
    title: Assess first
    do_now: Call the prescriber.
    urgency: today
    urgency_from: inference
    care_level: 3
    care_reason: Something may be wrong.
    actions: [{{text: Call., citations: ["{PASSAGE}"], basis: good-practice}}]
    who_decides: The prescriber.
    because: The person is unsteady, or the reading is high or missing.
    citations: ["{PASSAGE}"]
    basis: good-practice
"""

STEADY = {
    "id": "steady-and-low",
    "story": "A man stands steady at the hatch and blows 0.20 mg/L. His car is outside.",
    "answers": {"looks": "steady", "reading": {"value": "0.20", "unit": "mg-l"}, "drives": "yes"},
    "outcome": "give",
    "add_ons": ["no-driving"],
    "why": "He is steady, and the reading is under the limit.",
    "citations": [PASSAGE],
}
UNSTEADY = {
    "id": "unsteady",
    "story": "A woman holds on to the counter.",
    "answers": {"looks": "unsteady"},
    "outcome": "assess",
    "add_ons": [],
    "why": "Somebody unsteady is looked at first.",
    "citations": [SECTION],
}
HIGH = {
    "id": "steady-and-high",
    "story": "A man stands steady at the hatch and blows 0.60 mg/L.",
    "answers": {"looks": "steady", "reading": {"value": "0.60", "unit": "mg-l"}},
    "outcome": "assess",
    "add_ons": [],
    "why": "The reading is over the limit.",
    "citations": [SECTION],
}


def _more(id: str, outcome: str, add_ons: tuple[str, ...] = (), **answers: Any) -> dict[str, Any]:
    told = {"story": "Somebody comes to the hatch.", "why": "The tree says so.", "citations": [SECTION]}
    return {"id": id, "answers": answers, "outcome": outcome, "add_ons": list(add_ons), **told}


def _mg(value: str) -> dict[str, str]:
    return {"value": value, "unit": "mg-l"}


#: What no case above gives: doubt, and the numbers right beside the boundary.
OTHERS = (
    _more("not-seen", "assess", looks="not-known"),
    _more("not-measured", "assess", looks="steady", reading="not-known"),
    _more("at-the-limit", "give", looks="steady", reading=_mg("0.35"), drives="no"),
    _more("above-the-limit", "assess", looks="steady", reading=_mg("0.36")),
    _more("on-foot-perhaps", "give", ("no-driving",), looks="steady", reading=_mg("0.10"), drives="not-known"),
)
CASES = (STEADY, UNSTEADY, HIGH, *OTHERS)

#: Answers that reach the right outcome of the case STEADY, as an address carries them.
RIGHT_ANSWERS = "looks=steady&reading=0.2&reading.unit=mg-l&drives=yes"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = get_user_model()

    username = factory.Sequence(lambda number: f"learner{number}")


def publish(page: Page, parent: Page | None = None) -> Any:
    """The page as the database has it after publishing."""
    if parent is not None:
        page.live = False
        parent.add_child(instance=page)
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def make_source() -> None:
    """The source that the tree and the page cite, with its outline alone."""
    source, _ = Source.objects.get_or_create(
        slug="handbook", defaults={"title": "Handbook", "short_title": "Handbook", "licence_allows": "full-text"}
    )
    edition, _ = Edition.objects.get_or_create(source=source, label="2021", defaults={"year": 2021})
    for number in ("1", "2"):
        Section.objects.get_or_create(
            edition=edition,
            key=number,
            defaults={"number": number, "title": f"Part {number}", "slug": number, "depth": 1, "order": int(number)},
        )


def home() -> Page:
    return Site.objects.get(is_default_site=True).root_page.specific


def _only(model: type[Page], **values: Any) -> Any:
    return model.objects.first() or publish(model(**values), home())


def make_tree(slug: str = "at-the-hatch", cases: Iterable[Mapping[str, Any]] = CASES) -> TreePage:
    make_source()
    document = {**read_yaml(TREE), "slug": slug}  # type: ignore[dict-item]
    values = {
        **fields_from_document(document),
        "cases": [dict(case) for case in cases],
        "change_note": "First version.",
    }
    tree: TreePage = publish(TreePage(**values), _only(TreeIndexPage, title="Trees", slug="decision-trees"))
    return tree


def make_guidance(slug: str = "giving-a-dose") -> GuidancePage:
    make_source()
    topic = TopicPage.objects.first() or publish(
        TopicPage(title="Doses", slug="doses", summary="About doses."),
        _only(TopicIndexPage, title="Guidance", slug="guidance"),
    )
    recommendation = {
        "anchor": "r1",
        "text": "Look at the person first.",
        "strength": "should",
        "basis": "good-practice",
        "citations": [PASSAGE],
        "why": "A reading is not everything.",
    }
    page = GuidancePage(title="Giving a dose", slug=slug, summary="How a dose is given.")
    page.recommendations = [("recommendation", recommendation)]
    found: GuidancePage = publish(page, topic)
    return found


def read_step(id: str, page: Page) -> dict[str, Any]:
    return {"type": "read", "value": {"id": id, "title": f"Read {id}", "page": page.pk}, "id": str(uuid.uuid4())}


def practise_step(id: str, tree: Page, case: str = "steady-and-low", brief: str = "") -> dict[str, Any]:
    value = {"id": id, "title": f"Practise {id}", "tree": tree.pk, "case": case, "brief": brief}
    return {"type": "practise", "value": value, "id": str(uuid.uuid4())}


class LearningPathPageFactory(DjangoModelFactory):
    """A published path. Without `steps` it has one to read and one to practise."""

    class Meta:
        model = LearningPathPage

    slug = factory.Sequence(lambda number: f"path-{number}")
    title = factory.LazyAttribute(lambda path: path.slug.replace("-", " ").capitalize())
    audience = "Pharmacists"
    summary = "Giving doses."
    can_do = (("outcome", "Afterwards you can say when a dose is given."),)
    steps = factory.LazyFunction(
        lambda: [
            read_step("read", GuidancePage.objects.first() or make_guidance()),
            practise_step("practise", TreePage.objects.first() or make_tree()),
        ]
    )

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> LearningPathPage:
        page = model_class(**{**kwargs, "can_do": list(kwargs["can_do"]), "steps": ()})
        set_steps(page, kwargs["steps"])
        created: LearningPathPage = publish(page, _only(LearningIndexPage, title="Learning", slug="learning"))
        return created


def set_steps(page: LearningPathPage, steps: Iterable[Mapping[str, Any]]) -> None:
    """Set the steps from their stored form."""
    page.steps = LearningPathPage._meta.get_field("steps").stream_block.to_python(list(steps))
