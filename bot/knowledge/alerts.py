"""« Prévenez-moi » : what somebody wants to be told of, when it is looked for, what is new, and how it is said. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot import texts
from bot.knowledge.labels import Label
from bot.knowledge.local import day_words
from bot.knowledge.models import Knowledge
from bot.knowledge.places import Gazetteer
from bot.knowledge.reply import ALERT_PREFIX, MAX_CALLBACK_BYTES, PAGE, Answer, Asked, Button
from bot.knowledge.whereabouts import usable_radius

ACTIONS = ("offres", "evenements", "immersions")
MOST_PER_PERSON = 10
# Six months.
LIFE = dt.timedelta(days=182)
PARIS = ZoneInfo("Europe/Paris")
FIRST_HOUR, LAST_HOUR = 8, 20
# Services show what was published some time ago, and hours late: what is older than this before an alert isn't news.
PUBLISHED_LATE = dt.timedelta(days=1)
# Five lines of this many characters stay within one message.
LINE = 600

_ASK, _STOP = "?", "x"


class Frequency(StrEnum):
    """How often an alert is looked at; the values stand in buttons and in the database."""

    WEEKLY = "s"
    AT_ONCE = "j"


PAUSES = {Frequency.WEEKLY: dt.timedelta(days=7), Frequency.AT_ONCE: dt.timedelta(hours=1)}


@dataclass(frozen=True, slots=True)
class Watch:
    """What is looked for: one of ``ACTIONS``, about an entry (``metier:aes``) or none, near a place.

    ``radius_km`` is the distance that the person asked for around a town; None: as far as answers look.
    """

    action: str
    ref: str | None
    place: str
    radius_km: int | None = None

    @property
    def asked(self) -> Asked:
        """The same, as a question."""
        about = (self.ref,) if self.ref else ()
        return Asked(Label("action", self.action), about, self.place, radius_km=self.radius_km)


@dataclass(frozen=True, slots=True)
class Alert:
    """One person's alert. Moments are in UTC; ``radius_km`` is None until public services were searched once."""

    id: int
    person: str
    chat_id: int
    watch: Watch
    frequency: Frequency
    created: dt.datetime
    next_look: dt.datetime
    expires: dt.datetime
    radius_km: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that may be news: ``key`` tells it from all others for ever, ``line`` is what is shown.

    ``published`` is the day it was published or updated, when the service tells it.
    """

    key: str
    line: str
    title: str
    url: str | None = None
    published: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What there is now: told by admins (``local``), by public services (``live``), and the official search.

    ``radius_km`` is the radius that public services were searched within, None when none was asked; ``source``
    names them.
    """

    local: tuple[Item, ...] = ()
    live: tuple[Item, ...] = ()
    radius_km: int | None = None
    source: str = ""
    search: Button | None = None

    @property
    def items(self) -> tuple[Item, ...]:
        """All of it, what admins told first."""
        return (*self.local, *self.live)


# -- when --------------------------------------------------------------------------------------------


def awake(now: dt.datetime) -> bool:
    """Whether people may be written to: between 8 h and 20 h in Paris."""
    return FIRST_HOUR <= now.astimezone(PARIS).hour < LAST_HOUR


def next_look(frequency: Frequency, now: dt.datetime) -> dt.datetime:
    """When an alert that has just been looked at is due again."""
    return now + PAUSES[frequency]


# -- what is new -------------------------------------------------------------------------------------


def new_items(alert: Alert, found: Found, seen: Collection[str]) -> list[Item]:
    """What the person was not told yet, each once.

    The first time public services answer, theirs is where the alert starts from, not news. Later, an old item
    that only moved up into the part of a list that services give is not news either.
    """
    candidates = found.local if alert.radius_km is None else found.items
    oldest = (alert.created - PUBLISHED_LATE).date()
    once = {item.key: item for item in candidates if item.key not in seen}
    return [item for item in once.values() if item.published is None or item.published >= oldest]


# -- wording -----------------------------------------------------------------------------------------


def watch_of(asked: Asked, knowledge: Knowledge) -> Watch | None:
    """What could be watched for a question; None when it is no search near a place."""
    if asked.label.kind != "action" or asked.label.id not in ACTIONS or not asked.place:
        return None
    ref = next((ref for ref in asked.about if ref in knowledge.fiches), None)
    far = asked.radius_km is not None and _is_town(asked.place)
    return Watch(asked.label.id, ref, asked.place, usable_radius(asked.radius_km or 0) if far else None)


def name(watch: Watch, knowledge: Knowledge, gazetteer: Gazetteer) -> str:
    """« offres aide-soignant, Angers, 50 km autour ». An entry that is gone from the data is left out."""
    fiche = knowledge.fiches.get(watch.ref) if watch.ref else None
    words = texts.ALERT_KINDS[watch.action] + (f" {fiche.court}" if fiche else "")
    around = texts.ALERT_AROUND.format(radius=watch.radius_km) if watch.radius_km is not None else ""
    return f"{words}, {gazetteer.name(watch.place)}{around}"


def offered(watch: Watch) -> Button | None:
    """The button that asks to be told; None when the next one would not hold what is watched."""
    longest = make_data(watch, Frequency.WEEKLY)
    fits = len(longest.encode()) <= MAX_CALLBACK_BYTES
    return Button(texts.BUTTON_ALERT, data=ask_data(watch)) if fits else None


def how_often(watch: Watch, what: str) -> Answer:
    """The question that comes before an alert."""
    buttons = tuple(
        Button(texts.ALERT_FREQUENCIES[frequency.value], data=make_data(watch, frequency))
        for frequency in Frequency
    )
    return Answer("", (texts.ALERT_HOW_OFTEN.format(what=what),), buttons=buttons)


def made(alert: Alert, found: Found | None, what: str) -> Answer:
    """What an alert does, until when, and how to stop it. ``found`` is None when a service did not answer."""
    paragraphs = [
        texts.ALERT_MADE.format(
            what=what,
            often=texts.ALERT_OFTEN[alert.frequency.value],
            until=day_words(alert.expires.astimezone(PARIS).date()),
        )
    ]
    search = found.search if found else None
    if found and found.radius_km is None:
        paragraphs.append(texts.ALERT_PARTNERS_ONLY)
    return Answer("", tuple(paragraphs), buttons=(*([search] if search else []), stop_button(alert)))


def news(alert: Alert, found: Found, new: Sequence[Item], what: str) -> Answer:
    """The message that tells what is new: five items, how many more, where to see them, one tap to stop."""
    shown = new[:PAGE]
    lines = [item.line[:LINE] for item in shown]
    others = len(new) - len(shown)
    if others:
        lines.append(texts.ALERT_OTHERS.format(number=others) if others > 1 else texts.ALERT_ONE_OTHER)
    links = [Button(item.title[:40], url=item.url) for item in shown if item.url]
    search = [found.search] if found.search else []
    live = {item.key for item in found.live}
    return Answer(
        texts.ALERT_NEWS.format(what=what),
        ("\n".join(lines),),
        found.source if any(item.key in live for item in shown) else "",
        (*links, *search, stop_button(alert)),
    )


def over(alert: Alert, what: str) -> Answer:
    """The last message of an alert, with a way to have it again."""
    renew = Button(texts.BUTTON_ALERT_RENEW, data=make_data(alert.watch, alert.frequency))
    return Answer("", (texts.ALERT_OVER.format(what=what),), buttons=(renew,))


def listing(alerts: Sequence[tuple[Alert, str]], text: str = "") -> Answer:
    """A person's alerts with their names, a button to stop each; ``text`` is said first."""
    lines = [
        texts.ALERT_LINE.format(
            what=what,
            often=texts.ALERT_OFTEN[alert.frequency.value],
            until=day_words(alert.expires.astimezone(PARIS).date()),
        )
        for alert, what in alerts
    ]
    if not lines:
        return Answer("", (text or texts.ALERTS_NONE,))
    buttons = tuple(
        stop_button(alert, texts.BUTTON_ALERT_STOP_THIS.format(what=what)) for alert, what in alerts
    )
    return Answer("", (text or texts.ALERTS, "\n".join(lines)), buttons=buttons)


def stop_button(alert: Alert, text: str = texts.BUTTON_ALERT_STOP) -> Button:
    """One tap and nothing more comes."""
    return Button(text, data=f"{ALERT_PREFIX}{_STOP}:{alert.id}")


# -- what buttons hold -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tap:
    """What a button of alerts asks for: to stop ``alert_id``, or to watch (how often is asked when not told)."""

    watch: Watch | None = None
    frequency: Frequency | None = None
    alert_id: int | None = None


def ask_data(watch: Watch) -> str:
    """« n:?offres@metier:aes@49007 », « n:?offres@metier:aes@49007@50 » : how often?"""
    return f"{ALERT_PREFIX}{_ASK}{_written(watch)}"


def make_data(watch: Watch, frequency: Frequency) -> str:
    """« n:s:offres@metier:aes@49007 » : every week."""
    return f"{ALERT_PREFIX}{frequency.value}:{_written(watch)}"


def _written(watch: Watch) -> str:
    around = f"@{watch.radius_km}" if watch.radius_km is not None else ""
    return f"{watch.action}@{watch.ref or ''}@{watch.place}{around}"


def read_tap(data: str, knowledge: Knowledge, gazetteer: Gazetteer) -> Tap:
    """What a button's data ask for. Raises ValueError or KeyError when it is not one of ours, or of another time."""
    what = data.removeprefix(ALERT_PREFIX)
    if what == data:
        raise ValueError("bouton inconnu")
    if what.startswith(_ASK):
        return Tap(_read_watch(what.removeprefix(_ASK), knowledge, gazetteer))
    verb, _, rest = what.partition(":")
    if verb != _STOP:
        return Tap(_read_watch(rest, knowledge, gazetteer), Frequency(verb))
    # SQLite counts up to 2^63.
    if not (rest.isascii() and rest.isdecimal() and len(rest) <= 18):
        raise ValueError("alerte inconnue")
    return Tap(alert_id=int(rest))


def _read_watch(text: str, knowledge: Knowledge, gazetteer: Gazetteer) -> Watch:
    action, ref, place, *around = text.split("@")
    if action not in ACTIONS:
        raise ValueError("action inconnue")
    gazetteer.name(place)
    radius_km = _read_radius(place, *around) if around else None
    return Watch(action, knowledge.fiche(ref).ref if ref else None, place, radius_km)


def _read_radius(place: str, text: str, *rest: str) -> int:
    if rest or not _is_town(place) or not (text.isascii() and text.isdecimal() and len(text) <= 3):
        raise ValueError("distance inconnue")
    return usable_radius(int(text))


def _is_town(place: str) -> bool:
    """Whether there is a distance around a place: an area has none."""
    return ":" not in place
