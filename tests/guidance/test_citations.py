"""Citation strings, and what they open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.citations import (
    CitationRef,
    InvalidCitation,
    Precision,
    format_citation,
    parse,
    resolve,
    resolve_texts,
)
from guidance.models import Source
from tests.factories.guidance import (
    EditionFactory,
    PassageFactory,
    SectionFactory,
    SourceFactory,
    citation,
    section_citation,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("guide@2009-07 5.2.4 #0f3a9c11d2e4", CitationRef("guide", "2009-07", "5.2.4", "0f3a9c11d2e4")),
        ("guide@2009-07 5.2.4", CitationRef("guide", "2009-07", "5.2.4")),
        (
            "guide@dataset-r A > B (2) #77aa01b2c3d4",
            CitationRef("guide", "dataset-r", "A > B (2)", "77aa01b2c3d4"),
        ),
        ("guide@2009-07 4.3.2 > Talking #1", None),
        ("guide 5.2.4", None),
        ("guide@2009-07", None),
        ("Guide@2009-07 5", None),
        ("guide@2009-07 5 #0F3A9C11D2E4", None),
        ("guide@2009-07 5 #0f3a9c11d2e", None),
        ("guide@2009-07 #0f3a9c11d2e4", None),
        ("", None),
    ],
)
def test_a_citation_has_one_form(text: str, expected: CitationRef | None) -> None:
    if expected is None:
        with pytest.raises(InvalidCitation, match="source@edition section key"):
            parse(text)
    else:
        assert parse(text) == expected


_names = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}", fullmatch=True)
_keys = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9.,>() -]{0,40}", fullmatch=True).map(lambda key: " ".join(key.split()))


@given(_names, _names, _keys, st.one_of(st.just(""), st.from_regex(r"[0-9a-f]{12}", fullmatch=True)))
def test_what_is_written_is_read_back(source: str, edition: str, key: str, hash12: str) -> None:
    ref = CitationRef(source, edition, key, hash12)
    assert parse(format_citation(ref)) == ref


@pytest.mark.django_db
def test_a_citation_opens_at_its_passage() -> None:
    passage = PassageFactory()
    found = resolve_texts([citation(passage)])[citation(passage)]
    section = passage.section
    assert found.precision is Precision.PASSAGE
    assert found.url == f"/sources/{section.edition.source.slug}/2009-07/{section.slug}/#p-{passage.passage_id}"
    assert found.label == f"{section.edition.source.short_title}, {passage.locator} (2009)"
    assert found.historic


@pytest.mark.django_db
def test_a_passage_that_moved_within_its_edition_is_still_found() -> None:
    passage = PassageFactory()
    elsewhere = SectionFactory(edition=passage.section.edition)
    ref = CitationRef(elsewhere.edition.source.slug, elsewhere.edition.label, elsewhere.key, passage.hash[:12])
    assert resolve([ref])[ref].passage_id == passage.passage_id


@pytest.mark.django_db
def test_the_same_words_twice_open_in_the_section_that_is_cited() -> None:
    first = PassageFactory(plain="Lanterns.")
    second = PassageFactory(plain="Lanterns.", section=SectionFactory(edition=first.section.edition))
    assert resolve_texts([citation(second)])[citation(second)].passage_id == second.passage_id


@pytest.mark.django_db
def test_without_its_document_a_citation_opens_at_the_section() -> None:
    section = SectionFactory(edition__source__status=Source.Status.CURRENT, edition__sha256="")
    text = f"{section_citation(section)} #0f3a9c11d2e4"
    found = resolve_texts([text])[text]
    assert found.precision is Precision.SECTION
    assert found.url.endswith(f"/{section.slug}/")
    assert f"section {section.number}" in found.label
    assert not found.historic
    assert found.is_resolved


@pytest.mark.django_db
def test_with_its_document_a_citation_of_a_passage_that_is_not_in_it_is_lost() -> None:
    passage = PassageFactory(section__edition__sha256="a" * 64)
    section = passage.section
    kept, lost, whole = citation(passage), f"{section_citation(section)} #0f3a9c11d2e4", section_citation(section)
    found = resolve_texts([kept, lost, whole])
    assert [found[text].is_resolved for text in (kept, lost, whole)] == [True, False, True]
    assert found[lost].url.endswith(f"/{section.slug}/"), "readers are still led to the section"


@pytest.mark.django_db
def test_what_is_not_there_is_unresolved_and_says_so() -> None:
    section = SectionFactory()
    texts = ["nothing@2009 1", f"{section_citation(section)}9", "no citation"]
    found = resolve_texts(texts)
    assert [found[text].precision for text in texts] == [Precision.UNRESOLVED] * 3
    assert found["no citation"].label == "no citation"


@pytest.mark.django_db
def test_a_passage_of_another_edition_does_not_answer() -> None:
    passage = PassageFactory()
    other = SectionFactory(edition=EditionFactory(label="2012", source=passage.section.edition.source))
    text = f"{section_citation(other)} #{passage.hash[:12]}"
    assert resolve_texts([text])[text].precision is Precision.SECTION


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 10])
def test_any_number_of_citations_costs_two_queries_and_the_next_time_none(
    count: int, django_assert_max_num_queries
) -> None:
    texts = [citation(PassageFactory()) for _ in range(count)]
    with django_assert_max_num_queries(3):  # the content generation is one of them
        resolve_texts(texts)
    with django_assert_max_num_queries(1):
        resolve_texts(texts)


@pytest.mark.django_db
def test_an_import_is_seen_at_once() -> None:
    section = SectionFactory()
    passage = PassageFactory.build(section=section, order=1, passage_id="a" * 16)
    text = f"{section_citation(section)} #{passage.hash[:12]}"
    assert resolve_texts([text])[text].precision is Precision.SECTION
    from guidance.signals import passages_imported

    passage.save()
    passages_imported.send(sender=None, edition=section.edition, changed=[passage.pk], removed=[])
    assert resolve_texts([text])[text].precision is Precision.PASSAGE


@pytest.mark.django_db
def test_a_source_renamed_in_the_admin_is_renamed_in_citations() -> None:
    source = SourceFactory()
    section = SectionFactory(edition__source=source)
    text = section_citation(section)
    assert "The guide" in resolve_texts([text])[text].label
    source.short_title = "The other guide"
    source.save()
    assert resolve_texts([text])[text].label.startswith("The other guide")
