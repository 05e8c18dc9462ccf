"""Danger, distress and requests for medical advice, caught by words: they never hang on a score alone.

The patterns work on the words as understood (misspellings put right) and on the letters as typed. A joke or
a job's vocabulary (« je meurs de rire », « mon patron me tue ») is kept apart by the guards.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.knowledge.normalise import Message

_FLAGS = re.IGNORECASE


def _compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, _FLAGS) for pattern in patterns)


# Each line: a way of saying it, on folded words separated by single spaces.
# Words that leave no doubt.
_DANGER = _compiled(
    r"(?<!pas )(?<!pas d )(?<!sans )(?<!aucune )(?<!donne )(?<!donnent )(?<!qui ont )\benvie (?:de |d )(?:mourir|en finir|me (?:tuer|suicider))\b(?! de )",
    r"\bpens(?:e|es|er|ais|ait) (?:\w+ ){0,5}a (?:mourir|en finir avec la vie|me (?:tuer|suicider|pendre|foutre en l air))\b(?! de )",
    r"\bme (?:suicider|defenestrer|ouvrir les veines)\b",
    r"\bje (?:vais |veux |voudrais )?me supprim\w+\b(?! (?:de|du|la|le|les|mes|mon|vos)\b)",
    r"\bplus envie de (?:vivre|continuer a vivre)\b(?! (?:a|avec|chez|comme|dans|de|en|ici|la|loin|sans|seule?)\b)",
    r"\bme (?:taille|tailler|scarifie|scarifier|mutile|mutiler) (?:les |le |la |des )?(?:bras|veines|poignets?|cuisses?|peau)\b",
    # « mon ex m'avait frappée » is past
    r"\b(?:mon (?:mari|copain|conjoint|compagnon|ex|mec|pere|beau pere|frere)|ma (?:mere|belle mere|femme|copine|compagne)) "
    r"(?:me|m|nous) (?:(?!avai)\w+ )?(?:frappe|bat|cogne|tape dessus|viole|etrangle)\b(?! (?:a|aux|au|toujours)\b)",
    r"\bmes (?:parents|darons|freres) (?:me|m|nous) (?:\w+ )?(?:frappent|battent|cognent|tapent)\b(?! (?:a|aux|au|toujours|la honte)\b)",
    r"\b(?:me|m) touche\w* (?:mes |les )?(?:parties|sexe|seins|fesses)\b",
    r"\b(?:je|on|nous) (?:\w+ )?(?:dors|dort|dormons|vais dormir) (?:dehors|dans la rue|a la rue)\b",
    r"\b(?:dors|dort|dormons|vis|vit|vivons) (?:\w+ )?dans (?:ma |la |une |notre )?(?:voiture|caisse|cave)\b.{0,40}"
    r"\b(?:fille|fils|enfants?|bebe|petite?s?)\b",
    r"\b(?:vue?|vois|voir) (?:\w+ ){0,2}(?:taper|frapper|gifler|secouer|cogner) (?:\w+ )?"
    r"(?:petite?s?|enfants?|residente?s?|mamie|papi|bebe|dame|monsieur|gamine?s?)\b",
    r"\b(?:attache\w*|ligote\w*|enferme\w*) (?:une |un |la |le |les |des |ma )?"
    r"(?:mamie|papi|residente?s?|dame|monsieur|petite?|enfants?) (?:\w+ ){0,3}(?:toute|journee|nuit|fauteuil|lit|noir|chambre|placard)\b",
    r"\b(?:ma|mon) (?:\w+ ){1,2}fait une (?:od|overdose|surdose)\b",
    r"\b(?:bb|bebe|nourrisson|nouveau ne)\b.{0,40}\b(?:fievre|3[89]|40)\b.{0,40}\b(?:mou|molle|amorphe|reagit|geint|gemit)\b",
)
# Words that are also those of the jobs (« un enfant en danger », « le suicide des internes »).
_DISTRESS = _compiled(
    # wishing to die, harming oneself
    r"\b(envie|veux|voudrais|vais|pense|penser|idee|idees|faire) (?:\w+ment |de |a |d |m |me |en |encore )*"
    r"(?:mourir|crever|suicid\w*|suicider|en finir|finir avec la vie|me tuer|tuer moi|me pendre|me foutre en l air)\b",
    r"\bpens(?:e|es|er|ais|ait) (?:\w+ ){0,5}a (?:me (?:pendre|tuer|suicider|foutre en l air)|mourir|en finir)\b",
    r"\bme pendre\b|\bme (?:buter|flinguer)\b(?! (?:a|au|contre|le|la|les)\b)|\bme supprim\w+\b(?! (?:de|du|la|le|les|mes|mon|vos)\b)",
    r"\b(?:plus|jamais|pas) (?:\w+ )?me reveill\w+\b(?! (?:a l heure|a temps|(?:trop )?(?:tot|tard)|le matin)\b)",
    r"\bme (?:fou\w+ en l air|dead|caner)\b",
    r"\bsuicid(?:e|er|aire|aires)\b(?!.*\b(?:metier|formation|prevention|patient|patients|resident|service|il y a \w+ ans)\b)",
    r"\b(?:je|j) (?:vais|veux|voudrais) (?:me tuer|mourir|en finir|disparaitre pour toujours|me pendre)\b",
    r"\b(?:plus|pas) (?:envie )?(?:de )?(?:vivre|continuer a vivre)\b(?! (?:sans|de|avec)\b)",
    r"\b(?:veux?|veu|envie de|envie d) plus? vivre\b|\bplus? vivre\b.*\b(?:bout|envie)\b|\bbout\b.*\bplus? vivre\b",
    r"\bmieux (?:si|que) (?:j etais|je sois|je suis) mort\w*\b|\bmieux mort\w* que vivant",
    r"\b(?:me|m) (?:taille|tailler|scarifie|scarifier|coupe|couper|mutile|mutiler) (?:les |le |la |des )?"
    r"(?:bras|veines|poignets?|cuisses?|peau)\b",
    r"\b(?:scarifie|scarification|mutile)\b.*\b(?:je|j|me|ma|mon)\b",
    r"\b(?:aval\w+|pris|pri|gobe) (?:toute?s? )?(?:la |les |une |ma |mes |des |\d+ |deux |trois |quatre |plein de |plusieurs )*"
    r"(?:boites?|plaquettes?|cachets|medocs|medicaments)\b"
    r"(?!.*\b(?:resident|patient|mamie|grand mere)\b)",
    r"\b(?:sauter|jeter) (?:du|d un|par la|sous (?:un|le)|dans le) (?:pont|fenetre|toit|balcon|train|metro|vide)\b",
    r"\b(?:(?:fonc\w+|vise\w*) (?:\w+ ){0,2}(?:dans |contre |sous )?|(?:plant|encastr|jet)\w+ (?:\w+ ){0,2}(?:dans|contre|sous) )"
    r"(?:un |une |le |les |l )?(?:arbre|platane|pylone|poteau|camion)\b",
    r"\bvoiture\b.{0,20}\bfonc\w+ dans (?:un|le) mur\b|\bfonc\w+ dans (?:un|le) mur\b.{0,20}\bvoiture\b",
    r"\blach\w+ (?:un peu )?le volant\b",
    r"\bidees? (?:tres )?noires?\b",
    r"\b(?:pas|plus) (?:etre )?(?:en vie|de ce monde)\b.{0,12}\b(?:en|a|dans|pour|apres|demain|noel|\w+bre)\b",
    r"\b(?:plus|pas) envie (?:d )?(?:etre )?(?:la|ici) (?:demain|noel)\b|\bplus envie d etre la\b",
    r"\b(?:me|m) (?:suis )?brule\w* (?:les |la |le )?(?:bras|cuisses?|peau|poignets?)\b",
    r"\bpass\w+ a l acte\b|\bque tout (?:ca )?s arrete\b",
    r"\b(?:quoi|rien|plus) (?:de |a |la peine de )*(?:rester en vie|exister)\b|\bfatigue\w* (?:d|de) (?:exister|vivre)\b",
    r"\b(?:ferais|serait|vaudrait) mieux (?:de |que je |si je )*(?:disparaitre|disparaisse|mourir|meure)\b",
    r"\bplus (?:la )?force de vivre\b|\bvie (?:ne )?(?:vaut|sert) (?:plus|a) (?:rien|la peine)\b",
    r"\b(?:mieux|tranquilles?|soulages?) sans moi\b",
    r"\b(?:parle\w*|veut|veulent|menace|pense\w*) (?:\w+ ){0,3}(?:d |a |de |vouloir )?en finir\b(?! avec (?!la vie|tout\b))",
    r"\bmanquer\w* (?:vraiment )?a personne\b|\bpersonne (?:\w+ ){0,2}(?:verrait|remarquer\w*|apercevr\w*|compte|pleurer\w*)\b.{0,25}"
    r"\b(?:disparai\w*|mort\w*|mour\w*|plus la)\b",
    r"\bquoi bon (?:rester en vie|vivre|exister|continuer a vivre)\b",
    r"\b(?:parle\w*|veut|veulent|menace|pense|essa[iy]\w*|tente\w*|va) .{0,25}"
    r"\bse (?:pendre|tuer|suicider|buter|flinguer|foutre en l air|ouvrir les veines)\b",
    # violence suffered or seen
    r"\b(?:je (?:vais )?te|va te|veut (?:me|te)|jure de me|menace de (?:me|la|le)) (?:tue|tuer|bute|buter|defigurer|egorger)\b",
    r"\b(?:mon (?:mari|copain|conjoint|compagnon|ex|mec|pere|beau pere|frere|fils|homme)|ma (?:femme|mere|copine|belle mere)|"
    r"il|elle) (?:me |m |nous |le |la |les )*(?:frappe\w*|bat|cogne\w*|tape\w* dessus|viole\w*|menace\w* de (?:me|mort)|etrangl\w*|agress\w* sexuel\w*)\b",
    r"(?<!qu un )(?<!qu une )(?<!si un )(?<!si une )\b(?:tut(?:eur|rice)|patronn?e?|cheff?e?|collegue|responsable|cadre|direct(?:eur|rice)|format(?:eur|rice)|prof|employeu\w+|"
    r"residente?|patiente?|voisine?|oncle|tonton|tante|cousine?|soeur|grand pere|colocataire|coloc|petite? amie?) "
    r"(?:me |m |nous )(?:\w+ )?(?:frappe|bat|cogne|gifle|tabasse|etrangle|viole|tape dessus)\b(?! (?:a|aux|au|toujours|par)\b)",
    r"\b(?:(?<!je )me|m|nous|le|la|les) tap(?:e|es|ent|ait|aient)\b(?! (?:sur (?:les nerfs|le systeme|la main|l epaule)|dans (?:le dos|l oeil)|la (?:honte|discut\w*)|des|une?|ses)\b)",
    r"\b(?:je me fais|me suis fait|suis) (?:frapper|battre|violer|viole\w*|tabasser|battu\w*)\b",
    r"\b(?:m a|ma|m ont|a ete|ai ete|as ete) (?:viole\w*|agresse\w* sexuellement|frappe\w* (?:au visage|hier|ce))\b",
    r"\bmet(?:tent)? (?:des |une |un )?(?:claques?|coups?|gifles?|baffes?) (?:a |aux |au |sur )?(?:une |un |la |le |les |des )?"
    r"(?:residents?|dames?|mamies?|papis?|patients?|enfants?|vieux|petits?|gamins?|bebes?)\b",
    r"\bmena(?:c|ss)\w* de (?:me|nous|la|le|les|te) (?:tuer|buter|frapper|egorger|planter)\b",
    r"\bm a (?:gifle\w*|cogne\w*|etrangle\w*|tabasse\w*|frappe\w*)\b",
    r"\b(?:frapp(?:e|er|ent)|bat|battent|tap(?:e|ent)|maltrait(?:e\w*|ent)|gifl(?:e\w*|ent)|brutalis(?:e\w*|ent)|attach(?:e\w*|ent)|insult(?:e\w*|ent)) "
    r"(?:sur )?(?:les |une |un |la |le |des |ma |mon |nos )?(?:residents?|dames?|monsieur|messieurs|personnes? agees?|mamies?|papis?|patients?|enfants?|"
    r"jeunes?|vieux|grand meres?|mere|mamie|gamins?|bebes?)\b",
    r"\bcollegue\w*\b.{0,60}\b(?:gifl\w+|frapp\w+|tap\w+|brutalis\w+|maltrait\w+|attach\w+|secou\w+)\b.{0,40}"
    r"\b(?:dame|monsieur|resident\w*|mamie|papi|patient\w*|enfant\w*|bebe\w*|petit\w*)\b",
    r"\b(?:collegue|voisin|voisine|nounou|soignant|aide soignante|chef|tonton|oncle|beau pere|pere|mere)\b.{0,40}\b"
    r"(?:frappe|tape|bat|maltraite|touche|gifle|viole)\w*\b.{0,30}\b(?:resident\w*|mamie|papi|enfant\w*|petit\w*|fille|fils|bebe\w*|moi|patient\w*)\b",
    r"\bviolences? (?:conjugales?|domestiques?)\b(?!.*\b(?:formation|metier|accompagner|travailler aupres|association)\b)",
    r"\b(?:suis|etais|etre|ete|fus) (?:une )?victimes? (?:de |d )(?:violences?|viols?|inceste|agressions?)\b",
    r"\btouche\w* (?:mes|mon|ma|les) (?:parties|sexe|seins|fesses)\b|\battouchements?\b",
    r"\b(?:parents?|pere|mere|famille|oncles?|freres?|mari)\b.{0,40}\bmari(?:er|e|ee)\b.{0,30}\b(?:force|pays|bled)\b"
    r"|\bmari(?:age|ee?|er) (?:\w+ )?(?:de )?forcee?\b(?!.*\b(?:metier|accompagner|association|formation|victimes)\b)",
    # immediate danger to life
    r"\b(?:ne |n )?(?:respire|respirer|reagit|reveille|repond) (?:plus|pas)\b.{0,40}\b(?:vite|aide|aidez|faire|urgent|secours|quoi)\b",
    r"\b(?:respire|reagit) plus\b",
    r"\b(?:tombe\w*|evanoui\w*|inconscient\w*)\b.{0,30}\b(?:repond|reagit|respire|bouge) (?:plus|pas)\b",
    r"\b(?:poitrine|coeur)\b.{0,20}\b(?:serre|oppresse\w*|comprime\w*)\b.{0,50}\b(?:bras|machoire|souffle|respirer|transpire)\b",
    r"\b(?:bb|bebe|nourrisson|enfant|fils|fille|petite?)\b.{0,30}\b(?:convulse\w*|est tou[ts]?e? (?:bleue?|molle|mou))\b",
    r"\b(?:bouche|visage) (?:\w+ ){0,2}(?:de travers|tombe|paralyse\w*)\b.{0,60}\b(?:bras|parle\w*|cote)\b",
    r"\bsaign\w+\b(?! un peu).{0,40}\benceinte\b|\benceinte\b.{0,40}\b(?:saigne(?! un peu)|perds du sang)\b",
    r"\b(?:serre|douleur|mal|oppresse\w*)\b.{0,25}\b(?:poitrine|coeur)\b.{0,50}\b(?:bras|minutes?|min|souffle|respirer|parler|la maintenant)\b",
    r"\b(?:fait|fais|faire) (?:un |une )?(?:avc|infarctus|arret cardiaque|crise cardiaque|malaise)\b.{0,30}\b(?:maintenant|vite|aide[zr]?|secours)\b",
    r"\b(?:fait|fais|faire|en) (?:une )?(?:od|overdose|surdose)\b",
    r"\b(?:hemorragie|saigne)\b.{0,30}\b(?:arrete (?:pas|plus)|beaucoup|partout|vite|secours)\b",
    r"\b(?:au secours|a l aide vite|appelez (?:les secours|le samu|la police|une ambulance))\b",
    r"\b(?:en danger|il va me tuer|elle va me tuer|peur pour ma vie|va me tuer)\b",
    # no roof, no food tonight
    r"\b(?:enfants?|vis|vit|vivons|tous|nuit) dans (?:ma |la |une |notre )?(?:voiture|caisse|camion|cave)\b",
    r"\b(?:dors|dort|dormons|dormi|passe la nuit) (?:a |en |dans |devant )?(?:la )?gare\b",
    r"\b(?:dors|dormir|dort|dormons|passe la nuit|nuit) (?:dehors|dans la rue|a la rue|dans (?:ma|la|une) voiture|sous (?:un|les) pont)\b",
    r"\bnul\w* par\w* (?:ou )?(?:aller|alle|dormir)\b(?!.*\b(?:metier|educ|educs|maraudes?|benevoles?|assistante?)\b)",
    r"\b(?:a la rue|sans abri|nulle part ou dormir|nulle part pour dormir|pas (?:d )?(?:endroit )?(?:ou|pour) dormir|"
    r"sais pas ou (?:(?:je|on) (?:vais|va|peux|peut) )?dormir|plus de toit|mise? dehors|expuls\w+ (?:ce|demain|aujourd))\b"
    r"(?!.*\b(?:metier|accompagner|aider les|travailler avec|travailler aupres|maraude|educateur|avec les gens)\b)",
    r"\b(?:rien|plus rien|pas) (?:mange|manger|a manger)\b.{0,40}\b(?:jours?|hier|depuis|enfants?|bebe|ce soir|frigo)\b",
    r"\bjours? que (?:je|j|on|nous) (?:ne |n )?(?:mange|bois|bouffe|avale)\b",
    r"\b(?:rien a manger|plus de quoi manger|pas de quoi manger|plus rien a bouffer|crever? de faim|meurs de faim depuis)\b",
)

# Ways of speaking.
_FIGURATIVE = re.compile(
    r"\b(?:mort\w*|meurs|creve\w*|mourir) de (?:rire|faim quand|chaud|froid|peur|trouille|honte|fatigue|stress|envie de|soif)\b"
    r"|\b(?:suis|sui) (?:\w+ment |trop |tellement |deja )?(?:mort\w*|crevee?s?)\b"
    r"(?! (?:a l interieur|dedans|dans ma tete))"
    r"|\ben finir avec (?!la vie|tout\b)"
    r"|\b(?:me|m|nous) tue (?:a la tache|avec|de|en|avec les)\b|\bmetier (?:me|te|m) tue\b|\btue[rs]? (?:le|les|mon|ton|votre) (?:dos|reins|yeux|sante|genoux)\b"
    r"|\bvais (?:exploser|peter (?:un|les) (?:cables?|plombs?))\b"
    r"|\b(?:c est|serait|c etait|ce serait) (?:\w+ment |un peu )?suicidaire\b"
    r"|\bva (?:me|nous) tuer si (?:je|j|on) (?:\w+ )?(?:rat\w+|loup\w+|redoubl\w+|oubli\w+|train\w+|(?:suis|arrive) en retard)\b"
    r"|\bmourir d (?:envie|ennui)\b|\bme tuer a (?:la tache|faire|bosser|travailler|courir|porter)\b",
    _FLAGS,
)
# What looks like distress and is the job itself.
_JOB = re.compile(
    r"\b(?:accompagn\w+|prevention|aider|travailler (?:avec|aupres)|s occuper|patients?|residents?) .{0,30}"
    r"(?:suicid\w+|fin de vie|mourant\w*|sans abri|a la rue|victimes?(?: de violences?(?: conjugales?)?)?)\b|\bfin de vie\b",
    _FLAGS,
)
# Danger denied, or said with a laugh: words alone prove nothing then.
_DENIED = re.compile(
    r"\b(?:pas|sans|aucunes?) (?:d |l )?idees? noires?\b|\b(?:mdr+|ptdr+|lol|xd|haha\w*)\b", _FLAGS
)


_DRUGS = (
    r"(?:doliprane|paracetamol|ibuprofene|advil|tramadol|aspirine|spasfon|antibiotiques?|amoxicilline|augmentin|cortisone|"
    r"morphine|codeine|lamaline|lovenox|insuline|xanax|lexomil|antidepresseurs?|beta ?bloquants?|pilule|somniferes?|"
    r"levothyrox|kardegic|metformine|ventoline|risperdal|seresta)"
)
_MEDICAL = _compiled(
    # may I take, mix, stop, double it; drinking under treatment
    rf"\b(?:peux|peut|puis|dois|faut|pouvons)\b.{{0,30}}\b(?:prendre|reprendre|melanger|doubler|arreter|sauter|boire)\b.{{0,60}}\b{_DRUGS}",
    rf"\bboire\b.{{0,50}}\bsous\b.{{0,20}}\b{_DRUGS}",
    rf"\b{_DRUGS}\b.{{0,40}}\b(?:combien de (?:mg|fois|comprimes)|quelle dose|quel dosage)\b",
    # a symptom of one's own, and what to do about it
    r"\b(?:j ai|jai|a|ai) (?:tres |trop |super )?(?:mal (?:a|au|aux|de)|de la fievre|des vertiges|des boutons|des palpitations|la diarrhee)\b"
    r".{0,80}\b(?:prends? quoi|prendre quoi|quoi prendre|je prends|c est grave|grave docteur|que faire comme traitement)\b",
    # test results
    r"\b(?:crp|tension|glycemie|ferritine|cholesterol|tsh|leucocytes|irm|prise de sang|bilan sanguin)\b.{0,60}"
    r"\b(?:c est grave|grave|ca veut dire quoi|veut dire quoi|normal ou pas|c est normal|inquiet\w*)\b",
)
# How carers work with medicines is the job's business, not medical advice.
_CARERS = re.compile(
    r"\b(?:a t elle le droit|a t il le droit|ont le droit|a le droit|j ai le droit|role|metier|formation|aide soignante? peut|"
    r"ordonnance infirmiere|patients?|residents?|donner les|distribuer)\b",
    _FLAGS,
)


def is_medical(message: Message) -> bool:
    """Whether medical advice is asked for oneself or a relative, by the words alone."""
    return any(
        pattern.search(text) for text in _texts(message) if not _CARERS.search(text) for pattern in _MEDICAL
    )


def is_figurative(message: Message) -> bool:
    """Whether words of death or violence are used as a way of speaking (« mort de rire », « je suis crevée »)."""
    return any(_FIGURATIVE.search(text) for text in _texts(message))


def _texts(message: Message) -> tuple[str, ...]:
    """The words as understood, and the letters as typed."""
    texts = (" ".join(message.words), " ".join(token.typed for token in message.tokens))
    return tuple(dict.fromkeys(texts))


def is_danger(message: Message) -> bool:
    """Whether somebody is in danger, by words that leave no doubt."""
    return _says(message, _DANGER)


def is_distress(message: Message) -> bool:
    """Whether somebody may be in danger or in distress, by words that may also be those of a job."""
    return _says(message, (*_DANGER, *_DISTRESS))


def _says(message: Message, patterns: Sequence[re.Pattern[str]]) -> bool:
    for text in _texts(message):
        plain = _JOB.sub(" ", _FIGURATIVE.sub(" ", text))
        if not _DENIED.search(plain) and any(pattern.search(plain) for pattern in patterns):
            return True
    return False
