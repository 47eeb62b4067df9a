"""The written guidance as it stands in `content/`: read as plain files, without a database."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

CONTENT = Path(__file__).resolve().parents[2] / "content"
PAGES = sorted(CONTENT.glob("pages/*.md"))
SOURCES = (
    "remote-and-in-person-interventions",
    "ndtms-adult-interventions-dataset-r",
    "better-care-co-occurring-conditions",
    "models-of-care-update-2006",
    "towards-successful-treatment-completion",
)
FIRST_PAGES = {
    "using-the-decision-aids-safely",
    "working-remotely-or-in-person",
    "needle-and-syringe-programmes",
    "domestic-abuse",
    "opiates-or-cocaine-on-top",
    "alcohol-and-benzodiazepines-with-opioids",
    "missed-doses-and-pharmacies",
}
HISTORIC = {"models-of-care-update-2006", "towards-successful-treatment-completion"}
EDITIONS = {
    "remote-and-in-person-interventions": "2023-10-25",
    "ndtms-adult-interventions-dataset-r": "dataset-r",
    "better-care-co-occurring-conditions": "2019-09-12",
    "models-of-care-update-2006": "2006-07",
    "towards-successful-treatment-completion": "2009-07",
}
CITATION = re.compile(
    r"(?P<source>[a-z0-9-]+)@(?P<edition>[a-z0-9-]+) (?P<section>[^#]*[^#\s])(?: #(?P<hash>[0-9a-f]{12}))?"
)
STRENGTHS = {"must", "should", "may"}
BASES = {"rule", "good-practice", "local-example", "inference"}
#: Sections that describe the portal or give general safety, and say so; every other section of a body cites.
OWN_VOICE = {
    ("using-the-decision-aids-safely", "What is recorded"),
    ("using-the-decision-aids-safely", "When an aid does not fit"),
}
#: "please" the verb of courtesy, words that talk down, and American spellings.
UNWANTED = re.compile(
    r"\bplease\b|\bsimply\b|\bjust\b|\bobviously\b|\bclick here\b|!"
    r"|\bbehavior|\bcounsel(?:ing|or|ed)\b|\bcenter|\bprograms?\b|\bcolor|\bfavor|\blabor\b|\bhonor"
    r"|\bfulfill\b|\benroll(?:s|ment)?\b|\bfiber\b|\bliter|\bpediatr|\banesthe|\bdiarrhea|\bhemo"
    r"|\bbreathalyzer|\bskillful|\btravel(?:ed|ing)|\blicense\b(?= from)"
    r"|\b\w+(?:ization|izing|ized|izes|yzing|yzed)\b",
    re.IGNORECASE,
)
#: Words with z in British English too.
ALWAYS_Z = re.compile(r"\b(?:sized|prized|seized|gazing)\b", re.IGNORECASE)
#: An amount of medicine. A breath reading (mg/L, micrograms per 100 ml) is not one.
A_DOSE = re.compile(r"\d\s?(?:mg|mcg|micrograms?|milligrams?|units)\b(?!/L| per 100 ml)", re.IGNORECASE)


@cache
def front_matter(path: Path) -> dict[str, Any]:
    _, matter, _ = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(matter)


@cache
def body(path: Path) -> str:
    return path.read_text(encoding="utf-8").split("---\n", 2)[2]


@cache
def load(name: str) -> Any:
    return yaml.safe_load((CONTENT / name).read_text(encoding="utf-8"))


@cache
def outline(source: str) -> tuple[str, ...]:
    return tuple(section["key"] for section in load(f"sources/{source}/source.yaml")["outline"])


def recommendations() -> Iterator[Any]:
    for path in PAGES:
        for recommendation in front_matter(path)["recommendations"]:
            yield pytest.param(recommendation, id=f"{path.stem}-{recommendation['id']}")


def body_sections(path: Path) -> list[tuple[str, str]]:
    parts = re.split(r"^## (.+)$", body(path), flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def citations_of(path: Path) -> list[str]:
    listed = [
        citation for recommendation in front_matter(path)["recommendations"] for citation in recommendation["citations"]
    ]
    return listed + re.findall(r"\[\[(.+?)\]\]", body(path))


def our_words(path: Path) -> str:
    """The page's text without what a reader never sees: citations, slugs and keys."""
    matter = front_matter(path)
    told = [matter["title"], matter["summary"], *matter["gaps"]]
    told += [text for item in matter["recommendations"] for text in (item["text"], item["why"])]
    return "\n".join([*told, re.sub(r"\[\[.+?\]\]", "", body(path))])


def check_words(text: str) -> None:
    found = [match.group() for match in UNWANTED.finditer(ALWAYS_Z.sub("", text))]
    assert not found


def test_the_first_seven_pages_are_written():
    assert {path.stem for path in PAGES} >= FIRST_PAGES


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
class TestPage:
    def test_its_slug_is_its_file_name(self, path: Path):
        assert front_matter(path)["slug"] == path.stem

    def test_it_has_a_topic_that_exists(self, path: Path):
        assert front_matter(path)["topic"] in {topic["slug"] for topic in load("topics.yaml")}

    def test_it_has_an_owner_and_will_be_reviewed_after_it_was_reviewed(self, path: Path):
        matter = front_matter(path)
        assert matter["owner"]
        assert isinstance(matter["reviewed"], datetime.date)
        assert matter["next_review"] > matter["reviewed"]

    def test_it_says_when_it_was_first_published(self, path: Path):
        notes = front_matter(path)["update_notes"]
        assert all(isinstance(note["date"], datetime.date) and note["text"] for note in notes)
        assert notes

    def test_it_says_what_the_documents_leave_out(self, path: Path):
        gaps = front_matter(path)["gaps"]
        assert gaps
        assert all(isinstance(gap, str) for gap in gaps)
        assert "naloxone" in " ".join(gaps).lower() or path.stem == "domestic-abuse"

    def test_it_has_five_to_twelve_recommendations_with_permanent_ids(self, path: Path):
        ids = [recommendation["id"] for recommendation in front_matter(path)["recommendations"]]
        assert 5 <= len(ids) <= 12
        assert len(set(ids)) == len(ids)

    def test_the_trees_it_names_are_written(self, path: Path):
        trees = front_matter(path)["trees"]
        assert trees
        assert [slug for slug in trees if not (CONTENT / "trees" / f"{slug}.yaml").exists()] == []

    def test_the_disagreements_it_names_are_written(self, path: Path):
        written = {tension["id"] for tension in load("tensions.yaml")}
        assert set(front_matter(path)["disagreements"]) <= written

    def test_every_section_of_its_background_cites(self, path: Path):
        silent = [
            heading
            for heading, text in body_sections(path)
            if "[[" not in text and (path.stem, heading) not in OWN_VOICE
        ]
        assert body_sections(path)
        assert silent == []

    def test_its_citations_name_a_known_edition_and_a_section_of_its_outline(self, path: Path):
        for citation in citations_of(path):
            match = CITATION.fullmatch(citation)
            assert match, citation
            assert EDITIONS.get(match["source"]) == match["edition"], citation
            assert match["section"] in outline(match["source"]), citation

    def test_it_never_names_a_dose(self, path: Path):
        assert A_DOSE.findall(our_words(path)) == []

    def test_it_gives_no_address_or_number_of_an_organisation(self, path: Path):
        assert not re.search(r"www\.|https?:|@|\b0\d{3,4} ?\d{3}", our_words(path))

    def test_it_is_in_plain_british_english(self, path: Path):
        check_words(our_words(path))


@pytest.mark.parametrize("recommendation", list(recommendations()))
class TestRecommendation:
    def test_it_rests_on_at_least_one_passage(self, recommendation: dict[str, Any]):
        assert recommendation["citations"]

    def test_its_strength_and_basis_are_of_the_closed_lists(self, recommendation: dict[str, Any]):
        assert recommendation["strength"] in STRENGTHS
        assert recommendation["basis"] in BASES

    def test_it_says_must_only_where_its_strength_is_must(self, recommendation: dict[str, Any]):
        says_must = re.search(r"\bmust\b", recommendation["text"]) is not None
        assert says_must == (recommendation["strength"] == "must")

    def test_it_says_may_only_where_its_strength_is_may(self, recommendation: dict[str, Any]):
        permits = re.search(r"\b(?:you|service|services|supervision|contact|post\w*) may\b", recommendation["text"])
        assert permits is None or recommendation["strength"] == "may"

    def test_it_gives_a_reason(self, recommendation: dict[str, Any]):
        assert len(recommendation["why"].split()) >= 5

    def test_what_rests_on_historic_text_alone_says_so(self, recommendation: dict[str, Any]):
        sources = {citation.split("@")[0] for citation in recommendation["citations"]}
        if sources <= HISTORIC:
            assert re.search(r"\b200[679]\b", recommendation["text"] + recommendation["why"])


class TestTopics:
    def test_each_has_a_title_a_summary_and_its_own_place(self):
        topics = load("topics.yaml")
        assert all(topic["title"] and topic["summary"] for topic in topics)
        assert [topic["order"] for topic in topics] == list(range(1, len(topics) + 1))
        assert len({topic["slug"] for topic in topics}) == len(topics)


@pytest.mark.parametrize("source", SOURCES)
class TestBriefs:
    def test_every_brief_belongs_to_a_section_of_the_outline(self, source: str):
        assert [key for key in load(f"sources/{source}/briefs.yaml") if key not in outline(source)] == []

    def test_every_section_of_the_outline_but_a_contents_list_has_a_brief(self, source: str):
        briefs = load(f"sources/{source}/briefs.yaml")
        assert [key for key in outline(source) if key not in briefs and key != "Contents"] == []

    def test_each_is_one_to_three_short_sentences_in_plain_british_english(self, source: str):
        for key, brief in load(f"sources/{source}/briefs.yaml").items():
            assert 3 <= len(brief.split()) <= 70, key
            assert brief.endswith("."), key
            check_words(brief)


class TestGlossary:
    def test_it_holds_153_different_terms(self):
        terms = [entry["term"] for entry in load("glossary.yaml")]
        assert len(terms) == 153
        assert len(set(terms)) == 153

    def test_each_term_has_a_meaning_a_status_and_the_sources_that_use_it(self):
        for entry in load("glossary.yaml"):
            assert entry["meaning"].endswith("."), entry["term"]
            assert entry["status"] in {"current", "old", "both"}, entry["term"]
            assert entry["found_in"], entry["term"]
            assert set(entry["found_in"]) <= set(SOURCES), entry["term"]
            check_words(entry["meaning"] + " " + entry.get("note", ""))

    def test_every_word_is_text(self):
        lists = ("synonyms", "search", "typed", "see_also", "ambiguous", "context", "expansions_not_in_text")
        for entry in load("glossary.yaml"):
            words = [word for name in lists for word in entry.get(name, [])]
            words += [word for pair in entry.get("pairs", []) for word in pair]
            assert all(isinstance(word, str) and word.strip() for word in words), entry["term"]

    def test_other_structured_treatment_never_stands_for_opioid_substitution(self):
        for entry in load("glossary.yaml"):
            exchanged = {word.lower() for word in (entry["term"], *entry["search"], *entry.get("typed", []))}
            assert not (
                "other structured treatment" in exchanged and exchanged & {"ost", "opioid substitution treatment"}
            )

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("naloxone", "naltrexone"),
            ("withdrawal of treatment", "withdrawal (symptoms)"),
            ("withdrawal of treatment", "detoxification"),
            ("on top", "TOP"),
            ("SDP", "other structured treatment"),
        ],
    )
    def test_words_of_different_meaning_are_never_exchanged(self, one: str, other: str):
        entries = {entry["term"]: entry for entry in load("glossary.yaml")}

        def exchanged(term: str) -> set[str]:
            return {word.lower() for word in (term, *entries[term]["search"], *entries[term].get("typed", []))}

        assert not exchanged(one) & exchanged(other)

    def test_withdrawal_alone_stands_for_nothing(self):
        for entry in load("glossary.yaml"):
            assert "withdrawal" not in {word.lower() for word in (*entry["search"], *entry.get("typed", []))}

    def test_an_abbreviation_with_another_sense_is_held_back_by_its_context(self):
        """CA, NA, AA, TOP and CM are words or other things as well; G and SMS stay out altogether."""
        held_back = {word for entry in load("glossary.yaml") for word in entry.get("ambiguous", [])}
        assert held_back >= {"CA", "NA", "AA", "TOP", "CM", "MI", "MET", "DIP", "NICE", "PALS"}
        used = {word for entry in load("glossary.yaml") for word in (*entry["search"], *entry.get("typed", []))}
        assert not used & {"G", "SMS"}

    def test_an_ambiguous_word_names_its_context_and_belongs_to_its_term(self):
        for entry in load("glossary.yaml"):
            assert bool(entry.get("ambiguous")) == bool(entry.get("context")), entry["term"]

    def test_a_word_is_exchanged_or_only_shown_but_not_both(self):
        for entry in load("glossary.yaml"):
            both = {word.lower() for word in entry["search"]} & {word.lower() for word in entry["see_also"]}
            assert not both, entry["term"]
