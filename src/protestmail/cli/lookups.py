"""What ``show``, ``render`` and ``send`` do about targets that depend on the writer."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from protestmail.appeals.appeal import Appeal
from protestmail.cli.app import App

if TYPE_CHECKING:
    from protestmail.settings.settle import Settings


def fill(
    app: App, appeal: Appeal, settle: "Callable[[], Settings]", targets: Collection[str] = ()
) -> Appeal:
    """Fill in what can be looked up for the writer; say what is missing, and how to add it.

    The writer's settings and contacts are read for an appeal with lookups only.
    """
    if not appeal.lookups:
        return appeal
    from protestmail.appeals import directories, lookups  # noqa: PLC0415  most appeals need none
    from protestmail.screen.contacts import tell_missing  # noqa: PLC0415
    from protestmail.settings import profiles  # noqa: PLC0415  most appeals need none

    own = profiles.folder() / directories.FILE
    country = settle().sender.country
    sources = directories.sources(appeal.lookups, own, app.folders, appeal.file, country)
    filled, missing = lookups.resolve(appeal, sources, targets)
    for one in missing:
        tell_missing(app.screen, one, country, own)
    return filled
