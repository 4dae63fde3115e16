"""What those who are new to YAML write, and what they are told: the place, the slip, the cure."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makers.appeals import SOUND, changed, found, told

BLANKS = "\u00a0\u1680\u2003\u2009\u200a\u202f\u205f\u3000\u2800"
JOINERS = "\u200b\u200c\u200d\u200e\u2060\ufeff\u00ad"
STANDING = [  # what stands in the sound file, with {} where the unseen one goes, and its place
    ("    email", "{}   email", "9:1"),
    ("    email", "   {}email", "9:4"),
    ("  - name", "{} - name", "8:1"),
    ("  - name", "  -{}name", "8:4"),
    ("status: active", "{}status: active", "2:1"),
    ("status: active", "status{}: active", "2:7"),
    ("status: active", "status:{}active", "2:8"),
    ("status: active", "status: active{}", "2:15"),
    ("issued: 2026-01-01", "issued: {}2026-01-01", "3:9"),
    ("office@ministry.example", "office@ministry.example{}", "9:35"),
    ("letter: |\n  {{ salutation }}", "letter: |\n{}{{{{ salutation }}}}", "12:1"),
]


@pytest.mark.parametrize("char", BLANKS)
@pytest.mark.parametrize(("old", "new", "place"), STANDING)
def test_blanks_that_are_none(old: str, new: str, place: str, char: str) -> None:
    """P7: a blank of another kind that breaks a file is named, at its place, with the cure."""
    name = unicodedata.name(char).lower()
    told = [one for one in found(changed((old, new.format(char)))) if name in one.message]

    (one,) = told
    assert f"{one.line}:{one.column}" == place
    assert re.fullmatch(f"an? {name} stands here, which nobody sees", one.message)
    assert one.hint == "type a plain blank in its place"


@pytest.mark.parametrize("char", JOINERS)
@pytest.mark.parametrize(
    ("new", "place"),
    [("{}status: active", "2:1"), ("sta{}tus: active", "2:4"), ("status: act{}ive", "2:12")],
)
def test_characters_without_width(new: str, place: str, char: str) -> None:
    """P7: a character without width that breaks a file is named, and to be taken out."""
    every = [one for one in found(changed(("status: active", new.format(char)))) if one.line > 1]

    (one,) = every
    assert f"{one.line}:{one.column}" == place
    assert one.message.endswith(" stands here, which nobody sees")
    assert one.hint == "take it out"


TABS = [
    ("    email", "\temail", "9:1"),
    ("status", "\tstatus", "2:1"),
    ("- name", "-\tname", "8:4"),
]


@pytest.mark.parametrize(("old", "new", "place"), TABS)
def test_tabs(old: str, new: str, place: str) -> None:
    """P7: a tab in an indentation is named as one."""
    assert f"{place}: a tab stands where blanks should" in told(changed((old, new)))


S = "subject: Free them"
SIGN = "the value starts with {}, which YAML keeps for itself"
ENDS = "the text in quotes ends here, and its value goes on"
SECOND = 'a second ": " stands in one line'
CURED = [  # a slip that the hint, pasted into its line, mends
    (
        S,
        "subject: {{ appeal.title }}",
        "10:10",
        "a value that starts with {{ stands here without quotes",
    ),
    (S, "subject: {{ appeal.title }} now", "10:10", "a value that starts with {{ stands here"),
    (
        S,
        'subject: {{ appeal.title | default("x") }}',
        "10:10",
        "a value that starts with {{ stands",
    ),
    (S, "subject: [Urgent] Free them", "10:10", SIGN.format("[")),
    (S, "subject: {Urgent} Free them", "10:10", SIGN.format("{")),
    *((S, f"subject: {one}Free them", "10:10", SIGN.format(one)) for one in "@%`"),
    *((S, f"subject: {one} Free them", "10:10", SIGN.format(one)) for one in "*&?-"),
    (S, "subject: *Free* them", "10:10", SIGN.format("*")),
    (S, "subject: Urgent: Free them", "10:16", SECOND),
    (S, "subject: Free them:", "10:19", SECOND),
    (S, 'subject: He says: "Free them"', "10:17", SECOND),
    (S, "subject: 'Free the workers' leaders'", "10:27", ENDS),
    (S, "subject: 'Don't jail them'", "10:14", ENDS),
    (S, 'subject: "Free" them', "10:15", ENDS),
    (S, 'subject: "Free the "leaders" now"', "10:20", ENDS),
    (S, "subject: “Free them: now”", "10:10", "the quotes “ and ” are not those of the keyboard"),
    (
        "status: active",
        "status: “active”",
        "2:9",
        "the quotes “ and ” are not those of the keyboard",
    ),
    (
        "status: active",
        "status: ‘active’",
        "2:9",
        "the quotes ‘ and ’ are not those of the keyboard",
    ),
    (
        "status: active",
        "status: «active»",
        "2:9",
        "the quotes « and » are not those of the keyboard",
    ),
    ("2026-01-01", "„2026-01-01“", "3:9", "the quotes „ and “ are not those of the keyboard"),
    ("status: active", "status:active", "2:8", 'a blank is missing after "status:"'),
    ("title: Free", "title:Free", "1:7", 'a blank is missing after "title:"'),
    ("status: active", "status：active", "2:7", 'after "status" a colon should stand, and here'),
    ("status: active", "status = active", "2:8", 'after "status" a colon should stand, and here'),
    ("status: active", "status active", "2:1", "this is neither a field nor part of the one above"),
    ("issued: 2026", "issued, 2026", "3:1", "this is neither a field nor part of the one above"),
]


@pytest.mark.parametrize(("old", "new", "place", "message"), CURED)
def test_slips_and_their_cures(old: str, new: str, place: str, message: str) -> None:
    """P7: a slip is told at its place, and its line as the hint has it makes the file sound."""
    text = changed((old, new))
    (one,) = found(text)

    assert f"{one.line}:{one.column}" == place
    assert one.message.startswith(message)
    lines = text.split("\n")
    said = re.sub("^(put the whole value in quotes: |write )", "", one.hint)
    key = lines[one.line - 1].partition(":")[0]
    lines[one.line - 1] = said if re.match(r"\w+: ", said) else f"{key}: {said}"
    assert told("\n".join(lines)) == []


PIPE = '"letter" has several lines, and no | behind it'
LOOSE = 'this line is not indented, and so no part of "letter"'
COLUMN = "this field starts in column {}, and the one above in column {}"
OTHERS = [
    (
        "letter: |",
        "letter: | Dear Sir",
        "11:11: something stands behind a | or >",
        "start the text",
    ),
    (S, "subject: > Free them", "10:12: something stands behind a | or >", "start the text in the"),
    ("title", "```yaml\ntitle", "1:1: a line of ``` stands here", "take it out, and the one at"),
    ("letter: |", "letter:", f"11:8: {PIPE}", "write letter: | and indent the text"),
    (
        "letter: |\n  {{ salutation }}\n",
        "letter:\n  Dear Sir: I write\n",
        f"11:8: {PIPE}",
        "write letter: |",
    ),
    ("  {{ salutation }}", "{{ salutation }}", f"12:1: {LOOSE}", "indent it as the other lines"),
    ("  Free them.", "Free them.", f"14:1: {LOOSE}", "indent it as the other lines of the text"),
    ("    email", "   email", f"9:4: {COLUMN.format(4, 5)}", "start both in the same column"),
    ("    email", "     email", f"9:6: {COLUMN.format(6, 5)}", "start both in the same column"),
    ("status", "  status", f"2:3: {COLUMN.format(3, 1)}", "start both in the same column"),
    ("title", " title", f"2:1: {COLUMN.format(1, 2)}", "start both in the same column"),
    (
        "    email",
        "email",
        '9:1: there is no field "email"',
        "indent it as the other fields of its",
    ),
    (
        "    email",
        "    status: draft\n    email",
        '9:5: there is no field "status"',
        "start it in the first",
    ),
    ("- name", "-name", '8:4: a blank is missing after the "-"', "write - name: Ministry"),
    (
        "name: Ministry",
        "name:Ministry",
        '8:10: a blank is missing after "name:"',
        "write name: Mini",
    ),
    ("{name: Camp", "{name:Camp", '4:18: a blank is missing after "name:"', "write name: Campaign"),
    ("{name: Campaign}", "{name: “A, B”}", "4:19: the quotes “ and ” are not", 'write "A, B"'),
    *(
        (
            "- name",
            f"{one} name",
            f'8:3: a list entry starts with "- ", and here stands {one}',
            'write "- "',
        )
        for one in "–—•·*"
    ),
    (
        S,
        "subject: [Urgent",
        "10:10: the list that starts here is not closed",
        "close it with ], or put",
    ),
    (
        S,
        "subject: [Urgent]",
        '10:10: "subject" should be a text and is a list',
        "put the whole value in",
    ),
    (S, "subject: !Free them", "10:10: a tag (!Free) has no place here", "take it out, or put the"),
    (
        S,
        "subject: &Free them",
        "10:10: an anchor (&Free) has no place here",
        "take it out, or put the",
    ),
    (
        S,
        'subject: "Free them',
        "10:10: the quote that starts here is never closed",
        "close it, or put",
    ),
    (S, r'subject: "C:\Files"', "10:13: a \\ in double quotes stands before", "use single quotes"),
    (
        S,
        "subject: Free #12",
        '10:10: "subject" is cut off at its #',
        "put the whole value in quotes",
    ),
    (
        "summary: The",
        "summary:\n  Urgent: The",
        '6:3: "summary" should be a text',
        "put the whole value",
    ),
]


@pytest.mark.parametrize(("old", "new", "message", "hint"), OTHERS)
def test_other_slips(old: str, new: str, message: str, hint: str) -> None:
    """P7: what no single line shows is told at the line that is to be mended."""
    every = found(changed((old, new)))

    assert [
        one
        for one in every
        if f"{one.line}:{one.column}: {one.message}".startswith(message)
        and one.hint.startswith(hint)
    ], every


LEFT_ALONE = [
    (
        "{{ salutation }}",
        "Cher\u00a0: “x”\n  \u00a0– name:x\n  •\u00a0title = y\n\n  {{ salutation }}",
    ),
    (S, "subject: Libérez-les\u00a0!"),
    ("name: Ministry", "name: Ministry of “Justice”"),
    (S, "subject: '{{ appeal.title }}'"),
    ("    email", "    web: https://ministry.example/a:b\n    email"),
    (S, "subject: It's [sic] 100% {x} & co"),
]


@pytest.mark.parametrize(("old", "new"), LEFT_ALONE)
def test_what_is_no_slip(old: str, new: str) -> None:
    """P7: signs within a text are left in peace, and hide no mistake beside them."""
    text = changed((old, new))

    assert told(text) == []
    assert [one[:1] for one in told(text.replace("title: Free", "titl: Free"))] == ["1", "1"]


SCRAPS = [
    *"\u00a0\u200b\t:-|>[]{}\"'“”„«»#*&!%@`?=•–, \n",
    "{{",
    "}}",
    "- ",
    ": ",
    "letter:",
    "name:",
]


@settings(max_examples=400)
@given(
    st.lists(st.tuples(st.integers(0, len(SOUND)), st.sampled_from(SCRAPS)), min_size=1, max_size=4)
)
def test_any_slips(edits: list[tuple[int, str]]) -> None:
    """P8: whatever slips a file holds, each is told in one sentence at a place within it."""
    text = SOUND
    for place, scrap in edits:
        text = text[:place] + scrap + text[place:]

    for one in found(text):
        assert 1 <= one.line <= text.count("\n") + 2
        assert 1 <= one.column <= max(map(len, text.split("\n"))) + 2


JOINED = '"letter" has no | behind it, so its lines run together'
PRINTED = "the quotes {} and {} are part of this text"
WARNED = [
    ("letter: |\n  {{ salutation }}", "letter: Dear Sir,", f"11:9: {JOINED}"),
    ("letter: |", "letter: >", f"11:9: {JOINED}"),
    ("letter: |\n", "letter: Dear Minister,\n", f"11:9: {JOINED}"),
    (S, "subject: “Free them”", f"10:10: {PRINTED.format('“', '”')}"),
    (S, "subject: „Free them“", f"10:10: {PRINTED.format('„', '“')}"),
    (
        "title: Free the strike committee",
        "title: « Free them »",
        f"1:8: {PRINTED.format('«', '»')}",
    ),
    ("name: Ministry", "name: ‘Ministry’", f"8:11: {PRINTED.format('‘', '’')}"),
]


@pytest.mark.parametrize(("old", "new", "warning"), WARNED)
def test_what_yaml_takes_as_it_stands(old: str, new: str, warning: str) -> None:
    """What can be read and was hardly meant is warned of: quotes of print, lines joined."""
    warned = [one for one in found(changed((old, new))) if one.severity == "warning"]

    assert warning in [f"{one.line}:{one.column}: {one.message}" for one in warned]


MEANT = [
    (S, 'subject: "“Free them”"'),
    (S, "subject: “Free” and “them”"),
    ("letter: |", "letter: |-"),
    ("letter: |", "letter: |2"),
]


@pytest.mark.parametrize(("old", "new"), MEANT)
def test_what_is_meant(old: str, new: str) -> None:
    """Quotes of print within a text, or within those of the keyboard, are left in peace."""
    assert found(changed((old, new))) == []
