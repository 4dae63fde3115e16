"""Where in a letter the writer's own paragraph goes: above the signature and the closing words."""

from protestmail.letters import languages

SALUTATION, SIGNATURE, NAME = "\x01", "\x02", "\x03"
"""What stands around these blanks in a letter that is being written."""
CLOSING_LENGTH = 60
"""Closing words that nobody knows are shorter than this; a last sentence seldom is."""
_FORMULA_LENGTH = 300
_LINES_LENGTH = 12
_OPEN_ENDS = (",", "\u060c", "\uff0c")
_FULL_STOPS = tuple(".!?:\u2026\u3002\uff01\uff1f\uff1a\u061f\u06d4\u0964")


def insert(text: str, own_words: str, name: str) -> str:
    """Put the writer's paragraph before the signature and the closing words above it."""
    paragraphs = text.split("\n\n")
    at = _signed(paragraphs, name)
    if at > 1 and closes(paragraphs[at - 1]):
        at -= 1
    while at > 1 and _formula(paragraphs[at - 1]):
        at -= 1
    return "\n\n".join([*paragraphs[:at], own_words, *paragraphs[at:]])


def _signed(paragraphs: list[str], name: str) -> int:
    """Where the signature stands, or the place below all where a letter has none.

    At the top it is a letterhead. A name in running text signs the letter that ends with it.
    """
    signed = _where(paragraphs, SIGNATURE)
    named = _where(paragraphs, NAME) or _where(paragraphs, name.casefold() or NAME)
    end = len(paragraphs)
    if signed and (signed[-1] or end == 1):
        return signed[-1]
    if not named or not named[-1]:  # "Hello, my name is …" is no signature
        return end
    at = named[-1]
    return at if at == end - 1 or signs(unmarked(paragraphs[at]), name) else end


def signs(paragraph: str, name: str) -> bool:
    """Whether a paragraph that holds the name is a signature, and not a sentence."""
    return name in paragraph.split("\n") or not paragraph.endswith(_FULL_STOPS)


def _where(paragraphs: list[str], sign: str) -> list[int]:
    return [index for index, one in enumerate(paragraphs) if sign in one.casefold()]


def closes(paragraph: str) -> bool:
    """Whether a paragraph is a closing formula ("Yours faithfully,") and no sentence.

    It is where it ends in a comma, or says what those formulas say that are whole sentences
    ("Veuillez agréer …"), or is short and ends in no full stop.
    """
    if _formula(paragraph):
        return True
    longest = _LINES_LENGTH if "\n" in paragraph else CLOSING_LENGTH
    return len(paragraph) <= longest and not paragraph.endswith(_FULL_STOPS)


def _formula(paragraph: str) -> bool:
    return len(paragraph) <= _FORMULA_LENGTH and (
        paragraph.endswith(_OPEN_ENDS) or languages.closings().search(paragraph) is not None
    )


def unmarked(text: str) -> str:
    """A text without the marks of what it was filled in with."""
    return text.replace(SALUTATION, "").replace(SIGNATURE, "").replace(NAME, "")
