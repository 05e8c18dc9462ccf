"""Offers and events fetched into files: read back by the bot, replaced whole, never half written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.dialogue import Dialogue
from bot.fetching import Fetched, FetchError, fetch_all
from bot.knowledge.labels import parse_label
from bot.knowledge.local import load_local
from bot.knowledge.nearby import NearMe
from bot.knowledge.reply import Asked, LivePage
from bot.live.service import Keys
from tests.live.conftest import KEYS, TODAY
from tests.live.double import EVENTS, OFFERS, TOKEN, Double, Said, sample

LIMOGES = "87085"


@pytest.fixture
def answering(double: Double) -> Double:
    double.says(OFFERS, Said(206, sample("ft_offres_search_206"), {"Content-Range": "offres 0-1/2"}))
    double.says(EVENTS, Said(body=sample("ft_evenements_search")))
    return double


async def fetched(
    double: Double, dialogue: Dialogue, folder: Path, *kinds: str, keys: Keys = KEYS
) -> list[Fetched]:
    recogniser = dialogue.engine.recogniser
    return await fetch_all(
        kinds or ("offres", "evenements"), [LIMOGES], keys, recogniser, folder, TODAY, double.bases
    )


def near_me(dialogue: Dialogue, folder: Path) -> NearMe:
    engine = dialogue.engine
    local = load_local(folder, engine.knowledge.fiches.keys(), engine.gazetteer)
    return NearMe(engine.knowledge, engine.gazetteer, local, today=lambda: TODAY)


async def test_what_is_fetched_is_answered_with_its_source(
    answering: Double, dialogue: Dialogue, tmp_path: Path
) -> None:
    offers, events = await fetched(answering, dialogue, tmp_path)
    assert (len(offers.entries), offers.left_out) == (2, 0)
    assert events.entries
    nearby = near_me(dialogue, tmp_path)
    about = ("metier:aide-soignant",)
    answer = nearby.answer(Asked(parse_label("action:offres"), about, LIMOGES))
    assert "Aide-soignant / Aide-soignante de nuit (H/F), EHPAD Exemple (fictif)" in answer.text
    assert "France Travail" in answer.source
    assert any("999ZZZA" in (button.url or "") for button in answer.buttons)
    answer = nearby.answer(Asked(parse_label("action:evenements"), about, LIMOGES))
    assert (
        "Job dating métiers du soin - EHPAD Exemple (fictif) : mardi 6 octobre, 9 h, Limoges" in answer.text
    )


async def test_it_gives_way_to_what_services_answer_right_now(
    answering: Double, dialogue: Dialogue, tmp_path: Path
) -> None:
    await fetched(answering, dialogue, tmp_path)
    nearby, asked = near_me(dialogue, tmp_path), Asked(parse_label("action:offres"), (), LIMOGES)
    now = LivePage("1 résultat", ("• Maintenant",), source="S")
    assert "EHPAD Exemple" not in nearby.answer(asked, now).text
    failed = LivePage("Le service ne répond pas.", failed=True)
    assert "EHPAD Exemple" in nearby.answer(asked, failed).text
    assert nearby.items(asked)
    assert not nearby.items(asked, fetched=False)


async def test_offers_vanish_by_themselves(answering: Double, dialogue: Dialogue, tmp_path: Path) -> None:
    await fetched(answering, dialogue, tmp_path, "offres")
    engine = dialogue.engine
    local = load_local(tmp_path, engine.knowledge.fiches.keys(), engine.gazetteer)
    assert len(local.open_offers(TODAY.replace(day=18))) == 2
    assert not local.open_offers(TODAY.replace(day=19))
    # Nobody is asked to look after what a service gave.
    assert not list(local.checked())
    assert not local.over(TODAY.replace(year=2027))


async def test_a_second_time_replaces_the_first(
    answering: Double, dialogue: Dialogue, tmp_path: Path
) -> None:
    await fetched(answering, dialogue, tmp_path, "offres")
    answering.says(OFFERS, Said(204))
    (none,) = await fetched(answering, dialogue, tmp_path, "offres")
    assert none.entries == ()
    engine = dialogue.engine
    assert not load_local(tmp_path, engine.knowledge.fiches.keys(), engine.gazetteer).offres


async def test_a_service_that_fails_changes_nothing(
    answering: Double, dialogue: Dialogue, tmp_path: Path
) -> None:
    (before,) = await fetched(answering, dialogue, tmp_path, "offres")
    text = before.file.read_text(encoding="utf-8")
    answering.says(OFFERS, Said(500))
    with pytest.raises(FetchError, match="ne répond pas"):
        await fetched(answering, dialogue, tmp_path, "offres")
    assert before.file.read_text(encoding="utf-8") == text
    with pytest.raises(FetchError, match="ORIENTASOIN_FRANCETRAVAIL_ID"):
        await fetched(answering, dialogue, tmp_path, keys=replace(KEYS, francetravail_id=None))


async def test_a_refused_key_is_one_sentence(double: Double, dialogue: Dialogue, tmp_path: Path) -> None:
    double.says(TOKEN, Said(400, sample("ft_token_error_400")))
    with pytest.raises(FetchError) as error:
        await fetched(double, dialogue, tmp_path, "evenements")
    assert "SECRET" not in str(error.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("offres",), "--lieu"),
        (("offres", "--lieu", "Angers"), "ORIENTASOIN_FRANCETRAVAIL_ID"),
        (("papillons", "--lieu", "Angers"), "papillons"),
    ],
)
def test_what_is_missing_is_said(words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ID", "SECRET"):
        monkeypatch.delenv(f"ORIENTASOIN_FRANCETRAVAIL_{name}", raising=False)
    result = CliRunner().invoke(main, ["fetch", *words])
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_an_unknown_place_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORIENTASOIN_IMMERSION_KEY", "x")
    result = CliRunner().invoke(main, ["fetch", "offres", "--lieu", "Zblorg"])
    assert (result.exit_code, "lieu inconnu : « Zblorg »" in result.output) == (2, True)
