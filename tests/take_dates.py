"""Take the dates of ``letters/languages.json`` anew from CLDR: ``python tests/take_dates.py``.

It needs Babel, which carries CLDR and which nothing else here needs (``pip install babel``). The
words of the file are written by hand, and stay as they are.
"""

import json
import re
from pathlib import Path
from typing import Any

import babel.core

FILE = Path(__file__).parents[1] / "src/protestmail/letters/languages.json"
TAGS = """
am ar az be bg bn bs ca ckb cs da de de-AT el en en-US es et eu fa fi fr gl he hi hr hu hy id it ja
ka kk ko ky lt lv mk mn mr ms nb ne nl nn no pl ps pt ro ru sk sl sq sr sr-Latn sv sw ta tg th tk
tr ug uk ur uz vi zh
""".split()
"""``en`` is taken as it is written in Britain and most of the world."""
DIGITS = {"arab": "٠١٢٣٤٥٦٧٨٩", "arabext": "۰۱۲۳۴۵۶۷۸۹", "beng": "০১২৩৪৫৬৭৮৯", "deva": "०१२३४५६७८९"}
FIELDS = {"d": "{day}", "dd": "{day:02}", "M": "{month}", "MMMM": "{name}", "y": "{year}"}


def taken(tag: str) -> dict[str, Any]:
    """The long date of a language: its form, the names of months, and digits that are not ours."""
    locale = babel.Locale.parse({"en": "en-GB"}.get(tag, tag), sep="-")
    pattern = locale.date_formats["long"].pattern.replace("\u202f", " ")  # boxes in some fonts
    fields = FIELDS | {"G": locale.eras["abbreviated"][1]}
    pieces = re.findall(r"'([^']*)'|([a-zA-Z]+)|([^a-zA-Z']+)", pattern)
    form = "".join(quoted + fields.get(field, "") + other for quoted, field, other in pieces)
    one: dict[str, Any] = {"form": form}
    if "{name}" in form:
        one["months"] = list(locale.months["format"]["wide"].values())
    if locale.default_numbering_system in DIGITS:
        one["digits"] = DIGITS[locale.default_numbering_system]
    return one


def main() -> None:
    """Write the file: a line for each language's date, a line for each word."""
    text = json.loads(FILE.read_bytes())
    versions = f"CLDR {babel.core.get_cldr_version()} (Babel {babel.__version__})"
    text["source"] = f"dates: Unicode {versions}; words: by hand"
    text["dates"] = {tag: taken(tag) for tag in TAGS}
    FILE.write_text(written(text) + "\n", "utf-8")


def written(value: object, depth: int = 0) -> str:
    """JSON with a line for each language's date, and one for each word."""
    if not isinstance(value, dict) or ("form" in value and "closing" not in value) or depth > 2:
        return json.dumps(value, ensure_ascii=False)
    space = "\n" + " " * depth
    lines = (f"{space} {json.dumps(k)}: {written(v, depth + 1)}" for k, v in value.items())
    return f"{{{','.join(lines)}{space}}}"


if __name__ == "__main__":
    main()
