"""The few words that the program itself writes into a letter, in the languages it knows.

Another language is one more entry here. A letter in a language that is not in the table is
written with the English words and dates in ISO 8601, which need no translation.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class Language:
    """One language: ``members`` holds ``{n}`` in a form that no number can make ungrammatical.

    The words from ``attention`` on stand on a printed letter only, those from ``hello`` on are
    spoken: ``hello`` holds ``{who}``, ``calling`` what the call is about.
    """

    salutation: str
    salutation_end: str
    closing: str
    members: str
    ask: str
    today: Callable[[date], str]
    attention: str
    fax: str
    enclosed: str
    copies: str
    hello: str
    calling: str
    thanks: str


SCRIPT_LENGTH = 4
"""A subtag of four letters names a script (RFC 5646)."""
_NUMBER = re.compile(r"\d+(?:[ .,'\u2019\u00a0\u202f]\d{3})*(?!\d)")


def _months(names: str) -> list[str]:
    return ["", *names.split()]


_EN = _months(
    "January February March April May June July August September October November December"
)
_RU = _months("января февраля марта апреля мая июня июля августа сентября октября ноября декабря")
_FR = _months(
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
)
_ES = _months(
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
)
_DE = _months("Januar Februar März April Mai Juni Juli August September Oktober November Dezember")

ENGLISH = Language(
    salutation="To whom it may concern",
    salutation_end=",",
    closing="Yours faithfully,",
    members="representing {n} workers",
    ask="I ask you for the following:",
    today=lambda day: f"{day.day} {_EN[day.month]} {day.year}",
    attention="For the attention of {name}",
    fax="Fax:",
    enclosed="Enclosed:",
    copies="cc:",
    hello="Good day. My name is {who}.",
    calling="I am calling about this: {subject}",
    thanks="Thank you for your time.",
)

LANGUAGES = {
    "en": ENGLISH,
    "ru": Language(
        salutation="Всем, кого это касается",
        salutation_end="!",
        closing="С уважением,",
        members="Число представляемых работников: {n}",
        ask="Я обращаюсь к вам со следующими требованиями:",
        today=lambda day: f"{day.day} {_RU[day.month]} {day.year} г.",
        attention="Вниманию: {name}",
        fax="Факс:",
        enclosed="Приложение:",
        copies="Копия:",
        hello="Здравствуйте! Меня зовут {who}.",
        calling="Я звоню вот по какому поводу: {subject}",
        thanks="Спасибо, что уделили мне время.",
    ),
    "fr": Language(
        salutation="Madame, Monsieur",
        salutation_end=",",
        closing="Veuillez agréer mes salutations distinguées,",
        members="Nombre de travailleurs représentés : {n}",
        ask="Je vous demande ce qui suit :",
        today=lambda day: f"{day.day}{'er' * (day.day == 1)} {_FR[day.month]} {day.year}",
        attention="À l\u2019attention de {name}",
        fax="Fax\u00a0:",
        enclosed="Pièces jointes\u00a0:",
        copies="Copie\u00a0:",
        hello="Bonjour, je m\u2019appelle {who}.",
        calling="Je vous appelle à ce sujet\u00a0: {subject}",
        thanks="Je vous remercie du temps que vous m\u2019avez accordé.",
    ),
    "es": Language(
        salutation="A quien corresponda",
        salutation_end=":",
        closing="Atentamente,",
        members="Número de trabajadores representados: {n}",
        ask="Le pido lo siguiente:",
        today=lambda day: f"{day.day} de {_ES[day.month]} de {day.year}",
        attention="A la atención de {name}",
        fax="Fax:",
        enclosed="Adjuntos:",
        copies="Copia:",
        hello="Buenos días, me llamo {who}.",
        calling="Le llamo por lo siguiente: {subject}",
        thanks="Gracias por su tiempo.",
    ),
    "de": Language(
        salutation="Sehr geehrte Damen und Herren",
        salutation_end=",",
        closing="Mit freundlichen Grüßen",
        members="Zahl der vertretenen Beschäftigten: {n}",
        ask="Ich bitte Sie um Folgendes:",
        today=lambda day: f"{day.day}. {_DE[day.month]} {day.year}",
        attention="Zu Händen: {name}",
        fax="Fax:",
        enclosed="Anlagen:",
        copies="Kopie an:",
        hello="Guten Tag, mein Name ist {who}.",
        calling="Ich rufe aus folgendem Anlass an: {subject}",
        thanks="Danke, dass Sie sich Zeit genommen haben.",
    ),
}

CLOSINGS = (
    r"(?:yours|(?:very |most )?(?:sincerely|respectfully|truly)|(?:in|with) (?:\w+ )?"
    r"(?:solidarity|regards|respect|thanks|wishes)"
    r"|(?:best|kind|warm|many) (?:regards|thanks|wishes)"
    r"|veuillez (?:agréer|recevoir|croire)|recevez|agréez|(?:je|nous) vous pri(?:e|ons) d"
    r"|(?:bien )?(?:cordialement|respectueusement)|(?:muy )?atentamente|(?:le|les|la) saluda"
    r"|sin (?:otro|más) particular|reciba|cordialmente|respetuosamente"
    r"|(?:mit|in) (?:\w+ )?(?:grüßen|gruß|hochachtung|solidarität)|hochachtungsvoll"
    r"|с (?:\w+ )?уважением|з (?:\w+ )?повагою|құрметпен|z (?:\w+ )?(?:poważaniem|szacunkiem)"
    r"|(?:respeitosa|atenciosa|cordial)mente|com os (?:meus|nossos|melhores)|distinti|cordiali"
    r"|hoogachtend|met (?:\w+ )?groet|saygılar|با احترام|وتفضلوا|مع (?:خالص|فائق)|सादर|भवदीय"
    r"|此致|敬具|顺致|謹啟)"
)
"""How closing words begin, also those that are a whole sentence; in any language that we know.

A regular expression for any case, not compiled here: most commands close no letter.
"""

_OTHER = replace(ENGLISH, today=date.isoformat)
_ENDS = {"ar": "،", "fa": "،", "ur": "،", "zh": "：", "ja": "", "hi": ","}
"""What ends a salutation in languages of which the table above has no words."""
_RIGHT_TO_LEFT = frozenset("ar arc arz ckb dv fa he iw ji ks ps sd syr ug ur yi".split())
_RIGHT_TO_LEFT_SCRIPTS = frozenset("adlm arab aran hebr mand nkoo rohg samr syrc thaa".split())


def words(tag: str) -> Language:
    """The words for a BCP 47 tag, by its first subtag: ``ru-KZ`` is written as ``ru``."""
    name = tag.partition("-")[0].lower()
    if name in LANGUAGES:
        return LANGUAGES[name]
    return replace(_OTHER, salutation_end=_ENDS.get(name, ENGLISH.salutation_end))


def right_to_left(tag: str) -> bool:
    """Whether a language is written from right to left: by the tag's script, else its language."""
    name, *others = tag.lower().split("-")
    script = next((one for one in others if len(one) == SCRIPT_LENGTH), "")
    return script in _RIGHT_TO_LEFT_SCRIPTS if script else name in _RIGHT_TO_LEFT


def members_line(tag: str, members: str) -> str:
    """The line that says for how many the sender speaks, or an empty text.

    ``240`` gives the language's own form; ``240 nurses`` is taken as written in English, and by
    its number in another language, where nobody can inflect the word.
    """
    if not members:
        return ""
    language = words(tag)
    found = _NUMBER.match(members)
    number = found.group() if found else ""
    rest = members[len(number) :]
    if language.members != ENGLISH.members:
        return language.members.format(n=number or members)
    if rest or not number:
        return f"representing {members}"
    return "representing 1 worker" if number == "1" else language.members.format(n=number)
