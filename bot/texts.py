"""Every sentence the bot itself says, in French. What it knows of the jobs stands in data/."""

from __future__ import annotations

NAME = "OrientaSoin"

FACETTES: dict[str, dict[str, str]] = {
    "metier": {
        "missions": "le métier",
        "acces": "y accéder",
        "salaire": "salaire",
        "conditions": "conditions de travail",
        "lieux": "où travailler",
        "qualites": "est-ce pour moi ?",
        "debouches": "ça recrute ?",
        "evolution": "et après ?",
    },
    "formation": {
        "presentation": "la formation",
        "acces": "qui peut entrer",
        "inscription": "s'inscrire",
        "duree": "durée",
        "cout": "prix",
        "remuneration": "argent pendant la formation",
        "dispenses": "dispenses",
        "debouches": "et après ?",
        "apprentissage": "en apprentissage",
        "vae": "par la VAE",
    },
    "dispositif": {
        "presentation": "c'est quoi",
        "public": "pour qui",
        "demarche": "comment faire",
        "duree": "durée",
        "remuneration": "argent",
        "cout": "prix",
        "territoire": "où ça existe",
    },
}

ACTIONS: dict[str, str] = {
    "offres": "Offres d'emploi",
    "evenements": "Événements",
    "immersions": "Immersions",
    "ecoles": "Écoles et instituts",
    "comparer": "Comparer",
    "quiz": "Quel métier pour moi ?",
    "conseiller": "Parler à quelqu'un",
    "accueil": NAME,
    "confidentialite": "Vos données",
    "urgence": "Aide immédiate",
    "medical": "Question de santé",
    "hors_sujet": "Autre chose",
}

BUTTON_NEAR_ME = "📍 Près de chez moi"
BUTTON_PERSON = "💬 Parler à quelqu'un"
BUTTON_SHARE = "↗️ Partager"
BUTTON_QUIZ = "Quel métier pour moi ?"
BUTTON_JOBS = "Quels métiers recrutent ?"

SOURCE = "Source : {title} ({date})."
SOURCES = "Sources : {titles} ({date})."
ELSEWHERE = "Attention : cela existe seulement en {territories}."
WATCH = "Si vous ou quelqu'un êtes en danger : le 15 ou le 112. Si vous pensez au suicide : le 3114, gratuit, jour et nuit."

WELCOME = (
    "Bonjour ! Je réponds à vos questions sur les métiers du soin et de l'accompagnement : "
    "aide-soignant, infirmier, accompagnant, petite enfance, social…\n\n"
    "Écrivez comme vous parlez, les fautes ne me gênent pas. Par exemple :\n"
    "• aide soignante, c'est payé combien ?\n"
    "• je suis ASH, comment devenir AS ?\n"
    "• formation infirmier sans le bac\n"
    "• offres aide à domicile à Rouen\n"
    "• tester un métier quelques jours\n\n"
    "Je suis un programme, pas une personne. /aide pour en savoir plus, /confidentialite pour vos données."
)

HELP = (
    "Ce que vous pouvez me demander :\n"
    "• un métier : ce qu'on y fait, le salaire, les horaires, comment y arriver ;\n"
    "• une formation : durée, prix, inscription, dispenses, apprentissage, VAE (diplôme par l'expérience) ;\n"
    "• une aide : CPF, apprentissage, immersion, contrat d'engagement jeune… ;\n"
    "• près de chez vous : offres, immersions, événements, écoles. Dites la ville ou le code postal ;\n"
    "• comparer deux métiers, ou trouver lequel vous va ;\n"
    "• être prévenu, sur Telegram : sous une recherche, touchez « 🔔 Prévenez-moi ». /alertes pour voir et arrêter.\n\n"
    "Si je comprends mal, dites-le autrement ou touchez un bouton. Je peux me tromper : chaque réponse donne "
    "sa source. Pour votre situation, une personne vous aidera mieux que moi."
)

PRIVACY = (
    "Je garde le moins possible.\n"
    "• Gardés 12 mois au plus : vos questions, mes réponses, le choix que vous touchez quand j'hésite, et si vous dites "
    "« Ce n'est pas ça », et le lien ou l'affiche qui vous a amené, sous un numéro inventé, pour que l'équipe améliore les réponses. J'en retire les adresses "
    "e-mail et les numéros.\n"
    "• Oublié après 12 heures sans message : où nous en sommes de la conversation, avec les métiers, les aides et la ville dont nous parlons.\n"
    "• Gardé 12 mois au plus, seulement si vous touchez « Retenir ce lieu » : ce lieu. « Oublier ce lieu » l'efface.\n"
    "• Gardés 6 mois au plus, seulement si vous touchez « Prévenez-moi » : le numéro de notre conversation, qui est celui "
    "de votre compte Telegram, pour vous écrire ; ce que vous cherchez, où, et ce que je vous ai déjà signalé. "
    "« Arrêter » efface tout cela.\n"
    "• Jamais gardés : votre nom, votre numéro de téléphone, et, sans alerte, le numéro de votre compte Telegram.\n"
    "Personne d'autre ne voit ce que vous écrivez ici, ni vos parents, ni votre conseiller, ni un employeur. "
    "Les messages passent par Telegram, qui a ses propres règles.\n\n"
    "Pour tout effacer : écrivez /oublier. C'est immédiat. N'écrivez pas ici votre nom, votre adresse ou "
    "votre numéro de sécurité sociale : je n'en ai pas besoin."
)
FORGOTTEN = (
    "C'est effacé : vos questions, mes réponses, notre conversation, votre lieu et vos alertes. "
    "Vous pouvez continuer, ou partir."
)

URGENT = (
    "Appelez maintenant, vous ne dérangez pas :\n"
    "• 15 ou 112 : quelqu'un est en danger, a pris des médicaments, respire mal, a mal dans la poitrine.\n"
    "• 114 par SMS si vous ne pouvez pas parler. 17 : police.\n"
    "• 3114 : pensées de suicide. Gratuit, jour et nuit, tous les jours.\n"
    "• 3919 : femmes victimes de violences. Gratuit, jour et nuit.\n"
    "• 119 : un enfant est en danger. Gratuit, jour et nuit.\n"
    "• 3133 : une personne âgée ou handicapée est maltraitée. Tous les jours, 9 h à 20 h.\n"
    "• 115 : nulle part où dormir ce soir.\n"
    "• 0 800 235 236 : Fil santé jeunes, 12-25 ans, 9 h à 23 h.\n\n"
    "Je suis un programme : je ne peux pas vous aider moi-même, ces personnes le peuvent."
)

MEDICAL = (
    "Je ne peux pas donner de conseil médical : je réponds sur les métiers et les formations.\n"
    "• C'est grave ou soudain : le 15 ou le 112 (114 par SMS).\n"
    "• Sinon : votre médecin. Pour un médicament, votre pharmacien répond sans rendez-vous.\n"
    "• Vous travaillez dans le soin et votre corps souffre du travail : parlez-en au médecin du travail."
)

OFF_TOPIC = (
    "Je ne réponds que sur les métiers du soin et de l'accompagnement, leurs formations et les aides pour y "
    "arriver. Pour un autre métier, un conseiller France Travail (3949) ou le site de l'Onisep vous renseigneront."
)
NOT_UNDERSTOOD = (
    "Je n'ai pas compris. Dites-le autrement, avec le nom d'un métier ou d'une formation : par exemple "
    "« salaire aide-soignant » ou « devenir infirmière sans bac »."
)
NOT_UNDERSTOOD_AGAIN = (
    "Je n'y arrive pas, désolé. Touchez un bouton, ou parlez à une personne : elle saura vous répondre."
)
EMPTY = "Écrivez votre question en quelques mots : par exemple « aide-soignant salaire »."
NOT_TEXT = "Je ne lis que le texte pour l'instant. Écrivez votre question en quelques mots."
STALE_BUTTON = "Ce bouton n'est plus valable. Posez votre question, je vous réponds."
FAILED = "Quelque chose n'a pas marché de mon côté. Réessayez dans un instant."

BUTTON_DISPUTE = "👎 Ce n'est pas ça"
DISPUTED_CHOOSE = "Merci, c'est noté pour l'équipe. Vous vouliez peut-être ceci. Sinon, dites-le autrement."
DISPUTED = (
    "Merci, c'est noté pour l'équipe. Dites-le autrement, avec le nom d'un métier ou d'une formation : par exemple "
    "« salaire aide-soignant ». Ou parlez à une personne."
)

SUGGEST_AGAIN = (
    "Je ne suis toujours pas sûr de comprendre. Touchez un choix, dites-le avec le nom d'un métier ou d'une formation, "
    "ou parlez à une personne."
)
SUGGEST = "Vous voulez savoir quoi, exactement ? Touchez un choix, ou dites-le autrement."

PERSON = (
    "Une vraie personne peut vous aider, gratuitement :\n"
    "• moins de 26 ans : la Mission locale de votre secteur ;\n"
    "• inscrit ou non à France Travail : le 3949, ou une agence ;\n"
    "• en emploi, pour changer : un conseiller en évolution professionnelle, sur mon-cep.org ;\n"
    "• en situation de handicap : Cap emploi ;\n"
    "• collège, lycée, études : le CIO, centre d'information et d'orientation."
)
PERSON_CONTACT = "Vous pouvez aussi joindre l'équipe qui vous a donné ce bot : {contact}"

QUIZ = (
    "Pour trouver votre métier, partez de ce que vous aimez. Touchez ce qui vous ressemble le plus : je vous montre les "
    "métiers qui vont avec. Ensuite, testez sur place : une immersion de quelques jours dit plus qu'un test."
)
QUIZ_CHOICES: tuple[tuple[str, str], ...] = (
    ("Les bébés, les enfants", "theme:travailler-enfants"),
    ("Les personnes âgées", "theme:travailler-ehpad"),
    ("Aider chez les gens", "theme:travailler-domicile"),
    ("Le handicap", "theme:travailler-handicap"),
    ("Soigner, les gestes techniques", "metier:infirmier/missions"),
    ("Le quotidien, le contact", "metier:aide-soignant/missions"),
    ("Écouter, aider à se reconstruire", "metier:educateur-specialise/missions"),
    ("La santé mentale", "theme:travailler-psychiatrie"),
    ("Commencer sans diplôme", "theme:sans-diplome"),
)

COMPARE_WHICH = "Quelles entrées voulez-vous comparer ? Écrivez les deux, par exemple « AS ou AES »."
COMPARE_ROWS: dict[str, str] = {
    "niveau": "Niveau du diplôme",
    "duree_etudes_mois": "Études",
    "duree_mois": "Durée",
    "duree_heures": "Heures",
    "duree_jours": "Jours",
    "age_minimum": "Âge minimum",
    "age_maximum": "Âge maximum",
    "voies": "Voies",
    "salaire_debut": "Début",
    "montant": "Montant",
    "cout": "Coût",
    "tension": "Tension",
}
LEVELS = {
    0: "aucun diplôme exigé",
    3: "équivalent CAP",
    4: "équivalent bac",
    5: "bac+2",
    6: "bac+3",
    7: "bac+5",
    8: "bac+8",
}

NEAR_ME = "D'accord : {place}. Que cherchez-vous ?"
WHERE = "Où cherchez-vous ? Écrivez une ville ou un code postal, ou envoyez votre position. En attendant, voici la recherche pour toute la France."
LOCAL: dict[str, str] = {
    "offres": "Voici la recherche d'offres, déjà remplie{about}{place}. Elle s'ouvre sur France Travail : "
    "vous voyez les offres du jour, sans compte.",
    "immersions": "Une immersion, c'est quelques jours chez un employeur pour voir le métier. Cette recherche montre ceux "
    "qui accueillent{about}{place}. Il faut une convention signée avant le premier jour : la demande se fait sur le même site.",
    "evenements": "Forums, job datings, réunions d'information et portes ouvertes{place} : la liste officielle est sur "
    "« Mes événements emploi ». Sur la page, choisissez votre ville et le secteur « Santé » ou « Services à la personne ».",
    "ecoles": "Pour trouver une école{about}{place} : ces recherches montrent qui propose la formation et à quelle adresse. "
    "Appelez l'école avant de vous déplacer.",
}
STRUCTURES = "Pour en parler près de chez vous :"
STRUCTURES_NEAREST = "Le plus proche, pour en parler :"
STRUCTURES_FAR = "Pour en parler, où que vous soyez :"
AROUND = " ({place}, {radius} km autour)"
KNOWN: dict[str, str] = {
    "evenements": "Ce que nous savons :",
    "offres": "Offres que nous connaissons :",
}
KNOWN_WIDER = "Rien de signalé à moins de {first} km. Jusqu'à {wide} km :"
KNOWN_BROADER = "Plus largement :"
KNOWN_NOTHING = "Nos partenaires n'ont rien signalé à moins de {radius} km."
KNOWN_NOTHING_AREA = "Nos partenaires n'ont rien signalé ici : {place}."
LIVE_FOUND = "{count} à moins de {radius} km. Les plus récents ou les plus proches :"
LIVE_FOUND_WIDER = "Rien à moins de {first} km. {count} à moins de {radius} km :"
LIVE_FOUND_AREA = "{count} ici : {place}. Les plus récents d'abord :"
LIVE_COUNT_ONE = "1 résultat"
LIVE_COUNT = "{total} résultats"
LIVE_FOLLOWING = "Résultats {first} à {last} :"
LIVE_NOTHING = (
    "Rien trouvé aujourd'hui à moins de {radius} km. Essayez la recherche ci-dessous, ou une autre ville."
)
LIVE_NOTHING_AREA = "Rien trouvé aujourd'hui ici : {place}. Essayez la recherche ci-dessous, ou une ville."
LIVE_MISSION = "Mission locale la plus proche (moins de 26 ans) : {mission}"
FOLLOWING = "{title} · la suite"
NO_MORE = "C'est tout : il n'y a rien d'autre à montrer pour l'instant."
BUTTON_MORE = "➕ Voir plus"
HOMONYMS = "Je cherche à {place}. Si vous pensiez à une autre commune, touchez-la."
ABROAD = (
    "« {place} » : je ne cherche qu'en France. Écrivez une ville française ou un code postal, même près de la frontière. "
    "Pour un emploi ailleurs en Europe, il y a le portail public EURES : eures.europa.eu. "
    "En attendant, voici la recherche pour toute la France."
)
WHICH_TOWN = (
    "Quelle ville, pour « {place} » ? Touchez la vôtre, ou écrivez le code postal. "
    "En attendant, voici la recherche pour toute la France."
)
UNKNOWN_PLACE = (
    "Je ne connais pas ce lieu en France : « {place} ». Vérifiez l'écriture, ou écrivez le code postal. "
    "En attendant, voici la recherche pour toute la France."
)
FAR_FROM_FRANCE = (
    "Votre position est hors de France, et je ne cherche qu'en France. Écrivez une ville ou un code postal."
)
RADIUS_LIMITS = "Je cherche entre {least} et {most} km autour d'une ville : ici, {radius} km."
KEPT_TOWN = "Je cherche autour {of_place}, le lieu que vous m'avez demandé de retenir."
KEPT_AREA = "Je cherche ici : {place}. C'est le lieu que vous m'avez demandé de retenir."
BUTTON_KEEP = "📌 Retenir ce lieu"
BUTTON_FORGET_PLACE = "Oublier ce lieu"
PLACE_KEPT = (
    "C'est retenu : {place}. Quand vous ne nommez pas de ville, je cherche là. "
    "Je le garde 12 mois au plus ; vous pouvez l'effacer quand vous voulez."
)
PLACE_FORGOTTEN = "C'est oublié : je ne garde plus votre lieu."
ALERTS_GO_ON = "Vos alertes continuent, chacune avec son lieu. Pour les voir et les arrêter : /alertes."

BUTTON_ALERT = "🔔 Prévenez-moi"
BUTTON_ALERT_STOP = "Arrêter"
BUTTON_ALERT_STOP_THIS = "Arrêter : {what}"
BUTTON_ALERT_RENEW = "Continuer 6 mois"
ALERT_KINDS = {"offres": "offres", "evenements": "événements", "immersions": "immersions"}
ALERT_AROUND = ", {radius} km autour"
ALERT_FREQUENCIES = {"s": "Chaque semaine", "j": "Dès qu'il y a du nouveau"}
ALERT_OFTEN = {"s": "une fois par semaine", "j": "dès qu'il y a du nouveau"}
ALERT_HOW_OFTEN = "Je peux vous écrire ici quand il y a du nouveau :\n• {what}\n\nÀ quel rythme ?"
ALERT_MADE = (
    "C'est noté. Je surveille : {what}.\n"
    "• Je vous écris {often}, entre 8 h et 20 h. Rien de nouveau : pas de message.\n"
    "• Cela s'arrête tout seul dans 6 mois, le {until}.\n"
    "• Pour arrêter avant : touchez « Arrêter », ou écrivez /alertes. /oublier efface tout.\n"
    "• Pour vous écrire, je garde le numéro de cette conversation Telegram, tant que l'alerte dure."
)
ALERT_PARTNERS_ONLY = (
    "Je surveille seulement ce que nos partenaires nous signalent. Pour tout le reste, regardez aussi le site "
    "officiel de temps en temps."
)
ALERT_TOO_MANY = "Vous avez déjà {most} alertes, je n'en garde pas plus. Arrêtez-en une, puis recommencez."
ALERTS = "Vos alertes :"
ALERTS_NONE = (
    "Vous n'avez pas d'alerte. Pour en créer une : cherchez des offres ou des événements dans une ville, puis touchez "
    "« 🔔 Prévenez-moi »."
)
ALERT_LINE = "• {what} : {often}, jusqu'au {until}"
ALERT_STOPPED = "C'est arrêté : {what}. Je ne vous écrirai plus pour cela."
ALERT_NEWS = "🔔 Du nouveau : {what}"
ALERT_OTHERS = "et {number} autres"
ALERT_ONE_OTHER = "et un autre"
ALERT_OVER = (
    "Votre alerte est finie, après 6 mois : {what}. Je n'ai plus le numéro de cette conversation. "
    "Cela vous intéresse encore ?"
)
LINK_SOURCE = "Lire la source"
LINK_OFFERS = "Offres sur France Travail"
LINK_APPRENTICE = "Offres en alternance"
LINK_IMMERSION = "Chercher une immersion"
LINK_PUPILS = "Stages d'observation (élèves)"
LINK_EVENTS = "Événements France Travail"
LINK_YOUTH_EVENTS = "Événements moins de 30 ans"
LINK_PARCOURSUP = "Carte Parcoursup"
LINK_TRAINING = "Formations France Travail"
LINK_APPRENTICE_TRAINING = "Formations en apprentissage"
LINK_VAE = "Chercher sur France VAE"
LINK_CIVIC = "Missions de service civique"

SHARE_TEXT = "{title} : la réponse d'OrientaSoin"
EXPLAIN_NOTHING = "rien"

CAMPAIGN_MADE = "Campagne « {title} » : {code}"
CAMPAIGN_LINK = "Lien à partager : {link}"
CAMPAIGN_POSTER = "Affiche : orientasoin poster {code}"
CAMPAIGN_NO_NAME = (
    "Le lien sera https://t.me/NOM_DU_BOT?start={code} (le nom du bot est inconnu ici : réglez ORIENTASOIN_TOKEN, "
    "ou ajoutez --bot NOM)."
)
CAMPAIGNS_NONE = 'Aucune campagne. Pour en faire une : orientasoin campaign new "Forum de Nantes".'
CAMPAIGNS_HEAD = ("code", "titre", "faite le", "personnes venues", "qui ont posé une question")
CAMPAIGN_UNTITLED = "(lien sans titre)"
POSTER_QUESTION = "Les métiers du soin, de l'aide\net de l'accompagnement : posez vos questions"
POSTER_EXAMPLES = (
    "« aide-soignante, c'est payé combien ? »\n« quelle formation sans le bac ? »\n"
    "« qui recrute près de chez moi ? »"
)
POSTER_SCAN = "Scannez, puis écrivez sur Telegram"
POSTER_PROMISE = (
    "Gratuit, sans donner votre nom, jour et nuit. Écrivez comme vous parlez.\n"
    "C'est un programme qui répond, avec ses sources ; il peut se tromper."
)
POSTER_CONTACT = "Parler à une personne : {contact}"

STATS_TITLE = "OrientaSoin en chiffres"
STATS_HEAD = (
    "Du {first} au {last} : {questions} questions de {people} personnes ; "
    "{returning} sont revenues un autre jour."
)
STATS_TOTAL = "ensemble"
# Answered, chosen among what was offered, hesitated over, declined, not understood, disputed.
STATS_OUTCOMES = (
    "répondu",
    "choix proposés, un touché",
    "choix proposés, aucun touché",
    "hors du sujet",
    "pas compris",
    "« ce n'est pas ça »",
)
STATS_OUTCOME = "Comment cela s'est passé"
STATS_WEEKS = "Par semaine (lundi)"
STATS_ENTRIES = "Fiches"
STATS_CLASSES = "Ce qui est demandé"
STATS_PLACES = "Lieux nommés"
STATS_HOURS = "Heures"
STATS_COLUMNS = ("", "questions", "personnes")
STATS_CAMPAIGNS = "Campagnes"
STATS_CAMPAIGN_COLUMNS = ("", "personnes venues", "qui ont posé une question")
STATS_CSV_COLUMNS = ("tableau", "ligne", "questions", "personnes")
STATS_THEME = "question générale (thème)"
STATS_ELSEWHERE = "ailleurs"
STATS_FIGURES = "Les chiffres"
STATS_FOOT = (
    "Sans donnée personnelle : ni message, ni nom, ni pseudonyme. Un lieu que moins de cinq personnes ont nommé n'est "
    "pas montré seul."
)

FETCH_NO_KEY = (
    "il manque les clés de France Travail : réglez ORIENTASOIN_FRANCETRAVAIL_ID et ORIENTASOIN_FRANCETRAVAIL_SECRET "
    "(francetravail.io)."
)
FETCH_HEAD = "# Écrit par « orientasoin fetch », le {date}. Ne modifiez rien ici : la prochaine fois, tout est remplacé.\n"
FETCH_NO_EMPLOYER = "employeur non indiqué"
FETCH_DONE = "{file} : {count} {what}."
FETCH_LEFT_OUT = "{count} non repris, faute d'une commune ou d'une date lisible."
FETCH_KINDS = {"offres": "offres", "evenements": "événements"}

DATA_REFUSED = (
    "⚠️ Données non reprises : les précédentes restent en service. À corriger (orientasoin check dit tout) :"
)
DATA_MORE_PROBLEMS = "… et {count} autres."
DATA_FAILED = "⚠️ Données non reprises, pour une raison inattendue : voyez le journal. Les précédentes restent en service."
DATA_TAKEN = "✅ C'est réparé : les données sont en service ({count} fiches)."
DATA_NOT_LEARNED = "⚠️ L'apprentissage n'a pas abouti : ce qui était appris reste en service. Voyez le journal, ou : orientasoin train."

REVIEW_NOTHING = "Rien à revoir depuis {days} jours."
REVIEW_HEAD = "{total} messages à revoir depuis {days} jours, en {groups} groupes :"
REVIEW_MORE = "… et {groups} groupes de plus (--nombre)."
REVIEW_CLOSEST = "le plus proche : {closest}"
REVIEW_NO_ENTRY = "aucune fiche proche"
REVIEW_PEOPLE = "personnes : {count}"
REVIEW_CHOSEN = "choisi ensuite : {count} fois"
REVIEW_DISPUTED = "« ce n'est pas ça » : {count} fois (réponse donnée : {given})"
REVIEW_HOW = (
    "Si l'étiquette est la bonne, recopiez la ligne dans un fichier .txt de data/exemples (sinon corrigez l'étiquette), "
    "sans nom de personne, puis : orientasoin check. Ce qui est devenu un exemple quitte cette liste."
)

COMMANDS = (
    ("start", "accueil"),
    ("aide", "ce que je sais faire"),
    ("confidentialite", "ce que je garde, et comment l'effacer"),
    ("alertes", "voir et arrêter mes alertes"),
    ("oublier", "effacer mes données"),
)
MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # fmt: skip
