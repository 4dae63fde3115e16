"""The questions about an account: by which server, encrypted how, and whence the password."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from protestmail.cli import asking
from protestmail.cli.app import App
from protestmail.cli.walking import Question
from protestmail.settings import hosts, judge, paths, providers, secret
from protestmail.settings.account import LOCAL, NONE, STARTTLS, TLS
from protestmail.settings.fields import TYPED, variable
from protestmail.settings.providers import Provider

_SECRETS = {
    "command": ("a program of yours prints it, such as: pass show mail", "SMTP_PASSWORD_COMMAND"),
    "ask": ("you are asked at each send; it is kept nowhere", ""),
    "file": ("it is kept in this file, which only you can read", "SMTP_PASSWORD"),
    "token": ("a program of yours prints an OAuth2 token", "SMTP_TOKEN_COMMAND"),
}
_SECURITIES = {
    TLS: "encrypted from the first byte on",
    STARTTLS: "encrypted after the server's greeting",
    NONE: "not encrypted: no password is sent but to this machine itself",
}
_HERE = {
    LOCAL: "a proxy, which encrypts in its turn (DavMail, email-oauth2-proxy)",
    STARTTLS: "encrypted after the greeting, as by Proton Mail Bridge",
    TLS: _SECURITIES[TLS],
    NONE: "not encrypted, and no password",
}
_CERTIFICATE = variable("smtp_certificate")

Answers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AccountQuestions:
    """What is asked about an account; ``before`` is what the profile says already, to be offered.

    The address, EMAIL, is among the answers before any of these is asked.
    """

    app: App
    before: Mapping[str, str]

    def all(self) -> list[Question]:
        """Give the questions in their order."""
        return [
            Question("SMTP_HOST", self._host, self._unknown),
            Question("SMTP_SECURITY", self._security, self._unknown),
            Question("SMTP_PORT", self._port, self._unknown),
            Question("SMTP_CERTIFICATE", self._certificate, self._own_certificate),
            Question("SMTP_USER", self._user),
            Question("WAY", self._way),
            Question("SMTP_PASSWORD_COMMAND", partial(self._command, "command"), _by("command")),
            Question("SMTP_TOKEN_COMMAND", partial(self._command, "token"), _by("token")),
            Question("SMTP_PASSWORD", self._password, _by("file")),
        ]

    def _said(self, key: str, answers: Answers, usual: str = "") -> str:
        """What was answered already, else what the profile says, else what is usual."""
        return answers.get(key, self.before.get(variable(key), usual))

    def _unknown(self, answers: Answers) -> bool:
        """Whether the server has to be said: the port of a bridge, too, is the machine's own."""
        known = _known(answers)
        return not (known and known.host) or known.secret == "bridge"  # noqa: S105  a kind

    def _host(self, answers: Answers) -> str:
        known = _known(answers)
        question = "Mail server, as your provider's help page names it (smtp.…)"
        usual = self._said("SMTP_HOST", answers, known.host if known else "")
        typed = partial(hosts.judged, origin=TYPED)
        host = asking.line(self.app, question, usual, judge=typed)
        if (serving := providers.serving(host)) and serving != known:
            self.app.screen.note(f"{host}: {serving.told}")
        return host

    def _security(self, answers: Answers) -> str:
        here, known = hosts.is_here(answers["SMTP_HOST"]), _known(answers)
        ways = _HERE if here else _SECURITIES
        usual = self._said("SMTP_SECURITY", answers, known.security if here and known else "")
        return asking.pick(self.app, "Encryption:", ways, usual if usual in ways else "")

    def _port(self, answers: Answers) -> str:
        security = answers["SMTP_SECURITY"]

        def judged(answer: str) -> str:
            return str(judge.port(answer, security, TYPED))

        return asking.line(self.app, "Port", self._usual_port(answers), judge=judged)

    def _usual_port(self, answers: Answers) -> str:
        """The port that was said with this way to encrypt, or that the provider's or all have."""
        security, known = answers["SMTP_SECURITY"], _known(answers)
        if security == self.before.get(variable("smtp_security")):
            return self._said("SMTP_PORT", answers)
        port = known.port if known and known.security == security else judge.PORTS[security]
        return str(port)

    def _own_certificate(self, answers: Answers) -> bool:
        """Whether the server is this machine, whose name no authority vouches for."""
        encrypted = answers.get("SMTP_SECURITY") in {TLS, STARTTLS}
        return encrypted and hosts.is_here(answers.get("SMTP_HOST", ""))

    def _certificate(self, answers: Answers) -> str:
        question = "File of that program's certificate, as saved from it (may stay empty)"
        usual = self._said("SMTP_CERTIFICATE", answers)
        return asking.line(self.app, question, usual, judge=_certificate)

    def _user(self, answers: Answers) -> str:
        usual = self._said("SMTP_USER", answers, answers["EMAIL"])

        def judged(answer: str) -> str:
            return judge.seen(answer, "USER", TYPED)

        return asking.line(self.app, "User name at the server", usual, judge=judged)

    def _way(self, answers: Answers) -> str:
        kept = (way for way, (_, key) in _SECRETS.items() if key and self._kept(key, answers))
        token = (known := _known(answers)) and known.secret == "token"  # noqa: S105  a kind
        usual = answers.get("WAY") or next(kept, "token" if token else "ask")
        ways = {way: told for way, (told, _) in _SECRETS.items()}
        return asking.pick(self.app, "The password:", ways, usual)

    def _kept(self, key: str, answers: Answers) -> str:
        """The way to the password that the profile says, if it is for this same account."""
        same = ("EMAIL", "SMTP_HOST")
        for_it = all(self.before.get(variable(one), "") == answers.get(one, "") for one in same)
        return self.before.get(variable(key), "") if for_it else ""

    def _command(self, way: str, answers: Answers) -> str:
        key = _SECRETS[way][1]
        before = answers.get(key) or self._kept(key, answers)

        def judged(answer: str) -> str:
            return judge.command(answer or before, key, TYPED)

        known = f" [{secret.shortened(before)}]" if before else ""
        return asking.line(self.app, f"The command{known}", judge=judged)

    def _password(self, answers: Answers) -> str:
        before = answers.get("SMTP_PASSWORD") or self._kept("SMTP_PASSWORD", answers)
        return asking.secret(self.app, keep=True, before=before)


def _by(way: str) -> "partial[bool]":
    return partial(_is_way, way)


def _is_way(way: str, answers: Answers) -> bool:
    return answers["WAY"] == way


def _known(answers: Answers) -> Provider | None:
    return providers.find(answers["EMAIL"].rpartition("@")[2])


def _certificate(answer: str) -> str:
    if not answer:
        return ""
    path = str(paths.at_home(_CERTIFICATE, answer, TYPED).absolute())
    paths.certificate({_CERTIFICATE: path}, _CERTIFICATE, TYPED)
    return path
