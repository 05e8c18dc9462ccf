"""« Prévenez-moi », as people live it, on the strict double of Telegram."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import httpx
import pytest
from telegram import Update
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot import texts
from bot.app import ALLOWED_UPDATES, lookout
from bot.dialogue import Dialogue
from bot.handlers.sending import tell
from bot.knowledge.alerts import LIFE, MOST_PER_PERSON, Frequency, Watch
from bot.knowledge.local import Evenement, LocalKnowledge
from bot.knowledge.reply import Answer
from bot.knowledge.understand import Conversation
from bot.live.results import Result, Results, failure
from bot.lookout import Outcome
from bot.services import Services
from tests.alerts.samples import NANTES, event
from tests.doubles.person import Person, Stage
from tests.doubles.public_services import FakeLive
from tests.doubles.telegram_double import Refused

SEARCH = "événements aide-soignant à Nantes"


def know(services: Services, *events: Evenement) -> None:
    """Put events in force, as a reload of the data does."""
    services.dialogue = Dialogue(services.dialogue.engine, LocalKnowledge(events))


def by_day(days: int = 1) -> dt.datetime:
    """Some days from now, at noon in Paris or nearly."""
    return (dt.datetime.now(dt.UTC) + dt.timedelta(days=days)).replace(hour=11)


async def look(stage: Stage, services: Services, days: int = 1) -> None:
    await lookout(services, stage.app.bot, lambda: by_day(days)).look()


async def subscribed(person: Person, frequency: str = "Dès qu'il y a du nouveau") -> None:
    await person.says(SEARCH)
    asks = await person.taps("Prévenez-moi")
    assert asks.labels == ["Chaque semaine", "Dès qu'il y a du nouveau"]
    await person.taps(frequency)


async def test_subscribe_be_told_stop_by_one_tap(services: Services) -> None:
    know(services, event("ancien"))
    async with Stage(services) as stage:
        zoe = stage.person()
        seen = await zoe.says(SEARCH)
        assert "Job dating ancien" in seen.text
        assert texts.BUTTON_ALERT in seen.labels
        await subscribed(zoe)
        assert "événements aide-soignant, Nantes" in zoe.sees.text
        assert texts.ALERT_PARTNERS_ONLY in zoe.sees.text
        count = len(stage.telegram.sent)
        await look(stage, services)
        assert len(stage.telegram.sent) == count, "what was shown is no news"

        know(services, event("ancien"), event("nouveau"))
        await look(stage, services, 2)
        assert "Job dating nouveau" in zoe.sees.text
        assert "ancien" not in zoe.sees.text
        assert any(button.get("url") == "https://exemple.invalid/nouveau" for button in zoe.sees.buttons)
        assert any("mesevenementsemploi" in button.get("url", "") for button in zoe.sees.buttons)
        count = len(stage.telegram.sent)
        await look(stage, services, 3)
        assert len(stage.telegram.sent) == count, "each item once"

        assert texts.ALERT_STOPPED[:14] in (await zoe.taps("Arrêter")).text
        know(services, event("ancien"), event("nouveau"), event("encore"))
        count = len(stage.telegram.sent)
        await look(stage, services, 4)
        assert len(stage.telegram.sent) == count
    assert services.store.rows("alerts") == services.store.rows("alert_items") == []


async def test_more_than_five_are_counted_and_told_no_more(services: Services) -> None:
    know(services)
    async with Stage(services) as stage:
        zoe = stage.person()
        await subscribed(zoe, "Chaque semaine")
        know(services, *(event(f"numero-{number}") for number in range(8)))
        count = len(stage.telegram.sent)
        await look(stage, services, 6)
        assert len(stage.telegram.sent) == count, "the week is not over"
        await look(stage, services, 4 + 3)
        await look(stage, services, 8)
        assert len(stage.telegram.sent) == count + 1
        assert zoe.sees.text.count("• ") == 5
        assert "et 3 autres" in zoe.sees.text


async def test_another_job_or_town_is_not_told(services: Services) -> None:
    know(services)
    async with Stage(services) as stage:
        zoe = stage.person()
        await subscribed(zoe)
        elsewhere = event("ailleurs").model_copy(update={"commune": "13055"})
        other = event("autre").model_copy(update={"metiers": ("metier:ambulancier",)})
        know(services, elsewhere, other)
        count = len(stage.telegram.sent)
        await look(stage, services)
        assert len(stage.telegram.sent) == count


async def test_alerts_are_listed_changed_and_stopped_from_the_list(services: Services) -> None:
    async with Stage(services) as stage:
        zoe = stage.person()
        assert (await zoe.says("/alertes")).text == texts.ALERTS_NONE
        await subscribed(zoe)
        await subscribed(zoe, "Chaque semaine")
        listed = await zoe.says("/alertes")
        assert listed.labels == ["Arrêter : événements aide-soignant, Nantes"]
        assert "une fois par semaine" in listed.text
        await zoe.taps("Arrêter")
        assert (await zoe.says("/alertes")).text == texts.ALERTS_NONE


async def test_ten_at_most(services: Services) -> None:
    towns = list(services.dialogue.engine.gazetteer.communes)[: MOST_PER_PERSON + 1]
    async with Stage(services) as stage:
        zoe = stage.person()
        await zoe.says("/start")
        for town in towns:
            await zoe.taps_data(f"n:s:offres@@{town}")
        assert zoe.sees.text.startswith("Vous avez déjà 10 alertes")
        assert len(zoe.sees.labels) == MOST_PER_PERSON
    assert len(services.store.rows("alerts")) == MOST_PER_PERSON


@pytest.mark.parametrize(
    "data",
    ["n:x:1", "n:x:99999999999999999999", "n:?offres@metier:disparu@44109", "n:", "n:s:immersions@@44109"],
)
async def test_forged_and_stale_taps_are_never_silent(services: Services, data: str) -> None:
    async with Stage(services) as stage:
        await subscribed(stage.person(1))
        ali = stage.person(2)
        await ali.says("/start")
        count = len(stage.telegram.sent)
        await ali.taps_data(data)
        method, params = stage.telegram.calls[-1]
        assert (method, params.get("text")) == ("answerCallbackQuery", texts.STALE_BUTTON)
        assert len(stage.telegram.sent) == count
    assert [row["person"] for row in services.store.rows("alerts")] == [services.store.pseudonym(1)]


async def test_a_stop_too_old_for_its_spinner_still_stops(services: Services) -> None:
    async with Stage(services) as stage:
        zoe = stage.person()
        await subscribed(zoe)
        stage.telegram.fail("answerCallbackQuery", Refused(400, "Bad Request: query is too old"))
        await zoe.taps("Arrêter")
        stage.telegram.open_queries.clear()
    assert services.store.rows("alerts") == []


async def test_forgetting_erases_the_number_of_the_chat(services: Services) -> None:
    know(services, event("ancien"))
    async with Stage(services) as stage:
        zoe = stage.person(987654321)
        await subscribed(zoe)
        assert services.store.rows("alerts")[0]["chat_id"] == 987654321
        await zoe.says("/oublier")
    assert services.store.rows("alerts") == services.store.rows("alert_items") == []


async def test_blocking_the_bot_erases_alerts_at_once(services: Services) -> None:
    assert Update.MY_CHAT_MEMBER in ALLOWED_UPDATES
    async with Stage(services) as stage:
        await subscribed(stage.person(1))
        await subscribed(stage.person(2))
        update = Update.de_json(stage.telegram.blocks(1), stage.app.bot)
        await stage.app.process_update(update)
        assert [row["chat_id"] for row in services.store.rows("alerts")] == [2]


async def test_a_refusal_because_blocked_erases_alerts(services: Services) -> None:
    know(services)
    async with Stage(services) as stage:
        await subscribed(stage.person())
        know(services, event("nouveau"))
        stage.telegram.blocked.add(42)
        await look(stage, services)
    assert services.store.rows("alerts") == services.store.rows("alert_items") == []


async def test_what_telegram_refuses_is_told_at_the_next_look(services: Services) -> None:
    know(services)
    async with Stage(services) as stage:
        zoe = stage.person()
        await subscribed(zoe)
        know(services, event("nouveau"))
        stage.telegram.fail("sendMessage", Refused(502, "Bad Gateway"))
        count = len(stage.telegram.sent)
        await look(stage, services)
        assert len(stage.telegram.sent) == count
        await look(stage, services)
        await look(stage, services, 2)
        assert len(stage.telegram.sent) == count + 1
        assert "Job dating nouveau" in zoe.sees.text


async def test_the_end_is_told_and_one_tap_renews(services: Services) -> None:
    know(services)
    async with Stage(services) as stage:
        zoe = stage.person()
        await subscribed(zoe)
        await look(stage, services, LIFE.days + 1)
        assert zoe.sees.text.startswith("Votre alerte est finie")
        assert services.store.rows("alerts") == []
        await zoe.taps("Continuer 6 mois")
        assert zoe.sees.text.startswith("C'est noté")
    assert len(services.store.rows("alerts")) == 1


async def test_without_a_place_there_is_nothing_to_watch(services: Services) -> None:
    async with Stage(services) as stage:
        zoe = stage.person()
        assert texts.BUTTON_ALERT not in (await zoe.says("offres d'emploi aide-soignant")).labels
        assert texts.BUTTON_ALERT in (await zoe.says("à Nantes")).labels
        assert texts.BUTTON_ALERT not in (await zoe.says("immersion aide-soignant à Nantes")).labels


# -- with public services ----------------------------------------------------------------------------


def offers(*idents: str, days_ago: int = 0) -> Results:
    day = dt.datetime.now(dt.UTC) - dt.timedelta(days=days_ago)
    items = tuple(
        Result("offre", f"Offre {ident}", date=day, url=f"https://exemple.invalid/{ident}", ident=ident)
        for ident in idents
    )
    return Results(items, len(items), "France Travail", "Source : France Travail.")


def with_live(services: Services, by_radius: dict[int, Results | None]) -> FakeLive:
    fake = FakeLive(by_radius)
    services.live = fake.live
    return fake


async def test_new_offers_of_a_service_are_told_with_their_source(services: Services) -> None:
    live = with_live(services, {60: offers("a")})
    async with Stage(services) as stage:
        zoe = stage.person()
        await zoe.says("offres aide-soignant à Nantes")
        await zoe.taps("Prévenez-moi")
        await zoe.taps("Dès qu'il")
        assert texts.ALERT_PARTNERS_ONLY not in zoe.sees.text
        live.by_radius[60] = failure("France Travail")
        count = len(stage.telegram.sent)
        live.asked.clear()
        await look(stage, services)
        assert len(stage.telegram.sent) == count
        live.by_radius[60] = replace(
            offers("a", "b"), items=offers("a", "b").items + offers("vieux", days_ago=9).items
        )
        await look(stage, services)
        assert "Offre b" in zoe.sees.text
        assert "Offre a" not in zoe.sees.text
        assert "vieux" not in zoe.sees.text, "an old offer that moved up"
        assert "Source : France Travail." in zoe.sees.text
        assert {radius for radius, _ in live.asked} == {60}, (
            "the radius stays that of the answer under which « Prévenez-moi » stood"
        )
        live.by_radius[20] = offers("c")
        await look(stage, services, 2)
        assert len(stage.telegram.sent) == count + 1
        services.live = None


async def test_a_service_that_failed_at_first_starts_from_what_it_gives_first(services: Services) -> None:
    live = with_live(services, {20: failure("France Travail")})
    async with Stage(services) as stage:
        zoe = stage.person()
        await zoe.says("offres aide-soignant à Nantes")
        await zoe.taps("Prévenez-moi")
        await zoe.taps("Dès qu'il")
        assert zoe.sees.text.startswith("C'est noté")
        count = len(stage.telegram.sent)
        live.by_radius[20] = offers("a", "b")
        await look(stage, services)
        assert len(stage.telegram.sent) == count
        live.by_radius[20] = offers("a", "b", "c")
        await look(stage, services, 2)
        assert "Offre c" in zoe.sees.text
        assert len(stage.telegram.sent) == count + 1
        services.live = None


async def test_a_kept_place_paged_watched_and_stopped(services: Services) -> None:
    fake = with_live(services, {20: offers(*(f"no{number}" for number in range(1, 8)))})
    async with Stage(services) as stage:
        zoe = stage.person()
        await zoe.says("offres brancardier à Nantes")
        await zoe.taps(texts.BUTTON_KEEP)
        services.store.remember(services.store.pseudonym(42), Conversation())
        first = await zoe.says("offres aide-soignant")
        assert texts.KEPT_TOWN.format(of_place="de Nantes") in first.text
        assert ("Offre no5" in first.text, "Offre no6" in first.text) == (True, False)
        own = (texts.BUTTON_MORE, texts.BUTTON_ALERT, texts.BUTTON_FORGET_PLACE)
        assert [first.labels.count(label) for label in own] == [1, 1, 1]
        forget = next(b["callback_data"] for b in first.buttons if b["text"] == texts.BUTTON_FORGET_PLACE)
        ask = next(b["callback_data"] for b in first.buttons if b["text"] == texts.BUTTON_ALERT)

        second = await zoe.taps("Voir plus")
        assert ("Offre no5" in second.text, "Offre no7" in second.text) == (False, True)
        assert not set(own) & set(second.labels)

        await zoe.taps_data(ask)
        made = await zoe.taps("Dès qu'il")
        assert "offres aide-soignant, Nantes" in made.text
        forgotten = await zoe.taps_data(forget)
        assert texts.PLACE_FORGOTTEN in forgotten.text
        assert texts.ALERTS_GO_ON in forgotten.text, "an alert has its own place"
        fake.by_radius[20] = offers(*(f"no{number}" for number in range(1, 9)))
        count = len(stage.telegram.sent)
        await look(stage, services)
        assert len(stage.telegram.sent) == count + 1
        assert ("Offre no8" in zoe.sees.text, "Offre no7" in zoe.sees.text) == (True, False)

        await zoe.taps("Arrêter")
        fake.by_radius[20] = offers("no9")
        count = len(stage.telegram.sent)
        await look(stage, services, 2)
        assert len(stage.telegram.sent) == count
        assert texts.ALERTS_GO_ON not in (await zoe.taps_data(forget)).text
    assert services.store.rows("alerts") == services.store.rows("places") == []


async def test_an_alert_looks_as_far_as_its_answer(services: Services) -> None:
    fake = with_live(services, {50: offers("a")})
    async with Stage(services) as stage:
        zoe = stage.person()
        await zoe.says("offres aide-soignant à 50 km de Nantes")
        await zoe.taps("Prévenez-moi")
        await zoe.taps("Chaque semaine")
        assert "offres aide-soignant, Nantes, 50 km autour" in zoe.sees.text
        fake.by_radius[50] = offers("a", "b")
        fake.asked.clear()
        await look(stage, services, 8)
        assert "Offre b" in zoe.sees.text
        assert {radius for radius, _ in fake.asked} == {50}


async def test_what_partners_signal_is_watched_as_far_as_the_answer_shows_it(services: Services) -> None:
    know(services)
    async with Stage(services) as stage:
        zoe = stage.person()
        await zoe.says("événements aide-soignant à Châteaubriant")
        await zoe.taps("Prévenez-moi")
        await zoe.taps("Dès qu'il")
        know(services, event("a-nantes"))
        await look(stage, services)
        assert "Job dating a-nantes" in zoe.sees.text, "nothing within 30 km: as far as 60"
        know(services, event("a-nantes"), event("sur-place").model_copy(update={"commune": "44036"}))
        await look(stage, services, 2)
        assert "Job dating sur-place" in zoe.sees.text
        assert "a-nantes" not in zoe.sees.text


async def test_immersions_are_watched_where_their_service_is(services: Services) -> None:
    with_live(services, {20: offers("a")})
    async with Stage(services) as stage:
        zoe = stage.person()
        assert texts.BUTTON_ALERT in (await zoe.says("immersion aide-soignant à Nantes")).labels
        await zoe.taps("Prévenez-moi")
        await zoe.taps("Chaque semaine")
        services.live = None
    expected = Watch("immersions", "metier:aide-soignant", NANTES)
    (made,) = services.store.alerts.of(services.store.pseudonym(42))
    assert (made.watch, made.frequency) == (expected, Frequency.WEEKLY)


# -- what became of a message ------------------------------------------------------------------------


def because(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (Forbidden("bot was blocked by the user"), Outcome.GONE),
        (BadRequest("Chat not found"), Outcome.GONE),
        (BadRequest("BUTTON_URL_INVALID"), Outcome.NOT_SENT),
        (RetryAfter(dt.timedelta(seconds=9)), Outcome.NOT_SENT),
        (NetworkError("Bad Gateway"), Outcome.NOT_SENT),
        (because(NetworkError("x"), httpx.ConnectError("x")), Outcome.NOT_SENT),
        (because(TimedOut(), httpx.ConnectTimeout("x")), Outcome.NOT_SENT),
        (because(TimedOut(), httpx.ReadTimeout("x")), Outcome.UNSURE),
        (because(NetworkError("x"), httpx.ReadError("x")), Outcome.UNSURE),
        (because(NetworkError("x"), RuntimeError("x")), Outcome.UNSURE),
        (TelegramError("Invalid server response"), Outcome.UNSURE),
    ],
)
async def test_only_what_surely_did_not_leave_is_sent_again(error: TelegramError, outcome: Outcome) -> None:
    class Failing:
        async def send_message(self, *args: object, **kwargs: object) -> None:
            raise error

    assert await tell(Failing(), 42, Answer("", ("x",))) is outcome  # type: ignore[arg-type]
