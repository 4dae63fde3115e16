"""What may still be done with an appeal that is won or withdrawn."""

from pathlib import Path
from typing import Any

import pytest

from makers.appeals import SEVERAL, SIGNED, Folder
from makers.output import CONTROL, HOSTILE, MARKUP, plain
from makers.program import Program, Ran
from servers.recorder import Recorder, recording

BODY = "{{ salutation }}\n\n%s\n\n{{ signature }}"
PROTEST = {"id": "protest", "subject": "Free them", "body": BODY % "Free them."}
THANKS = {"id": "gratitude", "kind": "thanks", "subject": "Free!", "body": BODY % "Thank you."}
WON = {"status": "won", "closed": "2026-02-01", "outcome": "They are free."}
STOPPED = {
    "status": "withdrawn",
    "closed": "2026-02-01",
    "outcome": "The family asks\nfor silence.",
}
NOTICE = "The family asks for silence. (withdrawn on 2026-02-01)"


def several(*letters: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Give the fields of an appeal with these letters, which is won unless said otherwise."""
    return WON | {"subject": None, "letter": None, "letters": list(letters)} | fields


class Sending:
    """The program in the hands of somebody who has an account."""

    def __init__(self, run: Program, appeals: Folder, server: Recorder, state: Path) -> None:
        self.run, self.appeals, self.server = run, appeals, server
        self.env = server.environ(state) | {"PROTESTMAIL_APPEALS": str(appeals)}

    def __call__(self, *args: str) -> Ran:
        """Send the appeal "strike"."""
        start = ("send", "strike", "--yes")
        return self.run(*start, "--insecure-plain-text", *args, env=self.env)

    @property
    def told(self) -> list[str]:
        """Whom the server has a letter for."""
        return sorted(self.server.copies())


@pytest.fixture
def sending(run: Program, appeals: Folder, tmp_path: Path) -> Any:
    """Give the program, with an account at a server that records."""
    with recording() as server:
        yield Sending(run, appeals, server, tmp_path / "state")


def test_thanks_where_they_were_asked_for(sending: Sending) -> None:
    """``--letter`` sends the thanks of a won appeal to those who got its protest."""
    sending.appeals.add(**several(PROTEST, THANKS, send_before="2026-01-20"))

    done = sending("--letter", "gratitude")

    assert (done.code, sending.told) == (0, ["office@ministry.example"])
    assert b"Thank you." in sending.server.taken[0].data
    assert "not sent again" in sending("--letter", "gratitude").err


def test_thanks_as_the_first_letter(sending: Sending) -> None:
    """Where the first letter of a won appeal is one of thanks, it goes without being named."""
    sending.appeals.add(**several(THANKS, PROTEST))

    assert (sending().code, sending.told) == (0, ["office@ministry.example"])
    assert b"Thank you." in sending.server.taken[0].data


def test_thanks_to_those_who_have_earned_them(sending: Sending) -> None:
    """Where the thanks are somebody's own letter, nobody else gets them."""
    to = [SEVERAL[0], {"name": "Friends", "email": "friends@union.example", "letter": "gratitude"}]
    sending.appeals.add(**several(PROTEST, THANKS, targets=to))

    assert sending("--letter", "gratitude").code == 0
    assert sending.told == ["friends@union.example"]


@pytest.mark.parametrize("args", [(), ("--letter", "protest")])
def test_no_protest_where_it_is_won(sending: Sending, args: tuple[str, ...]) -> None:
    """The protest of a won appeal is refused: since when it is won, and how to say thanks."""
    sending.appeals.add(**several(PROTEST, THANKS))

    done = sending(*args)

    assert (done.code, done.out, sending.told) == (69, "", [])
    assert "won since 2026-02-01 (They are free.)" in done.err
    assert "protestmail send strike --letter gratitude" in done.err


def test_won_without_thanks(sending: Sending) -> None:
    """Where a won appeal has no thanks, none are offered."""
    sending.appeals.add(**WON)

    done = sending()

    assert done.code == 69
    assert "--letter" not in done.err


@pytest.mark.parametrize("status", ["closed", "lost", "paused", "a draft"])
def test_thanks_of_an_appeal_that_is_not_won(sending: Sending, status: str) -> None:
    """A letter of thanks goes where there is something to thank for, and nowhere else."""
    ended = WON if status in {"closed", "lost"} else dict.fromkeys(WON)
    sending.appeals.add(**several(THANKS) | ended | {"status": status.rsplit(maxsplit=1)[-1]})

    done = sending("--letter", "gratitude")

    assert (done.code, sending.told) == (69, [])
    assert f"this appeal is {status}" in done.err


def test_both_letters_of_a_won_appeal(sending: Sending) -> None:
    """Targets that are named by hand get thanks only: beside a protest nothing goes."""
    to = [SEVERAL[0], SEVERAL[2] | {"letter": "gratitude"}]
    sending.appeals.add(**several(PROTEST, THANKS, targets=to))

    assert sending("--target", "ministry", "--target", "mill").code == 69
    assert sending("--target", "mill").code == 0
    assert sending.told == ["owner@mill.example"]


def test_thanks_pass_the_check(run: Program, appeals: Folder) -> None:
    """``check`` has nothing against a won appeal whose targets are named for its protest."""
    file = appeals.add(**several(PROTEST, THANKS, targets=[SEVERAL[0] | {"letter": "protest"}]))

    done = run("check", file)

    assert (done.code, done.out) == (0, "")


def test_an_own_appeal_that_is_won(run: Program) -> None:
    """The won appeal that comes with the program has thanks, to print and pass on."""
    done = run("render", "kuramshin-freed", *SIGNED)

    assert done.code == 0
    assert "thank you" in done.bodies[0]
    assert "not sent" not in done.err
    assert "nobody to write to" in run("send", "kuramshin-freed", *SIGNED, "--rehearse").err


@pytest.mark.parametrize(
    "args", [[], ["--to-self"], ["--rehearse"], ["--rehearse", "--eml", "kept"], ["--dry-run"]]
)
def test_withdrawn_goes_by_no_way(sending: Sending, args: list[str]) -> None:
    """A withdrawn appeal is sent by no way, not to oneself nor in a rehearsal: stop action."""
    sending.appeals.add(**STOPPED)

    done = sending(*args)

    assert (done.code, done.out, sending.told) == (69, "", [])
    assert f"stop action: {NOTICE}" in done.err
    assert not list(sending.run.cwd.iterdir())


@pytest.mark.parametrize("args", [["--eml", "drafts"], ["--mailto"]])
def test_withdrawn_leaves_no_draft(run: Program, appeals: Folder, args: list[str]) -> None:
    """No draft and no mail link is made of a withdrawn appeal."""
    appeals.add(**STOPPED)

    done = run("--appeals", str(appeals), "render", "strike", *SIGNED, *args)

    assert (done.code, done.out) == (69, "")
    assert f"stop action: {NOTICE}" in done.err
    assert not list(run.cwd.iterdir())


def test_withdrawn_is_rendered_with_its_notice(run: Program, appeals: Folder) -> None:
    """The notice stands above each letter, and on stderr; ``--json`` has it as a key."""
    appeals.add(targets=SEVERAL, **STOPPED)
    args = ("--appeals", str(appeals), "render", "strike", *SIGNED)

    done, data = run(*args), run(*args, "--json").json

    assert done.code == 0
    assert [one.splitlines()[0] for one in done.letters] == [f"STOP ACTION: {NOTICE}"] * 3
    assert f"STOP ACTION: {NOTICE}" in done.err
    assert (list(data), data["notice"]) == (["version", "notice", "letters"], NOTICE)


def test_no_notice_where_nothing_is_stopped(run: Program) -> None:
    """The key for the notice is there in any case, and empty where the appeal is not withdrawn."""
    assert run("render", "practice-letter", "--json").json["notice"] == ""


def test_withdrawn_is_shown_first(run: Program, appeals: Folder) -> None:
    """``show`` starts with the stop action; ``list`` leaves the appeal out."""
    appeals.add(**STOPPED)
    args = ("--appeals", str(appeals))

    piped = run(*args, "show", "strike").records
    _, seen = run.on_terminal(*args, "--color", "always", "show", "strike")

    assert piped[0] == ["stop action", NOTICE]
    assert plain(seen).startswith(f"STOP ACTION: {NOTICE}\n")
    assert "\x1b[1" in seen.splitlines()[0]
    assert run(*args, "list").out == ""


def test_a_hostile_outcome(run: Program, appeals: Folder) -> None:
    """P28: the words of a stop action are shown cleaned, wherever they stand."""
    appeals.add(**STOPPED | {"outcome": f"Stop\t{MARKUP}"})
    args = ("--appeals", str(appeals))
    hostile = appeals.add("hostile", **STOPPED | {"outcome": HOSTILE})

    for command in (["show"], ["render"], ["send"]):
        done = run(*args, *command, "strike")
        _, seen = run.on_terminal(*args, "--color", "never", *command, "strike")
        assert not CONTROL.search(done.out.replace("\f", "") + done.err + seen)
        assert MARKUP in done.out + done.err
        refused = run(*args, *command, str(hostile))
        assert not CONTROL.search(refused.out + refused.err)
