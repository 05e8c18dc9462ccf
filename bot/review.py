"""What the bot did not understand, or answered wrongly, for the team: grouped, the most frequent first.

Each group has the closest entry, and a line ready for ``data/exemples``. What has become an example leaves the list.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.process import cdist
from scipy.cluster.hierarchy import fcluster, linkage

from bot import texts
from bot.dialogue import Dialogue
from bot.knowledge.french import one_line
from bot.knowledge.labels import OFF_TOPIC, Label
from bot.knowledge.normalise import fold
from bot.knowledge.understand import Conversation
from bot.question_store import KeptQuestion

# Wordings whose words differ by more than this, 0 to 1, are in different groups (average linkage).
APART_FROM = 0.5
# Of more, the latest are looked at: every pair is compared.
MOST_QUESTIONS = 4000
SHOWN = 4


@dataclass(frozen=True)
class Group:
    """Questions that say nearly the same; ``closest`` is the answer that they probably call for."""

    questions: tuple[KeptQuestion, ...]
    closest: Label | None

    @property
    def people(self) -> int:
        """How many different people asked."""
        return len({question.person for question in self.questions})

    @property
    def disputed(self) -> int:
        """How many said « ce n'est pas ça »."""
        return sum(question.disputed for question in self.questions)

    @property
    def chosen(self) -> int:
        """How many tapped the closest entry then."""
        return sum(
            self.closest is not None and question.chosen == self.closest for question in self.questions
        )


def review(questions: Sequence[KeptQuestion], dialogue: Dialogue, examples: Iterable[str]) -> list[Group]:
    """The questions that ask for the team's attention, in groups, the most frequent first.

    ``examples`` are the messages that teach already: those questions are dealt with.
    """
    taught = {_wording(text) for text in examples}
    by_closest: dict[Label | None, list[KeptQuestion]] = defaultdict(list)
    for question in [question for question in questions if calls_for_review(question)][-MOST_QUESTIONS:]:
        if _wording(question.text) and _wording(question.text) not in taught:
            by_closest[_closest(question, dialogue)].append(question)
    groups = [
        Group(alike, closest) for closest, asked in by_closest.items() for alike in _alike(asked, dialogue)
    ]
    return sorted(groups, key=lambda group: (-len(group.questions), -group.people, -group.questions[-1].id))


def calls_for_review(question: KeptQuestion) -> bool:
    """Whether a question was left without its answer: not understood, hesitated over, disputed, or declined although
    something else was possible.
    """
    doubted = question.label == OFF_TOPIC and bool(question.suggestions)
    return question.disputed or doubted or question.decision in ("suggest", "fallback")


def _wording(text: str) -> str:
    """A text without case, accents and surplus spaces."""
    return " ".join(fold(text).split())


def _closest(question: KeptQuestion, dialogue: Dialogue) -> Label | None:
    """The answer that a question probably calls for: what the person chose, else what was likeliest, else what is now."""
    knows = dialogue.engine.knowledge.knows
    if question.chosen and knows(question.chosen):
        return question.chosen
    known = [label for label in question.suggestions if knows(label) and label != OFF_TOPIC]
    if known:
        return known[0]
    candidates = dialogue.engine.understand(question.text, Conversation()).candidates
    labels = (candidate.label for candidate in candidates)
    return next((label for label in labels if label not in (OFF_TOPIC, question.label)), None)


def _alike(questions: list[KeptQuestion], dialogue: Dialogue) -> Iterator[tuple[KeptQuestion, ...]]:
    """The questions in groups of nearly the same words, whatever their order and spelling."""
    if len(questions) == 1:
        yield (questions[0],)
        return
    recogniser = dialogue.engine.recogniser
    words = [" ".join(recogniser.message(question.text).words) for question in questions]
    likeness = cdist(words, words, scorer=fuzz.token_sort_ratio, dtype=np.uint8)
    distances = 1 - likeness[np.triu_indices(len(words), 1)] / 100
    numbers = fcluster(linkage(distances, "average"), APART_FROM, "distance")
    groups: dict[int, list[KeptQuestion]] = defaultdict(list)
    for question, number in zip(questions, numbers, strict=True):
        groups[int(number)].append(question)
    yield from map(tuple, groups.values())


def render(groups: Sequence[Group], dialogue: Dialogue, days: int, most: int) -> str:
    """The review as text, for people who add examples."""
    total = sum(len(group.questions) for group in groups)
    if not total:
        return texts.REVIEW_NOTHING.format(days=days)
    lines = [texts.REVIEW_HEAD.format(total=total, days=days, groups=len(groups))]
    for number, group in enumerate(groups[:most], 1):
        lines += ["", *_lines(number, group, dialogue)]
    if len(groups) > most:
        lines += ["", texts.REVIEW_MORE.format(groups=len(groups) - most)]
    return "\n".join([*lines, "", texts.REVIEW_HOW])


def _lines(number: int, group: Group, dialogue: Dialogue) -> Iterator[str]:
    closest = (
        f"{dialogue.answerer.name(group.closest)} ({group.closest})"
        if group.closest
        else texts.REVIEW_NO_ENTRY
    )
    yield f"{number}. {len(group.questions)} × {texts.REVIEW_CLOSEST.format(closest=closest)}"
    details = [texts.REVIEW_PEOPLE.format(count=group.people)]
    details += [texts.REVIEW_CHOSEN.format(count=group.chosen)] if group.chosen else []
    details += (
        [texts.REVIEW_DISPUTED.format(count=group.disputed, given=_given(group))] if group.disputed else []
    )
    yield f"   {', '.join(details)}"
    shown = Counter(one_line(question.text) for question in group.questions).most_common(SHOWN)
    for text, count in shown:
        head = f"{group.closest} | " if group.closest else ""
        yield f"   {head}{text}" + (f"   (× {count})" if count > 1 else "")


def _given(group: Group) -> str:
    """The answers that were disputed, the most frequent first."""
    given = Counter(
        str(question.label) for question in group.questions if question.disputed and question.label
    )
    return ", ".join(label for label, _ in given.most_common(2))
