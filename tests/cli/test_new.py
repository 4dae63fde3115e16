"""``new``: from an empty form to a file without mistakes."""

import json
import re
from contextlib import suppress
from subprocess import TimeoutExpired

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from makers.appeals import TODAY
from makers.program import APPEALS, Program
from protestmail.appeals.file import grammar
from protestmail.appeals.file.reader import read
from protestmail.cli.new import SCHEMA, form, quoted

FILLED = {
    "[YOUR ADDRESS]": "campaign@organisation.example",
    "[ADDRESS OF THE OFFICE]": "office@ministry.example",
}


class Editor(yaml.SafeLoader):
    """YAML 1.2 as far as appeals hold it: its core schema knows no dates, nor yes and no."""

    yaml_implicit_resolvers = {}  # noqa: RUF012  PyYAML wants it so


Editor.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), ["t", "f"])
Editor.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?\d+$"), [*"-+0123456789"])


def test_new_is_checked_once_filled(run: Program) -> None:
    """A new file has a mistake for each of its gaps, and none once they are filled in.

    That it is a draft still is said as well.
    """
    assert run("new", "free-them").code == 0
    path = run.cwd / "free-them.yaml"
    gaps = re.findall(r"\[[A-Z][A-Z ,]+\]", re.sub(r"#.*", "", path.read_text("utf-8")))
    before = run("check", path)
    text = path.read_text("utf-8")
    for gap in gaps:
        text = text.replace(gap, FILLED.get(gap, "The strike committee"), 1)
    path.write_text(text, "utf-8")
    after = run("check", path)

    assert (before.code, len(before.out.splitlines())) == (65, len(gaps))
    assert (after.code, after.out) == (0, "")
    told = f"{path} is a draft: nobody gets it until it says status: active"
    assert after.err.replace("\n  ", " ") == f"1 file: no mistakes\n{told}\n"
    assert run("render", path, "--name", "Aliya Example").code == 0


def test_new_replaces_nothing(run: Program) -> None:
    """A file that is there already is left alone, and an id that is none is refused."""
    (run.cwd / "x.yaml").write_text("mine")

    assert run("new", "x").code == 2
    assert (run.cwd / "x.yaml").read_text() == "mine"
    assert run("new", "Not an id").code == 2
    assert run("new", "x", "-o", "-").out.startswith("# x: an urgent appeal.")


def test_new_is_known_to_editors(run: Program) -> None:
    """The first line of a new file leads to the schema beside it, which is the program's own."""
    run("new", "free-them", "--output", "appeals/free-them.yaml")
    folder = run.cwd / "appeals"
    first = (folder / "free-them.yaml").read_text("utf-8").splitlines()[0]
    schema = folder / first.removeprefix("# yaml-language-server: $schema=")

    assert schema.read_text("utf-8") == run("schema").out
    assert json.loads(run("schema").out)["$id"].startswith("https://")
    assert run("check", folder).err.startswith("1 file:")


def test_new_replaces_no_schema(run: Program) -> None:
    """A schema of another version stays as it is, and how to renew it is told; ours is not told."""
    (run.cwd / SCHEMA).write_text("{}")
    told = run("new", "x").err

    assert (run.cwd / SCHEMA).read_text() == "{}"
    assert f"to renew it: protestmail schema > {SCHEMA}\n" in told
    (run.cwd / SCHEMA).write_text(run("schema").out, "utf-8")
    assert SCHEMA not in run("new", "y").err


def test_an_editor_finds_no_fault_but_the_gaps() -> None:
    """By YAML 1.2 and the schema, as editors read, our appeals are sound as they are written."""
    validator = jsonschema.Draft202012Validator(grammar.schema())
    plain = [path.read_text("utf-8") for path in sorted(APPEALS.glob("*.yaml"))]

    for text in [*plain, form("x", TODAY)]:
        validator.validate(yaml.load(text, Editor))


TITLE = 'Release "the" lawyers: {now} #1 [YOUR ADDRESS] \\'
ANSWERS = [
    ("What do you ask for", TITLE),
    ("Who issues", "Кампания «Воля»"),
    ("Their e-mail address", "campaign@organisation.example"),
    ("Who is written to", "Ministry"),
    ("The e-mail address there", "office@ministry.example"),
    ("The language", "fr"),
]


def test_new_asks_at_a_terminal(run: Program) -> None:
    """What is answered stands in the file as it was typed, with the words of its language."""
    with run.dialogue("new", "free-them", columns=100) as talk:
        for question, answer in ANSWERS:
            talk.expect(question)
            talk.type(answer)
        assert talk.end() == 0, talk.seen

    text = (run.cwd / "free-them.yaml").read_text("utf-8")
    filled = yaml.load(text, Editor)
    target = {"name": "Ministry", "email": "office@ministry.example"}
    assert (filled["title"], filled["language"]) == (TITLE, "fr")
    assert list(filled["issued_by"].values()) == [answer for _, answer in ANSWERS[1:3]]
    assert filled["targets"] == [target]
    assert "Je vous demande ce qui suit" in filled["letter"]
    assert "check free-them.yaml" in talk.seen


ANSWER = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Zl", "Zp"]))


@given(ANSWER.map(str.strip).filter(bool))
def test_any_answer_is_read_as_it_was_typed(answer: str) -> None:
    """Quotes, backslashes, braces, letters of any script: what was typed is what the file says."""
    assert read(f"title: {quoted(answer)}\n".encode()).tree == {"title": answer}


def test_what_is_not_answered_stays_a_gap(run: Program) -> None:
    """Who only presses return has the very form that a pipe gives."""
    with run.dialogue("new", "free-them") as talk:
        for question, _ in ANSWERS:
            talk.expect(question)
            talk.type("")
        assert talk.end() == 0

    typed = (run.cwd / "free-them.yaml").read_text("utf-8")
    assert typed.partition("\n")[2] == run("new", "free-them", "-o", "-").out


def test_a_language_without_words() -> None:
    """In a language that the program does not know, its few words are gaps as well."""
    assert "[YOURS FAITHFULLY]" in form("x", TODAY, "sw")
    assert "Yours faithfully" not in form("x", TODAY, "sw")


def test_answers_that_cannot_be(run: Program) -> None:
    """What a field cannot hold is told and asked again; what was right is not lost."""
    with run.dialogue("new", "free-them", columns=100) as talk:
        for question, answer in [
            ("What do you ask for", "=?utf-8?q?x?="),
            ("write it in one plain line", ""),
            ("Who issues", "a@b.example"),
            ("could pass for an address", "Campaign"),
            ("Their e-mail address", "campaign (at) issuer.example"),
            ('did you mean "campaign@issuer.example"?', "campaign@issuer.example"),
            *ANSWERS[3:5],
            ("The language", "French, please"),
            ("should be a language tag", "pt-BR"),
        ]:
            talk.expect(question)
            talk.type(answer)
        assert talk.end() == 0, talk.seen

    assert "Campaign" in (run.cwd / "free-them.yaml").read_text("utf-8")


def test_bytes_that_are_no_text(run: Program) -> None:
    """Bytes that the terminal's encoding cannot read are told, and asked for again."""
    with run.dialogue("new", "free-them", columns=100, env={"LC_ALL": "C"}) as talk:
        talk.expect("What do you ask for")
        talk.press(b"Lib\xe9rez\n")
        talk.expect("type it anew")
        for question, _ in ANSWERS:
            talk.expect(question)
            talk.type("")
        assert talk.end() == 0, talk.seen


@pytest.mark.parametrize("key", [b"\x03", b"\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_new_is_broken_off(run: Program, key: bytes) -> None:
    """Who breaks off has written nothing."""
    with run.dialogue("new", "free-them") as talk:
        talk.expect(ANSWERS[0][0])
        talk.type("Release them")
        talk.expect(ANSWERS[1][0])
        while talk.process.poll() is None:  # input() does not see what comes just before it waits
            talk.press(key)
            with suppress(TimeoutExpired):
                talk.process.wait(0.1)
        assert talk.end() == 130

    assert list(run.cwd.iterdir()) == []


def test_new_asks_nothing_where_output_is_named(run: Program) -> None:
    """At a terminal too, --output writes the form as it is; a file that is there asks nothing."""
    code, seen = run.on_terminal("new", "free-them", "--output", "x.yaml")

    assert (code, "Enter" in seen) == (0, False)
    assert run.on_terminal("new", "x")[0] == 2
