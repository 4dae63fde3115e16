"""``send`` for real: over an account, to a real server, with a person who is asked."""

import json
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from makers.appeals import SEVERAL, Folder
from makers.program import Program
from makers.sending import OWN, Handler, Sending
from servers.authority import Authority, authority
from servers.plain import Serve

PASSWORD = "open sesame"


def test_each_letter_goes_once(sending: Sending, handler: Handler) -> None:
    """P52: a send delivers each letter; the same command again sends nothing and exits 0."""
    sending.appeals.add(targets=SEVERAL, cc=["campaign@issuer.example"])

    first, second = sending("--yes"), sending("--yes")

    assert (first.code, second.code) == (0, 0)
    assert [one[0] for one in handler.to] == [
        "office@ministry.example", "clerk@court.example", "owner@mill.example"
    ]  # fmt: skip
    assert [record[:2] for record in first.records] == [[str(n), "accepted"] for n in (1, 2, 3)]
    assert "3/3 sent" in first.err
    assert second.out == ""
    assert second.err.count("not sent again") == 4
    assert "nothing to send" in second.err


@pytest.mark.parametrize("args", [(), ("--json",)])
def test_no_terminal_no_yes(sending: Sending, handler: Handler, args: tuple[str, ...]) -> None:
    """Without a terminal and without --yes nothing goes: exit 2, and what to do."""
    sending.appeals.add()

    done = sending(*args)

    assert (done.code, done.out) == (2, "")
    assert "--yes" in done.err
    assert handler.got == []


def test_what_is_shown_before(sending: Sending) -> None:
    """P48: before sending: from whom, by which account, who gets what, who sees whom, the rest."""
    sending.appeals.add(
        targets=[*SEVERAL, {"name": "Council", "post": ["Town Hall"]}],
        cc=["campaign@issuer.example"],
        send_before="2099-12-24",
    )

    err = sending("--yes", "--bcc-self").err

    assert f"From: Aliya Example <{OWN}>" in err
    assert f"By: 127.0.0.1:{sending.env['PROTESTMAIL_SMTP_PORT']} (not encrypted)" in err
    assert "Settings from: the environment" in err
    assert "1. To: Ministry <office@ministry.example>" in err
    assert "\nCc, each: campaign@issuer.example" in err
    assert f"\nTo yourself only, seen by nobody, each: {OWN}" in err
    assert "no other target's; a copy shows all that stands in the letter." in err
    assert "Letters until: 2099-12-24" in err
    assert "\nFree them.\n" in err
    assert "not mailed: 1: Council (post)\n  protestmail answer strike goes" in err


def test_a_conversation_with_a_person(sending: Sending, handler: Handler) -> None:
    """On a terminal: v shows every letter, anything but y sends nothing, y sends."""
    sending.run.fresh = True  # no fork here: as the writer has it
    sending.appeals.add(targets=SEVERAL)

    with sending.run.dialogue(*sending.args(), env=sending.env) as talk:
        talk.expect("Send 3 letters? [y/N/v/e]")
        talk.type("v")
        talk.expect("owner@mill.example")
        talk.expect("[y/N/v/e]")
        talk.type("what")
        talk.expect("y sends, n does not")
        talk.type("")
        talk.expect("nothing was sent")
        assert talk.end() == 1
    assert handler.got == []
    with sending.run.dialogue(*sending.args(), env=sending.env) as talk:
        talk.expect("[y/N/v/e]")
        talk.type("y")
        talk.expect("3 accepted")
        assert talk.end() == 0
    assert len(handler.got) == 3


def test_the_risk_is_read_first(sending: Sending, handler: Handler) -> None:
    """--yes does not cover a risk note: a person is asked for it, a script says --risk-read."""
    sending.appeals.add(risk="Write from a safe place.")

    assert sending("--yes").code == 2
    assert handler.got == []
    with sending.run.dialogue(*sending.args("--yes"), env=sending.env) as talk:
        talk.expect("RISK: Write from a safe place.")
        talk.expect("read the risk note")
        talk.type("n")
        assert talk.end() == 1
    assert handler.got == []
    assert sending("--yes", "--risk-read").code == 0
    assert len(handler.got) == 1


LOOKS_LIKE = "office@m\u0456nistry.example"  # a Cyrillic letter among Latin ones


@pytest.mark.parametrize(
    ("address", "yes", "asked"),
    [
        ("somebody@gmail.com", 2, "private mailbox"),
        (LOOKS_LIKE, 2, "mixes scripts"),
        ("amt@bücher.example", 0, "another script"),
    ],
)
def test_doubtful_addresses_are_agreed_to(
    sending: Sending, handler: Handler, address: str, yes: int, asked: str
) -> None:
    """P21: a private mailbox or a mixed domain is asked for by itself, --yes or not."""
    sending.appeals.add(targets=[{"name": "Office", "email": address}])

    assert sending("--yes", "--dry-run").code == 0
    with sending.run.dialogue(*sending.args(), env=sending.env, columns=200) as talk:
        talk.expect("xn--" if "gmail" not in address else address)
        talk.expect(asked)
        talk.type("n")
        assert talk.end() == 1
    assert handler.got == []
    assert sending("--yes").code == yes
    assert len(handler.got) == (0 if yes else 1)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"status": "draft"}, "this appeal is a draft"),
        ({"status": "paused"}, "this appeal is paused"),
        ({"status": "won", "closed": "2026-02-01", "outcome": "They are free."}, "They are free."),
        ({"status": "withdrawn", "closed": "2026-02-01", "outcome": "Stop."}, "Stop."),
        ({"send_before": "2026-01-02"}, "letters were to go until 2026-01-02"),
    ],
)
def test_an_appeal_that_is_not_to_be_answered(
    sending: Sending, handler: Handler, fields: dict[str, str], told: str
) -> None:
    """An appeal that has ended, not begun or run out is refused for good, with the reason."""
    sending.appeals.add(**fields)

    done = sending("--yes")

    assert done.code == 69
    assert told in done.err
    assert handler.got == []


def test_to_self(sending: Sending, handler: Handler) -> None:
    """--to-self sends the same messages to nobody else, marked, and does not count as sent."""
    sending.appeals.add(targets=SEVERAL, cc=["campaign@issuer.example"])

    assert sending("--yes", "--to-self").code == 0
    assert handler.to == [[OWN]] * 3
    first = message_from_bytes(handler.got[0][1], policy=policy.default)
    assert first["Subject"] == "[to myself] Free them"
    assert first["To"] == "Ministry <office@ministry.example>"
    assert sending("--yes").code == 0
    assert len(handler.got) == 6


def test_a_copy_to_oneself_is_in_no_header(sending: Sending, handler: Handler) -> None:
    """P47: --bcc-self adds to the envelope only; so does the habit, which a flag takes back."""
    sending.appeals.add()
    habit = {"PROTESTMAIL_BCC_SELF": "yes"}

    sending("--yes", env=habit)
    sending("--yes", "--again", "--no-bcc-self", env=habit)
    sending("--yes", "--again", "--bcc-self")

    office = "office@ministry.example"
    assert handler.to == [[office, OWN], [office], [office, OWN]]
    for _, data in handler.got:
        assert b"\nbcc:" not in data.lower()
        assert data.count(OWN.encode()) == 1


def test_reply_to(sending: Sending, handler: Handler) -> None:
    """--reply-to names where answers go; From stays the account's."""
    sending.appeals.add()

    assert sending("--yes", "--reply-to", "answers@branch.example").code == 0
    [(_, data)] = handler.got
    message = message_from_bytes(data, policy=policy.default)
    assert message["Reply-To"] == "answers@branch.example"
    assert message["From"] == f"Aliya Example <{OWN}>"


def test_from_is_set_by_no_flag(sending: Sending, handler: Handler) -> None:
    """P42: a real send takes no --email, and says where From comes from."""
    sending.appeals.add()

    done = sending("--yes", "--email", "somebody@else.example")

    assert done.code == 2
    assert "--email" in done.err
    assert handler.got == []


def test_again_is_the_only_way_to_send_twice(sending: Sending, handler: Handler) -> None:
    """--again sends anew what was accepted, says so, and it then counts as sent."""
    sending.appeals.add()
    sending("--yes")

    done = sending("--yes", "--again")

    assert done.code == 0
    assert "AGAIN" in done.err
    assert len(handler.got) == 2
    assert sending("--yes").code == 0
    assert len(handler.got) == 2
    assert [one["state"] for one in sending.journal()] == ["accepted", "accepted"]


def test_limit_leaves_the_rest(sending: Sending, handler: Handler) -> None:
    """--limit sends at most so many; the next send goes on with the rest."""
    sending.appeals.add(targets=SEVERAL)

    done = sending("--yes", "--limit", "2")

    assert done.code == 0
    assert "1 more" in done.err
    assert len(handler.got) == 2
    assert sending("--yes").code == 0
    assert [one[0] for one in handler.to][2:] == ["owner@mill.example"]


def test_outcomes_and_exit_codes(sending: Sending, handler: Handler) -> None:
    """P57: refused 69, deferred 75, mixed 1; the server's words are shown for each."""
    sending.appeals.add(targets=SEVERAL[:1])
    handler.rcpt = {"office": "450 4.2.0 come back"}
    later = sending("--yes")
    handler.rcpt = {"office": "550 5.1.1 no such office"}
    never = sending("--yes", "--retry")
    sending.appeals.add(targets=SEVERAL)
    mixed = sending("--yes")

    assert (later.code, never.code, mixed.code) == (75, 69, 1)
    assert "450 4.2.0 come back" in later.out
    assert "550 5.1.1 no such office" in never.out
    assert "refused on" in mixed.err
    assert "2 accepted" in mixed.err


def test_not_due_yet(sending: Sending, handler: Handler) -> None:
    """P57: a deferred letter waits five minutes unless --retry; it goes as it was, same id."""
    sending.appeals.add()
    handler.rcpt = {"office": "450 4.2.0 come back"}
    sending("--yes")
    [before] = sending.journal()
    handler.rcpt = {}
    sending.appeals.add(letter="{{ salutation }}\n\nAnother text.\n\n{{ signature }}")

    waiting = sending("--yes")
    assert waiting.code == 75
    assert "not due before" in waiting.err
    assert handler.got == []
    assert sending("--yes", "--retry").code == 0
    [(_, data)] = handler.got
    assert b"Free them." in data
    assert before["message_id"].encode() in data


def test_who_gets_copies_gets_its_own_letter_too(sending: Sending, handler: Handler) -> None:
    """P52: a copy of another target's letter stands for no letter: each goes, and once."""
    court = {"name": "Court", "email": OWN}
    sending.appeals.add(targets=[*SEVERAL[:1], court, SEVERAL[2]], cc=["owner@mill.example"])

    codes = [sending("--yes", "--bcc-self", "--limit", "1").code for _ in range(4)]

    firsts = [one[0] for one in handler.to]
    assert codes == [0] * 4
    assert firsts == ["office@ministry.example", OWN, "owner@mill.example"]


def test_copies_once_over_several_sends(sending: Sending, handler: Handler) -> None:
    """``cc_once``: whoever gets a copy gets one, however many sends it takes."""
    sending.appeals.add(targets=SEVERAL, cc=["campaign@issuer.example"], cc_once=True)

    for _ in range(3):
        assert sending("--yes", "--limit", "1").code == 0

    assert ["campaign@issuer.example" in one for one in handler.to] == [True, False, False]


def test_a_limit_keeps_the_rest_in_the_journal(sending: Sending, handler: Handler) -> None:
    """P52: letters queued by a send that reached no server stay listed when a part of them goes."""
    sending.appeals.add(targets=SEVERAL)
    away = {"PROTESTMAIL_SMTP_PORT": "1"}

    assert sending("--yes", env=away).code == 75
    assert sending("--yes", "--limit", "1").code == 0
    assert sorted(one["state"] for one in sending.journal()) == ["accepted", "queued", "queued"]
    assert sending("--yes").code == 0
    assert len(handler.got) == 3


def test_a_sender_in_another_case(sending: Sending, handler: Handler) -> None:
    """P52: the same From in other letters is the same sender."""
    sending.appeals.add()

    assert sending("--yes").code == 0
    assert sending("--yes", env={"PROTESTMAIL_EMAIL": "Aliya@branch.example"}).code == 0
    assert len(handler.got) == 1


def test_a_new_journal_is_told(sending: Sending) -> None:
    """P60: where there was no journal, a send says so: somebody may have expected one."""
    sending.appeals.add()

    assert "a new journal begins" in sending("--yes").err
    assert "a new journal begins" not in sending("--yes", "--again").err


@pytest.mark.parametrize("pace", ["nan", "inf", "0", "-1", "1e9"])
def test_a_pace_that_makes_no_sense(sending: Sending, handler: Handler, pace: str) -> None:
    """A rate that is none is refused as a slip of the command line."""
    sending.appeals.add()

    assert sending("--yes", "--per-minute", pace).code == 2
    assert handler.got == []


def test_json(sending: Sending, handler: Handler) -> None:
    """``send --json`` has the keys of the journal, and nothing else on standard output."""
    sending.appeals.add(targets=SEVERAL)
    handler.rcpt = {"judge": "550 no"}

    done = sending("--yes", "--json")

    assert done.code == 1
    assert done.json["version"] == 1
    assert done.json["letters"] == sending.journal()
    states = [each["state"] for one in done.json["letters"] for each in one["recipients"]]
    assert states == ["accepted", "accepted", "refused", "accepted"]


def test_edit_the_model_once(sending: Sending, handler: Handler) -> None:
    """--edit opens the model, once for all letters; what comes out is what is sent."""
    sending.appeals.add(targets=SEVERAL)
    editor = {"EDITOR": "sed -i s/Free.them\\\\./Let.them.go./"}

    assert sending("--yes", "--edit", env=editor).code == 0
    assert all(b"\r\nLet.them.go.\r\n" in data for _, data in handler.got)
    assert all(b"Subject: Free them\r\n" in data for _, data in handler.got)


@pytest.mark.parametrize(
    ("editor", "told"),
    [
        ("sed -i s/salutation/salutatoin/", 'did you mean "salutation"?'),
        ("sed -i 1d", "the first line must be"),
        ("sed -i '1s/.*/Subject: /'", "the first line must be"),
        ("sed -i 's/Free them\\./I am ____/'", '"____"'),
        ("truncate -s 0", "the first line must be"),
    ],
)
def test_an_edited_letter_is_checked(
    sending: Sending, handler: Handler, editor: str, told: str
) -> None:
    """An edited letter with a mistake does not go: exit 65 with its place, and the text is kept."""
    sending.appeals.add()

    done = sending("--yes", "--edit", env={"VISUAL": editor})

    assert done.code == 65
    assert told in done.err or "cannot be used" in done.err
    assert handler.got == []
    if "kept in" in done.err:
        kept = Path(done.err.rpartition("kept in ")[2].splitlines()[0].strip())
        assert kept.exists()
        kept.unlink()


def test_edit_at_the_question(sending: Sending, handler: Handler) -> None:
    """``e`` at the question edits, and everything is shown again before the next question."""
    sending.appeals.add()
    env = sending.env | {"EDITOR": "sed -i s/Free.them\\\\./Let.them.go./"}

    with sending.run.dialogue(*sending.args(), env=env) as talk:
        talk.expect("[y/N/v/e]")
        talk.type("e")
        talk.expect("Let.them.go.")
        talk.expect("[y/N/v/e]")
        talk.type("y")
        assert talk.end() == 0
    [(_, data)] = handler.got
    assert b"Let.them.go." in data


@pytest.mark.parametrize("answer", ["yes please", "yuck", "ok", "1"])
def test_only_a_plain_yes_sends(sending: Sending, handler: Handler, answer: str) -> None:
    """What is no y, n, v or e is explained and asked again; nothing goes by a slip."""
    sending.appeals.add()

    with sending.run.dialogue(*sending.args(), env=sending.env) as talk:
        talk.expect("[y/N/v/e]")
        talk.type(answer)
        talk.expect("y sends, n does not")
        talk.expect("[y/N/v/e]")
        talk.press(b"\x04")
        talk.expect("nothing was sent")
        assert talk.end() == 130
    assert handler.got == []


def test_an_edited_letter_that_does_not_go_is_kept(sending: Sending, handler: Handler) -> None:
    """What was typed survives a retry: without a server, the next send goes with it, once."""
    sending.appeals.add()
    env = {"EDITOR": "sed -i s/Free.them\\./Let.them.go./"}

    failed = sending("--yes", "--edit", env=env | {"PROTESTMAIL_SMTP_PORT": "1"})
    retried = sending("--yes")

    assert failed.code == 75
    assert "the next send of this appeal takes it up" in failed.err
    assert retried.code == 0
    assert "is taken up" in retried.err
    [(_, data)] = handler.got
    assert b"Let.them.go." in data
    assert list(Path(sending.env["PROTESTMAIL_STATE"]).glob("drafts/*")) == []


@pytest.fixture
def secure(tmp_path: Path) -> Authority:
    """Give an authority for localhost."""
    return authority(tmp_path, "localhost")


def _login(secure: Authority, security: str) -> dict[str, str]:
    return {
        "PROTESTMAIL_SMTP_HOST": "localhost",
        "PROTESTMAIL_SMTP_SECURITY": security,
        "PROTESTMAIL_SMTP_USER": OWN,
        "PROTESTMAIL_SMTP_PASSWORD_COMMAND": f'printf "{PASSWORD}\\nsecond line"',
        "SSL_CERT_FILE": str(secure.file),
    }


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # it is from the start
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_encrypted_with_login(
    run: Program, appeals: Folder, serve: Serve, secure: Authority, tmp_path: Path, security: str
) -> None:
    """P39: a whole send over TLS with login; the password is in no output, argument or file."""
    from aiosmtpd.smtp import AuthResult, LoginPassword  # noqa: PLC0415

    handler, tried = Handler(), []

    def check(_server: Any, _session: Any, _envelope: Any, _way: str, data: Any) -> AuthResult:
        tried.append(data)
        good = data == LoginPassword(OWN.encode(), PASSWORD.encode())
        return AuthResult(success=good, handled=False)

    tls = {"implicit_tls": secure.server} if security == "tls" else {"tls_context": secure.server}
    required = {"auth_require_tls": security == "starttls", "auth_required": True}
    with serve(handler, pipelining=True, authenticator=check, **tls, **required) as account:
        sending = Sending(run, appeals, account, tmp_path / "state")
        appeals.add(targets=SEVERAL)
        env = _login(secure, security)
        good = sending("--yes", env=env)
        wrong = sending(
            "--yes", "--again", env=env | {"PROTESTMAIL_SMTP_PASSWORD_COMMAND": "echo shibboleth"}
        )

    assert (good.code, wrong.code) == (0, 77)
    assert "nothing is lost: the same command goes on" in wrong.err
    assert "please tell" not in wrong.err
    assert len(tried) == 2
    assert len(handler.got) == 3
    everything = good.out + good.err + wrong.out + wrong.err
    everything += "".join(
        file.read_bytes().decode("latin-1") for file in (tmp_path / "state").iterdir()
    )
    for secret in (PASSWORD, "shibboleth"):
        assert secret not in everything
    assert "3 accepted" in good.err
    assert "refuses the login" in wrong.err
    assert json.dumps(PASSWORD) not in everything


def test_no_password_over_plain_text(sending: Sending, handler: Handler) -> None:
    """P34: a password needs encryption; on this machine a flag can do without."""
    sending.appeals.add()
    env = {"PROTESTMAIL_SMTP_USER": OWN, "PROTESTMAIL_SMTP_PASSWORD": PASSWORD}

    done = sending("--yes", env=env)
    elsewhere = sending(
        "--yes", "--insecure-plain-text", env=env | {"PROTESTMAIL_SMTP_HOST": "192.0.2.1"}
    )

    assert (done.code, elsewhere.code) == (78, 78)
    assert "--insecure-plain-text" in done.err
    assert handler.got == []


def test_an_appeal_from_standard_input_is_not_sent(sending: Sending, handler: Handler) -> None:
    """What has no name of its own could go twice, so it is rehearsed only."""
    file = sending.appeals.add()

    done = sending.run("send", "-", "--yes", env=sending.env, stdin=file.read_bytes())

    assert done.code == 2
    assert handler.got == []
    rehearsed = sending.run("send", "-", "--rehearse", env=sending.env, stdin=file.read_bytes())
    assert rehearsed.code == 0


def clock(**step: int) -> str:
    """Give a prelude in which whoever asks for the time finds it later by one step."""
    return f"""
import datetime
import protestmail.cli.app
class Clock(datetime.datetime):
    at = datetime.datetime(2026, 11, 26, 12, tzinfo=datetime.UTC)
    @classmethod
    def now(cls, tz=None):
        Clock.at += datetime.timedelta(**{step})
        return Clock.at
protestmail.cli.app.datetime = Clock
"""


def test_the_date_is_that_of_sending(sending: Sending, handler: Handler) -> None:
    """A letter's Date is the moment at which it goes, however long somebody was asked before."""
    sending.appeals.add()

    with sending.run.dialogue(*sending.args(), env=sending.env, prelude=clock(hours=1)) as talk:
        talk.expect("Send 1 letter? [y/N/v/e]")
        talk.type("y")
        talk.expect("1 accepted")
        assert talk.end() == 0

    message = message_from_bytes(handler.got[0][1], policy=policy.default)
    assert message["Date"] == "Thu, 26 Nov 2026 14:00:00 +0000"
    [entry] = sending.journal()
    assert (entry["state"], entry["message_id"]) == ("accepted", message["Message-ID"])
    assert "Free them." in message.get_content()


def test_the_last_day_passes_before_the_question(sending: Sending, handler: Handler) -> None:
    """A letter that is agreed to after its last day does not go any more."""
    sending.appeals.add(send_before="2026-11-27")

    with sending.run.dialogue(*sending.args(), env=sending.env, prelude=clock(days=1)) as talk:
        talk.expect("Send 1 letter? [y/N/v/e]")
        talk.type("y")
        talk.expect("none is sent any more")
        assert talk.end() == 69
    assert handler.got == []


def test_practice_is_told_before_it_goes(sending: Sending, handler: Handler) -> None:
    """Letters to addresses that lead nowhere are told of above the question, --yes or not."""
    sending.appeals.add()
    with sending.run.dialogue(*sending.args(), env=sending.env) as talk:
        talk.expect("this is for practice: its addresses lead nowhere")
        talk.expect("Send 1 letter? [y/N/v/e]")
        talk.type("")
        assert talk.end() == 1
    assert handler.got == []

    assert "lead nowhere" not in sending("--rehearse").err + sending("--to-self", "--yes").err
    handler.got.clear()
    done = sending("--yes")

    assert (done.code, len(handler.got)) == (0, 1)
    assert "lead nowhere; nobody there will read it" in done.err


def test_some_addresses_are_for_practice(sending: Sending) -> None:
    """Where other targets have real addresses, those that lead nowhere are named."""
    real = {"name": "Court", "email": "clerk@court.justice.zz"}
    sending.appeals.add(targets=[SEVERAL[0], real])

    done, only = sending("--yes"), sending("--yes", "--again", "--target", "court")

    assert "lead nowhere, that is office@ministry.example; nobody" in done.err
    assert "nowhere" not in only.err
