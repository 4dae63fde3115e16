"""The few words of the program's own in a letter: those of its language, and how it is written.

A letter in a language of which ``phrases`` has none is written with the English words and dates
in ISO 8601, which need no translation.
"""

import re
from dataclasses import replace
from datetime import date

from protestmail.letters.phrases import ENGLISH, LANGUAGES, Language

SCRIPT_LENGTH = 4
"""A subtag of four letters names a script (RFC 5646)."""
_NUMBER = re.compile(r"\d+(?:[ .,'\u2019\u00a0\u202f]\d{3})*(?!\d)")

CLOSINGS = (
    r"^(?:yours|recevez|reciba|distinti|cordiali|hoogachtend|saygılar|thank(?:s\b| you)|敬具|謹啟)"
    r"|^(?:best|kind|warm|many|in|with)(?: \w+)? (?:solidarity|regards|respect|thanks|wishes)\b"
    r"|\b(?:sincerely|faithfully|respectfully|highest consideration|assurances? of (?:my|our))\b"
    r"|\b(?:agréer|salutations|sentiments (?:distingués|respectueux|les meilleurs)|cordialement"
    r"|respectueusement|haute considération)\b"
    r"|\b(?:atentamente|cordialmente|respetuosamente|salud[ao]|saludar\w*|consideración)\b"
    r"|\bgrüßen\b|\b(?:hochachtung|solidarität)|\bcumprimentos\b|\b(?:atenciosa|respeitosa)mente"
    r"|\bsaluti\b|\bmet (?:\w+ )?groet|\barz ederi[mz]"
    r"|\bс (?:\w+ )?уважением|\bз (?:\w+ )?повагою|\bқұрметпен|\bz (?:\w+ )?(?:poważ|szacunk)"
    r"|با احترام|وتفضلوا|مع (?:خالص|فائق)|सादर|भवदीय|此致|敬礼|敬禮|顺致"
)
"""What closing words say, also those that are a whole sentence; in any language that we know.

A regular expression to search for in any case, not compiled here: most commands close no letter.
"""

_OTHER = replace(ENGLISH, today=date.isoformat)
_ENDS = {"ar": "،", "fa": "،", "ur": "،", "zh": "：", "ja": "", "hi": ","}
"""What ends a salutation in languages of which the table above has no words."""
_RIGHT_TO_LEFT = frozenset("ar arc arz ckb dv fa he iw ji ks ps sd syr ug ur yi".split())
_RIGHT_TO_LEFT_SCRIPTS = frozenset("adlm arab aran hebr mand nkoo rohg samr syrc thaa".split())


def base(tag: str) -> str:
    """The language that a tag names, without region, script or capitals: ru for ru-KZ."""
    return tag.partition("-")[0].lower()


def words(tag: str) -> Language:
    """The words for a BCP 47 tag, by its first subtag: ``ru-KZ`` is written as ``ru``."""
    name = base(tag)
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
