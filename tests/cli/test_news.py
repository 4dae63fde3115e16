"""``protestmail news``: what has happened since to the appeals that were answered."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from makers.appeals import SIGNED, Folder
from makers.journal import become
from makers.letters import a_letter, a_message
from makers.output import CONTROL, HOSTILE, MARKUP, plain
from makers.program import Program, Ran
from protestmail.journal.entry import ACCEPTED, DEFERRED, REFUSED, UNKNOWN
from protestmail.journal.journal import FILE, Journal
from protestmail.journal.store import WITNESS
from protestmail.sending.agenda import queue

KEYS = ["appeal", "title", "status", "answered", "news"]
EVENT_KEYS = ["kind", "date", "text", "to", "due", "see"]
TITLE = "Free the strike committee"
OVER = {"closed": "2026-03-10", "outcome": "They are free."}
OFFICE = "office@ministry.example"
OFFICE_BY_MAIL = {"name": "Ministry", "id": "ministry", "email": OFFICE}


def at(day: str) -> int:
    """Give noon of a day."""
    return int(datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC).timestamp())


class Past:
    """The program, with a journal that a test fills and a folder of appeals."""

    def __init__(self, run: Program, appeals: Folder, state: Path) -> None:
        self.run, self.appeals, self.state = run, appeals, state
        self.env = {"PROTESTMAIL_STATE": str(state), "TZ": "UTC"}
        self.env["PROTESTMAIL_APPEALS"] = str(appeals)

    def wrote(
        self, appeal: str = "strike", day: str = "2026-03-01", state: str = ACCEPTED, **given: str
    ) -> None:
        """Note that a letter went to the ministry on a day, and what became of it."""
        letter = a_letter()._replace(appeal=appeal, id=given.get("letter", "letter"))
        with Journal(self.state) as journal:
            [number] = queue(journal, [a_message(letter)], at(day))
            become(journal, number, state, now=at(day))

    def noted(self, appeal: str = "strike", day: str = "2026-03-01") -> None:
        """Note that somebody posted a letter on a day."""
        with Journal(self.state) as journal:
            journal.note(appeal, "ministry", "post", at(day))

    def __call__(self, *args: str) -> Ran:
        """Run ``protestmail news``."""
        return self.run("news", *args, env=self.env)

    @property
    def events(self) -> list[list[str]]:
        """What is new, but for the appeal that it is about."""
        done = self()
        assert done.code == 0, done.err
        return [one[1:] for one in done.records]

    def on_terminal(self, *args: str, color: str = "never", columns: int = 80) -> str:
        """Give what a person sees."""
        start = ("--color", color)
        code, seen = self.run.on_terminal(*start, "news", *args, columns=columns, env=self.env)
        assert code == 0
        return seen


@pytest.fixture
def past(run: Program, appeals: Folder, tmp_path: Path) -> Past:
    """Give the program with an empty past."""
    return Past(run, appeals, tmp_path / "state")


def test_what_is_left_of_another_appeal_of_the_name(past: Past) -> None:
    """P91: what was posted for another appeal of the name leaves the letter of this one to post."""
    post = [{"id": "ministry", "name": "Ministry", "post": ["1 Street"]}]
    past.appeals.add(targets=post)
    past.noted()
    assert past.events == []
    with Journal(past.state) as journal:
        journal.adopt(journal.noted(), "of-another")

    [[kind, _, told, see]] = past.events

    assert (kind, see) == ("left", "protestmail answer strike")
    assert "Ministry" in told


def test_nothing_was_answered(past: Past) -> None:
    """Without a journal one sentence says so, and none is made."""
    done, as_json = past(), past("--json")

    assert (done.code, done.out) == (0, "")
    assert "no appeal was answered yet" in done.err
    assert as_json.json == {"version": 1, "appeals": []}
    assert not past.state.exists()


def test_nothing_new(past: Past) -> None:
    """Where nothing has happened one line says so; ``--all`` shows what was answered."""
    past.appeals.add()
    past.wrote()

    done, everything = past(), past("--all")

    assert (done.code, done.out) == (0, "")
    assert done.err == "nothing new of the 1 appeal that you answered\n"
    assert everything.records == [["strike", "nothing new", "", "", ""]]
    assert f"strike: {TITLE}" in past.on_terminal("--all")
    assert "answered on 2026-03-01" in past.on_terminal("--all")


@pytest.mark.parametrize("state", [ACCEPTED, UNKNOWN, DEFERRED, "noted"])
def test_what_counts_as_answered(past: Past, state: str) -> None:
    """A letter that went, may have gone or is to go again is an answer, and one by hand is."""
    past.appeals.add()
    past.noted() if state == "noted" else past.wrote(state=state)

    assert [one["appeal"] for one in past("--all", "--json").json["appeals"]] == ["strike"]


def test_what_does_not_count(past: Past) -> None:
    """A letter that was refused, or has not been offered to any server, is no answer."""
    past.appeals.add()
    past.wrote(state=REFUSED)
    with Journal(past.state) as journal:
        queue(journal, [a_message(a_letter())], at("2026-03-01"))

    assert "no appeal was answered yet" in past("--all").err


def test_updates_since(past: Past) -> None:
    """Updates from the day of the last answer on are news, by letter or by hand."""
    updates = [
        {"date": f"2026-03-{day}", "text": f"On the {day}th."} for day in ("09", "04", "05", "07")
    ]
    past.appeals.add(updates=updates)
    past.wrote(day="2026-03-02")
    past.noted(day="2026-03-05")

    assert past.events == [
        ["update", f"2026-03-{day}", f"On the {day}th.", ""] for day in ("05", "07", "09")
    ]


def test_the_day_is_the_writers(past: Past) -> None:
    """The day of an answer is the day at the writer's place."""
    past.appeals.add(updates=[{"date": "2026-03-01", "text": "They were beaten."}])
    past.wrote()

    assert len(past.events) == 1
    past.env["TZ"] = "XXX-13"  # noon in Greenwich is the next day there
    assert past.events == []


@pytest.mark.parametrize("status", ["won", "lost", "closed"])
def test_it_has_ended(past: Past, status: str) -> None:
    """That an appeal has ended is news, with the day and the outcome; also with an early day."""
    past.appeals.add(status=status, **OVER)
    past.wrote()
    expected = [[status, "2026-03-10", "They are free.", ""]]

    assert past.events == expected
    past.wrote(day="2026-03-20")
    assert past.events == expected


def test_it_is_paused(past: Past) -> None:
    """That an appeal is paused is news, which has no day."""
    past.appeals.add(status="paused")
    past.wrote()

    assert past.events == [["paused", "", "", ""]]


def test_its_last_day_is_over(past: Past) -> None:
    """That the last day for letters has passed is news; a day to come is not."""
    past.appeals.add(send_before="2026-03-05")
    past.appeals.add("walkout", send_before="2999-03-05")
    past.wrote()
    past.wrote("walkout")

    assert past.events == [["overdue", "2026-03-05", "the last day for letters has passed", ""]]


def test_stop_action_comes_first(past: Past) -> None:
    """A withdrawn appeal stands before all others, in bold, with why nobody is to write."""
    past.appeals.add("a", **OVER, status="won")
    past.appeals.add("z", **OVER | {"outcome": "The family asks for silence."}, status="withdrawn")
    past.wrote("a")
    past.wrote("z")

    first, seen = past().records[0], past.on_terminal(color="always")

    assert first == ["z", "stop action", "2026-03-10", "The family asks for silence.", ""]
    told = "STOP ACTION 2026-03-10: The family asks for silence."
    [line] = [one for one in seen.splitlines() if told in plain(one)]
    assert "\x1b[1" in line
    assert plain(seen).startswith("z: ")


THANKS = {"id": "gratitude", "kind": "thanks", "subject": "Free", "body": "{{ signature }}"}
PROTEST = {"id": "letter", "subject": "Free them", "body": "{{ signature }}"}
BOTH: dict[str, Any] = {"subject": None, "letter": None, "letters": [PROTEST, THANKS]}


def test_there_are_thanks_to_say(past: Past) -> None:
    """A won appeal with a letter of thanks offers to send it, by a command that does, once."""
    past.appeals.add(status="won", **OVER, **BOTH)
    past.wrote()
    offered = past.events[1]

    assert offered[0] == "thanks"
    assert offered[-1] == "protestmail send strike --letter gratitude"
    command = ["--appeals", str(past.appeals), *offered[-1].split()[1:], "--dry-run", *SIGNED]
    assert past.run(*command).code == 0
    past.wrote(day="2026-03-20", letter="gratitude")
    assert past.events == []


def test_thanks_that_nobody_gets_by_mail(past: Past) -> None:
    """Thanks that no target gets by mail are offered to be read."""
    past.appeals.add(status="won", **OVER, **BOTH, targets=[{"name": "Court", "post": ["Court"]}])
    past.wrote()

    assert past.events[1][-1] == "protestmail render strike --letter gratitude"


def test_followed_up(past: Past) -> None:
    """The latest active appeal of a chain is told of, until it has been answered as well."""
    past.appeals.add("a", status="closed", **OVER)
    past.appeals.add("b", supersedes="a", status="closed", **OVER)
    past.appeals.add("c", supersedes="b", issued="2026-03-11")
    past.wrote("a")

    assert past.events[1] == [
        "followed up", "2026-03-11", f"c (active): {TITLE}", "protestmail show c"
    ]  # fmt: skip
    past.noted("c")
    assert [one[0] for one in past.events] == ["closed"]


def test_a_ring(past: Past) -> None:
    """Appeals that follow each other up in a ring are told of once, and it ends."""
    past.appeals.add("a", supersedes="c")
    past.appeals.add("b", supersedes="a")
    past.appeals.add("c", supersedes="b", issued="2026-01-02")
    past.wrote("a")

    assert [one[0] for one in past.events] == ["followed up"]
    assert past.events[0][-1] == "protestmail show c"


def test_letters_that_wait(past: Past) -> None:
    """A deferred letter is told of with the moment from which it may go, one in doubt as such."""
    past.appeals.add()
    past.wrote(state=DEFERRED)
    past.wrote(state=UNKNOWN)

    assert past.events == [
        ["deferred", "2026-03-01", f"{OFFICE}, the server asks to wait, due 2026-03-01 12:05",
         "protestmail send strike"],
        ["unknown", "2026-03-01", f"{OFFICE}, nobody can tell whether the letter has arrived",
         "protestmail journal --unknown"],
    ]  # fmt: skip


def test_a_letter_that_does_not_go_any_more(past: Past) -> None:
    """A deferred letter of an appeal that has ended is told of, without a command to send it."""
    past.appeals.add(status="closed", **OVER)
    past.wrote(state=DEFERRED)

    told = f"{OFFICE}, the letter does not go any more"
    assert past.events[1] == ["deferred", "2026-03-01", told, ""]


def test_a_file_that_is_gone_or_broken(past: Past) -> None:
    """An answered appeal whose file is gone or broken is told of, with its letters, and no more."""
    past.appeals.add("bad", status="activ")
    past.appeals.add("good", status="won", **OVER)
    past.appeals.add("later", supersedes="gone")
    for id_, state in (("gone", UNKNOWN), ("bad", ACCEPTED), ("good", ACCEPTED)):
        past.wrote(id_, state=state)

    done = past()

    assert done.code == 0
    assert [one[:2] for one in done.records] == [
        ["bad", "invalid"],
        ["gone", "missing"],
        ["gone", "followed up"],
        ["gone", "unknown"],
        ["good", "won"],
    ]
    assert '"status" cannot be "activ"' in done.records[0][3]
    assert done.records[0][4] == f"protestmail check {past.appeals.path / 'bad.yaml'}"


def test_json_has_these_keys(past: Past) -> None:
    """``--json`` has a version and stable keys; times are in UTC."""
    past.appeals.add(updates=[{"date": "2026-03-04", "text": "They were beaten."}])
    past.wrote(state=DEFERRED)

    data = past("--json").json

    assert list(data) == ["version", "appeals"]
    [one] = data["appeals"]
    assert list(one) == KEYS
    assert [list(event) for event in one["news"]] == [EVENT_KEYS] * 2
    assert [one[name] for name in KEYS[:4]] == ["strike", TITLE, "active", "2026-03-01"]
    update: list[Any] = ["update", "2026-03-04", "They were beaten.", [], None, ""]
    assert [list(event.values()) for event in one["news"]] == [
        update,
        ["deferred", "2026-03-01", "the server asks to wait", [OFFICE],
         "2026-03-01T12:05:00Z", "protestmail send strike"],
    ]  # fmt: skip


@pytest.mark.parametrize("columns", [40, 100])
def test_on_a_terminal(past: Past, columns: int) -> None:
    """P30: a person sees addresses and commands whole, however narrow the terminal is."""
    past.appeals.add("very-long-name-of-an-appeal", status="won", **OVER, **BOTH)
    past.wrote("very-long-name-of-an-appeal", state=UNKNOWN)

    seen = plain(past.on_terminal(columns=columns))

    text = " ".join(seen.split())
    assert "won 2026-03-10: They are free." in text
    assert any(OFFICE in line for line in seen.splitlines())
    command = "protestmail send very-long-name-of-an-appeal --letter gratitude"
    assert any(command in line for line in seen.splitlines())
    assert re.search(r"answered on 2026-03-01", seen)


def test_hostile_words(past: Past) -> None:
    """P28, P29: what an appeal says is shown as it stands, cleaned of what could steer."""
    past.appeals.add(updates=[{"date": "2026-03-04", "text": MARKUP}], title=MARKUP)
    past.appeals.add("b", status="withdrawn", **OVER | {"outcome": MARKUP})
    past.appeals.add("c", updates=[{"date": "2026-03-04", "text": HOSTILE}], title=HOSTILE)
    for id_ in ("strike", "b", "c"):
        past.wrote(id_)
    past.noted(f"x{HOSTILE}{MARKUP}")

    done, seen = past(), past.on_terminal()

    assert done.code == 0
    assert not CONTROL.search(done.out + done.err + seen)
    assert done.out.count(MARKUP) >= 2
    assert " ".join(MARKUP.split()) in " ".join(seen.split())
    assert "\x1b" not in past("--json").out


def test_the_state_of_a_profile(past: Past, tmp_path: Path) -> None:
    """The journal is the one that the named settings say, by --env-file and by --as."""
    past.appeals.add(status="won", **OVER)
    past.wrote()
    file = tmp_path / "home" / "protestmail" / "union.env"
    file.parent.mkdir(parents=True)
    file.write_text(f"PROTESTMAIL_STATE={past.state}\n")
    past.env = {"PROTESTMAIL_APPEALS": str(past.appeals)}

    for args in (("--env-file", str(file)), ("--as", "union")):
        assert [one[1] for one in past(*args).records] == ["won"]


def test_it_stays_at_home(past: Past) -> None:
    """P51: news come from the disk: nothing that could speak to a server is even loaded."""
    past.appeals.add(status="won", **OVER)
    past.wrote()
    args = ("--appeals", str(past.appeals), "news")

    done = past.run(*args, env=past.env, python=["-X", "importtime"])

    loaded = {line.rpartition("|")[2].strip() for line in done.err.splitlines()}
    assert (done.code, len(done.records)) == (0, 1)
    assert "protestmail.journal.news" in loaded
    assert not loaded & {
        "protestmail.sending.smtp",
        "protestmail.sending.wire",
        "smtplib",
        "urllib.request",
    }


def test_it_changes_nothing(past: Past) -> None:
    """News are read, and nothing is written: the journal stays as it is."""
    past.appeals.add(status="won", **OVER)
    past.wrote(state=DEFERRED)
    before = (past.state / FILE).read_bytes()

    past()

    assert (past.state / FILE).read_bytes() == before
    assert {one.name for one in past.state.iterdir()} == {FILE, WITNESS}


def test_what_is_left(past: Past) -> None:
    """Of an active appeal that was answered, news and show tell what is left, and how to go on."""
    council = {"name": "Council", "post": ["Town Hall"], "fax": "017"}
    action = {"kind": "picket", "text": "Come to the embassy."}
    past.appeals.add(targets=[OFFICE_BY_MAIL, council], actions=[action])
    past.wrote()
    left = "Council by post; Council by fax; picket"

    assert ["left", "", left, "protestmail answer strike"] in past.events
    shown = past.run("--appeals", str(past.appeals), "show", "strike", env=past.env)
    assert ["done", "Ministry by e-mail"] in shown.records
    assert [one[1] for one in shown.records if one[0] == "left"] == left.split("; ")


def test_nothing_is_left_of_what_is_over(past: Past) -> None:
    """Of an appeal that has ended nothing is left to be done; what was done is still shown."""
    past.appeals.add(status="lost", targets=[OFFICE_BY_MAIL | {"phone": "017"}], **OVER)
    past.wrote()

    assert "left" not in [kind for kind, *_ in past.events]
    shown = past.run("--appeals", str(past.appeals), "show", "strike", env=past.env)
    assert [one for one in shown.records if one[0] in {"done", "left"}] == [
        ["done", "Ministry by e-mail"]
    ]
