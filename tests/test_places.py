"""Places: named in every way, and none where no place is named."""

from __future__ import annotations

import pytest

from bot.dialogue import Dialogue
from bot.knowledge.hypotheses import Context
from bot.knowledge.places import distance_km


def first_place(dialogue: Dialogue, text: str) -> str | None:
    places = dialogue.engine.recogniser.read(text, Context()).places
    return places[0].code if places else None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("brancardier rouen emploi", "76540"),
        ("jabite pre daurillac ya des postes", "15014"),
        ("une école à Fort de France", "97209"),
        ("cherch travail menage hopital le havre", "76351"),
        ("inscription ifas tours", "37261"),
        ("ofre brankardié dan le 76", "D:76"),
        ("des écoles à la Réunion", "D:974"),
        ("offres aide à domicile 69003", "69123"),
        ("ifas marseille 13e", "13055"),
        ("lyon 8 formation auxiliaire", "69123"),
        ("poste dans le 44", "D:44"),
        ("cuisine d'hôpital, offres 67", "D:67"),
        ("un EHPAD de l'Orne me propose un poste", "D:61"),
        ("j'ai travaillé au Moule", "97117"),
        ("dans le grand est ya quoi", "R:44"),
        ("je suis du 93", "D:93"),
        ("emploi neuf trois", "D:93"),
        ("offres en PACA", "R:93"),
        ("région Sud", "R:93"),
        ("job dating st naz", "44184"),
        ("vers clermont fd", "63113"),
        ("la roche/yon", "85191"),
        ("près d'Angers", "49007"),
        ("poste à Bourg (01)", "01053"),
        ("ifsi à avinion", "84007"),
        ("je cherche à Sens", "89387"),
        ("habite Le Mans", "72181"),
        ("Villefranche-de-Rouergue", "12300"),
        # the first words of a long name
        ("des offres d'ASH vers Château-Gontier", "53062"),
        ("je suis à carhaix", "29024"),
        ("des annonces d'AESH sur Vire", "14762"),
        ("boulot à Romorantin", "41194"),
        ("école vers issy", "92040"),
        ("cherche les ifas autour de gap", "05061"),
        ("ecole Rouen 76000", "76540"),
        ("ya un ifas sur toulon meme", "83137"),
        ("en Bretagne", "R:53"),
        ("à Paris 12", "75056"),
        ("j'habite Niort et je cherche un poste à La Rochelle", "17300"),
    ],
)
def test_places_in_every_way(dialogue: Dialogue, text: str, code: str) -> None:
    assert first_place(dialogue, text) == code


@pytest.mark.parametrize(
    "text",
    [
        "ça a du sens pour moi",
        "faut être fort en francé ?",
        "cet ehpad est un havre de paix",
        "à la réunion d'information, on m'a regardée de travers",
        "les tours de garde à l'hôpital",
        "marre des vannes de mes potes",
        "une crème grasse",
        "je tourne en rond, à quoi ça sert",
        "il a 44 ans et moi 13",
        "le 15 et le 112",
        "mon oral c'est le 14 avril",
        "la semaine des métiers du 24 au 27 avril",
        "quatre réunions, 28 postes, 47 présents",
        "une chambre est libre depuis que le grand est parti",
        "mon téléphone a bugué",
        "bac pro ASSP puis DEAS",
        "c'est dur de nuit à l'hôpital",
        "je veux aider les gens",
        "3 jours par semaine, 35 h",
        "mon fils dit que la mer est belle",
        "finir a leure de lécole",
        "mon service pace en 12 h",
        "je dépose le dossier à l'ARS",
        "j'étais serveur sur la Côte",
        "elle a gardé mes papiers",
        "il est en ulis",
    ],
)
def test_no_place_is_invented(dialogue: Dialogue, text: str) -> None:
    assert first_place(dialogue, text) is None


def test_every_large_town_is_found_by_its_name(dialogue: Dialogue) -> None:
    gazetteer = dialogue.engine.gazetteer
    large = [c for c in gazetteer.communes.values() if c.population > 20000]
    lost = [
        c.nom
        for c in large
        if first_place(dialogue, f"je cherche un emploi à {c.nom} ({c.departement})") != c.code
    ]
    assert not lost


def test_every_departement_is_found_by_its_name(dialogue: Dialogue) -> None:
    recogniser = dialogue.engine.recogniser
    missed = [
        text
        for code, (name, _) in recogniser.gazetteer.departements.items()
        for text in (f"emploi en {name}", f"je cherche en {name.lower()}. merci")
        if [place.code for place in recogniser.read(text, Context()).places[:1]]
        not in ([f"D:{code}"], ["75056"])
    ]
    assert not missed


def test_areas_contain_their_communes(dialogue: Dialogue) -> None:
    gazetteer = dialogue.engine.gazetteer
    assert gazetteer.contains("R:93", "13055")
    assert gazetteer.contains("D:13", "13055")
    assert not gazetteer.contains("D:06", "13055")
    assert gazetteer.name("R:93") == "Provence-Alpes-Côte d'Azur"


def test_distances_are_great_circles() -> None:
    # Paris to Lyon is about 392 km as the crow flies.
    assert distance_km(48.8566, 2.3522, 45.7640, 4.8357) == pytest.approx(392, abs=3)
    assert distance_km(45, 5, 45, 5) == 0
