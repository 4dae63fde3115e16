"""The first page of a site: stop actions, what can be answered, and the archive."""

from collections.abc import Sequence
from datetime import date

from protestmail.appeals.appeal import ACTIVE, WITHDRAWN, Appeal
from protestmail.site import markup, words
from protestmail.site.page import facts
from protestmail.site.words import Words

_FEEDS = (("application/atom+xml", "feed.xml"), ("application/feed+json", "feed.json"))


def language(appeals: Sequence[Appeal]) -> Words:
    """The words that all appeals share, else English."""
    shared = {words.of(one.language).tag for one in appeals}
    return words.of(*shared if len(shared) == 1 else ())


def title(appeals: Sequence[Appeal], say: Words) -> str:
    """What the site is called: by whoever issues its appeals, where that is one."""
    names = {one.issued_by.name for one in appeals}
    return names.pop() if len(names) == 1 else say("Urgent appeals")


def write(appeals: Sequence[Appeal], day: date) -> bytes:
    """Write the page; open appeals come by their last day, ended ones by how recent they are."""
    stopped = [one for one in appeals if one.status == WITHDRAWN]
    open_ = [one for one in appeals if one.status == ACTIVE]
    ended = [one for one in appeals if one.status not in {ACTIVE, WITHDRAWN}]
    say = language(appeals)
    groups = (
        (say("Stop actions: nobody should write any more"), sorted(stopped, key=_newest)),
        (say("Write now"), sorted(open_, key=_soonest)),
        (say("How it went on"), sorted(ended, key=_newest)),
    )
    return markup.page(
        "index.html",
        say=say,
        groups=groups,
        facts_of=lambda one: facts(one, say),
        title=title(appeals, say),
        language=say.tag,
        summary="",
        facts=(),
        home="",
        key="",
        alternates=_FEEDS,
        as_of=day,
    )


def _soonest(one: Appeal) -> tuple[date, tuple[int, str]]:
    return one.send_before or date.max, _newest(one)


def _newest(one: Appeal) -> tuple[int, str]:
    return -(one.closed or one.issued).toordinal(), one.id
