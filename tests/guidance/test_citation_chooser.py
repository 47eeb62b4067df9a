"""What editors are shown when they look for a passage to cite, and who may look."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError

from guidance.blocks import BodyBlock, CitationBlock, RecommendationsBlock
from guidance.choosing import BRIEF, CONTACT, EXTRACT, GONE, NOT_LOADED, TOO_SHORT, WITHHELD
from guidance.citations import parse
from guidance.models import Passage, Source
from guidance.widgets import CitationInput
from search.services import rebuild
from tests.factories.guidance import (
    EditionFactory,
    PassageFactory,
    SectionFactory,
    SourceFactory,
    UserFactory,
    citation,
    guidance_page,
    section_citation,
)

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/citations/"


@pytest.fixture
def editor(client: Any) -> Any:
    client.force_login(UserFactory(roles=["Editors"]))
    return client


@pytest.fixture
def passage() -> Passage:
    """A passage of section 5.2.6 of a document that is loaded."""
    edition = EditionFactory(source=SourceFactory(slug="lantern-guide", short_title="Lantern guide"))
    section = SectionFactory(edition=edition, number="5.2.6", title="Lanterns that go missing", order=1)
    return PassageFactory(section=section, order=1, plain="A keeper who misses three lanterns is asked why.")


def ask(client: Any, **parameters: Any) -> dict[str, Any]:
    """The answer; what the index holds is brought up to date first."""
    rebuild()
    response = client.get(ADDRESS, parameters)
    assert response.status_code == 200
    return response.json()


def cited(answer: dict[str, Any]) -> list[str]:
    return [card["citation"] for card in answer["results"]]


# Who may look


@pytest.mark.parametrize("role", ["Editors", "Clinical leads", "Operators"])
def test_whoever_may_edit_pages_may_look_for_passages(client: Any, passage: Passage, role: str) -> None:
    client.force_login(UserFactory(roles=[role]))
    assert cited(ask(client, q="keeper")) == [citation(passage)]


def test_somebody_in_the_admin_who_may_edit_no_page_may_not(client: Any, passage: Passage) -> None:
    visitors = Group.objects.create(name="Visitors")
    visitors.permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(UserFactory(roles=["Visitors"]))
    for parameters in ({"q": "keeper"}, {"c": citation(passage)}):
        response = client.get(ADDRESS, parameters)
        assert response.status_code == 403
        assert response.json()["results"] == []
        assert "keeper" not in response.content.decode()


@pytest.mark.parametrize("role", ["Learners", None])
def test_nobody_else_gets_an_answer(client: Any, passage: Passage, role: str | None) -> None:
    if role:
        client.force_login(UserFactory(roles=[role]))
    assert client.get(ADDRESS, {"q": "keeper"}).status_code == 302
    assert client.get(ADDRESS, {"q": "keeper"}, headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 403


def test_it_is_for_reading_only_and_kept_by_no_cache(editor: Any) -> None:
    assert editor.post(ADDRESS, {"q": "keeper"}).status_code == 405
    assert "no-store" in editor.get(ADDRESS, {"q": "keeper"}).headers["Cache-Control"]


# Looking for words


def test_a_passage_is_found_by_its_words_and_carries_its_citation(editor: Any, passage: Passage) -> None:
    card = ask(editor, q="keeper lanterns")["results"][0]
    assert card["citation"] == citation(passage)
    assert parse(card["citation"]).hash12 == passage.hash[:12]
    assert card["kind"] == "passage"
    assert card["text"] == passage.plain
    assert card["found"] == ["keeper", "lanterns"]
    assert card["label"] == f"Lantern guide, {passage.locator} (2009)"
    assert (card["year"], card["historic"], card["resolved"]) == (2009, True, True)
    assert card["url"].endswith(f"/lantern-guide/2009-07/5.2.6/#p-{passage.passage_id}")


def test_the_best_passages_come_first_whatever_their_section(editor: Any) -> None:
    here = SectionFactory()
    elsewhere = SectionFactory(edition=here.edition)
    best = PassageFactory(section=here, plain="The keeper, always the keeper: a keeper keeps.")
    worst = PassageFactory(section=here, plain=f"{'Oil is bought in the town below. ' * 30}A keeper pays.")
    second = PassageFactory(section=elsewhere, plain="The keeper sleeps, and a keeper dreams.")
    assert cited(ask(editor, q="keeper")) == [citation(best), citation(second), citation(worst)]


def test_guidance_pages_and_words_are_nothing_to_cite(editor: Any, passage: Passage) -> None:
    guidance_page(title="Keepers of lanterns", summary="Every keeper counts.")
    assert cited(ask(editor, q="keeper")) == [citation(passage)]


def test_one_source_alone_can_be_looked_in(editor: Any, passage: Passage) -> None:
    elsewhere = PassageFactory(plain="Another keeper.")
    slug = elsewhere.section.edition.source.slug
    assert set(cited(ask(editor, q="keeper"))) == {citation(passage), citation(elsewhere)}
    assert cited(ask(editor, q="keeper", source=slug)) == [citation(elsewhere)]
    assert {each["slug"] for each in ask(editor, q="keeper")["sources"]} == {slug, "lantern-guide"}


def test_what_is_found_comes_in_pages(editor: Any) -> None:
    edition = EditionFactory()
    wanted = set()
    for order in range(12):
        section = SectionFactory(edition=edition, order=order, title=f"Room {order}")
        wanted.add(citation(PassageFactory(section=section, plain=f"The keeper sweeps room {order}.")))
    first, second = ask(editor, q="keeper"), ask(editor, q="keeper", page="2")
    assert (first["more"], second["more"]) == (True, False)
    assert not set(cited(first)) & set(cited(second))
    assert set(cited(first)) | set(cited(second)) == wanted
    assert ask(editor, q="keeper", page="3")["results"] == []


def test_a_misspelt_word_is_found_and_said_to_be_corrected(editor: Any, passage: Passage) -> None:
    answer = ask(editor, q="lanturns")
    assert citation(passage) in cited(answer)
    assert answer["message"] == "Searched for “lanterns”."


def test_nothing_found_says_what_to_try(editor: Any, passage: Passage) -> None:
    answer = ask(editor, q="submarines")
    assert answer["results"] == []
    assert "submarines" in answer["message"]
    assert "Try" in answer["message"]


@pytest.mark.parametrize("words", ["", " ", "k", "?!", "…"])
def test_too_few_letters_are_not_searched_for(editor: Any, passage: Passage, words: str) -> None:
    answer = ask(editor, q=words)
    assert (answer["results"], answer["message"]) == ([], TOO_SHORT)


# Looking for a place


@pytest.mark.parametrize(
    "words",
    ["5.2.6", "section 5.2.6", "§5.2.6", "Lantern guide 5.2.6", "5.2.6 lantern guide", "lantern 2009 section 5.2.6."],
)
def test_a_section_number_leads_to_the_section_and_its_passages(editor: Any, passage: Passage, words: str) -> None:
    PassageFactory(section=passage.section, order=2, kind="contact", plain="Telephone the lighthouse.")
    assert cited(ask(editor, q=words)) == [section_citation(passage.section), citation(passage)]


def test_the_sections_below_follow_their_section(editor: Any, passage: Passage) -> None:
    above = SectionFactory(edition=passage.section.edition, number="5.2", title="Lanterns", order=0)
    assert cited(ask(editor, q="5.2")) == [section_citation(above), section_citation(passage.section)]


def test_a_paragraph_that_is_named_comes_first(editor: Any, passage: Passage) -> None:
    second = PassageFactory(section=passage.section, order=2)
    assert cited(ask(editor, q="section 5.2.6, paragraph 2"))[0] == citation(second)


def test_a_number_among_other_words_is_a_word(editor: Any, passage: Passage) -> None:
    section = SectionFactory(edition=passage.section.edition, number="6", title="Weeks", order=2)
    weeks = PassageFactory(section=section, plain="After 6 weeks a lantern is trimmed.")
    for words in ("6 weeks", "6 lantern"):
        assert cited(ask(editor, q=words))[0] == citation(weeks)
    for words in ("6", "section 6 of the lantern guide"):
        assert cited(ask(editor, q=words)) == [section_citation(section), citation(weeks)]
    assert section_citation(passage.section) not in cited(ask(editor, q="harbour guide 5.2.6"))


def test_a_long_section_is_shown_in_pages(editor: Any, passage: Passage) -> None:
    PassageFactory.create_batch(30, section=passage.section)
    first, second = ask(editor, q="5.2.6"), ask(editor, q="5.2.6", page="2")
    assert (first["more"], second["more"]) == (True, False)
    assert len(set(cited(first)) | set(cited(second))) == 32


# Pasting


def test_a_pasted_citation_finds_its_passage(editor: Any, passage: Passage) -> None:
    for pasted in (citation(passage), f"[[{citation(passage)}]]"):
        assert cited(ask(editor, q=pasted)) == [citation(passage), section_citation(passage.section)]
    assert cited(ask(editor, q=section_citation(passage.section))) == [
        section_citation(passage.section),
        citation(passage),
    ]


def test_the_address_of_a_passage_or_section_finds_it(editor: Any, passage: Passage) -> None:
    section = "https://portal.example/sources/lantern-guide/2009-07/5.2.6/"
    for pasted in (f"{section}#p-{passage.passage_id}", f"/passages/{passage.passage_id}/"):
        assert cited(ask(editor, q=pasted))[0] == citation(passage)
    assert cited(ask(editor, q=section)) == [section_citation(passage.section), citation(passage)]


def test_a_pasted_citation_whose_passage_is_gone_shows_what_its_section_says_now(editor: Any, passage: Passage) -> None:
    answer = ask(editor, q=f"{section_citation(passage.section)} #000000000000")
    assert answer["message"] == GONE
    assert citation(passage) in cited(answer)


def test_a_pasted_citation_of_nothing_says_so(editor: Any, passage: Passage) -> None:
    answer = ask(editor, q="lantern-guide@2009-07 9.9")
    assert answer["results"] == []
    assert "9.9" in answer["message"]


# Without the documents


def test_sections_can_be_cited_while_the_documents_are_not_loaded(editor: Any) -> None:
    edition = EditionFactory(sha256="")
    brief = SectionFactory(edition=edition, number="3", in_brief="Count lanterns at dusk.", order=1)
    bare = SectionFactory(edition=edition, number="4", title="Counting oil", order=2)
    answer = ask(editor, q="counting")
    assert cited(answer) == [section_citation(brief), section_citation(bare)]
    assert answer["results"][0]["text"] == "Count lanterns at dusk."
    assert {card["kind"] for card in answer["results"]} == {"section"}
    assert cited(ask(editor, q="section 4")) == [section_citation(bare)]


def test_a_cited_passage_shows_its_sections_in_brief_until_its_document_is_loaded(editor: Any) -> None:
    section = SectionFactory(edition__sha256="", in_brief="Count lanterns at dusk.")
    text = f"{section_citation(section)} #0f3a9c11d2e4"
    (card,) = ask(editor, c=[text])["results"]
    assert card["citation"] == text
    assert (card["resolved"], card["text"], card["note"]) == (True, "Count lanterns at dusk.", NOT_LOADED)
    assert cited(ask(editor, q=text)) == [text, section_citation(section)]


# Cards of given citations


def test_cards_come_in_the_order_asked_for_each_with_what_it_points_at(editor: Any, passage: Passage) -> None:
    gone = f"{section_citation(passage.section)} #000000000000"
    asked = ["no citation", citation(passage), "lantern-guide@2009-07 9.9", section_citation(passage.section), gone]
    cards = ask(editor, c=asked)["results"]
    assert [card["citation"] for card in cards] == asked
    assert [card["resolved"] for card in cards] == [False, True, False, True, False]
    assert cards[1]["text"] == passage.plain
    assert [card["kind"] for card in cards] == ["", "passage", "", "section", ""]
    assert (cards[4]["text"], cards[4]["note"]) == ("", GONE)
    assert all(card["note"] for card in cards if not card["resolved"])


def test_many_cards_cost_as_many_queries_as_one(
    editor: Any, passage: Passage, django_assert_max_num_queries: Any
) -> None:
    many = [citation(PassageFactory(section=passage.section)) for _ in range(30)]
    editor.get(ADDRESS, {"c": [citation(passage)]})
    # The session, the person, their groups and permissions, the generation; then four for the cards.
    with django_assert_max_num_queries(12):
        assert len(editor.get(ADDRESS, {"c": many}).json()["results"]) == 30


# Licences


def test_an_extract_licence_shows_the_extract_and_never_more(editor: Any) -> None:
    words = "The keeper " + " ".join(f"word{number}" for number in range(100))
    section = SectionFactory(
        edition__source__licence_allows=Source.Licence.EXTRACTS_ONLY, in_brief="What keepers do.", number="8"
    )
    extract = " ".join(words.split()[:40])
    shown = PassageFactory(section=section, plain=words, extract=extract)
    withheld = PassageFactory(section=section, plain=f"{words} again")
    section_itself = section_citation(section)
    for parameters in ({"q": "keeper"}, {"q": "8"}, {"c": [citation(shown), citation(withheld)]}):
        answer = ask(editor, **parameters)
        cards = {card["citation"]: card for card in answer["results"] if card["citation"] != section_itself}
        assert cards[citation(shown)]["text"] == extract
        assert cards[citation(shown)]["note"] == EXTRACT
        assert cards[citation(withheld)]["text"] == ""
        assert cards[citation(withheld)]["note"] == f"{WITHHELD} {BRIEF.format('What keepers do.')}"
        assert "word50" not in str(answer)


def test_what_is_for_staff_only_is_read_by_editors_and_found_by_its_place(editor: Any) -> None:
    section = SectionFactory(edition__source__licence_allows=Source.Licence.STAFF_ONLY, number="8")
    passage = PassageFactory(section=section, plain="The keeper keeps it to himself.")
    assert ask(editor, q="keeper")["results"] == []
    assert ask(editor, q="8")["results"][1]["text"] == passage.plain


def test_contact_details_are_never_shown(editor: Any, passage: Passage) -> None:
    contact = PassageFactory(section=passage.section, order=2, kind="contact", plain="Telephone the lighthouse.")
    (card,) = ask(editor, c=[citation(contact)])["results"]
    assert (card["text"], card["note"]) == ("", CONTACT)
    assert "lighthouse" not in str(ask(editor, q=f"/passages/{contact.passage_id}/"))


# Hostile input

HOSTILE = [
    "\x00",
    "a\x00b@c d #0f3a9c11d2e4",
    "lantern-guide@2009-07 5.2.6\x00",
    "' OR 1=1 --",
    '"" * NEAR( ) AND NOT ^ : -',
    "<script>alert(1)</script>",
    "9" * 400,
    "5.2.6 " * 300,
    "section " + "1." * 500,
    "[[" * 200,
    "/sources/../../etc/passwd/",
    "/sources/lantern-guide/2009-07/%FF%00/",
    "#p-" + "a" * 5000,
    "x@y " + "z" * 5000,
    "\ud83d\ude00 \u202e\u0301",
    "٣.٢",
    "²",
]


@pytest.mark.parametrize("words", [each.encode("utf-16", "surrogatepass").decode("utf-16") for each in HOSTILE])
def test_hostile_words_get_an_answer(editor: Any, passage: Passage, words: str) -> None:
    for parameters in (
        {"q": words},
        {"c": [words, citation(passage)]},
        {"q": "keeper", "source": words, "page": words},
    ):
        response = editor.get(ADDRESS, parameters)
        assert response.status_code in (200, 414)
        if response.status_code == 200:
            assert response.headers["Content-Type"] == "application/json"
            assert isinstance(response.json()["results"], list)


@pytest.mark.parametrize("page", ["0", "-1", "1e9", "99999999999999999999", "²", "", "x"])
def test_a_page_that_is_none_is_the_first_or_empty(editor: Any, passage: Passage, page: str) -> None:
    assert set(cited(ask(editor, q="keeper", page=page))) <= {citation(passage)}


# The form fields


def test_a_citation_is_a_plain_field_until_the_script_has_run() -> None:
    html = CitationInput().render("cites", "guide@2009-07 5.2", {"id": "cites"})
    assert html == (
        '<portal-citation><input type="text" name="cites" value="guide@2009-07 5.2" id="cites"></portal-citation>'
    )
    assert 'type="module"' in str(CitationInput().media)


def test_citations_and_texts_with_citations_use_the_chooser_wherever_they_are_edited(editor: Any) -> None:
    assert isinstance(CitationBlock().field.widget, CitationInput)
    citations = RecommendationsBlock().child_blocks["recommendation"].child_blocks["citations"]
    assert isinstance(citations.child_block.field.widget, CitationInput)
    assert "portal-cited-text" in BodyBlock().child_blocks["markdown"].field.widget.render("text", "")
    for address in ("/admin/snippets/guidance/figure/add/", "/admin/snippets/guidance/tension/add/"):
        html = editor.get(address).content.decode()
        assert html.count("guidance/citations/citations.js") == 1
        assert html.count("guidance/citations/adapter.js") == 1


def test_a_citation_that_a_script_sends_is_still_checked(passage: Passage) -> None:
    block = CitationBlock()
    assert block.clean(citation(passage)) == citation(passage)
    for wrong in ("no citation", "lantern-guide@2009-07 9.9", ""):
        with pytest.raises(ValidationError):
            block.clean(wrong)
