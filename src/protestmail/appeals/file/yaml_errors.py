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
    "found unexpected end of stream": ("the quote that starts here is never closed", "close it"),
    "did not find expected ',' or ']'": ("the list that starts here is not closed", _QUOTES),
    "did not find expected ',' or '}'": ("the group that starts here is not closed", _QUOTES),
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
    message, hint = _PATIENCE.get(problem, (f"this is not YAML: {problem}", ""))
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return line, column, message, hint
