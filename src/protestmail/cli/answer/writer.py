"""The step of ``answer`` that asks who writes, and keeps it if that is wanted."""

from collections.abc import Iterable, Mapping

from protestmail.cli import asking, init
from protestmail.cli.app import App
from protestmail.cli.request import Request
from protestmail.letters.letter import PERSONAL, Letter, signature
from protestmail.letters.selection import Selection
from protestmail.letters.sender import Sender
from protestmail.settings import profiles
from protestmail.settings.fields import SENDER, to_ask
from protestmail.settings.settle import Settings

_Given = dict[str, str | None]


def ask(
    app: App, request: Request, settled: Settings, names: Mapping[str, bool], language: str
) -> tuple[Request, Settings]:
    """Ask for these things of the writer, which are needed or not, until they are right.

    Raises Left.
    """
    given: _Given = {}
    while True:
        given = _ask(app, names, given)
        asked = request._replace(flags=request.flags | given)
        settled = app.settings(asked.flags)
        _show(app, settled.sender, language)
        if asking.yes(app, "Is that right?", default=True):
            break
        app.screen.note("Enter keeps what stands in brackets, a lone - empties it")
    _keep(app, settled, given)
    return asked, settled


def unknown(sender: Sender, selected: Selection, letters: Iterable[Letter]) -> dict[str, bool]:
    """What is to be asked, and if these letters need it: else it is what one who is new may say.

    The postal address is for those of whom a page is to be printed.
    """
    blanks = (piece.blank for one in letters for piece in one.leftovers)
    needed = {blank.removeprefix("sender.") for blank in blanks if blank.startswith("sender.")}
    if sender.name:
        return {name: True for name in SENDER if name in needed}
    headed = (choice for choice in selected.choices if choice.model.kind not in PERSONAL)
    everyone = [target for choice in headed for target in choice.targets]
    printed = {"address"} if any(target.post or target.fax for target in everyone) else set()
    asked = to_ask(needed | printed)
    return {name: name in needed for name in asked if not getattr(sender, name)}


def _ask(app: App, names: Mapping[str, bool], before: Mapping[str, str | None]) -> _Given:
    """Ask for each field; Enter takes what was said ``before``."""
    given: _Given = {}
    for name, needed in names.items():
        if name == "position" and given.get("organisation") == "":
            continue  # it is one there
        default = (before.get(name) or "").replace("\\n", ", ")
        given[name] = init.ask_field(app, name, default, needed=needed)
    return given


def _show(app: App, sender: Sender, language: str) -> None:
    aside = app.screen.aside()
    aside.line()
    aside.line("You sign as:")
    aside.prose(signature(sender, language), 2)
    if sender.address:
        aside.line("Your address on printed pages:")
        aside.prose(sender.address, 2)


def _keep(app: App, settled: Settings, given: _Given) -> None:
    path = settled.profile.path or profiles.path_of(app.profile or "default")
    if path.exists():
        app.screen.note(f"to keep this, add it to {path}")
    elif asking.yes(app, f"Keep this for the next time, in {path}?", default=True):
        init.write(app, path, {name.upper(): one for name, one in given.items() if one})
