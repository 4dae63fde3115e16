"""``protestmail init``: questions at a terminal, then one file that only its user can read."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import TimeoutExpired

import pytest

from makers.introduction import (
    ASK,
    EMAIL,
    END,
    NAMED,
    SERVER,
    WHO,
    answer,
    configured,
    init,
)
from makers.program import Program
from protestmail.settings import profiles
from protestmail.settings.account import account_of
from protestmail.settings.secret import COMMAND, PASSWORD, PROMPT, TOKEN_COMMAND

HIDDEN = "hunter2-of-aliya"


@pytest.fixture
def default(run: Program) -> Path:
    """Give the place of the default profile."""
    return Path(run.environ["XDG_CONFIG_HOME"]) / "protestmail" / "default.env"


@contextmanager
def umask(mask: int) -> Iterator[None]:
    """Set the umask for the block, and for what is started in it."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def test_what_is_answered_is_set(run: Program, default: Path) -> None:
    """All that was answered is read back, and what stayed empty is not in the file."""
    seen = init(run, [*WHO, *SERVER, *ASK, *END])

    found = configured(run)
    found.pop("journal")
    assert found == {
        "NAME": "Aliya Example",
        "ORGANISATION": "Example Union",
        "PLACE": "Port Example",
        "EMAIL": "aliya@branch.example",
        "SMTP_HOST": "smtp.branch.example",
        "SMTP_PORT": "587",
        "SMTP_SECURITY": "starttls",
        "SMTP_USER": "aliya@branch.example",
        "account": "smtp.branch.example:587 (starttls)",
    }
    assert "POSITION" not in default.read_text()
    assert "PASSWORD" not in default.read_text()
    assert "only you can read it" in seen
    assert "next: protestmail doctor " in seen
    assert [one.name for one in default.parent.iterdir()] == ["default.env"]


def mode(path: Path) -> int:
    """Give the permissions of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_only_its_user_can_read_it(run: Program, default: Path) -> None:
    """P40, P49: under umask 0 the file is 0600 and its folder 0700, password or not."""
    with umask(0):
        init(run, [*WHO, *SERVER, ("Which", "file"), ("Password", HIDDEN), *END])

    assert (mode(default), mode(default.parent)) == (0o600, 0o700)
    assert configured(run)["SMTP_PASSWORD"] == "(set, not shown)"


def test_folders_on_the_way_are_private(run: Program, default: Path) -> None:
    """P49: under umask 0 nobody can put another folder in the place of the profiles'."""
    with umask(0):
        init(run, [*WHO, *SERVER, *ASK, *END])

    assert mode(default.parent.parent) == 0o700


WAYS = [
    ("command", "The command", f"echo {HIDDEN}", "PASSWORD_COMMAND", COMMAND, "echo …"),
    ("token", "The command", f"echo {HIDDEN}", "TOKEN_COMMAND", TOKEN_COMMAND, "echo …"),
    ("file", "Password of your mail account", HIDDEN, "PASSWORD", PASSWORD, "(set, not shown)"),
]


@pytest.mark.parametrize(("way", "question", "text", "key", "kind", "shown"), WAYS)
def test_ways_to_the_password(
    run: Program, default: Path, way: str, question: str, text: str, key: str, kind: str, shown: str
) -> None:
    """P39: each way to the password is the one that is then taken; it is on no screen."""
    seen = init(run, [*WHO, *SERVER, ("Which", way), (question, text), *END])

    assert configured(run)[f"SMTP_{key}"] == shown
    secret = account_of({}, profiles.read(default)).secret
    assert (secret.kind, secret.reveal(None)) == (kind, HIDDEN)
    assert (HIDDEN in seen) is (kind != PASSWORD)
    assert "kept in this file, which only you can read" in seen


def test_by_itself_the_password_is_asked_for(run: Program, default: Path) -> None:
    """Whoever only presses return is asked for the password at each send."""
    init(run, [*WHO, *SERVER, ("Which", ""), *END])

    assert account_of({}, profiles.read(default)).secret.kind == PROMPT


def test_a_large_provider(run: Program, default: Path) -> None:
    """At a known provider no server is asked for; what is to be done there is told."""
    seen = init(
        run,
        [("Your e-mail address", "aliya@gmail.com"), *NAMED, ("User name", ""), *ASK, *END],
    )

    assert "server: smtp.gmail.com:465 (tls)" in seen
    assert "app password" in " ".join(seen.split())
    assert "https://support.google.com" in "".join(seen.split())
    assert "SMTP_HOST" not in default.read_text()
    assert configured(run)["account"] == "smtp.gmail.com:465 (tls)"


def test_a_provider_that_wants_a_token(run: Program) -> None:
    """Where a provider takes a token only, that is what return stands for."""
    address = ("Your e-mail address", "aliya@outlook.com")

    init(run, [address, *NAMED, ("User name", ""), ("Which", ""), ("The command", "oauth"), *END])

    assert configured(run)["SMTP_TOKEN_COMMAND"] == "oauth"


def test_a_provider_without_a_server(run: Program) -> None:
    """Where a provider lets no program send that is told, and another server can be named."""
    address = ("Your e-mail address", "aliya@tuta.com")

    seen = init(run, [address, *NAMED, *SERVER, *ASK, *END])

    assert "Tuta has no SMTP access" in " ".join(seen.split())
    assert configured(run)["account"] == "smtp.branch.example:587 (starttls)"


def test_invalid_answers_are_asked_again(run: Program) -> None:
    """What cannot be is told of, and asked again; nothing that was right is asked twice."""
    init(
        run,
        [
            ("Your e-mail address", "aliya"),
            ("is not an e-mail address", None),
            ("Your e-mail address", "aliya (at) branch.example"),
            ('did you mean "aliya@branch.example"?', None),
            ("Your e-mail address", "jürgen@branch.example"),
            ("7 bits", None),
            ("Your e-mail address", "aliya@branch.example"),
            ("Your name", ""),
            ("needs somebody who signs", None),
            ("Your name", "a@b.example"),
            ("could pass for an address", None),
            ("Your name", "=?utf-8?q?x?="),
            ('holds "=?"', None),
            ("Your name", "Aliya"),
            ("Your organisation", "a\x16\x07b"),  # a bell; the terminal takes it after ^V only
            ("control character", None),
            ("Your organisation", "Union"),
            *NAMED[2:],
            ("Mail server", ""),
            ("Mail server", "smtp branch example"),
            ("Mail server", "smtp.branch.example"),
            ("Encryption", "ssl"),
            ("is not one of", "tls"),
            ("Port", "70000"),
            ("is no port", "x"),
            ("is no port", "465"),
            ("User name", "aliya"),
            ("Which", "nothing"),
            ("is not one of", "file"),
            ("Password", ""),
            ("Password", HIDDEN),
            *END,
        ],
    )

    found = configured(run)
    assert (found["NAME"], found["ORGANISATION"]) == ("Aliya", "Union")
    assert (found["EMAIL"], found["SMTP_USER"]) == ("aliya@branch.example", "aliya")
    assert found["account"] == "smtp.branch.example:465 (tls)"


def test_pasted_lines_are_one_answer(run: Program) -> None:
    """What is pasted in several lines answers one question, and not the next ones as well."""
    with run.dialogue("init") as talk:
        answer(talk, EMAIL)
        talk.expect("Your name")
        talk.press(b"Aliya\n\nExample\n")
        answer(talk, [*NAMED[1:], *SERVER, *ASK, *END])
        assert talk.end() == 0

    found = configured(run)
    assert (found["NAME"], found["ORGANISATION"]) == ("Aliya Example", "Example Union")


def test_answers_are_edited_with_the_arrow_keys(run: Program) -> None:
    """The cursor goes back in each answer, also where one of several is asked for."""
    with run.dialogue("init") as talk:
        answer(talk, EMAIL)
        talk.expect("Your name")
        talk.type("Alya\x1b[D\x1b[Di")
        answer(talk, [*NAMED[1:], SERVER[0], ("Encryption", "tartls\x01s\x1b[C\x1b[C\x1b[Ct")])
        answer(talk, [*SERVER[2:], *ASK, *END])
        assert talk.end() == 0

    found = configured(run)
    assert (found["NAME"], found["SMTP_SECURITY"]) == ("Aliya", "starttls")


def test_no_command_is_no_way(run: Program) -> None:
    """Whoever chose a command is asked for it until there is one."""
    with run.dialogue("init") as talk:
        answer(talk, [*WHO, *SERVER, ("Which", "command"), ("The command", "")])
        talk.type("pass show mail")
        answer(talk, END)
        assert talk.end() == 0

    assert configured(run)["SMTP_PASSWORD_COMMAND"] == "pass …"


def test_a_copy_to_oneself(run: Program) -> None:
    """Who wants a copy of each letter gets one by habit."""
    init(run, [*WHO, *SERVER, *ASK, ("a copy of each letter", "y"), ("quiet", "n")])

    assert configured(run)["BCC_SELF"] == "yes"


def test_a_quiet_profile(run: Program, default: Path) -> None:
    """The second profile has initials and town only, and the same account."""
    answers = [*WHO, *SERVER, ("Which", "file"), ("Password", HIDDEN), ("a copy", "y")]

    with umask(0):
        seen = init(run, [*answers, ("a second profile, quiet", "yes")])

    quiet = default.with_name("quiet.env")
    found = configured(run, "--as", "quiet")
    assert (found["NAME"], found["PLACE"]) == ("A. E.", "Port Example")
    assert found["account"] == configured(run)["account"]
    assert "ORGANISATION" not in found
    assert "your address still shows who you are" in " ".join(seen.split())
    assert (mode(quiet), mode(default)) == (0o600, 0o600)
    assert "Union" not in quiet.read_text()
    secret = account_of({}, profiles.read(quiet)).secret
    assert secret.reveal(None) == HIDDEN


def test_a_profile_of_another_name(run: Program, default: Path) -> None:
    """``--as`` names the profile that is written, and the default one stays as it is."""
    seen = init(run, [*WHO, *SERVER, *ASK, *END], "--as", "union")
    quiet = init(run, [*WHO, *SERVER, *ASK, END[0]], "--as", "quiet")

    assert not default.exists()
    assert configured(run, "--as", "union")["NAME"] == "Aliya Example"
    assert "protestmail doctor --as union" in seen
    assert "second profile" not in quiet


def test_a_profile_that_is_there(run: Program, default: Path) -> None:
    """A profile that is there is asked for first; without a yes it stays as it is.

    With a yes what it says is offered, and a file that it was a link to stays as it was.
    """
    elsewhere = default.parent.parent / "elsewhere"
    default.parent.mkdir(parents=True)
    elsewhere.write_text("PROTESTMAIL_NAME=Before\nPROTESTMAIL_PHONE=017\n")
    default.symlink_to(elsewhere)
    before = elsewhere.read_bytes()
    with run.dialogue("init", columns=200) as talk:
        answer(talk, [(f"{default} is there already. Change it? [y/N]", "")])
        talk.expect("nothing was changed")
        assert talk.end() == 1
    assert default.is_symlink()

    kept = [*EMAIL, ("[Before]", ""), *NAMED[1:7], ("[017]", "-"), *SERVER, *ASK, *END]
    init(run, [("Change it? [y/N]", "y"), ("Enter keeps what", None), *kept])

    assert configured(run)["NAME"] == "Before"
    assert "PHONE" not in default.read_text()
    assert not default.is_symlink()
    assert elsewhere.read_bytes() == before


def test_a_quiet_profile_that_is_there(run: Program, default: Path) -> None:
    """The question about a second profile says so if there is one, which stays without a yes."""
    quiet = default.with_name("quiet.env")
    quiet.parent.mkdir(parents=True)
    quiet.write_text("PROTESTMAIL_NAME=Q\n")
    with run.dialogue("init", columns=200) as talk:
        answer(talk, [*WHO, *SERVER, *ASK, END[0], ("in place of the one that is there", "")])
        assert talk.end() == 0

    assert quiet.read_text() == "PROTESTMAIL_NAME=Q\n"
    assert configured(run)["NAME"] == "Aliya Example"


ODD = {
    "NAME": """O'Neill "Bo" Müller""",
    "ORGANISATION": "C:\\new\\",
    "POSITION": "No. #1 # 2 'x'",
    "MEMBERS": "240 'nurses' # $x",
    "PLACE": "$HOME ${PATH} %s {x}",
    "COUNTRY": "\\'",
    "ADDRESS": "Main Street 5 #2",
    "PHONE": "+49 (0) 55#5",
}


def test_odd_values_survive(run: Program, default: Path) -> None:
    """Quotes, backslashes, # and $, letters of any script: what was typed is what is read back."""
    password = "p'a\"s\\s#w $ö`r;d\\"
    command = """printf '%s' "it's \\ #1" """
    names = [(question, text) for (question, _), text in zip(NAMED, ODD.values(), strict=True)]
    address = ("Your e-mail address", "aliya@bücher.example")

    init(run, [address, *names, *SERVER, ("Which", "file"), ("Password", password), *END])

    found = configured(run)
    assert {key: found[key] for key in ODD} == ODD
    assert found["EMAIL"] == "aliya@bücher.example"
    assert account_of({}, profiles.read(default)).secret.value == password
    again = [address, *names, *SERVER, ("Which", "command"), ("The command", command), *END]
    init(run, [("Change it?", "y"), *again])
    secret = account_of({}, profiles.read(default)).secret
    assert (secret.value, secret.reveal(None)) == (command.strip(), "it's \\ #1")


@pytest.mark.parametrize("args", [(), ("--as", "union")])
def test_without_a_terminal(run: Program, default: Path, args: tuple[str, ...]) -> None:
    """Where nobody can be asked nothing is written: exit 2, and what to do instead."""
    done = run("init", *args, stdin="Aliya\n" * 20)

    assert (done.code, done.out) == (2, "")
    assert ".env.example" in done.err
    assert not default.parent.exists()


@pytest.mark.parametrize("key", [b"\x03", b"\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_breaking_off(run: Program, default: Path, key: bytes) -> None:
    """Who breaks off has changed nothing: exit 130, no half of a file, no password kept."""
    default.parent.mkdir(parents=True)
    default.write_text("PROTESTMAIL_NAME=Before\n")
    with run.dialogue("init") as talk:
        answer(talk, [("Change it?", "y"), *WHO, *SERVER, ("Which", "file"), ("Password", HIDDEN)])
        talk.expect("a copy of each letter")
        while talk.process.poll() is None:  # input() does not see what comes just before it waits
            talk.press(key)
            with suppress(TimeoutExpired):
                talk.process.wait(0.1)
        assert talk.end() == 130

    assert default.read_text() == "PROTESTMAIL_NAME=Before\n"
    assert [one.name for one in default.parent.iterdir()] == ["default.env"]


@pytest.mark.parametrize("name", ["../evil", "a/b", ""])
def test_what_names_no_profile(run: Program, default: Path, name: str) -> None:
    """P41: a profile's name leads to no other folder."""
    with run.dialogue("init", "--as", name) as talk:
        assert talk.end() == 78

    assert "cannot name a profile" in talk.seen
    assert not default.parent.exists()


def test_what_the_profile_says_is_kept_by_enter(run: Program, default: Path) -> None:
    """A second time, Enter at each question gives the same profile, its server as well."""
    init(run, [*WHO, *SERVER, *ASK, *END])
    before = default.read_text()
    again = [(question, "") for question, _ in (*WHO, *SERVER)]
    seen = init(run, [("Change it?", "y"), *again, *ASK, *END])

    assert default.read_text() == before
    for shown in ("[Aliya Example]", "[smtp.branch.example]", "[aliya@branch.example]"):
        assert shown in seen


@pytest.mark.parametrize("nothing", ["?", "-?-", "..."])
def test_what_is_no_country(run: Program, default: Path, nothing: str) -> None:
    """What would stand in the letters as a question mark is asked for again."""
    init(run, [*EMAIL, *NAMED[:5], ("Your country", nothing), *NAMED[5:], *SERVER, *ASK, *END])

    assert "COUNTRY" not in default.read_text()


def test_a_port_of_the_other_kind(run: Program, default: Path) -> None:
    """P86: a port on which the other kind of encryption is spoken is told where it is typed."""
    server = [*SERVER[:2], ("Port", "465"), ("which is for tls", None), ("Port", "587")]
    init(run, [*WHO, *server, SERVER[-1], *ASK, *END])

    assert "PORT='587'" in default.read_text()


def test_microsoft_is_told_of_first(run: Program, default: Path) -> None:
    """Who names Microsoft's server reads at once that a password will soon not do."""
    server = [
        ("Mail server", "smtp.office365.com"),
        ("Microsoft takes an organisation's passwords", None),
    ]
    init(run, [*WHO, *server, *SERVER[1:], *ASK, *END])

    assert default.exists()


def test_what_nobody_asks_for_is_kept(run: Program, default: Path) -> None:
    """P90: the journal's folder stays, in both profiles: else letters would go twice."""
    init(run, [*WHO, *SERVER[:2], ("Port", "2587"), SERVER[-1], *ASK, END[0], ("quiet", "n")])
    kept = "PROTESTMAIL_STATE='/media/stick'\nPROTESTMAIL_SMTP_HELO='branch.example'\n"
    default.write_text(default.read_text() + kept)
    again = [(question, "") for question, _ in (*WHO, *SERVER)]
    init(run, [("Change it?", "y"), *again, *ASK, END[0], ("quiet", "y")])

    for one in (default, default.with_name("quiet.env")):
        assert "PROTESTMAIL_STATE='/media/stick'" in one.read_text()
        assert "PROTESTMAIL_SMTP_PORT='2587'" in one.read_text()
    assert "PROTESTMAIL_SMTP_HELO='branch.example'" in default.read_text()
