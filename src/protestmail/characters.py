"""Characters that have no place in what people read: one list for all who refuse or replace them.

Controls, bidi overrides and isolates, half surrogates. ZWJ, ZWNJ, LRM and RLM are not among them:
Persian, Hindi and Arabic need them.
"""

import re

_NOWHERE = r"\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff"

IN_TEXT = re.compile(rf"[\x00-\x08\x0b-\x1f{_NOWHERE}]")
"""What no text may hold; tabs and line ends may stand in one."""
IN_LINE = re.compile(rf"[\x00-\x1f\u2028\u2029{_NOWHERE}]")
"""What a text of one line may not hold: also whatever would end the line."""
