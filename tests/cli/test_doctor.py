"""``protestmail doctor``: tries the account against a real server, and sends nothing."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from makers.output import CONTROL, HOSTILE, MARKUP
from makers.program import Program, Ran
from servers.authority import Authority, authority
from servers.fault_acts import say
from servers.fault_server import Fault, FaultServer
from servers.plain import Serve
from servers.recorder import recording

PASSWORD = "open sesame"
OWN = "aliya@branch.example"
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


class Handler:
    """A server that notes what it is asked for."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.logins: list[LoginPassword] = []

    async def handle_EHLO(  # noqa: N802  aiosmtpd's name for it
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """Note the greeting."""
        self.said.append("EHLO")
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Note who is asked for."""
        self.said.append("MAIL")
        envelope.mail_from = address
        return "250 OK"

    async def handle_QUIT(  # noqa: N802
        self, _server: Any, _session: Any, _envelope: Any
    ) -> str:
        """Note the farewell."""
        self.said.append("QUIT")
        return "221 bye"

    def log_in(
        self, _server: Any, _session: Any, _envelope: Any, _way: str, data: LoginPassword
    ) -> AuthResult:
        """Note an attempt to log in."""
        self.logins.append(data)
        good = data == LoginPassword(OWN.encode(), PASSWORD.encode())
        return AuthResult(success=good, handled=False)


class Doctor:
    """The program with an account at a server that takes a login over TLS only."""

    def __init__(self, run: Program, handler: Handler, env: dict[str, str]) -> None:
        self.handler, self.env = handler, env
        self._run = run

    def __call__(self, *args: str, **env: str) -> Ran:
        """Run it; settings may be replaced."""
        more = {f"PROTESTMAIL_{key}": value for key, value in env.items()}
        return self._run("doctor", *args, env=self.env | more)

    def found(self, done: Ran) -> dict[str, str]:
        """Give what was looked at, and what was found."""
        return {what: found for what, found, *_ in done.records}


@pytest.fixture
def secure(tmp_path: Path) -> Authority:
    """Give an authority for localhost."""
    return authority(tmp_path, "localhost")


@contextmanager
def doctor_at(
    run: Program, serve: Serve, secure: Authority, tmp_path: Path, security: str, **given: Any
) -> Iterator[Doctor]:
    """Run a server with such security, and give the program with an account there."""
    handler = Handler()
    given["implicit_tls" if security == "tls" else "tls_context"] = secure.server
    given |= {"auth_require_tls": security != "tls", "authenticator": handler.log_in}
    with serve(handler, **given) as account:
        env = {
            "EMAIL": OWN,
            "SMTP_HOST": "localhost",
            "SMTP_PORT": str(account.port),
            "SMTP_SECURITY": security,
            "SMTP_PASSWORD": PASSWORD,
            "STATE": str(tmp_path / "state"),
        }
        environ = {f"PROTESTMAIL_{key}": value for key, value in env.items()}
        yield Doctor(run, handler, environ | {"SSL_CERT_FILE": str(secure.file)})


@pytest.fixture
def doctor(run: Program, serve: Serve, secure: Authority, tmp_path: Path) -> Iterator[Doctor]:
    """Give the program with an account at a server with STARTTLS."""
    with doctor_at(run, serve, secure, tmp_path, "starttls") as doctor:
        yield doctor


WHAT = [
    "settings from",
    "from",
    "journal",
    "server",
    "addresses",
    "encryption",
    "login",
    "sender",
    "largest message",
    "round trips",
    "privacy",
]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_all_is_well(
    run: Program, serve: Serve, secure: Authority, tmp_path: Path, security: str
) -> None:
    """Each step is told, and what was found: exit 0. A sender is asked for, and nothing is sent."""
    given = {"pipelining": True, "data_size_limit": 12_345_678}
    with doctor_at(run, serve, secure, tmp_path, security, **given) as doctor:
        done = doctor()
        port = doctor.env["PROTESTMAIL_SMTP_PORT"]

    found = doctor.found(done)
    assert done.code == 0
    assert list(found) == WHAT
    assert (found["settings from"], found["from"]) == ("the environment", OWN)
    assert found["journal"].endswith(str(tmp_path / "state" / "journal.sqlite"))
    assert found["server"] == f"localhost:{port} ({security})"
    assert "127.0.0.1" in found["addresses"]
    assert found["encryption"].startswith("TLSv1.")
    assert "proved its name" in found["encryption"]
    assert found["login"] == f"as {OWN}, password: kept in the settings"
    assert found["largest message"] == "12,345,678 bytes"
    assert "PIPELINING" in found["round trips"]
    assert "IP address" in found["privacy"]
    assert "nothing was sent" in done.err
    assert doctor.handler.logins == [LoginPassword(OWN.encode(), PASSWORD.encode())]
    assert doctor.handler.said == ["EHLO"] * (1 if security == "tls" else 2) + ["MAIL", "QUIT"]
    assert found["sender"] == f"letters may be from {OWN}"


def test_what_a_server_does_not_offer(
    run: Program, serve: Serve, secure: Authority, tmp_path: Path
) -> None:
    """A server without PIPELINING and SIZE serves as well; it is told what that means."""
    with doctor_at(run, serve, secure, tmp_path, "tls", data_size_limit=0) as doctor:
        done = doctor()

    found = doctor.found(done)
    assert done.code == 0
    assert found["round trips"] == "several a letter"
    assert found["largest message"] == "the server does not say"


@pytest.mark.parametrize(
    ("secret", "told"),
    [
        ({"SMTP_PASSWORD": "shibboleth"}, "kept in the settings"),
        ({"SMTP_PASSWORD": "", "SMTP_PASSWORD_COMMAND": "echo shibboleth"}, "from echo …"),
    ],
)
def test_a_wrong_password(doctor: Doctor, secret: dict[str, str], told: str) -> None:
    """P38, P39: a refused login is tried once: exit 77; the password is shown nowhere."""
    done = doctor(**secret)

    assert done.code == 77
    assert f"refuses the login of {OWN}" in done.err
    assert "app password" in done.err
    assert told not in done.err
    assert list(doctor.found(done)) == WHAT[:5]
    assert doctor.handler.logins == [LoginPassword(OWN.encode(), b"shibboleth")]
    assert "MAIL" not in doctor.handler.said
    assert "shibboleth" not in done.out + done.err


def test_the_right_one_is_shown_nowhere(doctor: Doctor, tmp_path: Path) -> None:
    """P39: nor is a right password, in the journal either."""
    done = doctor(SMTP_PASSWORD="", SMTP_PASSWORD_COMMAND=f"printf '{PASSWORD}\\nsecond'")

    assert done.code == 0
    assert doctor.found(done)["login"] == f"as {OWN}, password: from printf …"
    kept = b"".join(one.read_bytes() for one in (tmp_path / "state").iterdir())
    assert PASSWORD not in done.out + done.err
    assert PASSWORD.encode() not in kept


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_server_that_cannot_prove_its_name(doctor: Doctor, tmp_path: Path, host: str) -> None:
    """P32: another name or an unknown authority: exit 78, before any login."""
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    unknown = {"SSL_CERT_FILE": str(authority(stranger).file)} if host == "localhost" else {}
    doctor.env |= unknown

    done = doctor(SMTP_HOST=host)

    assert done.code == 78
    assert f"cannot prove that it is {host}" in done.err
    assert "encryption" not in doctor.found(done)
    assert doctor.handler.logins == []


def test_a_server_without_starttls(run: Program, serve: Serve, tmp_path: Path) -> None:
    """P33: where STARTTLS is not offered: exit 78, and nothing secret was said."""
    handler = Handler()
    with serve(handler, authenticator=handler.log_in, auth_require_tls=False) as account:
        port = str(account.port)
        env = {"EMAIL": OWN, "SMTP_HOST": "localhost", "SMTP_PORT": port, "SMTP_PASSWORD": PASSWORD}
        env |= {"SMTP_SECURITY": "starttls", "STATE": str(tmp_path / "state")}
        done = run("doctor", env={f"PROTESTMAIL_{key}": value for key, value in env.items()})

    assert done.code == 78
    assert "does not offer STARTTLS" in done.err
    assert (handler.logins, handler.said) == ([], ["EHLO"])


def test_nobody_there(doctor: Doctor) -> None:
    """A server that is not there: exit 75, and what was found until then is told."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = str(listening.getsockname()[1])

    done = doctor(SMTP_PORT=port, SMTP_HOST="127.0.0.1")

    assert done.code == 75
    assert f"127.0.0.1:{port} does not answer" in done.err
    assert list(doctor.found(done)) == WHAT[:5]


PLAIN: list[tuple[dict[str, str], Sequence[str], int]] = [
    ({"SMTP_HOST": "192.0.2.1"}, [], 78),
    ({"SMTP_HOST": "192.0.2.1"}, ["--insecure-plain-text"], 78),
    ({"SMTP_HOST": "192.0.2.1", "SMTP_PASSWORD": ""}, [], 78),
    ({}, [], 78),
    ({}, ["--insecure-plain-text"], 0),
    ({"SMTP_PASSWORD": ""}, [], 0),
]


@pytest.mark.parametrize(("values", "args", "code"), PLAIN)
def test_without_encryption(
    run: Program,
    serve: Serve,
    tmp_path: Path,
    values: dict[str, str],
    args: Sequence[str],
    code: int,
) -> None:
    """P34: without encryption no password leaves, but to this machine with the flag."""
    handler = Handler()
    with serve(handler, authenticator=handler.log_in, auth_require_tls=False) as account:
        env = {"EMAIL": OWN, "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(account.port)}
        env |= {"SMTP_SECURITY": "none", "SMTP_PASSWORD": PASSWORD, **values}
        env |= {"STATE": str(tmp_path / "state")}
        environ = {f"PROTESTMAIL_{key}": value for key, value in env.items()}
        done = run("doctor", *args, env=environ)

    assert done.code == code
    assert ("PROTESTMAIL_SMTP_SECURITY" in done.err) is (code == 78)
    assert ("everybody on the way can read along" in done.out) is (code == 0)
    assert len(handler.logins) == (1 if code == 0 and env["SMTP_PASSWORD"] else 0)
    assert ("MAIL" in handler.said) is (code == 0)


def test_the_password_is_asked_for(doctor: Doctor, run: Program) -> None:
    """P39: without a way to the password a person is asked, unseen; a script gets exit 2."""
    env = doctor.env | {"PROTESTMAIL_SMTP_PASSWORD": ""}

    alone = doctor(SMTP_PASSWORD="")
    with run.dialogue("doctor", env=env) as talk:
        talk.expect("Password of your mail account")
        talk.type(PASSWORD)
        talk.expect("letters can go; nothing was sent")
        assert talk.end() == 0

    assert alone.code == 2
    assert "no terminal to ask for the password" in alone.err
    assert PASSWORD not in talk.seen
    assert "asked for at each send" in talk.seen
    assert len(doctor.handler.logins) == 1


def test_no_journal(doctor: Doctor, tmp_path: Path) -> None:
    """P55: where the journal cannot be written: exit 75, before any connection."""
    (tmp_path / "state").write_text("a file")

    done = doctor()

    assert done.code == 75
    assert "cannot be written" in done.err
    assert doctor.handler.said == []


def test_nothing_is_set(run: Program) -> None:
    """Without an account there is nothing to try: exit 78, and where to begin."""
    done = run("doctor", env={})

    assert (done.code, done.out) == (78, "")
    assert "protestmail init" in done.err


SENDERS = [
    ("mail", "550 5.7.60 no permissions to send as this sender", 78, "send as aliya@"),
    ("rcpt1", "553 5.7.1 <a@b.example>: Sender address rejected: not owned", 78, "send as aliya@"),
    ("mail", "550 5.4.5 Daily sending limit exceeded", 75, "takes no more for now"),
    ("rcpt1", "450 4.2.0 Greylisted", 0, "does not say whether"),
    ("rcpt1", "550 5.1.1 no such mailbox", 0, "does not say whether"),
    ("greeting", "554 5.7.1 no service for you", 75, "takes no letters from where you are now"),
    ("greeting", "421 4.3.2 busy", 75, "turns us away"),
    ("ehlo", "550 5.7.1 invalid name", 78, "PROTESTMAIL_SMTP_HELO"),
    ("ehlo", "504 need a fully-qualified name", 78, "PROTESTMAIL_SMTP_HELO"),
    ("ehlo", "502 5.5.2 what?", 75, "check host and port"),
]


@pytest.mark.parametrize(("step", "said", "code", "told"), SENDERS)
def test_what_a_send_would_meet(
    run: Program, tmp_path: Path, step: str, said: str, code: int, told: str
) -> None:
    """P84: what a server says of sender, place and name is told for what it is; no text travels."""
    with FaultServer(Fault(step, say(said.encode()))) as server:
        env = {"EMAIL": OWN, "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(server.port)}
        env |= {"SMTP_SECURITY": "none", "STATE": str(tmp_path / "state")}
        done = run("doctor", env={f"PROTESTMAIL_{key}": value for key, value in env.items()})

    assert done.code == code
    assert told in done.out + done.err
    assert said in done.out + done.err
    assert "still queued" not in done.err
    assert (server.deliveries, server.complaints) == ([], [])


@pytest.mark.parametrize("name", ["branch.example", "[192.0.2.1]", "[IPv6:2001:db8::1]"])
def test_another_name(run: Program, tmp_path: Path, name: str) -> None:
    """P44: EHLO says nothing of this machine; a server that wants a name gets the one that is set.

    What is no name is refused when it is read.
    """
    with FaultServer() as server:
        env = {"EMAIL": OWN, "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(server.port)}
        env |= {"SMTP_SECURITY": "none", "STATE": str(tmp_path / "state")}
        env = {f"PROTESTMAIL_{key}": value for key, value in env.items()}
        done = run("doctor", env=env | {"PROTESTMAIL_SMTP_HELO": name})
        wrong = run("doctor", env=env | {"PROTESTMAIL_SMTP_HELO": f"{name} x"})

    assert (done.code, wrong.code) == (0, 78)
    assert [one for one in server.commands if one.startswith("EHLO")] == [f"EHLO {name}"]
    assert "PROTESTMAIL_SMTP_HELO cannot be" in wrong.err


def test_hostile_answers(run: Program, tmp_path: Path) -> None:
    """P28: what a server says steers no terminal, where the doctor tells of it."""
    with recording() as server:
        server.at_greeting = lambda: f"554 {MARKUP} {HOSTILE}"
        done = run("doctor", env=server.environ(tmp_path / "state"))

    assert done.code == 75
    assert MARKUP in done.err
    assert not CONTROL.search(done.out + done.err)
