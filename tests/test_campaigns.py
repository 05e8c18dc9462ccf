"""Tracked links: whom each brought, and the poster that is printed for it."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot import texts
from bot.campaigns import code_of, link_of
from bot.cli import main
from bot.errors import UnusableError
from bot.knowledge.models import Knowledge
from bot.poster import FORMATS, poster, qr_code
from bot.services import Services
from bot.store import Store, load_salt
from tests.doubles.over_http import Server
from tests.doubles.person import Stage
from tests.doubles.telegram_double import TOKEN, TelegramDouble

LINK = "https://t.me/orientasoin_test_bot?start=forum-de-nantes"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Forum de Nantes, 12 mars", "forum-de-nantes-12-mars"),
        ("Mission locale d'Évry — Mme Œuvrard", "mission-locale-d-evry-mme-oeuvrard"),
        ("ML_Angers-2", "ML_Angers-2"),
    ],
)
def test_a_title_gives_its_code(knowledge: Knowledge, title: str, code: str) -> None:
    assert code_of(title, knowledge) == code


@pytest.mark.parametrize("title", ["", "  ", "—", "你好", "aes", "metier_aes_salaire", "x" * 65])
def test_what_can_be_no_code_is_refused(knowledge: Knowledge, title: str) -> None:
    with pytest.raises(UnusableError):
        code_of(title, knowledge)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=120))
@example("metier")
@example("theme_")
def test_a_code_always_fits_behind_start(knowledge: Knowledge, title: str) -> None:
    try:
        code = code_of(title, knowledge)
    except UnusableError:
        return
    assert 0 < len(code) <= 64
    assert code.isascii()
    assert code_of(code, knowledge) == code


async def test_whom_a_campaign_brought(services: Services) -> None:
    campaigns = services.store.campaigns
    assert campaigns.make("forum", "Forum de Nantes")
    assert not campaigns.make("forum", "Un autre")
    async with Stage(services) as stage:
        zoe, ali, eva = (stage.person(number) for number in (1, 2, 3))
        for person in (zoe, ali, zoe):
            await person.says("/start forum")
        await zoe.says("salaire brancardier")
        await eva.says("/start invente")
        await eva.says("/start aes")
        assert texts.FAILED not in (await eva.says("/start metier")).text
    found = [(one.code, one.title, one.arrived, one.asked) for one in campaigns.all()]
    assert found == [("forum", "Forum de Nantes", 2, 1), ("invente", "", 1, 0), ("metier", "", 1, 0)]


def test_making_and_listing(here: Path) -> None:
    assert "campaign new" in run("campaign", "list").output
    made = run("campaign", "new", "Forum de Nantes", "--bot", "orientasoin_test_bot")
    assert (made.exit_code, LINK in made.output) == (0, True)
    again = run("campaign", "new", "Forum de Nantes")
    assert (again.exit_code, "déjà" in again.output) == (2, True)
    without = run("campaign", "new", "Lycée Kastler")
    assert (without.exit_code, "start=lycee-kastler" in without.output) == (0, True)
    listed = run("campaign", "list").output
    assert "forum-de-nantes" in listed
    assert "Lycée Kastler" in listed


def test_telegram_tells_the_bots_name(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(TelegramDouble()) as server:
        monkeypatch.setenv("ORIENTASOIN_API_URL", server.url)
        monkeypatch.setenv("ORIENTASOIN_TOKEN", "1:wrong")
        refused = run("campaign", "new", "Forum de Nantes")
        assert (refused.exit_code, "TOKEN est refusé" in refused.output, "wrong" in refused.output) == (
            2,
            True,
            False,
        )
        monkeypatch.setenv("ORIENTASOIN_TOKEN", TOKEN)
        assert LINK in run("campaign", "new", "Forum de Nantes").output
    monkeypatch.setenv("ORIENTASOIN_API_URL", "http://127.0.0.1:1")
    alone = run("poster", "forum-de-nantes")
    assert (alone.exit_code, "--bot NOM" in alone.output) == (2, True)


def test_posters_are_files_of_their_format(here: Path) -> None:
    run("campaign", "new", "Forum de Nantes", "--bot", "b")
    result = run("poster", "forum-de-nantes", "--bot", "orientasoin_test_bot")
    assert result.output.split() == [f"affiche-forum-de-nantes.{fmt}" for fmt in FORMATS]
    assert Path("affiche-forum-de-nantes.pdf").read_bytes().startswith(b"%PDF-")
    assert ElementTree.parse("affiche-forum-de-nantes.svg").getroot().tag.endswith("svg")
    png = Path("affiche-forum-de-nantes.png").read_bytes()
    width, height = struct.unpack(">II", png[16:24])
    assert height / width == pytest.approx(297 / 210, abs=0.01)
    one = run("poster", "forum-de-nantes", "--bot", "b", "--qr", "--sortie", "code.png")
    assert (one.output, Path("code.png").read_bytes()[:4]) == ("code.png\n", b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("inconnue", "--bot", "b"), "aucune campagne"),
        (("forum", "--bot", "b", "--sortie", "affiche.doc"), ".pdf, .svg ou .png"),
        (("forum", "--bot", "b", "--sortie", "absent/affiche.pdf"), "écriture impossible"),
        (("forum",), "ORIENTASOIN_TOKEN manque"),
    ],
)
def test_what_goes_wrong_is_one_line(here: Path, words: tuple[str, ...], said: str) -> None:
    store = Store("bot.db", load_salt(None, here / "bot.db"))
    store.campaigns.make("forum", "Forum")
    store.close()
    result = run("poster", *words)
    assert result.exit_code == 2
    assert said in result.output
    assert len(result.output.splitlines()) == 1


def test_the_code_on_the_poster_is_the_links(here: Path) -> None:
    """The poster holds the same modules as the code alone, which the QR library wrote."""
    import numpy as np
    import segno
    from matplotlib.image import imread

    drawn = imread(io.BytesIO(poster("Forum", LINK, None, "png")))[:, :, 0]
    matrix = np.array([list(row) for row in segno.make_qr(LINK, error="m").matrix_iter(border=4)])
    height, width = drawn.shape
    side = 0.44 * width
    top, left = height * (1 - 0.20) - side, (width - side) / 2
    step = side / len(matrix)
    centres = (np.arange(len(matrix)) + 0.5) * step
    seen = drawn[np.ix_((top + centres).astype(int), (left + centres).astype(int))] < 0.5
    assert (seen == matrix.astype(bool)).all()


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_same_poster_is_the_same_file(fmt: str) -> None:
    assert poster("Forum", LINK, "06", fmt) == poster("Forum", LINK, "06", fmt)
    assert qr_code(link_of("forum", "b"), fmt)


def test_a_long_title_and_signs_of_formulas_are_drawn() -> None:
    assert poster("Journée $\\frac{$ & métiers_du_soin " * 9, LINK, "a$b$ " * 60, "png")
