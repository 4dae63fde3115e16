"""What libraries do at their import, put off."""

import subprocess
import sys

import pytest

PROGRAMS = {
    "late": """
import protestmail.cli, inspect, sys
assert "linecache" not in sys.modules and "tokenize" not in sys.modules
import linecache
assert inspect.linecache.getline is linecache.getline
assert inspect.getsource(inspect.cleandoc).startswith("def")
""",
    "absent": """
import protestmail.cli.main, protestmail.letters.jinja, sys
assert "uuid" not in sys.modules and "jinja2.loaders" not in sys.modules
import uuid
from jinja2.loaders import DictLoader
from jinja2 import Environment
assert Environment(loader=DictLoader({"a": "{{ b }}"})).get_template("a").render(b=1) == "1"
assert uuid.uuid4()
""",
    "patterns": """
import protestmail.cli.main, protestmail.letters.jinja, re
from jinja2 import Environment
assert isinstance(re.compile("a"), re.Pattern)
assert Environment().from_string("{{ 'x y'|urlize }}{{ 1_000 }}").render() == "x y1000"
""",
}


@pytest.mark.parametrize("kind", PROGRAMS)
def test_what_is_put_off_works_when_it_is_asked_for(kind: str) -> None:
    """What is not loaded at the start can be used afterwards as in any other program."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAMS[kind]], check=False, capture_output=True, text=True
    )

    assert (done.returncode, done.stderr) == (0, "")
