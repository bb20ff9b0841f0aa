"""Writes docs/requirements.md: `python -m tests.requirements`."""

import sys

from tests.requirements.marks import collect
from tests.requirements.table import TABLE, mistakes, systems, written

marks, known = collect(), systems()
if wrong := mistakes(marks, known):
    sys.exit("\n".join(wrong))
TABLE.write_text(written(marks, known))
print(f"{TABLE.name}: {len({id for mark in marks for id in mark.ids})} behaviours have a test.")
