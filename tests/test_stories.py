"""Conversations as people have them, on the strict double of Telegram."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import texts
from bot.dialogue import Dialogue
from bot.knowledge.decide import Understanding
from bot.knowledge.labels import Label, parse_label
from bot.knowledge.reply import MAX_CALLBACK_BYTES, Part
from bot.knowledge.understand import Conversation
from bot.live.results import Result, Results
from bot.render import callback_data, payload, read_callback, read_payload
from bot.services import Services
from bot.store import Store
from tests.doubles.person import Stage
from tests.doubles.public_services import FakeLive
from tests.doubles.telegram_double import Refused


async def test_a_first_visit(services: Services) -> None:
    async with Stage(services) as stage:
        zoe = stage.person()
        assert "métiers du soin" in (await zoe.says("/start")).text
        seen = await zoe.says("cest paye combien aide soignante")
        assert seen.text.startswith("Aide-soignant · salaire")
        assert "Source" in seen.text
        assert any("Près de chez moi" in label for label in seen.labels)
        assert any(button.get("url", "").startswith("https://t.me/share/url") for button in seen.buttons)


async def test_a_follow_up_keeps_the_entry(services: Services) -> None:
    async with Stage(services) as stage:
        zoe = stage.person()
        await zoe.says("c'est quoi le métier d'ergothérapeute ?")
        assert (await zoe.says("et le salaire ?")).text.startswith("Ergothérapeute · salaire")
        assert (await zoe.says("et pour psychomotricien ?")).text.startswith("Psychomotricien")


async def test_taps_lead_on(services: Services) -> None:
    async with Stage(services) as stage:
        zoe = stage.person()
        await zoe.says("aide-soignant")
        assert "Aide-soignant" in (await zoe.taps("Salaire")).text
        seen = await zoe.taps("Près de chez moi")
        assert "Offres" in seen.text
        assert texts.WHERE in seen.text


async def test_an_edited_question_corrects_its_answer(services: Services) -> None:
    async with Stage(services) as stage:
        zoe = stage.person()
        first = await zoe.says("salaire brancardier")
        again = await zoe.edits("salaire ambulancier")
        assert again.message_id == first.message_id
        assert again.text.startswith("Ambulancier · salaire")
        assert (await zoe.edits("salaire ambulancier")).message_id == first.message_id


async def test_memory_is_on_disk_not_in_the_process(services: Services) -> None:
    async with Stage(services) as stage:
        await stage.person().says("brancardier")
    async with Stage(services) as stage:
        assert (await stage.person().says("et le salaire ?")).text.startswith("Brancardier · salaire")


async def test_start_payloads(services: Services) -> None:
    async with Stage(services) as stage:
        zoe = stage.person()
        assert (await zoe.says("/start metier_aes_salaire")).text.splitlines()[0].endswith("· salaire")
        assert "métiers du soin" in (await zoe.says("/start forum-nantes")).text
        await zoe.says("/start forum-nantes")
    assert [row["campaign"] for row in services.store.rows("arrivals")] == ["forum-nantes"]


@pytest.mark.parametrize("content", [{"sticker": None}, {"photo": None}])
async def test_what_is_not_text(services: Services, content: dict[str, None]) -> None:
    bodies = {
        "sticker": {
            "file_id": "x", "file_unique_id": "x", "type": "regular", "width": 1, "height": 1,
            "is_animated": False, "is_video": False,
        },
        "photo": [{"file_id": "x", "file_unique_id": "x", "width": 1, "height": 1}],
    }  # fmt: skip
    async with Stage(services) as stage:
        kind = next(iter(content))
        assert texts.NOT_TEXT in (await stage.person().shows(**{kind: bodies[kind]})).text


FORGED = (
    "a:action:offres#0", "a:action:offres#1", "a:action:offres#41", "a:action:offres#x", "a:action:offres#",
    "a:action:offres#2,00000", "a:action:offres#2,D:99,5", "a:action:offres#2,49007,", "a:action:offres#²",
    "d:", "d:x", "d:-1", "d:0", "d:1", "d:99999", "d:²", "d:" + "9" * 40,
    "l:", "l:00000", "l:D:99", "l:R:", "r:00000", "r:D:", "r:49007@",
)  # fmt: skip


@pytest.mark.parametrize(
    "data", ["v0:old", "a:metier:disparu/salaire", "a:", "x", "a:theme:age/salaire", *FORGED]
)
async def test_a_stale_button_is_never_silent(services: Services, data: str) -> None:
    async with Stage(services) as stage:
        zoe = stage.person()
        await zoe.says("/start")
        await zoe.taps_data(data)
        method, params = stage.telegram.calls[-1]
        assert (method, params.get("text")) == ("answerCallbackQuery", texts.STALE_BUTTON)


async def test_a_tap_too_old_for_its_spinner_is_still_answered(services: Services) -> None:
    async with Stage(services) as stage:
        zoe = stage.person()
        await zoe.says("aide-soignant")
        stage.telegram.fail("answerCallbackQuery", Refused(400, "Bad Request: query is too old"))
        assert "salaire" in (await zoe.taps("Salaire")).text
        stage.telegram.open_queries.clear()


async def test_too_many_requests_is_waited_for(services: Services) -> None:
    async with Stage(services) as stage:
        zoe = stage.person()
        await zoe.says("/start")
        stage.telegram.fail("sendMessage", Refused(429, "Too Many Requests: retry after 1", retry_after=1))
        assert (await zoe.says("salaire brancardier")).text.startswith("Brancardier · salaire")


async def test_erasing(services: Services) -> None:
    async with Stage(services) as stage:
        zoe, ali = stage.person(1), stage.person(2)
        await zoe.says("salaire brancardier")
        await ali.says("salaire brancardier")
        assert texts.FORGOTTEN in (await zoe.says("/oublier")).text
    people = {row["person"] for table in ("questions", "conversations") for row in services.store.rows(table)}
    assert people == {services.store.pseudonym(2)}


async def test_nothing_that_names_a_person_is_kept(services: Services) -> None:
    async with Stage(services) as stage:
        await stage.person(987654321).says("aide-soignant")
    kept = str([services.store.rows(table) for table in ("questions", "conversations", "arrivals")])
    assert "987654321" not in kept
    assert "Zoé" not in kept


async def test_a_shared_location_is_a_place(services: Services) -> None:
    here = {"latitude": 47.2184, "longitude": -1.5536}
    async with Stage(services) as stage:
        zoe = stage.person()
        assert "Nantes" in (await zoe.shows(location=here)).text
        await zoe.says("offres d'emploi brancardier")
        seen = await zoe.shows(location=here)
        assert seen.text.startswith("Offres d'emploi · Brancardier · Nantes")
    assert services.store.rows("conversations")[0]["place"] == "44109"


async def test_a_location_far_from_france(services: Services) -> None:
    async with Stage(services) as stage:
        seen = await stage.person().shows(location={"latitude": 50.85, "longitude": 4.35})
        assert texts.FAR_FROM_FRANCE in seen.text


async def test_a_homonym_is_one_tap_away(services: Services) -> None:
    async with Stage(services) as stage:
        zoe = stage.person()
        seen = await zoe.says("offres aide-soignant à Saint-Denis")
        assert "Saint-Denis (Seine-Saint-Denis)" in seen.text
        seen = await zoe.taps("Saint-Denis (La Réunion)")
        assert seen.text.startswith("Offres d'emploi · Aide-soignant · Saint-Denis (La Réunion)")
        assert any("lieux=97411" in button.get("url", "") for button in seen.buttons)
    assert services.store.rows("conversations")[0]["place"] == "97411"


async def test_an_answer_that_was_not_meant_offers_its_other_readings(services: Services) -> None:
    async with Stage(services) as stage:
        zoe = stage.person()
        await zoe.says("je veux devenir aide soignante je suis ash depuis 10 ans")
        seen = await zoe.taps(texts.BUTTON_DISPUTE)
        assert texts.DISPUTED_CHOOSE in seen.text or texts.DISPUTED in seen.text
        assert texts.BUTTON_PERSON in seen.labels
        assert texts.BUTTON_DISPUTE not in seen.labels
    row = services.store.rows("questions")[-1]
    assert row["disputed"] == 1


async def test_nobody_disputes_another_persons_answer(services: Services) -> None:
    async with Stage(services) as stage:
        zoe, ali = stage.person(1), stage.person(2)
        seen = await zoe.says("salaire brancardier")
        data = next(b["callback_data"] for b in seen.buttons if b["text"] == texts.BUTTON_DISPUTE)
        await ali.says("/start")
        await ali.taps_data(data)
        assert stage.telegram.calls[-1][1].get("text") == texts.STALE_BUTTON
    assert services.store.rows("questions")[0]["disputed"] is None


@pytest.mark.parametrize("text", ["bonjour", "merci", "jai envie de mourir"])
async def test_greetings_and_help_are_not_disputed(services: Services, text: str) -> None:
    async with Stage(services) as stage:
        assert texts.BUTTON_DISPUTE not in (await stage.person().says(text)).labels


CHOICES = (parse_label("metier:aes/salaire"), parse_label("metier:brancardier/salaire"))


@pytest.mark.parametrize(
    ("decision", "tapped", "chosen"),
    [
        ("suggest", "metier:brancardier/salaire", "metier:brancardier/salaire"),
        ("fallback", "metier:brancardier/salaire", "metier:brancardier/salaire"),
        ("suggest", "metier:ash/salaire", None),
        # Another reading under an answer may just be the next question.
        ("answer", "metier:brancardier/salaire", None),
    ],
)
async def test_the_choice_that_a_person_taps_is_kept(
    services: Services, decision: str, tapped: str, chosen: str | None
) -> None:
    async with Stage(services) as stage:
        zoe = stage.person()
        await zoe.says("/start")
        understanding = Understanding(decision, None, suggestions=CHOICES)
        services.store.questions.record(services.store.pseudonym(42), "payé combien", understanding)
        await zoe.taps_data(f"a:{tapped}")
    assert services.store.rows("questions")[-1]["chosen"] == chosen


async def test_what_is_chosen_after_a_dispute_is_kept(services: Services) -> None:
    async with Stage(services) as stage:
        zoe = stage.person()
        await zoe.says("/start")
        understanding = Understanding("answer", parse_label("metier:ash/salaire"), suggestions=CHOICES)
        number = services.store.questions.record(services.store.pseudonym(42), "payé combien", understanding)
        seen = await zoe.taps_data(f"d:{number}")
        assert texts.DISPUTED_CHOOSE in seen.text
        await zoe.taps("Brancardier")
    row = services.store.rows("questions")[-1]
    assert (row["disputed"], row["chosen"]) == (1, "metier:brancardier/salaire")


async def test_numbers_and_addresses_of_people_are_not_kept(services: Services) -> None:
    async with Stage(services) as stage:
        await stage.person().says("je suis zoe.m@exemple.fr 06 12 34 56 78, salaire brancardier")
    assert services.store.rows("questions")[-1]["text"] == "je suis [adresse] [numéro], salaire brancardier"


class Clock:
    def __init__(self) -> None:
        self.now = dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def pass_hours(self, hours: float) -> None:
        self.now += dt.timedelta(hours=hours)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watched(dialogue: Dialogue, clock: Clock) -> Iterator[Services]:
    """Services whose time the test decides."""
    store = Store(":memory:", b"salt of the tests", clock)
    yield Services(dialogue, store)
    store.close()


async def test_a_conversation_is_over_after_twelve_hours(watched: Services, clock: Clock) -> None:
    async with Stage(watched) as stage:
        zoe, ali = stage.person(1), stage.person(2)
        await zoe.says("offres aide-soignant à Angers")
        clock.pass_hours(11.9)
        assert (await zoe.says("et à Saumur ?")).text.startswith("Offres d'emploi · Aide-soignant · Saumur")
        clock.pass_hours(12.1)
        assert texts.WHERE in (await zoe.says("offres aide-soignant")).text
        clock.pass_hours(12.1)
        await ali.says("brancardier")
        kept = watched.store.rows("conversations")
        assert [row["person"] for row in kept] == [watched.store.pseudonym(2)]


@pytest.mark.parametrize("text", ["et c'est payé combien ?", "et à Saumur ?", "offres d'emploi"])
async def test_a_conversation_about_a_fiche_that_is_gone_goes_on(watched: Services, text: str) -> None:
    gone = Conversation(parse_label("metier:disparu/missions"), ("metier:disparu", "metier:aide-soignant"))
    search = replace(gone, label=parse_label("action:offres"))
    for conversation in (gone, search):
        watched.store.remember(watched.store.pseudonym(1), conversation)
        async with Stage(watched) as stage:
            seen = await stage.person(1).says(text)
        assert seen.text
        assert texts.FAILED not in seen.text
    assert watched.store.conversation(watched.store.pseudonym(1)).refs == ("metier:aide-soignant",)


async def test_a_kept_place_serves_in_new_conversations_until_it_is_forgotten(
    watched: Services, clock: Clock
) -> None:
    async with Stage(watched) as stage:
        zoe = stage.person()
        seen = await zoe.says("offres aide-soignant à Angers")
        assert texts.BUTTON_KEEP in seen.labels
        assert "Angers" in (await zoe.taps(texts.BUTTON_KEEP)).text
        assert texts.BUTTON_KEEP not in (await zoe.says("offres brancardier à Angers")).labels
        clock.pass_hours(13)
        seen = await zoe.says("offres aide-soignant")
        assert texts.KEPT_TOWN.format(of_place="d'Angers") in seen.text
        assert texts.BUTTON_KEEP not in seen.labels
        assert watched.store.rows("questions")[-1]["place"] is None
        assert texts.KEPT_TOWN.format(of_place="d'Angers") in (await zoe.taps("Événements")).text
        assert texts.PLACE_FORGOTTEN in (await zoe.taps(texts.BUTTON_FORGET_PLACE)).text
        assert texts.WHERE in (await zoe.says("offres aide-soignant")).text
    assert watched.store.rows("places") == []


async def test_a_kept_place_goes_with_all_the_rest(watched: Services, clock: Clock) -> None:
    async with Stage(watched) as stage:
        zoe, ali = stage.person(1), stage.person(2)
        for person in (zoe, ali):
            await person.says("offres aide-soignant à Angers")
            await person.taps(texts.BUTTON_KEEP)
        await zoe.says("/oublier")
        assert [row["person"] for row in watched.store.rows("places")] == [watched.store.pseudonym(2)]
    watched.store.purge(clock.now.date() + dt.timedelta(days=366))
    assert watched.store.rows("places") == []


async def test_a_shared_location_can_be_kept(services: Services) -> None:
    async with Stage(services) as stage:
        zoe = stage.person()
        seen = await zoe.shows(location={"latitude": 47.2184, "longitude": -1.5536})
        assert texts.BUTTON_KEEP in seen.labels
        assert "Nantes" in (await zoe.taps(texts.BUTTON_KEEP)).text
    assert services.store.rows("places")[0]["place"] == "44109"


async def test_see_more_goes_on_with_the_same_search(services: Services) -> None:
    offers = tuple(Result("offre", f"Poste {number}") for number in range(1, 13))
    services.live = FakeLive({50: Results(offers, 12, "x", "")}).live
    async with Stage(services) as stage:
        zoe = stage.person()
        first = await zoe.says("offres aide-soignant à Angers à 50 km")
        assert ("Poste 5\n" in first.text, "Poste 6" in first.text) == (True, False)
        data = next(b["callback_data"] for b in first.buttons if b["text"] == texts.BUTTON_MORE)
        assert data == "a:action:offres@metier:aide-soignant#2,49007,50"
        await zoe.says("offres brancardier à Nantes")
        second = await zoe.taps_data(data)
        assert second.text.startswith("Offres d'emploi · Aide-soignant · Angers")
        assert ("Poste 6\n" in second.text, "Poste 11" in second.text) == (True, False)
        last = await zoe.taps("Voir plus")
        assert "Poste 12" in last.text
        assert texts.BUTTON_MORE not in last.labels


async def test_another_town_keeps_the_search(services: Services) -> None:
    async with Stage(services) as stage:
        zoe = stage.person()
        await zoe.says("offres aide-soignant à Angers")
        assert (await zoe.says("et à Saumur ?")).text.startswith("Offres d'emploi · Aide-soignant · Saumur")


HOSTILE = [
    "", " ", "😀😀😀", "你好", "مرحبا كيف حالك", "<b>gras</b> & <script>", "\x00\x01\x02", "a" * 10_000, "é" * 5000,
    "?" * 300, "/inconnue", "{smic_mensuel}", "%s %d", "AS" * 400, "1" * 4000, "\u202e\u200b", "'; drop table questions; --",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE[2:])
async def test_whatever_is_written_gets_an_answer(services: Services, text: str) -> None:
    async with Stage(services) as stage:
        seen = await stage.person().says(text[:4096])
        assert seen.text
        assert seen.buttons


async def test_distress_gets_help_first(services: Services) -> None:
    async with Stage(services) as stage:
        seen = await stage.person().says("j'ai envie de mourir, je suis aide soignante et j'en peux plus")
        assert "3114" in seen.text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    st.integers(2, 40),
    st.sampled_from([None, "97411", "2A004", "D:971", "R:93"]),
    st.none() | st.integers(0, 10**5),
)
def test_pages_fit_in_a_button_and_are_read_back(
    services: Services, page: int, place: str | None, radius: int | None
) -> None:
    for ref in services.dialogue.engine.knowledge.fiches:
        part = Part(page, place, radius if place else None)
        label = Label("action", "evenements")
        data = callback_data(label, (ref,), part)
        assert len(data.encode()) <= MAX_CALLBACK_BYTES
        assert read_callback(data) in [(label, (ref,), cut) for cut in (part, Part(page, place), Part(page))]


def test_every_answer_can_be_tapped_and_opened_by_a_link(services: Services) -> None:
    knowledge = services.dialogue.engine.knowledge
    for fiche in knowledge.fiches.values():
        for label in fiche.labels():
            data = callback_data(label)
            assert len(data.encode()) <= MAX_CALLBACK_BYTES
            assert read_callback(data) == (label, (), Part())
            assert read_payload(payload(label), knowledge) == label
