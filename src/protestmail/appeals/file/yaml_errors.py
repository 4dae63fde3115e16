"""What libyaml complains of, in words for people, at the place that is to be mended."""

from protestmail.appeals.file.libyaml import yaml

MAX_DEPTH = 20
_QUOTES = 'put a value that starts with [ { * & ! @ ` % or holds ": " in quotes'
_INDENT = "indent with blanks, all entries of a list or group alike"
_PATIENCE = {  # libyaml's words: ours, with the way out
    "mapping values are not allowed in this context": (
        'a second ": " stands in one line',
        'put the value in quotes: key: "one: two"',
    ),
    "found character that cannot start any token": (
        "a value or an indentation starts with a character that YAML keeps for itself",
        "indent with blanks, not tabs; put a value that starts with @, `, %, & or * in quotes",
    ),
    "did not find expected key": ("this line does not fit what stands above it", _QUOTES),
    "could not find expected ':'": (
        "this is neither a field nor part of the one above",
        "write field: value, or indent the text under its field",
    ),
    "found unexpected end of stream": (
        "the quote that starts here is never closed",
        "close it, or put the whole value in quotes of the other sort",
    ),
    "did not find expected ',' or ']'": (
        "the list that starts here is not closed",
        "close it with ], or put the whole value in quotes if it is a text",
    ),
    "did not find expected ',' or '}'": (
        "the group that starts here is not closed",
        "close it with }, or put the whole value in quotes if it is a text",
    ),
    "did not find expected comment or line break": (
        "something stands behind a | or >",
        "start the text in the next line, or put the whole value in quotes",
    ),
    "found unknown escape character": (
        "a \\ in double quotes stands before a character that it does not go with",
        "use single quotes around the value, or write \\\\",
    ),
    "did not find expected <document start>": (
        "this line does not fit what stands above it",
        _INDENT,
    ),
    "did not find expected '-' indicator": ("this line does not fit the list above it", _INDENT),
    "block sequence entries are not allowed in this context": (
        "a list cannot start in the line of its field",
        'put its first "- " in a line of its own, or the value in quotes',
    ),
    "did not find expected alphabetic or numeric character": (
        "a value starts with * or &, which YAML keeps for itself",
        "put the value in quotes",
    ),
    "found a tab character that violates indentation": (
        "a tab stands where blanks should",
        "indent with blanks",
    ),
    "found invalid Unicode character escape code": (
        "a \\u in quotes does not name a character",
        "type the character itself",
    ),
    "exceeded maximum nesting depth": (f"the file nests more than {MAX_DEPTH} deep", ""),
}
_AT_CONTEXT = frozenset(  # problems that are noticed far behind the place to mend
    [
        "could not find expected ':'",
        "found unexpected end of stream",
        "did not find expected ',' or ']'",
        "did not find expected ',' or '}'",
    ]
)


def complain(why: yaml.YAMLError, text: str) -> tuple[int, int, str, str]:
    """Word an error of the parser, with its place in the text that it read, and the way out."""
    if isinstance(why, yaml.reader.ReaderError):
        before = text.encode()[: why.position].decode(errors="ignore")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        return line, column, "a control character stands here", "take it out"
    problem = str(getattr(why, "problem", None) or "it cannot be read")
    marks = [getattr(why, "problem_mark", None), getattr(why, "context_mark", None)]
    mark = next(filter(None, reversed(marks) if problem in _AT_CONTEXT else marks), None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    context = marks[1].line + 1 if marks[1] else line
    message, hint = _PATIENCE.get(problem, ("YAML makes no sense of what stands here", _QUOTES))
    return _known(text, line, context) or (line, column, message, hint)


def _known(text: str, line: int, context: int) -> tuple[int, int, str, str] | None:
    from protestmail.appeals.file import habits  # noqa: PLC0415  only where there is a mistake

    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return habits.stopped(lines, line, context)
