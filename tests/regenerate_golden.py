"""Write the golden messages anew, after a change of the bytes that is meant.

Run ``python tests/regenerate_golden.py`` and read the difference before you keep it.
"""

from makers.letters import GOLDEN, GOLDEN_MESSAGES

for name, build in GOLDEN_MESSAGES.items():
    (GOLDEN / f"{name}.eml").write_bytes(build().data)
