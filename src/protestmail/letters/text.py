"""What a letter says: its templates filled in, its greeting ended, its writer's words in place.

What is decided is decided by the shape of a letter, in which values are signs (``filled``); of
these shapes a letter has few, whoever writes it, and each is laid out once.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from protestmail.letters import languages, leftovers, opening, placing
from protestmail.letters.filled import OWN_WORDS, SALUTATION, SIGNS, Filled, Place
from protestmail.letters.leftovers import Leftover

if TYPE_CHECKING:
    from protestmail.letters.template import Template


class Text(NamedTuple):
    """What a letter says, whoever gets it; the ``shape`` of its body is what its model says."""

    subject: str
    body: str
    shape: str
    leftovers: tuple[Leftover, ...]
    greeted: Place | None
    signed: Place | None
    headed: bool


@lru_cache(maxsize=32)  # most letters of an appeal say the same to each of its targets
def write(
    templates: "tuple[Template, Template]",
    values: tuple[tuple[str, Any], ...],
    language: str,
    own_words: str,
    name: str,
) -> Text:
    """Fill a model in with the ``values`` of its blanks, and place what it has no blank for.

    The ``name`` tells a signature where no blank does: typed by its writer, or in capitals.
    """
    blanks = {**dict(values), OWN_WORDS: own_words}
    subject, body = (one.write(blanks) for one in templates)
    typed = name if name and name.casefold() in body.shape.casefold() else ""
    letter = _Letter(body.shape, language, str(blanks.get(SALUTATION, "")), typed)
    laid = _laid_out(letter)
    body = body._replace(shape=laid.shape)
    line, text = subject.text(), body.text()
    if own_words and own_words.casefold() not in text.casefold():
        laid = _laid_out(letter._replace(own_words=True))
        body = body._replace(shape=laid.shape)
        text = body.text()
    where = body.in_text()
    return Text(
        subject=" ".join(line.split()),
        body=text,
        shape=body.shape,
        leftovers=(
            *leftovers.of(body, text, where),
            *leftovers.of(subject, line, subject.in_text()),
        ),
        greeted=laid.greeted and where(*laid.greeted),
        signed=laid.signed and where(*laid.signed),
        headed=laid.headed,
    )


class _Letter(NamedTuple):
    """All by which a letter is laid out; its writer's name counts where it is ``typed`` in it."""

    shape: str
    language: str
    greeting: str
    typed: str
    own_words: bool = False


class _Layout(NamedTuple):
    """The shape of a letter when all is in its place, and where it greets and is signed."""

    shape: str
    greeted: Place | None
    signed: Place | None
    headed: bool


@lru_cache(maxsize=256)
def _laid_out(letter: _Letter) -> _Layout:
    """End the salutation, and place own words and the signature."""
    laid = Filled(letter.shape, (), {SIGNS[SALUTATION]: letter.greeting})
    laid = opening.opened(laid, languages.words(letter.language))
    if letter.own_words:
        laid = placing.insert(laid, letter.typed)
    greeted, signed = opening.greeted(laid), placing.signature(laid, letter.typed)
    return _Layout(laid.shape, greeted, signed, opening.headed(laid))
