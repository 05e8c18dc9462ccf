"""When alerts are looked at, what is new, what is said, what buttons hold."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import texts
from bot.dialogue import Dialogue
from bot.knowledge import alerts
from bot.knowledge.alerts import Alert, Found, Frequency, Tap, Watch
from bot.knowledge.labels import Label
from bot.knowledge.reply import Asked
from bot.knowledge.understand import Conversation
from bot.knowledge.whereabouts import MOST_RADIUS_KM
from bot.render import to_html, to_keyboard
from tests.alerts.samples import MONDAY, NANTES, WATCH, alert, found, item
from tests.doubles.telegram_double import checked_keyboard, visible


@pytest.mark.parametrize(
    ("utc", "expected"),
    [
        # In summer Paris is two hours ahead of UTC, in winter one.
        ("2026-07-01T05:59", False),
        ("2026-07-01T06:00", True),
        ("2026-07-01T17:59", True),
        ("2026-07-01T18:00", False),
        ("2026-12-01T06:59", False),
        ("2026-12-01T07:00", True),
        ("2026-12-01T18:59", True),
        ("2026-12-01T19:00", False),
    ],
)
def test_nobody_is_written_to_at_night(utc: str, expected: bool) -> None:
    assert alerts.awake(dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)) is expected


def test_at_once_is_each_hour_and_weekly_each_seven_days() -> None:
    assert alerts.next_look(Frequency.AT_ONCE, MONDAY) == MONDAY + dt.timedelta(hours=1)
    assert alerts.next_look(Frequency.WEEKLY, MONDAY) == MONDAY + dt.timedelta(days=7)


def test_what_was_seen_or_comes_twice_is_no_news() -> None:
    new = alerts.new_items(alert(), found("a", "b", "b", "c"), {"a"})
    assert [one.key for one in new] == ["b", "c"]


def test_an_old_offer_that_moved_up_is_no_news() -> None:
    day = MONDAY.date()
    there = replace(found(), live=(item("old", day - dt.timedelta(2)), item("late", day - dt.timedelta(1))))
    assert [one.key for one in alerts.new_items(alert(), there, ())] == ["late"]


def test_what_services_give_the_first_time_is_where_the_alert_starts() -> None:
    there = replace(found("live"), local=(item("local"),))
    assert [one.key for one in alerts.new_items(alert(radius_km=None), there, ())] == ["local"]


@given(
    st.lists(st.text(min_size=1, max_size=900), min_size=1, max_size=30, unique=True), st.text(max_size=200)
)
def test_news_is_always_a_message_that_telegram_takes(lines: list[str], what: str) -> None:
    items = tuple(
        replace(item(str(number)), line=line, title=line or "x") for number, line in enumerate(lines)
    )
    answer = alerts.news(alert(), replace(found(), live=items), items, what)
    html = to_html(answer)
    # What a person sees is what counts; Telegram drops characters that XML forbids.
    assert len(visible(html, "HTML").encode("utf-16-le")) // 2 <= 4096
    shown = answer.paragraphs[0]
    assert (f"et {len(lines) - 5} autres" in shown) or len(lines) <= 6
    assert (texts.ALERT_ONE_OTHER in shown.splitlines()[-1]) or len(lines) != 6
    keyboard = to_keyboard(answer)
    assert keyboard
    assert answer.buttons[-1].text == "Arrêter"
    assert any(button.text == "Chercher" for button in answer.buttons)


def test_the_source_is_named_only_for_what_comes_from_it() -> None:
    mixed = replace(found("live"), local=(item("local"),))
    assert alerts.news(alert(), mixed, mixed.local, "x").source == ""
    assert alerts.news(alert(), mixed, mixed.items, "x").source == "Source : exemple."


def test_a_confirmation_tells_what_where_how_often_until_when_and_how_to_stop() -> None:
    answer = alerts.made(alert(frequency=Frequency.WEEKLY), found(), "événements aide-soignant, Nantes")
    for words in (
        "événements aide-soignant, Nantes",
        "une fois par semaine",
        "6 mois",
        "lundi 24 mai 2027",
        "/alertes",
        "/oublier",
        "numéro de cette conversation",
    ):
        assert words in answer.text
    assert answer.buttons[-1].data == "n:x:1"
    assert texts.ALERT_PARTNERS_ONLY not in answer.text
    assert texts.ALERT_PARTNERS_ONLY in alerts.made(alert(), Found(), "x").text


def test_a_name_survives_an_entry_that_is_gone(dialogue: Dialogue) -> None:
    engine = dialogue.engine
    assert alerts.name(WATCH, engine.knowledge, engine.gazetteer) == "événements aide-soignant, Nantes"
    gone = Watch("offres", "metier:disparu", NANTES)
    assert alerts.name(gone, engine.knowledge, engine.gazetteer) == "offres, Nantes"
    far = replace(gone, radius_km=50)
    assert alerts.name(far, engine.knowledge, engine.gazetteer) == "offres, Nantes, 50 km autour"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Asked(Label("action", "offres"), ("metier:aes",), NANTES), Watch("offres", "metier:aes", NANTES)),
        (Asked(Label("action", "evenements"), (), "D:44"), Watch("evenements", None, "D:44")),
        (
            Asked(Label("action", "offres"), (), NANTES, radius_km=10_000),
            Watch("offres", None, NANTES, MOST_RADIUS_KM),
        ),
        (Asked(Label("action", "offres"), (), "D:44", radius_km=50), Watch("offres", None, "D:44")),
        (Asked(Label("action", "offres"), ("metier:aes",), None), None),
        (Asked(Label("action", "ecoles"), (), NANTES), None),
        (Asked(Label("metier", "aes", "salaire"), (), NANTES), None),
    ],
)
def test_only_searches_near_a_place_can_be_watched(
    dialogue: Dialogue, asked: Asked, expected: Watch | None
) -> None:
    assert alerts.watch_of(asked, dialogue.engine.knowledge) == expected


def test_every_watch_fits_in_a_button(dialogue: Dialogue) -> None:
    engine = dialogue.engine
    for ref in (None, *engine.knowledge.fiches):
        for action in alerts.ACTIONS:
            for place, radius_km in (("44109", None), ("44109", 100), ("D:974", None), ("R:93", None)):
                watch = Watch(action, ref, place, radius_km)
                assert alerts.offered(watch)
                tap = alerts.read_tap(alerts.ask_data(watch), engine.knowledge, engine.gazetteer)
                assert tap == Tap(watch)
    for frequency in Frequency:
        data = alerts.make_data(WATCH, frequency)
        assert alerts.read_tap(data, engine.knowledge, engine.gazetteer) == Tap(WATCH, frequency)


FORGED = [
    "n:", "n:x:", "n:x:-1", "n:x:²", "n:x:" + "9" * 40, "n:?", "n:?offres", "n:?offres@@", "n:?ecoles@@44109",
    "n:?offres@metier:disparu@44109", "n:?offres@@99999", "n:?offres@@X:44", "n:q:offres@@44109",
    "n:s:offres@@44109@", "n:s:offres@@44109@x", "n:s:offres@@44109@50@50", "n:s:offres@@D:44@50", "n::", "a:action:offres", "",
]  # fmt: skip


@pytest.mark.parametrize("data", FORGED)
def test_forged_data_is_told_apart(dialogue: Dialogue, data: str) -> None:
    engine = dialogue.engine
    with pytest.raises((ValueError, KeyError)):
        alerts.read_tap(data, engine.knowledge, engine.gazetteer)


@given(rest=st.text(max_size=64))
def test_whatever_a_button_holds_is_read_or_refused(dialogue: Dialogue, rest: str) -> None:
    engine = dialogue.engine
    try:
        tap = alerts.read_tap(f"n:{rest}", engine.knowledge, engine.gazetteer)
    except (ValueError, KeyError):
        return
    assert tap.watch or tap.alert_id is not None


def test_a_list_has_one_stop_for_each() -> None:
    two: list[tuple[Alert, str]] = [(alert(), "offres, Angers"), (replace(alert(), id=2), "offres, Nantes")]
    answer = alerts.listing(two)
    assert [(b.text, b.data) for b in answer.buttons] == [
        ("Arrêter : offres, Angers", "n:x:1"),
        ("Arrêter : offres, Nantes", "n:x:2"),
    ]
    keyboard = to_keyboard(answer)
    assert keyboard
    checked_keyboard(keyboard.to_dict())
    assert alerts.listing([]).text == texts.ALERTS_NONE


def test_other_mouths_never_see_the_button(dialogue: Dialogue) -> None:
    turn = dialogue.says("offres aide-soignant à Nantes", Conversation())
    assert turn.asked
    assert alerts.watch_of(turn.asked, dialogue.engine.knowledge)
    assert not any(button.data for button in turn.answer.buttons)
