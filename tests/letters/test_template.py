"""The letter's language: what it says, and all that it refuses to be."""

import os
import re
import sys
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from makers.appeals import Folder
from makers.letters import write
from makers.program import Program
from protestmail.letters.sender import Sender
from protestmail.letters.template import BLANKS, BadTemplate, judge

ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ today.__class__ }}",
    "{{ sender.__init__.__globals__ }}",
    "{{ salutation.__class__.__base__.__subclasses__()[40]('/etc/passwd').read() }}",
    "{{ today|attr('__class__') }}",
    "{{ today|attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
    "{{ demands|map(attribute='__class__')|list }}",
    "{{ [today]|map('attr', '__class__')|list }}",
    "{{ demands|first|attr('format') }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ cycler }}",
    "{{ joiner.__init__.__globals__['os'] }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ dict.__base__ }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ config.items() }}",
    "{{ request.application.__globals__ }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ url_for.__globals__ }}",
    "{{ loop.__class__ }}",
    "{% for d in demands %}{{ loop.__class__ }}{% endfor %}",
    "{% for d in demands %}{{ loop.cycle }}{% endfor %}",
    "{% for d in demands %}{{ d.__class__ }}{% endfor %}",
    "{% for self in demands %}{{ self.__init__ }}{% endfor %}",
    "{{ '{0.__class__.__mro__}'.format(today) }}",
    "{{ '{0.__class__}'|format(today) }}",
    "{{ today.format_map(sender) }}",
    "{{ '%s'|format(today) }}",
    "{{ '%c%c'|format(95, 95) }}",
    "{{ '{x}'.join(demands) }}",
    "{{ today|default('x', boolean=sender.__class__) }}",
    "{{ today|default(today.__class__) }}",
    "{{ demands|join(attribute='__class__') }}",
    "{{ demands|join(',', '__class__') }}",
    "{{ 'a'|upper }}",
    "{{ 1|string }}",
    "{{ demands|tojson }}",
    "{{ today|pprint }}",
    "{{ sender }}",
    "{{ sender|string }}",
    "{{ sender.email.encode }}",
    "{{ sender['name'] }}",
    "{{ demands[0] }}",
    "{{ today[::-1] }}",
    "{{ demands.append }}",
    "{{ varargs }}",
    "{{ kwargs }}",
    "{{ caller() }}",
    "{{ super() }}",
    "{{ (lambda: 1)() }}",
    "{{ today is callable }}",
    "{{ today if own_words else sender.__class__ }}",
    "{{ today ~ sender.__class__ }}",
    "{% if today.__class__ %}x{% endif %}",
    "{% if today == sender.__class__ %}x{% endif %}",
    "{% if own_words %}{{ today.__class__ }}{% endif %}",
    "{% for c in [].__class__.__base__.__subclasses__() %}{{ c }}{% endfor %}",
    "{% for d in demands if d.__class__ %}x{% endfor %}",
    "{% for d in demands recursive %}{{ loop(demands) }}{% endfor %}",
    "{% for d in demands recursive %}x{% endfor %}",
    "{% for a, b in demands %}x{% endfor %}",
    "{{ demands|join('123456') }}",
    "{% if range(10) %}x{% endif %}",
    "{% if true %}x{% endif %}",
    "{{ none }}",
    "{{ {} }}",
    "{{ [] }}",
]
FORBIDDEN = [  # each is followed by what its message names
    ("{% include '/etc/passwd' %}", "include"),
    ("{% import 'os' as os %}", "import"),
    ("{% from 'os' import popen %}", "from"),
    ("{% extends 'base' %}", "extends"),
    ("{% set x = today %}", "set"),
    ("{% set x %}y{% endset %}", "set"),
    ("{% macro m() %}{% endmacro %}", "macro"),
    ("{% call m() %}x{% endcall %}", "call"),
    ("{% filter upper %}x{% endfilter %}", "filter"),
    ("{% with x = today %}{% endwith %}", "with"),
    ("{% block b %}{% endblock %}", "block"),
    ("{% autoescape true %}{% endautoescape %}", "autoescape"),
    ("{% do today %}", "do"),
    ("{% trans %}x{% endtrans %}", "trans"),
    ("{% debug %}", "debug"),
    ("{{ today.upper() }}", "call"),
    ("{{ 7 * 7 }}", "arithmetic"),
    ("{{ today + today }}", "arithmetic"),
    ("{{ -today }}", "arithmetic"),
    ("{{ demands[0] }}", "subscript"),
]
HUGE = {
    "power": "{{ 9 ** 9 ** 9 }}",
    "power in a condition": "{% if 9 ** 9 ** 9 %}x{% endif %}",
    "shift by comparison": "{% if demands|length > 2 ** 99999999 %}x{% endif %}",
    "string times": "{{ 'a' * 10 ** 10 }}",
    "blank times": "{{ today * 10 ** 10 }}",
    "list times": "{{ [0] * 10 ** 10 }}",
    "range": "{% for i in range(10 ** 10) %}x{% endfor %}",
    "format width": "{{ '%9999999999d'|format(1) }}",
    "center": "{{ today|center(10 ** 10) }}",
    "three loops": "{% for a in demands %}" * 3 + "x" + "{% endfor %}" * 3,
    "two busy loops": "{% for a in demands %}" * 2 + "{{ a }}x{{ today }}" + "{% endfor %}" * 2,
    "parentheses": "{{ " + "(" * 5000 + "today" + ")" * 5000 + " }}",
    "brackets": "{{ " + "[" * 5000 + " }}",
    "and-chain": "{% if " + " and ".join(["today"] * 5000) + " %}x{% endif %}",
    "or-chain": "{% if " + " or ".join(["today"] * 5000) + " %}x{% endif %}",
    "not-chain": "{% if " + "not " * 5000 + "today %}x{% endif %}",
    "sum": "{{ " + "+".join(["1"] * 9000) + " }}",
    "concatenation": "{{ " + "~".join(["today"] * 5000) + " }}",
    "attributes": "{{ today" + ".a" * 5000 + " }}",
    "filters": "{{ today" + "|upper" * 5000 + " }}",
    "nested ifs": "{% if today %}" * 2000 + "{% endif %}" * 2000,
    "elifs": "{% if today %}" + "{% elif today %}" * 3000 + "{% endif %}",
    "digits": "{% if demands|length > " + "9" * 5000 + " %}x{% endif %}",
    "many blanks": "{{ today }}" * 5500,
    "length": "x" * (64 * 1024 + 1),
}
COSTLY = {  # small to look at; each multiplies a long text of the appeal's own
    "power": HUGE["power"],
    "string times": HUGE["string times"],
    "and-chain": HUGE["and-chain"],
    "many blanks": HUGE["many blanks"],
    "output": "{% for a in demands %}{{ demands }}{{ demands }}{% endfor %}",
    "filters that print little": "{{ demands|join|title|length }}" * 1500,
    "conditions in loops": (
        "{% for a in demands %}{% for b in demands %}"
        "{% if demands|join|title|length > 1 %}{% endif %}{% endfor %}{% endfor %}"
    ),
}
LIMITS = (
    "import resource as r; r.setrlimit(r.RLIMIT_CPU, (3, 3)); "
    "r.setrlimit(r.RLIMIT_DATA, (200 << 20, 200 << 20))"
)
UNCLOSED = ["{{ today", "{% if today %}x", "{% for d in demands %}", "{% raw %}x", "{# x", "{% if"]
UNSHOWABLE = [
    object(),
    sys,
    os.environ,
    Path("/etc"),
    print,
    len,
    type,
    b"bytes",
    None,
    True,
    [],
    {},
    {"a": "b"},
    (object(),),
    ("text", 1),
    Sender(name="x"),
]


def _refusal(source: str, longest: int = 50) -> BadTemplate:
    with pytest.raises(BadTemplate) as refused:
        judge(source, demands=["x"] * longest)
    assert all(flaw.line >= 1 and flaw.message for flaw in refused.value.flaws)
    return refused.value


class _Watch:
    """Notes what a piece of code does to the machine (audit hooks cannot be taken off again)."""

    on = False
    seen: "list[str]" = []  # noqa: RUF012  the hook is one for the whole process
    events = re.compile(r"open|os\.|subprocess\.|socket\.|shutil\.|ctypes\.|import")

    @classmethod
    def hook(cls, event: str, args: "tuple[object, ...]") -> None:
        """Note an event while a test watches."""
        if cls.on and cls.events.match(event):
            cls.seen.append(f"{event} {args!r}"[:200])


sys.addaudithook(_Watch.hook)


@pytest.mark.parametrize("source", ESCAPES)
def test_an_escape_is_refused(source: str) -> None:
    """P9: known sandbox escapes are refused with their line, before anything runs."""
    assert _refusal(f"Dear all,\n\n{source}\n").flaws[0].line == 3


def test_escapes_touch_nothing() -> None:
    """P9: to refuse an escape opens no file, starts no process and asks for no name."""
    for source in ("{{ todai }}", "{% include %}"):  # what first mistakes import is imported now
        _refusal(source)
    _Watch.seen.clear()
    _Watch.on = True
    before = dict(os.environ)
    try:
        for source in [*ESCAPES, *(source for source, _ in FORBIDDEN)]:
            _refusal(source)
    finally:
        _Watch.on = False

    assert _Watch.seen == []
    assert dict(os.environ) == before


def test_the_watch_sees() -> None:
    """The hook that the test above relies on does see a file being opened."""
    _Watch.seen.clear()
    _Watch.on = True
    try:
        Path(__file__).read_bytes()
    finally:
        _Watch.on = False

    assert _Watch.seen


def test_the_metadata_asks_for_a_safe_jinja() -> None:
    """P10: the package's own metadata refuses every Jinja2 below 3.1.6."""
    needed = [Requirement(one) for one in requires("protestmail") or ()]
    (jinja,) = [one for one in needed if one.name.lower() == "jinja2" and one.marker is None]

    assert not any(jinja.specifier.contains(old) for old in ("2.11.3", "3.0.3", "3.1.4", "3.1.5"))
    assert jinja.specifier.contains("3.1.6")


@pytest.mark.parametrize("source", HUGE.values(), ids=HUGE)
def test_a_huge_template_is_refused(source: str) -> None:
    """P11: what would eat time, memory or the stack is refused by looking at it."""
    _refusal(source)


def test_three_loops_are_refused_for_one_demand() -> None:
    """P11: loops stand two deep at most, however little there is to loop over."""
    judge("{% for a in demands %}" * 2 + "x" + "{% endfor %}" * 2, demands=["x"])
    _refusal(HUGE["three loops"], longest=1)


@pytest.mark.parametrize("command", ["check", "render"])
@pytest.mark.parametrize("source", COSTLY.values(), ids=COSTLY)
def test_costly_letters_end_in_time(
    run: Program, appeals: Folder, source: str, command: str
) -> None:
    """P11: ``check`` and ``render`` refuse a costly letter within 3 s and 200 MB of their own."""
    demands = ["la le lu " * 100 + str(number) for number in range(50)]
    file = appeals.add(letter=f"{source}\n\n{{{{ signature }}}}", demands=demands)

    assert run(command, file, prelude=LIMITS).code == 65


@pytest.mark.parametrize(
    "source", ["___ " * 16_000, "xxx\n" * 12_000, "{{ sender.place }}, " * 3000]
)
@pytest.mark.parametrize("command", ["check", "render"])
def test_thousands_of_gaps_are_told_in_time(
    command: str, source: str, appeals: Folder, run: Program
) -> None:
    """P11: nor does a letter that is nothing but gaps take longer to be read, or written."""
    file = appeals.add(letter=f"{source}\n\n{{{{ signature }}}}")

    assert run(command, file, prelude=LIMITS).code in {0, 65}


def test_output_is_capped() -> None:
    """P11: a letter that comes out longer than 64 KiB is not written, counted in UTF-8."""
    fits = judge("{{ today }}" * 2)

    assert len(fits.write({"today": "я" * (16 * 1024)}).text().encode()) == 64 * 1024
    with pytest.raises(BadTemplate, match="64 KiB"):
        fits.write({"today": "я" * (16 * 1024) + "x"}).text()


@pytest.mark.parametrize(("source", "named"), FORBIDDEN)
def test_what_a_letter_has_not(source: str, named: str) -> None:
    """P12: include, import, set, macro, call, arithmetic, subscript … are refused by line."""
    flaw = _refusal(f"Dear all,\n\n{source}\n").flaws[0]

    assert flaw.line == 3
    assert named in flaw.message


@pytest.mark.parametrize("hidden", [r"\x0e", r"\x04", r"\x1b[31m", r"\u202e", r"\udc80", r"a\0"])
@pytest.mark.parametrize(
    "source",
    [
        '{{ sender.place | default("%s") }}',
        '{{ demands | join("%s") }}',
        '{%% if today == "%s" %%}x{%% endif %%}',
    ],
)
def test_a_text_in_quotes_hides_nothing(source: str, hidden: str) -> None:
    """P28: no escape of Jinja's brings in a control character, or one that is a sign of ours."""
    (flaw,) = _refusal(f"Dear all,\n{source % hidden}").flaws

    assert flaw.line == 2
    assert "holds a control" in flaw.message


@pytest.mark.parametrize("source", UNCLOSED)
def test_an_unclosed_tag_is_refused(source: str) -> None:
    """P12: a template that ends too early is refused with a line."""
    assert _refusal(source).flaws[0].line == 1


def test_all_flaws_are_told_at_once() -> None:
    """P12: every flaw of a template is told, each with its own line."""
    flaws = _refusal("{{ nobody }}\n{{ 1 + 1 }}\n\n{% set x = 1 %}").flaws

    assert [flaw.line for flaw in flaws] == [1, 2, 4]


@pytest.mark.parametrize(
    ("blank", "meant"),
    [
        ("sender.organization", "sender.organisation"),
        ("signatur", "signature"),
        ("demand", "demands"),
        ("target.nam", "target.name"),
        ("organisation", "sender.organisation"),
        ("target.salutation", "salutation"),
        ("SALUTATION", None),
        ("password", None),
    ],
)
@pytest.mark.parametrize(
    "frame",
    [
        "{{ %s }}",
        "{%% if own_words %%}{{ %s }}{%% endif %%}",
        "{%% if today %%}{%% else %%}{{ %s }}{%% endif %%}",
        "{%% if today %%}{%% elif %s %%}{%% endif %%}",
        "{%% for d in demands %%}{%% else %%}{{ %s }}{%% endfor %%}",
    ],
)
def test_an_unknown_blank(blank: str, meant: "str | None", frame: str) -> None:
    """P13: an undefined blank is refused, in a branch not taken as well, with a guess."""
    (flaw,) = _refusal(f"\n{frame % blank}").flaws

    assert flaw.line == 2
    assert f'"{blank}"' in flaw.message
    assert flaw.hint == f'did you mean "{meant}"?' if meant else flaw.hint


def test_target_has_no_meaning_together() -> None:
    """P13: target's blanks are refused where one message goes to all targets."""
    with pytest.raises(BadTemplate, match=r"target\.name"):
        judge("{{ target.name }}", without=("target",))


@pytest.mark.parametrize("value", UNSHOWABLE, ids=lambda one: type(one).__name__)
def test_only_text_and_numbers_come_out(value: object) -> None:
    """P14: whatever a blank should hold by mistake, no object is written out."""
    with pytest.raises(BadTemplate) as refused:
        judge("{{ appeal.title }}").write({"appeal.title": value})

    assert str(refused.value).endswith("neither text nor number")


@pytest.mark.parametrize("source", ["{{ today }}", "{% if today %}x{% endif %}"])
def test_a_blank_that_is_missing_is_told(source: str) -> None:
    """P14: a blank without a value is an error, never an empty text or an object."""
    with pytest.raises(BadTemplate):
        judge(source).write({})


@pytest.mark.parametrize("text", ["{{ 7*7 }}", "{% include 'x' %}", "{# x #}", "{{ signature }}"])
def test_what_fills_a_blank_stays_literal(text: str) -> None:
    """P15: braces in a name, in the appeal's or in the writer's own words are text."""
    sender = Sender(name=text, email="a@union.example")
    body = "{{ own_words }}\n\n{{ demands }}\n\n{{ appeal.title }}\n\n{{ signature }}"

    written = write(body, sender=sender, own_words=text, title=text, demands=(text,))

    assert written == f"{text}\n\n1. {text}\n\n{text}\n\n{text}"


ALLOWED = [
    ("{{ sender.name|upper }}", "ALIYA EXAMPLE"),
    ("{{ sender.name|lower }}", "aliya example"),
    ("{{ appeal.title|title }}", "Free The Committee"),
    ("{{ appeal.title|lower|capitalize }}", "Free the committee"),
    ("{{ own_words|trim|default('none') }}", "none"),
    ("{{ appeal.reference|default('no number') }}", "no number"),
    ("{{ demands|length }}", "2"),
    ("{{ demands|first }} {{ demands|last }}", "One. Two."),
    ("{{ demands|join(' / ') }}", "One. / Two."),
    ("{{ demands|join('12345') }}", "One.12345Two."),
    ("{{ demands }}", "1. One.\n2. Two."),
    ("{% for d in demands %}\n{{ loop.index }}) {{ d }}\n{% endfor %}", "1) One.\n2) Two."),
    (
        "{% for d in demands %}{{ d }}{% if loop.last %}!{% else %}, {% endif %}{% endfor %}",
        "One., Two.!",
    ),
    ("{% if demands|length > 1 and not own_words %}some{% else %}x{% endif %}", "some"),
    ("{% if 'Free' in appeal.title or own_words %}free{% endif %}", "free"),
    ("{% if sender.country == 'Example Islands' %}here{% endif %}", "here"),
    ("literal{# unseen #}", "literal"),
    ("{{ issuer.name }} {{ issuer.email }}", "Campaign campaign@issuer.example"),
    ("{{ target.name }}, {{ today }}", "Ministry, 1 November 2026"),
    ("{{ appeal.issued }}", "1 October 2026"),
]


@pytest.mark.parametrize(("source", "text"), ALLOWED)
def test_what_a_letter_may_say(source: str, text: str) -> None:
    """Text, blanks, conditions, loops over demands and a few filters are the whole language."""
    assert write(source, demands=("One.", "Two.")) == text


def test_every_blank_is_known() -> None:
    """Each documented blank can be used, and the template tells which ones it uses."""
    names = [
        f"{name}.{part}" if isinstance(parts, dict) else name
        for name, parts in BLANKS.items()
        for part in (parts if isinstance(parts, dict) else [""])
    ]

    assert judge("".join(f"{{{{ {name} }}}}" for name in names)).blanks == set(names)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("a\n{{ own_words }}\nb", "a\nb"),
        ("a\n\n{{ own_words }}\n\nb", "a\n\nb"),
        ("a\n  {{ own_words }}  \nb", "a\nb"),
        ("a\n{{ own_words }}{{ appeal.reference }}\nb", "a\nb"),
        ("a\n{{ appeal.reference }} {{ target.role }}\nb", "a\nb"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("\n\na  \n \n\t\n\nb\n\n", "a\n\nb"),
        ("a\n\n{% if own_words %}\nx\n\n{% endif %}\n\nb", "a\n\nb"),
        ("a\n  {% if today %}\nx\n  {% endif %}\nb", "a\nx\nb"),
    ],
)
def test_blank_lines(body: str, text: str) -> None:
    """An empty blank in a line of its own leaves no line; runs of blank lines become one."""
    assert write(body) == text


CLAUSE = "{% if own_words %} {{ own_words }}{% endif %}"


@pytest.mark.parametrize(
    ("body", "without", "given"),
    [
        (f"a{CLAUSE}\nb", "a\nb", "a OWN\nb"),
        (f"a{CLAUSE}  \n\nb", "a\n\nb", "a OWN\n\nb"),
        (f"a{CLAUSE}", "a", "a OWN"),
        ("a\n{% if own_words %}for {{ own_words }}{% endif %}\nb", "a\nb", "a\nfor OWN\nb"),
        ("a\n{% if own_words %}c\nd{% endif %}\nb", "a\nb", "a\nc\nd\nb"),
        ("a\n{% if own_words %} \nc\n{% endif %}\t\nb", "a\nb", "a\nc\nb"),
        ("a {# for whom? #}\nb", "a\nb", "a\nb"),
        ("a\n{% if own_words -%}\n c\n{%- endif -%}\nb", "a\nb", "a\ncb"),
    ],
)
def test_a_tag_at_the_end_of_a_line(body: str, without: str, given: str) -> None:
    """A tag takes its own line away and no other: what it ends stays apart from what follows."""
    empty = write(f"{body}\n\nc{CLAUSE}", sender=Sender(name="A"))
    full = write(f"{body}\n\nc{CLAUSE}", own_words="OWN", sender=Sender(name="A"))

    assert (empty, full) == (f"{without}\n\nc", f"{given}\n\nc OWN")
