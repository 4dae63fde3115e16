"""``protestmail init`` and the account: going back, and answers judged as they are typed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from makers.introduction import (
    ASK,
    EMAIL,
    END,
    NAMED,
    SERVER,
    WHO,
    Answers,
    answer,
    configured,
    init,
)
from makers.program import Program
from protestmail.settings import profiles
from protestmail.settings.account import account_of
from servers.authority import authority

HERE = ("Mail server", "127.0.0.1")
OWN_CERTIFICATE = "File of that program's certificate"


@pytest.fixture
def default(run: Program) -> Path:
    """Give the place of the default profile."""
    return Path(run.environ["XDG_CONFIG_HOME"]) / "protestmail" / "default.env"


def flat(seen: str) -> str:
    """Give what was seen as one line."""
    return " ".join(seen.split())


def test_going_back(run: Program) -> None:
    """< goes back to the question before, which offers what was answered; the first one stays."""
    seen = init(
        run,
        [
            ("< goes back", None),
            ("Your e-mail address", "<"),
            *EMAIL,
            ("Your name", "Alia"),
            ("Your organisation", "<"),
            ("[Alia]", "<"),
            ("[aliya@branch.example]", ""),
            ("[Alia]", "Aliya Example"),
            *NAMED[1:],
            *SERVER[:2],
            ("Port", "<"),
            ("Encryption", "<"),
            ("Mail server", "<"),
            ("Your telephone number", "017"),
            *SERVER,
            ("Which", "file"),
            ("Password", "<"),
            ("Which", "ask"),
            ("a copy of each letter", "y"),
            ("quiet", "<"),
            ("[Y/n]", "n"),
            END[-1],
        ],
    )

    found = configured(run)
    assert (found["NAME"], found["PHONE"]) == ("Aliya Example", "017")
    assert "BCC_SELF" not in found
    assert "SMTP_PASSWORD" not in found
    assert seen.count("< goes back") == 1


def test_going_back_past_what_does_not_apply(run: Program) -> None:
    """What was answered of a server is forgotten where the address comes to have a known one."""
    back = [("User name", "<"), ("Port", "<"), ("Encryption", "<"), ("Mail server", "<")]
    who = [*reversed(NAMED)]

    init(
        run,
        [
            *WHO,
            *SERVER[:3],
            *back,
            *((question, "<") for question, _ in who),
            ("Your e-mail address", "aliya@gmail.com"),
            *((question, "") for question, _ in NAMED),
            ("User name at the server [aliya@gmail.com]", "<"),
            ("Your telephone number", ""),
            ("User name", ""),
            *ASK,
            *END,
        ],
    )

    found = configured(run)
    assert found["account"] == "smtp.gmail.com:465 (tls)"
    assert "SMTP_HOST" not in found


def test_there_is_no_position_without_an_organisation(run: Program) -> None:
    """Who writes for no organisation is not asked for a position in it."""
    seen = init(run, [*EMAIL, NAMED[0], ("Your organisation", ""), *NAMED[3:], *SERVER, *ASK, *END])

    assert "Your position" not in seen


JUDGED: list[tuple[int, str, str, str]] = [
    (
        0,
        "smtp://mail.example:587",
        "more than a name",
        "type mail.example, the port is asked for below",
    ),
    (0, "mail.example:abc", '"abc" is no port', "type mail.example"),
    (0, "a.example,b.example", "only one server", "type a.example, or another of them"),
    (0, "aliya@branch.example", "more than a name", "type its name only"),
    (2, "993", "mail is fetched", "starttls mostly has 587"),
    (2, "465", "which is for tls", "type 587"),
    (2, "0", "no port", "it is a number"),
    (3, "ali\u200bya", "nobody sees", "type it anew"),
]


@pytest.mark.parametrize(("at", "typed", "told", "hint"), JUDGED)
def test_the_server_is_judged_as_it_is_typed(
    run: Program, default: Path, at: int, typed: str, told: str, hint: str
) -> None:
    """P86: what cannot work is told at its question, in words for an answer, and asked again."""
    question, _ = SERVER[at]
    slip: Answers = [(question, typed), (question, SERVER[at][1])]

    seen = flat(init(run, [*WHO, *SERVER[:at], *slip, *SERVER[at + 1 :], *ASK, *END]))

    assert told in seen
    assert hint in seen
    assert "PROTESTMAIL_" not in seen
    assert account_of({}, profiles.read(default)).host == "smtp.branch.example"


@pytest.mark.parametrize(
    ("way", "question", "typed", "told"),
    [
        ("command", "The command", "pass show mail | head -1", "has a | for a shell"),
        ("command", "The command", "PASS=x show", "write env before PASS="),
        ("token", "The command", "echo 'x", "quotes that do not end"),
        ("file", "Password", "open sesame ", "begins or ends with a blank"),
        ("file", "Password", "open\u00a0sesame", "nobody sees"),
    ],
)
def test_the_secret_is_judged_as_it_is_typed(
    run: Program, default: Path, way: str, question: str, typed: str, told: str
) -> None:
    """P86: a command or password that could not be used is asked for again, with the reason."""
    init(
        run, [*WHO, *SERVER, ("Which", way), (question, typed), (told, None), (question, "x"), *END]
    )

    assert account_of({}, profiles.read(default)).secret.value == "x"


def test_a_password_that_is_asked_for_at_a_send(run: Program) -> None:
    """P86: also a password that is kept nowhere is asked for again where nobody sees all of it."""
    env = {
        "PROTESTMAIL_EMAIL": "aliya@branch.example",
        "PROTESTMAIL_SMTP_HOST": "localhost",
        "PROTESTMAIL_SMTP_PORT": "1",
    }
    with run.dialogue("doctor", env=env) as talk:
        answer(talk, [("Password", "sec\u200bret"), ("nobody sees", None), ("Password", " x ")])
        assert talk.end() == 75


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_a_program_on_this_machine(run: Program, host: str) -> None:
    """Where the server is this machine a proxy is offered, and nowhere else."""
    local = [("Mail server", host), ("local ", None), ("Which", "local"), ("Port", "")]
    seen = init(run, [*WHO, *local, ("User name", ""), *ASK, *END])
    elsewhere = init(run, [("Change it", "y"), *WHO, *SERVER, *ASK, *END])

    assert OWN_CERTIFICATE not in seen
    assert "DavMail" not in elsewhere
    assert OWN_CERTIFICATE not in elsewhere


def proton(certificate: str) -> Iterator[tuple[str, str | None]]:
    """Answer as somebody at Proton does, whose Bridge listens at a port of its own."""
    yield from [("Your e-mail address", "aliya@proton.me"), *NAMED]
    yield from [("Mail server", ""), ("[starttls]", ""), ("Port [1025]", "1026")]
    yield from [(OWN_CERTIFICATE, certificate), ("User name", ""), *ASK, *END]


def test_the_bridge(run: Program, tmp_path: Path) -> None:
    """Whose provider is reached over a bridge is asked for its port and its certificate."""
    file = authority(tmp_path, "localhost").file
    (run.cwd / "cert.pem").write_bytes(file.read_bytes())
    seen = flat(init(run, [*proton("cert.pem")]))

    found = configured(run)
    assert found["account"] == "127.0.0.1:1026 (starttls)"
    assert found["SMTP_CERTIFICATE"] == str(run.cwd / "cert.pem")
    assert "Start Proton Mail Bridge" in seen
    assert "PROTESTMAIL_SMTP_CERTIFICATE" in seen


def test_a_certificate_is_judged_as_it_is_typed(run: Program) -> None:
    """P86: a file that is not there, or holds no certificate, is asked for again."""
    (run.cwd / "other.pem").write_text("nothing")
    slips: Answers = [
        (OWN_CERTIFICATE, "none.pem"),
        ("cannot be read", "~nobody-of-this-name/x"),
        ("no user of that name", "other.pem"),
        ("called PEM", None),
    ]
    answers = [*proton("")]
    at = answers.index((OWN_CERTIFICATE, ""))

    init(run, [*answers[:at], *slips, *answers[at:]])

    assert "SMTP_CERTIFICATE" not in configured(run)


def test_what_a_provider_wants_is_told_at_once(run: Program) -> None:
    """The provider's note comes right after the address, and says how fresh it is."""
    with run.dialogue("init") as talk:
        answer(talk, [("Your e-mail address", "aliya@libero.it"), ("Your name", None)])

    assert "looked up on 2026-11-29" in flat(talk.seen)
    assert "https://aiuto.libero.it/" in talk.seen


@pytest.mark.parametrize(("host", "told"), [("smtp.gmail.com", "2-Step"), ("mail.example", "")])
def test_a_providers_server_for_a_domain_of_ones_own(run: Program, host: str, told: str) -> None:
    """Who has a domain of their own at a provider reads its note where they name its server."""
    seen = flat(init(run, [*WHO, ("Mail server", host), *SERVER[1:], *ASK, *END]))

    assert ("looked up on" in seen) is bool(told)
    assert told in seen
    assert "Microsoft" not in seen


@pytest.mark.parametrize(
    ("way", "question", "text", "shown"),
    [("command", "The command", "echo hidden", "echo …"), ("file", "Password", "hidden", "keeps")],
)
def test_the_way_to_the_password_is_kept_by_enter(
    run: Program, default: Path, way: str, question: str, text: str, shown: str
) -> None:
    """P39: a second time Enter keeps the way to the password, and shows nothing of it.

    For another server it is not offered.
    """
    init(run, [*WHO, *SERVER, ("Which", way), (question, text), *END])
    before = default.read_text()
    again = [(asked, "") for asked, _ in (*WHO, *SERVER)]
    kept: Answers = [("Which? [" + way, ""), (question, None), (shown, "")]
    seen = init(run, [("Change it?", "y"), *again, *kept, *END])
    assert default.read_text() == before
    assert "hidden" not in seen

    again[len(WHO)] = ("Mail server", "other.example")
    init(run, [("Change it?", "y"), *again, ("Which? [ask]", ""), *END])
    assert "hidden" not in default.read_text()
