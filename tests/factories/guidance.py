"""Sources, pages and people for tests. Invented texts throughout."""

from __future__ import annotations

import hashlib
from typing import Any

import factory
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from wagtail.models import Page, Site

from guidance.models import (
    Edition,
    Figure,
    GlossaryTerm,
    GuidancePage,
    Passage,
    Section,
    Source,
    Tension,
    TopicIndexPage,
    TopicPage,
)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")

    @factory.post_generation
    def roles(self, create: bool, names: Any, **kwargs: Any) -> None:
        for name in names or ():
            self.groups.add(Group.objects.get(name=name))


class SourceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Source

    slug = factory.Sequence(lambda n: f"guide-{n}")
    title = factory.LazyAttribute(lambda each: f"The {each.slug} in full")
    short_title = factory.LazyAttribute(lambda each: f"The {each.slug}")
    publisher = "An invented office"
    kind = "Good practice guide"
    licence_allows = Source.Licence.FULL_TEXT
    status = Source.Status.HISTORIC
    status_note = "From 2009. Read it with newer ones."


class EditionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Edition

    source = factory.SubFactory(SourceFactory)
    label = "2009-07"
    date = "2009-07"
    year = 2009
    sha256 = "0" * 64


class SectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Section

    edition = factory.SubFactory(EditionFactory)
    order = factory.Sequence(lambda n: n)
    number = factory.LazyAttribute(lambda each: f"5.{each.order}")
    key = factory.LazyAttribute(lambda each: each.number)
    title = "Missed lanterns"
    slug = factory.LazyAttribute(lambda each: each.number)
    depth = 2


class PassageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Passage

    section = factory.SubFactory(SectionFactory)
    # Above the numbers that tests give by hand.
    order = factory.Sequence(lambda n: 1000 + n)
    kind = "paragraph"
    plain = factory.LazyAttribute(lambda each: f"Lanterns are counted at dusk, {each.order} of them.")
    markdown = factory.LazyAttribute(lambda each: each.plain)
    hash = factory.LazyAttribute(lambda each: hashlib.sha256(each.plain.encode()).hexdigest())
    passage_id = factory.LazyAttribute(
        lambda each: hashlib.sha256(f"{each.section.pk} {each.order}".encode()).hexdigest()[:16]
    )
    locator = factory.LazyAttribute(lambda each: f"section {each.section.number}, paragraph {each.order}")


class TensionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Tension

    key = factory.Sequence(lambda n: f"X-{n}")
    title = "Dusk or dawn"
    we_follow = "Dusk, because it comes first."


class GlossaryTermFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = GlossaryTerm

    term = factory.Sequence(lambda n: f"lantern{n}")
    slug = factory.LazyAttribute(lambda each: each.term)
    meaning = "A light that is carried."


class FigureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Figure

    key = "lantern-limit"
    title = "Limit of lanterns"
    value = "0.35"
    unit = "mg-l"
    jurisdiction = "An invented country"
    starts = "2000-01-01"


def citation(passage: Passage) -> str:
    """The citation string of a passage."""
    edition = passage.section.edition
    return f"{edition.source.slug}@{edition.label} {passage.section.key} #{passage.hash[:12]}"


def section_citation(section: Section) -> str:
    return f"{section.edition.source.slug}@{section.edition.label} {section.key}"


def home_page() -> Page:
    """The root of the default site."""
    return Site.objects.get(is_default_site=True).root_page.specific


def topic_index() -> TopicIndexPage:
    return TopicIndexPage.objects.first() or published(TopicIndexPage(title="Guidance", slug="guidance"), home_page())


def topic_page(**values: Any) -> TopicPage:
    slug = values.pop("slug", f"topic-{TopicPage.objects.count()}")
    fields = {"title": slug.replace("-", " ").capitalize(), "slug": slug, "summary": "About lanterns.", **values}
    return published(TopicPage(**fields), topic_index())


def guidance_page(*, topic: TopicPage | None = None, live: bool = True, **values: Any) -> GuidancePage:
    slug = values.pop("slug", f"page-{GuidancePage.objects.count()}")
    fields = {"title": slug.replace("-", " ").capitalize(), "slug": slug, "summary": "Count lanterns.", **values}
    page = GuidancePage(**fields)
    parent = topic or TopicPage.objects.first() or topic_page()
    return published(page, parent) if live else draft(page, parent)


def draft(page: Page, parent: Page) -> Any:
    page.live = False
    parent.add_child(instance=page)
    page.save_revision()
    return page


def published(page: Page, parent: Page) -> Any:
    draft(page, parent)
    page.latest_revision.publish()
    return type(page).objects.get(pk=page.pk)


def recommendation(*citations: str, anchor: str = "", **values: Any) -> tuple[str, dict[str, Any]]:
    """One block of a page's recommendations."""
    return (
        "recommendation",
        {
            "anchor": anchor,
            "text": "Count the lanterns at dusk.",
            "strength": "should",
            "basis": "good-practice",
            "citations": list(citations),
            "why": "Uncounted lanterns get lost.",
            **values,
        },
    )
