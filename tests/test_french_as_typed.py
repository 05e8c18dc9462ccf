"""French as people type it: what words are understood, which entries are named, and which are not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue import Dialogue
from bot.knowledge.hypotheses import Context
from bot.knowledge.lexicon import COMMON_WORDS, OUTSIDE
from bot.knowledge.normalise import MAX_TOKENS, Message, fold, normalise
from bot.knowledge.spelling import Speller
from bot.knowledge.understand import Conversation

AS, IDE, AES, ME, ES = (
    f"metier:{name}"
    for name in ("aide-soignant", "infirmier", "aes", "moniteur-educateur", "educateur-specialise")
)


def named(dialogue: Dialogue, text: str) -> set[str]:
    """The entries that a message names; things outside the subject aside."""
    reading = dialogue.engine.recogniser.read(text, Context())
    return {mention.ref for mention in reading.mentions if mention.kind != "vague"} - {OUTSIDE}


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        # accents, apostrophes, ligatures
        ("Élève où çà", "eleve ou ca"),
        ("l’école d'aide-soignante", "l ecole d aide soignante"),
        ("Sœur", "soeur"),
        # elisions run together, with acronyms too
        ("jsuis quil lecole dlaide jhabite", "je suis qu il l ecole de l aide j habite"),
        ("lifsi daes das", "l ifsi d aes d as"),
        # and misspelled, or with two words in front
        ("lecol dinfirmié lepatite jtécri", "l ecole d infirmier l hepatite je ecrit"),
        # SMS
        ("jveu koi cb pk g tt", "je veux quoi combien pourquoi ai tout"),
        # but an acronym in capitals is one
        ("avc ma mère, elle a fait un AVC", "avec ma mere elle a fait un avc"),
        # by ear
        ("infirmié aid sognante ossi", "infirmier aide soignante aussi"),
        ("oxiliaire", "auxiliaire"),
        ("conbien payan dangereu vaxin", "combien payant dangereux vaccin"),
        # of words that sound alike, the one with the nearest letters
        ("tou le monde, coman, avan", "tout le monde comment avant"),
        # towns are no misspelled words, nor are words that people use and dictionaries lack
        ("Valence Cholet redoublement", "valence cholet redoublement"),
        # words that French knows stay
        ("signature dame les des lame", "signature dame les des lame"),
    ],
)
def test_words_are_understood(dialogue: Dialogue, typed: str, understood: str) -> None:
    assert " ".join(dialogue.engine.recogniser.message(typed).words) == understood


@pytest.mark.parametrize(
    ("typed", "refs"),
    [
        # gender, number, hyphens, spelling
        ("les aides-soignantes", {AS}),
        ("sages-femmes et assistantes sociales", {"metier:sage-femme", "metier:assistant-service-social"}),
        ("éducatrices spécialisées", {ES}),
        ("aide saignante", {AS}),
        ("infirmières et aides soignants", {IDE, AS}),
        ("auxi de puer", {"metier:auxiliaire-puericulture"}),
        ("éducatrice spé", {ES}),
        ("oxiliaire de vie social", {AES}),
        ("l'appareil auditif", {"metier:audioprothesiste"}),
        # another French word is no misspelling: neither « formation courte », nor « aide à l'enfance »
        ("la formation coûte combien", set()),
        ("on aide avec l'enfance", set()),
        # acronyms in any case, dotted, spelled out, run together
        ("vae", {"dispositif:vae"}),
        ("V.A.E. c'est quoi", {"dispositif:vae"}),
        ("la v a e", {"dispositif:vae"}),
        ("dans lifsi", {"formation:dei"}),
        ("salaire daes", {AES}),
        ("la formation deaes", {"formation:deaes"}),
        ("un titre pro", set()),
        ("devenir das", {AS}),
        # and their everyday doubles
        ("tu es la", set()),
        ("as tu des offres", set()),
        ("ça me plaît", set()),
        ("devenir ME", {ME}),
        ("un es en foyer", {ES}),
        # long names before the short ones inside them
        ("infirmière puéricultrice", {"metier:puericultrice"}),
        ("auxiliaire de vie sociale", {AES}),
        ("auxiliaire de vie", {"metier:aide-a-domicile"}),
        # what I am and what I want, what I refuse: both are seen, the model says which is meant
        ("je suis ASH, je veux devenir AS", {"metier:ash", AS}),
        ("pas infirmière mais aide-soignante", {IDE, AS}),
    ],
)
def test_entries_are_named(dialogue: Dialogue, typed: str, refs: set[str]) -> None:
    assert named(dialogue, typed) == refs


@pytest.mark.parametrize(
    ("typed", "refs"),
    [
        ("je suis ash depuis 8 ans je veux devenir as, quelles dispenses", {AS, "formation:deas"}),
        ("pas infirmière, aide-soignante : combien elle gagne", {AS}),
        ("cest paye combien aide saignante", {AS}),
        ("cb gagne das", {AS}),
        ("je suis aide-soignante, combien gagne une infirmière", {IDE}),
    ],
)
def test_the_right_entry_is_answered_or_offered(dialogue: Dialogue, typed: str, refs: set[str]) -> None:
    understood = dialogue.says(typed, Conversation()).understanding
    labels = (understood.label,) if understood.decision == "answer" else understood.suggestions
    assert refs & {label.ref for label in labels if label}


@given(st.text(max_size=400))
def test_any_text_becomes_words_that_stand_where_they_were_typed(text: str) -> None:
    message: Message = normalise(
        text, Speller(frozenset({"aide"}), {"jsuis": ("je", "suis")}, ["aide"], ["vae"])
    )
    assert len(message.tokens) <= MAX_TOKENS
    for token in message.tokens:
        assert token.word
        assert 0 <= token.start < token.end <= len(message.text)
    starts = [token.start for token in message.tokens]
    assert starts == sorted(starts)


def test_every_metier_is_found_by_its_plural(dialogue: Dialogue) -> None:
    knowledge = dialogue.engine.knowledge
    lost = []
    for fiche in knowledge.fiches.values():
        words = re.findall(r"[^\W\d_]+", fiche.noms[0]) if fiche.ref.startswith("metier:") else []
        plural = " ".join(w if w[-1] in "sxz" or len(w) < 4 or w.isupper() else f"{w}s" for w in words)
        if words and not {fiche.ref, *knowledge.twins.get(fiche.ref, ())} & named(dialogue, f"les {plural}"):
            lost.append(plural)
    assert not lost


def test_every_acronym_in_small_letters_leads_to_its_fiche(dialogue: Dialogue) -> None:
    knowledge = dialogue.engine.knowledge
    lost = [
        sigle
        for fiche in knowledge.fiches.values()
        for sigle in fiche.sigles
        if sigle.isalnum()
        and fold(sigle) not in COMMON_WORDS
        and fiche.ref not in named(dialogue, fold(sigle))
    ]
    assert not lost


def test_a_message_that_only_names_an_entry_is_never_outside_the_subject(dialogue: Dialogue) -> None:
    fiches = dialogue.engine.knowledge.fiches.values()
    names = {name for fiche in fiches for name in (*fiche.noms, *fiche.noms_vagues)}
    only = [name for name in names if dialogue.engine.recogniser.read(name, Context()).mentions]
    assert len(only) > 1000
    understood = {name: dialogue.says(name, Conversation()).understanding for name in sorted(only)}
    assert not [
        name
        for name, result in understood.items()
        if result.decision == "answer" and str(result.label) == "action:hors_sujet"
    ]
