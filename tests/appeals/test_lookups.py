"""Targets that depend on the writer: what fills them in, and what is said where nothing does."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makers.appeals import SIGNED, Folder
from makers.letters import a_model, an_appeal
from makers.output import arrived
from makers.program import Program, Ran
from protestmail.appeals import contacts, lookups
from protestmail.appeals.appeal import Appeal, Copy, Target
from protestmail.appeals.contacts import Contact
from protestmail.appeals.file.parsing import Parsed
from protestmail.appeals.lookups import Directory, Sources
from protestmail.errors import InvalidAppeal
from protestmail.letters.selection import select
from protestmail.screen.letters import not_written

EMBASSY = Target(
    id="",
    name="Embassy in Port Example",
    salutation="Dear Ambassador",
    email=("kz@embassy.example", "consul@embassy.example"),
    phone=("017",),
)
OPEN = Target(id="embassy", lookup="embassy/KZ")
BY_POST = Target(id="", name="Office", post=("1 Street", "Town"))
OWN = Sources({"embassy/KZ": Contact((EMBASSY,))}, {})


def directory(**countries: Contact) -> dict[str, list[Directory]]:
    return {"embassy/KZ": [Directory("directory/embassy/KZ.yaml in x", countries)]}


def resolved(appeal: Appeal, sources: Sources = OWN) -> Appeal:
    return lookups.resolve(appeal, sources)[0]


def test_a_contact_fills_a_target_in() -> None:
    """What the appeal leaves open comes from the contact; the id is the appeal's."""
    (one,) = resolved(an_appeal(targets=(OPEN,))).targets

    assert (one.id, one.name, one.email) == ("embassy", EMBASSY.name, EMBASSY.email)
    assert (one.salutation, one.phone) == ("Dear Ambassador", ("017",))
    assert (one.lookup, one.source) == ("embassy/KZ", "your contacts")
    assert one.channels == ("email", "phone")


def test_what_the_appeal_says_comes_first() -> None:
    """Salutation, language, letter, note and channels of the appeal itself are kept.

    Its name is a label: the name that is found is the one that letters use.
    """
    said: dict[str, Any] = {
        "salutation": {"ru": "Уважаемый посол"},
        "language": "ru",
        "letter": ("enquiry",),
        "note": "Keep trying.",
        "phone": ("018",),
    }
    label = "Your embassy"
    target = Target(id="e", name=label, lookup="embassy/KZ", **said)
    (one,) = resolved(an_appeal(targets=(target,))).targets

    assert {name: getattr(one, name) for name in said} == said
    assert one.name == EMBASSY.name != label
    assert one.email == EMBASSY.email


def test_an_appeal_without_lookups_stays_as_it_is() -> None:
    """Contacts change nothing in an appeal that asks for none."""
    appeal = an_appeal(copies=(Copy(email="a@b.example"),), letters=(a_model(copies=()),))

    assert lookups.resolve(appeal, OWN) == (appeal, [])


def test_copies_are_filled_in() -> None:
    """A copy goes to each address of its contact, a letter's own copies too; one by post stays."""
    asked = Copy(lookup="embassy/KZ", why="It helps.")
    own = Copy(email="own@b.example", lookup="embassy/KZ")
    models = (a_model(id="one", copies=(asked,)), a_model(id="two"))
    appeal = resolved(an_appeal(copies=(asked, own), letters=models))

    assert [one.email for one in appeal.copies] == [*EMBASSY.email, "own@b.example"]
    assert {one.name for one in appeal.copies} == {EMBASSY.name, ""}
    assert appeal.letters[0].copies == appeal.copies[:2]
    assert appeal.letters[1].copies is None
    by_post = resolved(an_appeal(copies=(asked,)), Sources({"embassy/KZ": Contact((BY_POST,))}, {}))
    assert [(one.email, one.post) for one in by_post.copies] == [("", BY_POST.post)]


@pytest.mark.parametrize(
    "country", ["DE", "de", "Germany", "GERMANY", "deutschland", "O\u0308sterland", "Österland"]
)
def test_a_directory_is_keyed_by_country(country: str) -> None:
    """The code and each of its names serve, in large letters or small."""
    names = ("Germany", "Deutschland", "Österland")
    known = directory(FR=Contact((EMBASSY,)), DE=Contact((BY_POST,), names))
    (one,) = resolved(an_appeal(targets=(OPEN,)), Sources({}, known, country)).targets

    assert (one.name, one.source) == ("Office", "directory/embassy/KZ.yaml in x")
    assert select(an_appeal(targets=(one,))).unwritten == ()


@pytest.mark.parametrize(
    "country", ["", "Germ", "Germany ", "Germany (East)", "D", "DEU", "Geramny"]
)
def test_nothing_is_guessed(country: str) -> None:
    """A country that is merely like one of the directory's leaves the target open."""
    known = directory(DE=Contact((EMBASSY,), ("Germany",)))
    appeal, (missing,) = lookups.resolve(an_appeal(targets=(OPEN,)), Sources({}, known, country))

    assert appeal.targets == (OPEN,)
    assert (missing.lookup, missing.name) == ("embassy/KZ", "")
    assert [list(one.countries) for one in missing.directories] == [["DE"]]
    (unwritten,) = select(appeal).unwritten
    assert unwritten.target == OPEN
    assert not_written(unwritten).endswith(": not written: add your embassy/KZ")


def test_own_contacts_come_before_directories() -> None:
    """The writer's contact is taken where a directory knows another; the first folder's wins."""
    known = directory(DE=Contact((BY_POST,)))
    known["embassy/KZ"].append(
        Directory("second", {"DE": Contact((EMBASSY,)), "FR": Contact((EMBASSY,))})
    )

    def source(contacts_: dict[str, Contact], country: str) -> str:
        sources = Sources(contacts_, known, country)
        return resolved(an_appeal(targets=(OPEN,)), sources).targets[0].source

    assert source({"embassy/KZ": Contact((EMBASSY,))}, "DE") == "your contacts"
    assert source({"embassy/RU": Contact((EMBASSY,))}, "DE").startswith("directory/")
    assert source({}, "FR") == "second"


def test_what_is_missing() -> None:
    """Each lookup is missing once; not where nothing would be written, nor for other targets."""
    targets = (
        OPEN,
        Target(id="again", name="Embassy", lookup="embassy/KZ"),
        Target(id="hidden", lookup="representative", do_not_write="It harms."),
        Target(id="other", lookup="embassy/RU"),
    )
    copies = (Copy(lookup="foreign-minister", optional=True), Copy(lookup="union"))
    appeal = an_appeal(targets=targets, copies=copies)

    def missing(*only: str) -> list[tuple[str, str]]:
        found = lookups.resolve(appeal, Sources({}, {}), only)[1]
        return [(one.lookup, one.name) for one in found]

    assert missing() == [("embassy/KZ", "Embassy"), ("embassy/RU", ""), ("union", "")]
    assert missing("other") == [("embassy/RU", ""), ("union", "")]


def parsed(text: str, *, of_directory: bool = False) -> Parsed:
    return contacts.parse(text.encode(), "c.yaml", directory=of_directory)


LOOKUPS = "such as embassy/KZ or representative"
CODES = "two capitals of ISO 3166, such as KZ (the United Kingdom is GB)"
OFFICE = "add name: a person, an office or both"
AT_SIGN = "an email address must have an @-sign"
PART = "take it out, or put the whole value in quotes if it is part of the text"
MISTAKES = [
    (
        "- a",
        "1:1: the file should be a group of fields and is a list",
        "write each lookup, and below it its contact",
    ),
    ("embassy/kz: {name: A, post: B}", '1:1: "embassy/kz" should be a lookup', LOOKUPS),
    ("../x: {name: A, post: B}", '1:1: "../x" should be a lookup', LOOKUPS),
    ("union: {post: B}", '1:8: "name" is missing', "add name: a person, an office or both"),
    (
        "union: {name: A}",
        "1:8: the contact says nowhere to write to",
        "add email, post, fax, phone, web or social",
    ),
    (
        "union: {name: A, emial: a@b.example, post: B}",
        '1:18: there is no field "emial" in "union"',
        'did you mean "email"?',
    ),
    (
        "union: {name: A, names: [B], post: B}",
        '1:18: there is no field "names" in "union"',
        'did you mean "name"?',
    ),
    (
        "union: {name: A, lookup: union, post: B}",
        '1:18: there is no field "lookup" in "union"',
        (
            "the fields here are name, role, organisation, salutation, "
            "attention, email, post, fax, phone, web, social, note, checked"
        ),
    ),
    (
        "union: {name: A, email: ADDRESS}",
        '1:25: "ADDRESS" is not an e-mail address',
        "an email address must have an @-sign",
    ),
    (
        "union: {name: A, email: [a@b.example, a at b.example]}",
        '1:39: "a at b.example" is not an e-mail address',
        'did you mean "a@b.example"?',
    ),
    (
        "union: {name: A, post: B, checked: 2026-02-30}",
        '1:36: "checked" is not a day of the calendar: 2026-02-30',
        "write year-month-day, such as 2026-11-01",
    ),
    (
        "union: {name: a@b.example, post: B}",
        '1:15: the name "a@b.example" could pass for an address',
        "write the name of the office",
    ),
    (
        "union: {name: A, post: B, salutation: 'Dear {{ x }}'}",
        "1:39: a salutation is written out, and has no blanks",
        "write it as it is to stand in the letter",
    ),
    ("senator: []", '1:10: "senator" is an empty list', "fill it in or take it out"),
    ("senator: [{name: A, post: B}, {post: B}]", '1:31: "name" is missing', OFFICE),
    ("senator: [{name: A, email: a b}]", '1:28: "a b" is not an e-mail address', AT_SIGN),
    ("union: &a {name: A, post: B}", "1:8: an anchor (&a) has no place here", PART),
    (
        "union: {name: A, post: B}\nunion: {name: A, post: B}",
        '2:1: "union" stands here twice',
        "the first is in line 1",
    ),
]
DIRECTORY_MISTAKES = [
    ("", "1:1: the file is empty", ""),
    ("de: {name: A, post: B}", '1:1: "de" should be the code of a country', CODES),
    ("UK: {name: A, post: B}", '1:1: "UK" should be the code of a country', CODES),
    (
        "DE: {names: Germany, name: A, post: B}",
        '1:13: "names" should be a list and is a text',
        "what the country is called, a list such as [Germany, Deutschland]",
    ),
    (
        "DE: {names: [DE, fr], name: A, post: B}",
        '1:18: "fr" stands for FR already',
        "a name belongs to one country",
    ),
    (
        "DE: {names: [Here], name: A, post: B}\nFR: {names: [HERE], name: A, post: B}",
        '2:14: "HERE" stands for DE already',
        "a name belongs to one country",
    ),
]


@pytest.mark.parametrize(("text", "told", "hint"), MISTAKES)
def test_mistakes_in_contacts(text: str, told: str, hint: str) -> None:
    """Every mistake is told with its place and a way out, and nothing is taken from such a file."""
    found = parsed(text)

    assert [str(one) for one in found.problems] == [_problem(told, hint)]
    with pytest.raises(InvalidAppeal):
        contacts.known(found)


@pytest.mark.parametrize(("text", "told", "hint"), DIRECTORY_MISTAKES)
def test_mistakes_in_a_directory(text: str, told: str, hint: str) -> None:
    """A directory's keys are countries, and a name stands for one of them only."""
    found = parsed(text, of_directory=True)

    assert [str(one) for one in found.problems] == [_problem(told, hint)]


def _problem(told: str, hint: str) -> str:
    return f"c.yaml:{told} ({hint})" if hint else f"c.yaml:{told}"


def test_all_mistakes_at_once() -> None:
    """A misspelt field does not hide a dead address beside it, nor one in another contact."""
    text = "union: {nmae: A, email: x}\nclub: {name: B, email: y, checked: 2026-13-01}\n"

    assert [(one.line, one.column) for one in parsed(text).problems] == [
        (1, 8),
        (1, 9),
        (1, 25),
        (2, 24),
        (2, 36),
    ]


def test_a_file_of_notes_holds_no_contacts() -> None:
    """Contacts that are still to be written are no mistake."""
    assert contacts.known(parsed("# to be filled in\n\n  # soon\n")) == {}


def test_a_contact_has_its_line() -> None:
    """A contact knows where it stands."""
    found = contacts.known(parsed("# one\nunion:\n  name: A\n  post: |\n    B\n    C\n"))

    assert found["union"].line == 2
    assert found["union"].known[0].post == ("B", "C")


@given(
    st.binary(max_size=300) | st.text(":{}[]-&*#'\"\n \taeDKZ/1@.", max_size=120).map(str.encode)
)
def test_any_bytes_are_judged(data: bytes) -> None:
    """P8: whatever stands in a file of contacts or a directory: contacts, or told mistakes."""
    for of_directory in (False, True):
        found = contacts.parse(data, "c.yaml", directory=of_directory)
        assert found.problems or contacts.known(found) is not None
        assert all(one.line > 0 and one.column > 0 for one in found.problems)


_VALUES = st.recursive(
    st.text(max_size=9) | st.sampled_from(["a@b.example", "2026-01-01", "DE", "{{"]),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=5), below),
    max_leaves=6,
)
_FIELDS = st.sampled_from("name names email post phone note salutation checked lookup x".split())
_KEYS = st.sampled_from(["union", "embassy/KZ", "DE", "FR", "x y", ""])


@given(st.dictionaries(_KEYS, st.dictionaries(_FIELDS, _VALUES, max_size=5) | _VALUES, max_size=3))
def test_any_tree_is_judged(tree: dict[str, Any]) -> None:
    """P7: values of any shape in any field are taken or told, never a defect."""
    for of_directory in (False, True):
        found = contacts.parse(json.dumps(tree).encode(), "c.yaml", directory=of_directory)
        assert found.problems or set(contacts.known(found)) == set(tree)


class Writer:
    """A writer with contacts, and a folder of appeals with a directory."""

    def __init__(self, run: Program, appeals: Folder) -> None:
        self.run, self.appeals = run, appeals
        self.own = Path(run.environ["XDG_CONFIG_HOME"]) / "protestmail" / "contacts.yaml"

    def __call__(self, *args: str, **given: Any) -> Ran:
        """Run the program on that folder."""
        self.run.environ["PROTESTMAIL_APPEALS"] = str(self.appeals)
        return self.run(*args, **given)

    def knows(self, text: str) -> None:
        """Write the contacts."""
        self.own.parent.mkdir(parents=True, exist_ok=True)
        self.own.write_text(text, "utf-8")

    def directory(self, lookup: str, text: str) -> Path:
        """Write a file of the directory."""
        path = self.appeals.path / "directory" / f"{lookup}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path


@pytest.fixture
def writer(run: Program, appeals: Folder) -> Writer:
    """Give a writer without contacts, whose folder holds one appeal to an embassy."""
    appeals.add(targets=[MINISTRY, EMBASSY_OF])
    return Writer(run, appeals)


MINISTRY = {"name": "Ministry", "email": "office@ministry.example"}
EMBASSY_OF = {"name": "Embassy of Kazakhstan", "lookup": "embassy/KZ"}
CONTACT = "embassy/KZ:\n  name: The embassy\n  email: kz@embassy.example\n"
GERMANY = "DE:\n  names: [Germany]\n  name: In Berlin\n  email: berlin@embassy.example\n"
COMMANDS = [["show", "strike"], ["render", "strike", *SIGNED], ["send", "strike", "-n", *SIGNED]]


@pytest.mark.parametrize("args", COMMANDS, ids=lambda one: one[0])
def test_what_is_missing_is_told_with_the_lines_to_add(writer: Writer, args: list[str]) -> None:
    """``show``, ``render`` and ``send`` name what is missing and how to add it, and go on."""
    done = writer(*args)

    told = (
        "embassy/KZ depends on where you live, and it is not in your contacts\n"
        "  add it: protestmail contacts add embassy/KZ\n"
        f"  or write these lines into {writer.own}:\n"
        "embassy/KZ:\n"
        "  name: Embassy of Kazakhstan\n"
        "  email: ADDRESS\n"
    )
    assert done.code == 0
    assert told in done.err
    assert "office@ministry.example" in done.out
    writer.knows(
        "embassy/KZ:\n" + told.partition("embassy/KZ:\n")[2].replace("ADDRESS", "a@b.example")
    )
    assert "depends on where you live" not in writer(*args).err


@pytest.mark.parametrize("args", COMMANDS, ids=lambda one: one[0])
def test_a_country_that_is_not_set(writer: Writer, args: list[str]) -> None:
    """Where a directory would know, and the country is not set, this is said, and what it knows."""
    writer.directory("embassy/KZ", GERMANY + GERMANY.replace("DE", "FR").replace("Germ", "Fr"))
    unset, other, right = (
        writer(*args, *more) for more in ([], ["--country", "Norway"], ["--country", "germany"])
    )

    knows = f"  directory/embassy/KZ.yaml in {writer.appeals} has it for DE, FR\n"
    assert "your country is not set: --country, or PROTESTMAIL_COUNTRY\n" + knows in unset.err
    assert 'no directory has it for "Norway"\n' + knows in other.err
    assert f"embassy/KZ, from directory/embassy/KZ.yaml in {writer.appeals}" in right.out
    assert "berlin@embassy.example" in right.out
    assert "embassy/KZ" not in right.err


def test_the_country_comes_from_the_settings(writer: Writer) -> None:
    """The environment and a profile settle the country, for ``show`` too."""
    writer.directory("embassy/KZ", GERMANY)
    (writer.run.cwd / "my.env").write_text("PROTESTMAIL_COUNTRY=DE\n")

    shown = writer("show", "strike", env={"PROTESTMAIL_COUNTRY": "GERMANY"})
    assert "berlin@embassy.example" in shown.out
    assert "berlin@embassy.example" in writer("show", "strike", "--env-file", "my.env").out
    assert "from the environment only" not in shown.err


def test_settings_are_not_read_without_need(run: Program, appeals: Folder) -> None:
    """``show`` of an appeal without lookups reads neither profile nor contacts."""
    appeals.add()
    writer = Writer(run, appeals)
    writer.knows("[")
    writer.own.with_name("default.env").write_text("PROTESTMAIL_NMAE=x\n")

    assert writer("show", "strike").code == 0
    appeals.add(targets=[EMBASSY_OF])
    assert writer("show", "strike").code == 78


@pytest.mark.parametrize("broken", ["contacts", "directory"])
def test_a_broken_file_stops(writer: Writer, broken: str) -> None:
    """A file with mistakes is not passed over: exit 65, each mistake with its place."""
    text = "embassy/KZ: {name: A}" if broken == "contacts" else "DE: {name: A}"
    writer.knows(text if broken == "contacts" else "# none\n")
    path = writer.directory("embassy/KZ", text)

    done = writer("render", "strike", *SIGNED, "--country", "DE")

    where = writer.own if broken == "contacts" else path
    assert (done.code, done.out) == (65, "")
    assert done.err.startswith(f"{where}:1:{text.index('{') + 1}: the contact says nowhere")


def test_a_resolved_letter_as_json(writer: Writer) -> None:
    """``render --json`` and ``send --json`` have the address, and no key more."""
    plain = writer("render", "strike", "--json", *SIGNED).json["letters"]
    writer.knows(CONTACT)
    data = writer("render", "strike", "--json", *SIGNED).json["letters"]
    sent = writer("send", "strike", "--rehearse", "--json", *SIGNED).json["letters"]

    assert [one["to"][0]["address"] for one in data] == [
        "office@ministry.example",
        "kz@embassy.example",
    ]
    assert data[0] == plain[0]
    assert data[0].keys() == data[1].keys()
    assert [one["recipients"][0]["address"] for one in sent][1] == "kz@embassy.example"


def test_what_was_looked_up_as_json(writer: Writer) -> None:
    """``show --json`` has what was found, and from where, beside the lookup."""
    writer.knows(CONTACT)
    (_, one) = writer("show", "strike", "--json").json["appeal"]["targets"]

    assert (one["lookup"], one["source"]) == ("embassy/KZ", "your contacts")
    assert (one["name"], one["email"]) == ("The embassy", ["kz@embassy.example"])


def test_the_lines_to_add_are_taken_only_once_filled_in(writer: Writer) -> None:
    """Where the appeal has no name either, the lines as they stand are two mistakes."""
    writer.appeals.add(targets=[{"lookup": "union"}])
    lines = writer("show", "strike").err.partition("contacts.yaml:\n")[2]
    writer.knows(lines)

    done = writer("show", "strike")

    assert lines == 'union:\n  name: ""\n  email: ADDRESS\n'
    assert done.code == 65
    assert [line.split(":")[1] for line in done.err.splitlines()] == ["2", "3"]


def test_standard_input_with_contacts(writer: Writer) -> None:
    """``render -`` looks up too; a directory in the working folder is not one beside it."""
    data = (writer.appeals.path / "strike.yaml").read_bytes()
    stray = writer.run.cwd / "directory" / "embassy"
    stray.mkdir(parents=True)
    (stray / "KZ.yaml").write_text(GERMANY)
    args = ["render", "-", *SIGNED, "--country", "DE"]

    assert "is not in your contacts" in writer.run(*args, stdin=data).err
    writer.knows(CONTACT)
    assert "kz@embassy.example" in writer.run(*args, stdin=data).out


def test_the_directory_beside_a_file_comes_first(writer: Writer) -> None:
    """An appeal given by its path has the directory beside it, before those of the folders."""
    writer.directory("embassy/KZ", GERMANY)
    elsewhere = Writer(writer.run, Folder(writer.run.cwd / "elsewhere"))
    elsewhere.directory("embassy/KZ", GERMANY.replace("berlin@", "here@"))
    path = elsewhere.appeals.add(targets=[EMBASSY_OF])

    assert "here@embassy.example" in writer("show", str(path), "--country", "DE").out
    (elsewhere.appeals.path / "directory/embassy/KZ.yaml").unlink()
    assert "berlin@embassy.example" in writer("show", str(path), "--country", "DE").out


def test_a_rehearsal_goes_to_what_was_looked_up(writer: Writer) -> None:
    """A target and a copy that are looked up get their mail; a target by post is counted so."""
    writer.appeals.add(
        targets=[MINISTRY, EMBASSY_OF, {"lookup": "council"}],
        cc=[{"lookup": "representative"}, {"lookup": "unknown"}],
    )
    writer.knows(
        CONTACT + "council: {name: Council, post: [Hall, Town]}\n"
        "representative: {name: My MP, email: mp@parliament.example}\n"
    )

    done = writer("send", "strike", "--rehearse", "--eml", "kept", *SIGNED)

    messages = arrived(writer.run.cwd / "kept")
    assert done.code == 0
    assert [one["To"] for one in messages][1] == "The embassy <kz@embassy.example>"
    assert {one["Cc"] for one in messages} == {"My MP <mp@parliament.example>"}
    assert "not mailed: 1: Council (post)" in done.err
    assert "no copy to unknown by e-mail: it has no address here" in done.err
    assert "protestmail contacts add unknown" in done.err


SENATORS = """\
senator:
  - {name: Ann Example, email: ann@senate.example}
  - {name: Bo Example, email: bo@senate.example, phone: "017"}
"""


def test_a_lookup_of_several_persons(writer: Writer) -> None:
    """Each of several persons is a target by its own name; all or one of them can be chosen."""
    own = [MINISTRY, {"name": "Your senators", "lookup": "senator"}]
    writer.appeals.add(targets=own, cc=[{"lookup": "senator"}])
    writer.knows(SENATORS)

    def render(*args: str) -> list[dict[str, Any]]:
        data: list[dict[str, Any]] = writer("render", "strike", "--json", *args, *SIGNED).json[
            "letters"
        ]
        return data

    every, ids = render(), ["your-senators-ann-example", "your-senators-bo-example"]
    assert [one["targets"] for one in every] == [["ministry"], *([one] for one in ids)]
    assert [[each["name"] for each in one["to"]] for one in every[1:]] == [
        ["Ann Example"],
        ["Bo Example"],
    ]
    assert [len(one["cc"]) for one in every] == [2, 1, 1]  # nobody gets a copy of their own letter
    assert [one["targets"][0] for one in render("--target", "your-senators")] == ids
    assert [one["targets"][0] for one in render("--target", ids[1])] == ids[1:]
    assert [one.split("\t")[1] for one in writer("contacts").out.splitlines()] == [
        "Ann Example",
        "Bo Example",
    ]


def test_several_persons_of_a_directory(writer: Writer) -> None:
    """A country of a directory may have several persons; those of one name get a number."""
    writer.directory(
        "embassy/KZ",
        "DE:\n- {names: [Germany], name: The consul, email: a@kz.example}\n"
        "- {name: The consul, email: b@kz.example}\n",
    )
    done = writer("send", "strike", "--rehearse", "--eml", "kept", "--country", "germany", *SIGNED)

    messages = arrived(writer.run.cwd / "kept")
    assert done.code == 0
    assert [one["To"] for one in messages][1:] == [
        "The consul <a@kz.example>",
        "The consul <b@kz.example>",
    ]
    assert writer("check").code == 0


def test_the_confirmation_names_the_file(writer: Writer) -> None:
    """Before a real send, the file that an address comes from stands below the address."""
    writer.directory("embassy/KZ", GERMANY)
    env = {
        "PROTESTMAIL_SMTP_HOST": "127.0.0.1",
        "PROTESTMAIL_SMTP_SECURITY": "none",
        "PROTESTMAIL_EMAIL": "aliya@branch.example",
        "PROTESTMAIL_COUNTRY": "DE",
        "PROTESTMAIL_NAME": "Aliya Example",
    }
    args = ["--appeals", str(writer.appeals), "send", "strike"]
    with writer.run.dialogue(*args, columns=200, env=env) as talk:
        talk.expect("2. To: In Berlin <berlin@embassy.example>")
        where = f"from directory/embassy/KZ.yaml in {writer.appeals}"
        talk.expect(f"   Looked up: embassy/KZ, {where}")
        talk.expect("Send 2 letters?")
        talk.type("n")
        talk.end()


@pytest.mark.parametrize(
    ("appeal", "letter", "count"),
    [
        ("epshtein-arrest", "enquiry", 1),
        ("zhanaozen-killings", "protest", 2),
        ("zhanartu-leaders-in-danger", "protest", 3),
        ("zhanartu-leaders-in-danger", "russia", 1),
    ],
)
def test_the_archive_can_be_resolved(writer: Writer, appeal: str, letter: str, count: int) -> None:
    """The three appeals of the archive that name embassies are written to them from contacts."""
    writer.knows(CONTACT + CONTACT.replace("KZ:", "RU:").replace("kz@", "ru@"))
    args = ["--letter", letter] if letter != "russia" else ["--target", RUSSIA]

    done = writer.run("render", appeal, *args, "--json", *SIGNED)
    addresses = {person["address"] for one in done.json["letters"] for person in one["to"]}

    assert len(done.json["letters"]) == count, done.err
    assert f"{'ru' if letter == 'russia' else 'kz'}@embassy.example" in addresses
    assert "depends on" not in done.err


RUSSIA = "embassy-of-the-russian-federation"
