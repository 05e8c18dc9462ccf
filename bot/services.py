"""What the mouths share: the dialogue in force and the store."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass, replace

from bot import texts
from bot.dialogue import Dialogue, Turn
from bot.knowledge.alerts import Watch, offered, watch_of
from bot.knowledge.labels import LOCAL_ACTIONS, Label
from bot.knowledge.places import distance_km
from bot.knowledge.reply import DISPUTE_PREFIX, KEEP_PREFIX, Answer, Button, Part
from bot.knowledge.understand import Conversation
from bot.live.service import LiveResults
from bot.live_answers import live_page
from bot.store import Store

# A shared location is in the nearest commune, unless its centre is farther than this. Those of Guyane are vast.
FAR_KM = 30.0
FAR_IN_GUYANE_KM = 200.0
GUYANE = "973"


@dataclass
class Services:
    """The dialogue (swapped whole when the data change), the store, and the public services."""

    dialogue: Dialogue
    store: Store
    live: LiveResults | None = None
    _purged: dt.date | None = None

    async def completed(self, turn: Turn) -> Answer:
        """The answer of a turn, with what public services say right now where keys are set, and with the buttons
        that only Telegram has: to be told of news, to keep the place.
        """
        answer, dialogue = turn.answer, self.dialogue
        if self.live is not None and turn.asked is not None:
            engine = dialogue.engine
            page = await live_page(turn.asked, self.live, engine.knowledge, engine.gazetteer)
            if page is not None:
                answer = dialogue.answerer.answer(turn.asked, page)
        answer = _with_buttons(answer, (*self._alerting(turn), *_keeping(turn)))
        return replace(answer, buttons=(*answer.buttons, *_disputing(turn)))

    def can_watch(self, watch: Watch) -> bool:
        """Whether anything could ever be told of this: only a public service knows immersions."""
        return watch.action != "immersions" or (self.live is not None and self.live.has_immersions)

    def _alerting(self, turn: Turn) -> tuple[Button, ...]:
        """The button that asks to be told of news, under the first page of a search near a place."""
        if turn.asked is None or turn.near is None:
            return ()
        watch = watch_of(turn.asked, self.dialogue.engine.knowledge)
        button = offered(watch) if watch and self.can_watch(watch) else None
        return (button,) if button else ()

    def says(self, user_id: int, text: str, update_id: int | None = None) -> Turn:
        """Answer a person's message; what was asked is on disk before the answer leaves."""
        person, conversation, home = self._known(user_id)
        turn = self.dialogue.says(text, conversation, home)
        number = self.store.questions.record(person, text, turn.understanding, update_id)
        self.store.remember(person, turn.conversation)
        return replace(turn, question=number)

    def taps(self, user_id: int, label: Label, about: tuple[str, ...], part: Part | None = None) -> Turn:
        """Answer a person's tap on a button. Raises KeyError when the entry or the place is gone."""
        person, conversation, home = self._known(user_id)
        turn = self.dialogue.taps(label, about, conversation, part, home)
        self.store.questions.choose(person, label)
        self.store.remember(person, turn.conversation)
        return turn

    def disputes(self, user_id: int, question: int) -> Turn | None:
        """The person says that an answer is not what they meant. None when the question is gone, or not theirs."""
        person, conversation, _ = self._known(user_id)
        kept = self.store.questions.dispute(question, person)
        if kept is None:
            return None
        turn = self.dialogue.disputed(kept.suggestions, conversation)
        self.store.remember(person, turn.conversation)
        return turn

    def moves(self, user_id: int, place: str) -> Turn:
        """Answer a place given by its code: an INSEE commune, « D:44 » or « R:93 ». Raises KeyError when unknown."""
        person, conversation, home = self._known(user_id)
        turn = self.dialogue.shares_place(place, conversation, home)
        self.store.remember(person, turn.conversation)
        return turn

    def shares_place(self, user_id: int, lat: float, lon: float) -> Turn | None:
        """Answer a shared location, in degrees; only the commune is kept. None when it is far from France."""
        commune = self.dialogue.engine.gazetteer.at(lat, lon)
        far = FAR_IN_GUYANE_KM if commune.departement == GUYANE else FAR_KM
        if distance_km(lat, lon, commune.lat, commune.lon) > far:
            return None
        return self.moves(user_id, commune.code)

    def keeps(self, user_id: int, place: str) -> Answer:
        """Keep a place as the person's own. Raises KeyError when there is none of this code."""
        name = self.dialogue.engine.gazetteer.name(place)
        self.store.keep_place(self.store.pseudonym(user_id), place)
        forget = Button(texts.BUTTON_FORGET_PLACE, data=KEEP_PREFIX)
        return Answer("", (texts.PLACE_KEPT.format(place=name),), buttons=(forget,))

    def forgets_place(self, user_id: int) -> Answer:
        """Erase the place that a person had kept, from the conversation too."""
        person, conversation, home = self._known(user_id)
        self.store.keep_place(person, None)
        if conversation.place == home:
            self.store.remember(person, replace(conversation, place=None))
        alive = (texts.ALERTS_GO_ON,) if self.store.alerts.of(person) else ()
        return Answer("", (texts.PLACE_FORGOTTEN, *alive))

    def _known(self, user_id: int) -> tuple[str, Conversation, str | None]:
        """A person's pseudonym, conversation, and kept place (unless the data no longer have it)."""
        if self._purged != dt.date.today():
            self.purge()
        person = self.store.pseudonym(user_id)
        home = self.store.kept_place(person)
        with suppress(KeyError):
            self.dialogue.engine.gazetteer.name(home or "")
            return person, self._conversation(person), home
        return person, self._conversation(person), None

    def _conversation(self, person: str) -> Conversation:
        """What is remembered of a conversation, without what an edit of the data has taken away meanwhile."""
        kept, knowledge = self.store.conversation(person), self.dialogue.engine.knowledge
        label = kept.label if kept.label and knowledge.knows(kept.label) else None
        refs = tuple(ref for ref in kept.refs if ref in knowledge.fiches)
        others = tuple(
            other
            for other in kept.others
            if knowledge.fiches.keys() >= {*other.context.refs, *other.context.pair}
        )
        pair = kept.pair if knowledge.fiches.keys() >= set(kept.pair) else ()
        return replace(kept, label=label, refs=refs, others=others, pair=pair)

    def purge(self) -> None:
        """Erase what is older than announced: at the start, then with the first message of each day."""
        self._purged = dt.date.today()
        self.store.purge(self._purged)


def _keeping(turn: Turn) -> tuple[Button, ...]:
    """The button that keeps the place of an answer, or that forgets it when the answer comes from there."""
    if turn.near is None:
        return ()
    if turn.near != turn.home:
        return (Button(texts.BUTTON_KEEP, data=KEEP_PREFIX + turn.near),)
    return (Button(texts.BUTTON_FORGET_PLACE, data=KEEP_PREFIX),) if turn.asked and turn.asked.kept else ()


def _disputing(turn: Turn) -> tuple[Button, ...]:
    """The button that says « ce n'est pas ça » under the answer to a question, unless it is about help or the bot."""
    label = turn.understanding.label
    if turn.question is None or turn.understanding.decision != "answer" or label is None:
        return ()
    if label.kind == "action" and label.id not in (*LOCAL_ACTIONS, "comparer"):
        return ()
    return (Button(texts.BUTTON_DISPUTE, data=f"{DISPUTE_PREFIX}{turn.question}"),)


def _with_buttons(answer: Answer, own: tuple[Button, ...]) -> Answer:
    """The answer with buttons after the pages to open, before other questions; at the end when it opens none."""
    pages = [index for index, button in enumerate(answer.buttons, 1) if button.url]
    after = pages[-1] if pages else len(answer.buttons)
    return replace(answer, buttons=(*answer.buttons[:after], *own, *answer.buttons[after:]))
