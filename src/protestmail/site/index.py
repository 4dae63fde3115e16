"""The first page of a site: stop actions, what can be answered, and the archive."""

from collections.abc import Sequence
from datetime import date

from protestmail.appeals.appeal import ACTIVE, WITHDRAWN, Appeal
from protestmail.site import markup
from protestmail.site.page import facts

_FEEDS = (("application/atom+xml", "feed.xml"), ("application/feed+json", "feed.json"))


def title(appeals: Sequence[Appeal]) -> str:
    """What the site is called: by whoever issues its appeals, where that is one."""
    names = {one.issued_by.name for one in appeals}
    return names.pop() if len(names) == 1 else "Urgent appeals"


def write(appeals: Sequence[Appeal], day: date) -> bytes:
    """Write the page; open appeals come by their last day, ended ones by how recent they are."""
    stopped = [one for one in appeals if one.status == WITHDRAWN]
    open_ = [one for one in appeals if one.status == ACTIVE]
    ended = [one for one in appeals if one.status not in {ACTIVE, WITHDRAWN}]
    groups = (
        ("Stop actions: nobody should write any more", sorted(stopped, key=_newest)),
        ("Write now", sorted(open_, key=lambda one: (one.send_before or date.max, _newest(one)))),
        ("How it went on", sorted(ended, key=_newest)),
    )
    name = title(appeals)
    return markup.page(
        "index.html",
        groups=groups,
        facts_of=facts,
        title=name,
        language="en",
        summary="",
        facts=(),
        home="",
        key="",
        alternates=_FEEDS,
        as_of=day,
    )


def _newest(one: Appeal) -> tuple[int, str]:
    return -(one.closed or one.issued).toordinal(), one.id
