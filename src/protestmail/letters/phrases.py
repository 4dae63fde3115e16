"""The words that the program itself writes into a letter, in the languages that it knows.

Another language is one more entry here; each needs the eye of somebody who grew up with it.
"""

from collections.abc import Callable
from dataclasses import dataclass
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

_IT = _months(
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"
)
_PL = _months(
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada "
    "grudnia"
)
_PT = _months(
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"
)
_UK = _months(
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня"
)

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
    "it": Language(
        salutation="A chi di competenza",
        salutation_end=",",
        closing="Distinti saluti,",
        members="Numero di lavoratori rappresentati: {n}",
        ask="Le chiedo quanto segue:",
        today=lambda day: f"{day.day}{'º' * (day.day == 1)} {_IT[day.month]} {day.year}",
        attention="All\u2019attenzione di {name}",
        fax="Fax:",
        enclosed="Allegati:",
        copies="Copia:",
        hello="Buongiorno, mi chiamo {who}.",
        calling="Chiamo per questo motivo: {subject}",
        thanks="La ringrazio per il tempo che mi ha dedicato.",
    ),
    "pl": Language(
        salutation="Szanowni Państwo",
        salutation_end=",",
        closing="Z poważaniem",
        members="Liczba reprezentowanych pracowników: {n}",
        ask="Proszę Państwa o spełnienie następujących postulatów:",
        today=lambda day: f"{day.day} {_PL[day.month]} {day.year} r.",
        attention="Do rąk: {name}",
        fax="Faks:",
        enclosed="Załączniki:",
        copies="Do wiadomości:",
        hello="Dzień dobry, nazywam się {who}.",
        calling="Dzwonię w następującej sprawie: {subject}",
        thanks="Dziękuję za poświęcony czas.",
    ),
    "pt": Language(
        salutation="A quem possa interessar",
        salutation_end=",",
        closing="Atenciosamente,",
        members="Número de trabalhadores representados: {n}",
        ask="Peço o seguinte:",
        today=lambda day: f"{day.day} de {_PT[day.month]} de {day.year}",
        attention="À atenção de {name}",
        fax="Fax:",
        enclosed="Anexos:",
        copies="Cópia:",
        hello="Bom dia, o meu nome é {who}.",
        calling="Ligo pelo seguinte motivo: {subject}",
        thanks="Agradeço o seu tempo.",
    ),
    "uk": Language(
        salutation="Усім, кого це стосується",
        salutation_end="!",
        closing="З повагою,",
        members="Кількість представлених працівників: {n}",
        ask="Звертаюся до вас із такими вимогами:",
        today=lambda day: f"{day.day} {_UK[day.month]} {day.year} р.",
        attention="До уваги: {name}",
        fax="Факс:",
        enclosed="Додатки:",
        copies="Копія:",
        hello="Добрий день! Мене звати {who}.",
        calling="Телефоную з такого приводу: {subject}",
        thanks="Дякую за ваш час.",
    ),
}
