"""What a conversation remembers from one message to the next."""

from __future__ import annotations

import pytest

from bot.dialogue import Dialogue
from bot.knowledge.features import hypothesis_signs
from bot.knowledge.hypotheses import CONTEXT, EARLIER, Context, clearly_named, context_after
from bot.knowledge.labels import parse_label
from bot.knowledge.questions import measured
from bot.knowledge.understand import Conversation
from bot.settings import Settings


def test_an_entry_named_in_a_question_about_a_theme_is_what_the_next_message_is_about(
    dialogue: Dialogue,
) -> None:
    first = dialogue.says("homme sage-femme ça existe ?", Conversation())
    assert str(first.understanding.label) == "theme:homme"
    assert first.conversation.refs == ("metier:sage-femme",)
    second = dialogue.says("et ça paye combien ?", first.conversation)
    assert str(second.understanding.label) == "metier:sage-femme/salaire"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("infirmière à 50 ans, trop vieille ?", ("metier:infirmier",)),
        ("infirmière, le diplôme d'infirmière à 50 ans ?", ("metier:infirmier",)),
        (
            "50 ans, infirmière ou ergothérapeute, trop vieille ?",
            ("metier:infirmier", "metier:ergotherapeute"),
        ),
        ("à 52 ans c'est trop vieux ?", ()),
    ],
)
def test_which_entries_a_message_clearly_names(dialogue: Dialogue, text: str, named: tuple[str, ...]) -> None:
    reading = dialogue.engine.recogniser.read(text, Context())
    assert clearly_named(reading.hypotheses, dialogue.engine.knowledge) == named


@pytest.mark.parametrize(
    ("label", "about", "before", "named", "after"),
    [
        ("metier:aes/salaire", (), ("metier:infirmier",), (), ("metier:aes", "metier:infirmier")),
        # A métier and its formation are one subject, the latest name of it first.
        ("formation:deas/duree", (), ("metier:aide-soignant",), (), ("formation:deas",)),
        # What a search or a comparison is about; without that, the subject stays.
        ("action:offres", ("metier:ash",), ("metier:aes",), (), ("metier:ash", "metier:aes")),
        ("action:comparer", ("metier:ash", "metier:aes"), (), (), ("metier:ash", "metier:aes")),
        ("action:conseiller", (), ("metier:aes", "dispositif:cpf"), (), ("metier:aes", "dispositif:cpf")),
        ("theme:age", (), ("metier:aes",), (), ("metier:aes",)),
        ("theme:age", (), ("metier:aes",), ("metier:ash",), ("metier:ash", "metier:aes")),
        # Of two that a message names, a theme leaves neither first; any answer leaves the other one next.
        (
            "theme:age",
            (),
            ("metier:aes",),
            ("metier:ash", "metier:ibode"),
            ("metier:aes", "metier:ash", "metier:ibode"),
        ),
        (
            "dispositif:cpf/public",
            (),
            ("metier:aes",),
            ("dispositif:cpf", "formation:deas"),
            ("dispositif:cpf", "formation:deas", "metier:aes"),
        ),
        # A diploma by experience is about the VAE too.
        ("formation:deme/vae", (), ("metier:aes",), (), ("formation:deme", "dispositif:vae", "metier:aes")),
        # Of what else an answer is about, only what the message names, or what was talked about, if any.
        ("action:immersions", (), (), (), ("dispositif:pmsmp", "dispositif:stage-observation")),
        (
            "action:immersions",
            (),
            (),
            ("dispositif:stage-observation",),
            ("dispositif:stage-observation",),
        ),
        (
            "action:immersions",
            ("metier:aes",),
            ("metier:aes", "dispositif:stage-observation"),
            (),
            ("metier:aes", "dispositif:stage-observation"),
        ),
        # What an edit of the data has taken away is forgotten.
        ("metier:aes/salaire", (), ("metier:disparu", "metier:ash"), (), ("metier:aes", "metier:ash")),
    ],
)
def test_what_a_conversation_has_been_about(
    dialogue: Dialogue,
    label: str,
    about: tuple[str, ...],
    before: tuple[str, ...],
    named: tuple[str, ...],
    after: tuple[str, ...],
) -> None:
    said = context_after(parse_label(label), about, Context(before), named, dialogue.engine.knowledge)
    assert said.refs == after


def test_only_so_many_entries_are_kept_in_mind(dialogue: Dialogue) -> None:
    conversation = Conversation()
    for label in ("metier:aes/missions", "metier:ash/missions", "dispositif:cpf/cout", "metier:ibode/acces"):
        conversation = dialogue.taps(parse_label(label), (), conversation).conversation
    conversation = dialogue.taps(parse_label("dispositif:vae/duree"), (), conversation).conversation
    assert conversation.refs == ("dispositif:vae", "metier:ibode", "dispositif:cpf", "metier:ash")


def test_a_message_may_be_about_any_entry_of_the_conversation(dialogue: Dialogue) -> None:
    context = Context(("dispositif:vae", "metier:aes"), "dispositif/duree")
    reading = dialogue.engine.recogniser.read("une fois que je l'ai, je gagne combien ?", context)
    assert [(h.ref, h.origin) for h in reading.hypotheses if h.ref] == [
        ("dispositif:vae", CONTEXT),
        ("metier:aes", EARLIER),
    ]


def test_readers_see_which_of_the_former_entries_is_the_latest(dialogue: Dialogue) -> None:
    context = Context(("dispositif:vae", "metier:aes", "metier:ash"), "dispositif/duree")
    reading = dialogue.engine.recogniser.read("et c'est payé combien ?", context)
    aes, ash = (h for h in reading.hypotheses if h.origin == EARLIER)
    assert (aes.ref, ash.ref) == ("metier:aes", "metier:ash")
    told = [set(hypothesis_signs(reading, h)) for h in (aes, ash)]
    assert told[0] - told[1] == {"h=metier:aes", "h=plus tôt/0"}
    assert told[1] - told[0] == {"h=metier:ash", "h=plus tôt/1"}


def test_a_search_is_about_the_latest_metier_or_formation(dialogue: Dialogue) -> None:
    conversation = Conversation(parse_label("dispositif:cpf/cout"), ("dispositif:cpf", "formation:deas"))
    asked = dialogue.taps(parse_label("action:ecoles"), (), conversation).asked
    assert asked
    assert asked.about == ("formation:deas",)


ERGO, PSYCHOMOT = "metier:ergotherapeute", "metier:psychomotricien"


@pytest.mark.parametrize(
    ("text", "recalled"),
    [
        ("plutôt le premier, on gagne combien ?", [ERGO]),
        ("la 2e me parle plus, quelles études", [PSYCHOMOT]),
        ("le 1er ou le deuxième, lequel recrute ?", [ERGO, PSYCHOMOT, ERGO, PSYCHOMOT]),
        ("et l'autre ?", [PSYCHOMOT]),
        ("laquelle paye le mieux", [ERGO, PSYCHOMOT]),
        ("la différence entre les deux", [ERGO, PSYCHOMOT]),
        ("AES ou ASH, dites-moi d'abord le premier", ["metier:aes"]),
        ("on est payé la deuxième année ?", []),
        ("l'autre jour on m'a dit non", []),
        ("les deux ans sont payés ?", []),
        ("le stage dans lequel on va", []),
    ],
)
def test_the_first_the_other_or_both_are_of_the_two_said_last(
    dialogue: Dialogue, text: str, recalled: list[str]
) -> None:
    recogniser = dialogue.engine.recogniser

    def recalls(context: Context) -> list[str]:
        return [m.ref for m in recogniser.read(text, context).mentions if m.kind == "rappel"]

    said = (ERGO, PSYCHOMOT)
    assert recalls(Context(said, "action:comparer", said)) == recalled
    # Nothing was said that they could mean.
    assert recalls(Context(said, "metier/salaire")) == [ref for ref in recalled if ref not in said]


def test_the_two_said_last(dialogue: Dialogue) -> None:
    context = Context()
    for label, named, pair in (
        ("metier:ergotherapeute/missions", (ERGO,), (ERGO,)),
        ("metier:psychomotricien/missions", (PSYCHOMOT,), (ERGO, PSYCHOMOT)),
        ("theme:age", (), (ERGO, PSYCHOMOT)),
        # The training counts as its métier.
        ("formation:de-ergotherapeute/duree", (), (ERGO, PSYCHOMOT)),
        ("metier:aes/salaire", ("metier:aes",), ("formation:de-ergotherapeute", "metier:aes")),
        ("metier:ash/missions", ("metier:aes", "metier:ash"), ("metier:aes", "metier:ash")),
        ("metier:aes/missions", (), ("metier:aes", "metier:ash")),
    ):
        context = context_after(parse_label(label), (), context, named, dialogue.engine.knowledge)
        assert context.pair == pair
    both = (PSYCHOMOT, ERGO)
    compared = context_after(parse_label("action:comparer"), both, context, (), dialogue.engine.knowledge)
    assert compared.pair == both


def test_what_nobody_said_is_not_compared(dialogue: Dialogue) -> None:
    asked = Conversation(parse_label("metier:medecin/acces"), ("metier:medecin",), pair=("metier:medecin",))
    about = dialogue.engine.understand("c'est quoi la différence entre les deux", asked).about
    assert set(about) <= {"metier:medecin"}


def test_the_same_question_about_the_other(dialogue: Dialogue) -> None:
    first = dialogue.taps(parse_label(f"{ERGO}/missions"), (), Conversation()).conversation
    second = dialogue.taps(parse_label(f"{PSYCHOMOT}/salaire"), (), first).conversation
    assert str(dialogue.engine.understand("et l'autre ?", second).label) == f"{ERGO}/salaire"


def test_the_same_question_about_another_entry(dialogue: Dialogue) -> None:
    asked = Conversation(parse_label("metier:kinesitherapeute/acces"), ("metier:kinesitherapeute",))
    for text in (
        "et sage-femme ?",
        "Et sage-femme, c'est pareil ?",
        "et pour sage-femme c'est la même chose ?",
    ):
        understood = dialogue.engine.understand(text, asked)
        assert str(understood.label) == "metier:sage-femme/acces"


@pytest.mark.parametrize(
    ("said", "compared"),
    [
        (
            ("combien gagne un infirmier libéral ?", "et ipa c'est quoi ?", "tu peux me comparer les deux ?"),
            {"metier:infirmier-liberal", "metier:ipa"},
        ),
        (
            ("c'est quoi le métier de secrétaire médicale ?", "quelle différence avec assistant médical ?"),
            {"metier:secretaire-medicale", "metier:assistant-medical"},
        ),
        (
            ("Infirmière en psy depuis 8 ans, j'hésite entre IPA et cadre de santé, vous comparez ?",),
            {"metier:ipa", "metier:cadre-de-sante"},
        ),
        # Two formations of one métier are two entries.
        (("bac pro ASSP ou SAPAT, lequel choisir ?",), {"formation:bac-pro-assp", "formation:bac-pro-sapat"}),
    ],
)
def test_which_two_are_compared(dialogue: Dialogue, said: tuple[str, ...], compared: set[str]) -> None:
    conversation = Conversation()
    for text in said:
        turn = dialogue.says(text, conversation)
        conversation = turn.conversation
    assert str(turn.understanding.label) == "action:comparer"
    assert set(turn.understanding.about) == compared


def test_what_follows_may_be_about_another_entry_that_was_named(dialogue: Dialogue) -> None:
    first = dialogue.says(
        "est ce que je peux utiliser mon CPF pour la formation d'ambulancier ?", Conversation()
    )
    assert set(first.conversation.refs) == {"dispositif:cpf", "formation:dea-ambulancier"}
    second = dialogue.says("il faut avoir le permis depuis combien d'années ?", first.conversation)
    assert second.understanding.label is not None
    assert second.understanding.label.ref in ("formation:dea-ambulancier", "metier:ambulancier")


def test_an_unsure_answer_leaves_what_else_it_may_have_been(dialogue: Dialogue, settings: Settings) -> None:
    turns = [
        dialogue.says(question.q, Conversation())
        for questions in measured(settings.data)
        for question in questions[:20]
    ]
    answered = [turn for turn in turns if turn.understanding.decision == "answer"]
    sure = [turn for turn in answered if turn.understanding.confidence > 0.99]
    unsure = [turn for turn in answered if turn.understanding.confidence < 0.85 and turn.conversation.others]
    assert sure
    assert unsure
    assert not any(turn.conversation.others for turn in sure)
    for turn in unsure:
        left = sum(doubt.share for doubt in turn.conversation.others)
        assert 0 < left <= 1 - turn.understanding.confidence + 1e-9
