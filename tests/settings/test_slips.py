"""Slips in a file of settings: each told with its line and what to write, none passed over."""

from pathlib import Path

import pytest

from makers.program import Program
from protestmail.errors import SettingsProblem
from protestmail.settings import profiles
from protestmail.settings.slips import settings

NAME = "PROTESTMAIL_NAME"
AS_SETTING = f"write {NAME}=value, with nothing before it"
MEANT = f"did you mean {NAME}?"
SLIPS = [
    ("PROTESTMAL_NAME=Aliya", MEANT),
    ("PROTEST_MAIL_NAME=Aliya", MEANT),
    ("PROTESTMAIL_NAM=Aliya", MEANT),
    ("protestmal_name=Aliya", MEANT),
    ("export PROTESTMAL_NAME=Aliya", MEANT),
    ("set PROTESTMAL_NAME=Aliya", MEANT),
    ("PROTESTMAIL-NAME=Aliya", AS_SETTING),
    ("PROTESTMAIL.NAME=Aliya", AS_SETTING),
    ("protestmail_name=Aliya", AS_SETTING),
    ("Protestmail_Name=Aliya", AS_SETTING),
    ("export protestmail_name=Aliya", AS_SETTING),
    ("$env:PROTESTMAIL_NAME=Aliya", AS_SETTING),
    ('$env:PROTESTMAIL_NAME = "Aliya"', AS_SETTING),
    ("$PROTESTMAIL_NAME=Aliya", AS_SETTING),
    ("set PROTESTMAIL_NAME=Aliya", AS_SETTING),
    ('setx PROTESTMAIL_NAME "Aliya"', AS_SETTING),
    ("set -x PROTESTMAIL_NAME Aliya", AS_SETTING),
    ("declare -x PROTESTMAIL_NAME=Aliya", AS_SETTING),
    ("Environment=PROTESTMAIL_NAME=Aliya", AS_SETTING),
    ("- PROTESTMAIL_NAME=Aliya", AS_SETTING),
    ("PROTESTMAIL_NAME: Aliya", AS_SETTING),
    ("PROTESTMAIL_NAME Aliya", AS_SETTING),
    ("PROTESTMAIL_NAME", AS_SETTING),
    ("\u200bPROTESTMAIL_NAME=Aliya", AS_SETTING),
    ("PROTESTMAIL_NAME\uff1dAliya", AS_SETTING),
    ("PROTESTMAIL_NAME='Aliya", "check its quotes"),
    ("PROTESTMAIL_NAME='Aliya' b", "check its quotes"),
    ("PROTESTMAIL_NAME=Aliya #1", "quotes"),
    ("PROTESTMAIL_NAME=Aliya; PROTESTMAIL_PLACE=Town", "a line of its own"),
    ("PROTESTMAIL_NAME=Aliya PROTESTMAIL_PLACE=Town", "a line of its own"),
    ("set THEIRS=1", "write NAME=value"),
    ("this is no setting", "write NAME=value"),
    ("Town", "write NAME=value"),
    ("[settings]", "write NAME=value"),
    ("; a remark of another kind", "# before"),
    ("// a remark of another kind", "# before"),
]


@pytest.mark.parametrize(("line", "hint"), SLIPS, ids=lambda one: ascii(one)[:30])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=ascii)
def test_what_is_no_setting(line: str, hint: str, end: str) -> None:
    """P86: a line that sets nothing is told with its number and what to write, not its value."""
    text = end.join(["# mine", "", "DATABASE_URL=x", "", line, "PROTESTMAIL_COUNTRY=Here", ""])

    with pytest.raises(SettingsProblem) as refused:
        settings("my.env", text)

    assert refused.value.message.startswith("my.env:5: ")
    assert hint in refused.value.hint
    assert "Aliya" not in refused.value.message + refused.value.hint


IN_ORDER = [
    "PROTESTMAIL_NAME=Aliya",
    "  PROTESTMAIL_NAME = Aliya  ",
    "export PROTESTMAIL_NAME=Aliya",
    "export\tPROTESTMAIL_NAME=Aliya",
    "export   PROTESTMAIL_NAME='Aliya'",
    "PROTESTMAIL_NAME=Aliya # that is me",
    "\ufeff# mine\nPROTESTMAIL_NAME=Aliya",
    "PROTESTMAIL_NAME=Aliya\n# PROTESTMAIL_NAME=Bo\n#set x=y",
]
THEIRS = [
    "DATABASE_URL=postgres://a:b@db.example/x?y=z",
    "SMTP_HOST=theirs.example",
    "NAME=theirs",
    "PROTON_MAIL_USER=bo",
    "PROTOCOL=https",
    "debug=1",
    "spring.mail.host=theirs.example",
    "my-key=1",
    "QUOTED='it'\\''s'",
    "UNEVEN='it",
    "export PATH",
    "export PATH=/bin",
    "EMPTY=",
    'KEY="-----BEGIN KEY-----\nMIIB=\n-----END KEY-----"',
]


@pytest.mark.parametrize("text", IN_ORDER, ids=ascii)
def test_what_is_in_order(text: str) -> None:
    """What a shell would read as a setting is one, in whatever way it is spaced and remarked on."""
    assert settings("my.env", text) == {NAME: "Aliya"}


@pytest.mark.parametrize("line", THEIRS, ids=ascii)
def test_what_is_plainly_another_programs(line: str) -> None:
    """A file that is shared with others gives what is ours, and stops at nothing of theirs."""
    text = f"{line}\nPROTESTMAIL_NAME=Aliya\n"

    assert settings("my.env", text) == {NAME: "Aliya"}


@pytest.mark.parametrize("line", ["NAME=Aliya", "smtp_host=mail.example"])
def test_a_name_without_its_beginning(line: str) -> None:
    """P86: in a profile, which no other program reads, it is told what the name is to be."""
    profile = profiles.path_of("default")
    profile.parent.mkdir(parents=True)
    profile.write_text(line)

    with pytest.raises(SettingsProblem) as refused:
        profiles.read()

    assert refused.value.hint == f"write PROTESTMAIL_{line.partition('=')[0].upper()}=value"


def test_quotes_that_take_the_next_setting_in() -> None:
    """P86: a setting that stands within the quotes of another one is not taken for its value."""
    for name in ("PROTESTMAIL_NAME", "THEIRS"):
        with pytest.raises(SettingsProblem, match=r"my\.env:1: .* quotes"):
            settings("my.env", f"{name}='it\nPROTESTMAIL_PLACE=Town'\n")


def test_a_slip_is_told_by_each_command(run: Program, tmp_path: Path) -> None:
    """P86: whatever reads the file stops at the slip, with nothing of the parser on the screen."""
    file = tmp_path / "my.env"
    file.write_text("# mine\nprotestmail_appeals=here\n")

    for command in ("config", "doctor", "show"):
        args = [command, *["practice-letter"] * (command == "show"), "--env-file", str(file)]
        done = run(*args)

        assert done.code == 78
        assert f"{file}:2: this is no setting of protestmail" in done.err
        assert "write PROTESTMAIL_APPEALS=value" in " ".join(done.err.split())
        assert "parse" not in done.err
