"""What a best bet or an entry of the lexicon would change is shown before it is saved. Looking saves nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from guidance.models import GlossaryTerm, SearchWords
from guidance.search_kinds import entry_of, glossary_words, groups_of, search_words
from search import engine, judged, previewing, services
from search.editing import record_poor_search
from search.models import BestBet
from search.predicates import EDITORS
from search.previewing import preview_bet, preview_words, watched
from tests.factories.guidance import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
EVERYONE = ("everyone",)
JUDGED = """
- {qid: a, category: keywords, query: "zebras in the meadow"}
- {qid: b, category: off-topic, query: "stripy lorry"}
- {qid: c, category: keywords, query: "herd in spring"}
"""


@pytest.fixture
def built(content, settings, tmp_path, monkeypatch):
    settings.CONTENT_DIR = tmp_path
    (tmp_path / judged.FILE).write_text(JUDGED)
    monkeypatch.setattr(engine, "_providers", {"search words": search_words, "glossary": glossary_words})
    content.put("zebra", "Zebras graze apart in the lower meadow.", title="Zebras")
    content.put("herd", "A herd is counted every spring.", title="The herd")
    content.put("staff", "Pangolins for staff only.", title="Pangolins", audience=("signed-in",))
    for at in range(30):
        content.put(f"filler-{at}", f"Rooms and rotas of building {at}.")
    services.rebuild()
    return content


@pytest.fixture
def editor(client):
    client.force_login(UserFactory(roles=[EDITORS]))
    return client


def bet(words: str, key: str = "passage:zebra", days: int = 30) -> BestBet:
    return BestBet(words=words, key=key, owner="Ann", expires=timezone.localdate() + timedelta(days=days))


def on_three_days(*searches: str) -> None:
    """Searches with words that nobody here has written are stored on the third day."""
    for ago in (2, 1, 0):
        with time_machine.travel(timezone.now() - timedelta(days=ago)):
            for text in searches:
                record_poor_search(text)


def look_at(row: SearchWords | GlossaryTerm, audience=EVERYONE):
    groups = groups_of(row)
    own = dict.fromkeys(text for group in groups for text in group.texts)
    return preview_words(entry_of(row), groups, own, audience)


def changed(preview) -> dict[str, tuple[list[str], list[str]]]:
    return {
        change.query.text: ([hit.title for hit in change.before], [hit.title for hit in change.after])
        for change in preview.changes
    }


# Best bets


def test_a_best_bet_is_seen_on_recent_searches_judged_queries_and_its_own_words(built):
    on_three_days("unicorn stables", "unicorns")
    preview = preview_bet(bet("unicorn\nherd in spring", key="passage:zebra"), EVERYONE)
    assert changed(preview) == {
        "unicorns": ([], ["Zebras"]),
        "herd in spring": (["The herd"], ["Zebras", "The herd"]),
    }
    assert not BestBet.objects.exists()
    assert services.search("unicorn").best_bets == ()


def test_each_search_says_where_it_comes_from(built):
    on_three_days("unicorn")
    origins = {each.text: each.origin for each in watched(["pony"])}
    assert origins["pony"] == "Words of this entry"
    assert origins["unicorn"] == "Found too little, 3 times"
    assert origins["zebras in the meadow"] == "Judged query: keywords"
    assert origins["stripy lorry"] == "Judged query: nothing here should answer it"


def test_what_is_new_and_what_moves_up_is_marked(built):
    (change,) = preview_bet(bet("zebras, a herd counted every spring", key="passage:zebra"), EVERYONE).changes
    assert [hit.title for hit in change.before] == ["The herd", "Zebras"]
    assert [(hit.title, hit.new, hit.up) for hit in change.after] == [
        ("Zebras", False, True),
        ("The herd", False, False),
    ]
    (change,) = preview_bet(bet("herd in spring"), EVERYONE).changes
    assert [(hit.title, hit.new) for hit in change.after] == [("Zebras", True), ("The herd", False)]


def test_words_taken_out_of_a_saved_best_bet_lose_their_answer(built):
    saved = bet("unicorn\npony")
    saved.save()
    saved.words = "pony"
    assert changed(preview_bet(saved, EVERYONE)) == {}
    on_three_days("unicorn")
    assert changed(preview_bet(saved, EVERYONE)) == {"unicorn": (["Zebras"], [])}


def test_a_best_bet_that_has_ended_or_shows_nothing_says_so(built):
    ended = preview_bet(bet("unicorn", days=-1), EVERYONE)
    assert not ended.changes
    assert ended.warnings == ("Its last day is over, so it shows nothing.",)
    for key in ("passage:gone", "passage:staff"):
        lost = preview_bet(bet("unicorn", key=key), EVERYONE)
        assert not lost.changes
        assert "Target not found" in lost.warnings[0]
    assert not preview_bet(bet("unicorn", key="passage:staff"), (*EVERYONE, "signed-in")).warnings


def test_no_more_than_a_hundred_searches_are_looked_at(built, monkeypatch):
    monkeypatch.setattr(previewing, "MOST_QUERIES", 2)
    preview = preview_bet(bet("unicorn\npony\nfoal"), EVERYONE)
    assert (len(preview.changes), preview.left_out, preview.touched) == (2, 1, 3)


# Words


def test_an_entry_is_seen_as_if_it_were_saved_and_the_stored_lexicon_stays(built):
    on_three_days("stripy horse")
    before = engine.lexicon()
    preview = look_at(SearchWords(term="zebra", typed="stripy horse\nstripy"))
    assert changed(preview) == {"stripy horse": ([], ["Zebras"]), "stripy": ([], ["Zebras"])}
    assert engine.lexicon() is before
    assert services.search("stripy horse").total == 0
    assert not SearchWords.objects.exists()


def test_an_off_topic_query_that_an_entry_would_answer_is_shown(built):
    preview = look_at(SearchWords(term="zebra", typed="stripy lorry"))
    assert "stripy lorry" in changed(preview)


def test_a_saved_entry_is_replaced_not_joined(built):
    saved = SearchWords.objects.create(slug="zebra", term="zebra", typed="stripy horse")
    on_three_days("stripy horse")
    assert look_at(saved).changes == ()
    saved.typed = "pony"
    assert changed(look_at(saved)) == {"pony": ([], ["Zebras"]), "stripy horse": (["Zebras"], [])}


def test_only_searches_that_hold_its_words_are_looked_at_misspelt_ones_too(built):
    on_three_days("unicornn")
    preview = look_at(SearchWords(term="zebra", typed="unicorn"))
    seen = {each.text for each in preview.unchanged} | set(changed(preview))
    assert seen == {"zebra", "unicorn", "unicornn", "zebras in the meadow"}


def test_a_glossary_term_is_previewed_as_search_words_are(built):
    assert changed(look_at(GlossaryTerm(term="zebra", searched="pony"))) == {"pony": ([], ["Zebras"])}


# In the admin


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_form_of_a_best_bet_sends_itself_to_the_preview(built, editor):
    saved = bet("unicorn")
    saved.save()
    for name, arguments in (("add", []), ("edit", [saved.pk])):
        html = editor.get(reverse(f"wagtailsnippets_search_bestbet:{name}", args=arguments)).content.decode()
        assert f'formaction="{reverse("search_preview_best_bet", args=arguments)}"' in html


@pytest.mark.parametrize(("model", "name"), [("searchwords", "search_words"), ("glossaryterm", "glossary_term")])
def test_the_forms_of_words_send_themselves_to_the_preview(built, editor, model, name):
    html = editor.get(reverse(f"wagtailsnippets_guidance_{model}:add")).content.decode()
    assert f'formaction="{reverse(f"guidance_preview_{name}")}"' in html


def test_the_preview_of_a_best_bet_shows_before_and_after_and_saves_nothing(built, editor):
    saved = bet("unicorn")
    saved.save()
    form = {"words": "pony", "key": "passage:zebra", "expires": saved.expires.isoformat()}
    text = text_of(editor.post(reverse("search_preview_best_bet", args=[saved.pk]), form))
    assert "“pony” Words of this entry Now Nothing here answers it. With this entry Zebras Passage New" in text
    saved.refresh_from_db()
    assert saved.words == "unicorn"
    assert editor.post(reverse("search_preview_best_bet", args=[saved.pk + 1]), form).status_code == 404


def test_the_preview_of_words_shows_before_and_after(built, editor):
    form = {"term": "zebra", "typed": "pony", "weight": "0.8"}
    text = text_of(editor.post(reverse("guidance_preview_search_words"), form))
    assert "“pony” Words of this entry Now Nothing here answers it. With this entry Zebras Passage New" in text
    assert "It touches 3 searches and changes the first five hits of 1 ." in text


def test_a_form_that_is_not_complete_is_told_what_is_missing(built, editor):
    text = text_of(editor.post(reverse("search_preview_best_bet"), {"words": "pony"}))
    assert "It cannot be previewed as it stands" in text
    assert "Expires : This field is required." in text.replace("Expires:", "Expires :")


def test_words_that_touch_nothing_say_so(built, editor):
    form = {"words": "…", "key": "passage:zebra", "expires": timezone.localdate().isoformat()}
    assert "It touches no search" in text_of(editor.post(reverse("search_preview_best_bet"), form))


def test_the_starter_content_brings_well_formed_judged_queries(settings):
    queries = judged.judged_queries(settings.CONTENT_DIR)
    assert len(queries) >= 100
    assert len({each.qid for each in queries}) == len(queries)
    assert {True, False} == {each.off_topic for each in queries}
