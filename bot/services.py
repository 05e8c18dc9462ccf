"""What the mouths share: the dialogue in force and the store."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from bot.dialogue import Dialogue, Turn
from bot.knowledge.alerts import Watch, offered, watch_of
from bot.knowledge.labels import Label
from bot.knowledge.reply import Answer
from bot.live.service import LiveResults
from bot.live_answers import with_live_results
from bot.store import Store


@dataclass
class Services:
    """The dialogue (swapped whole when the data change), the store, and the public services."""

    dialogue: Dialogue
    store: Store
    live: LiveResults | None = None

    async def completed(self, turn: Turn) -> Answer:
        """The answer of a turn, with what public services say right now where keys are set, and « Prévenez-moi »."""
        if turn.asked is None:
            return turn.answer
        answer, engine = turn.answer, self.dialogue.engine
        if self.live is not None:
            answer = await with_live_results(
                answer, turn.asked, self.live, engine.knowledge, engine.gazetteer
            )
        watch = watch_of(turn.asked, engine.knowledge)
        return self._with_alert(answer, watch) if watch and self.can_watch(watch) else answer

    def can_watch(self, watch: Watch) -> bool:
        """Whether anything could ever be told of this: only a public service knows immersions."""
        return watch.action != "immersions" or (self.live is not None and self.live.has_immersions)

    @staticmethod
    def _with_alert(answer: Answer, watch: Watch) -> Answer:
        """The button stands after the pages to open, before other questions."""
        button = offered(watch)
        pages = [one for one in answer.buttons if one.url]
        others = [one for one in answer.buttons if not one.url]
        return replace(answer, buttons=(*pages, *([button] if button else []), *others))

    def says(self, user_id: int, text: str, update_id: int | None = None) -> Turn:
        """Answer a person's message; what was asked is on disk before the answer leaves."""
        person = self.store.pseudonym(user_id)
        turn = self.dialogue.says(text, self.store.conversation(person))
        self.store.record(person, text, turn.understanding, update_id)
        self.store.remember(person, turn.conversation)
        return turn

    def taps(self, user_id: int, label: Label, about: tuple[str, ...]) -> Turn:
        """Answer a person's tap on a button. Raises KeyError when the entry is gone."""
        person = self.store.pseudonym(user_id)
        turn = self.dialogue.taps(label, about, self.store.conversation(person))
        self.store.remember(person, turn.conversation)
        return turn

    def shares_place(self, user_id: int, lat: float, lon: float) -> Turn:
        """Answer a shared location, in degrees; only the commune is kept."""
        person = self.store.pseudonym(user_id)
        commune = self.dialogue.engine.gazetteer.at(lat, lon)
        turn = self.dialogue.shares_place(commune.code, self.store.conversation(person))
        self.store.remember(person, turn.conversation)
        return turn

    def purge(self) -> None:
        """Erase what is older than announced."""
        self.store.purge(dt.date.today())
