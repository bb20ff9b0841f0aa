"""python -m bench [GROUP...]: prints a line for each figure; fails when one is missing or past its limit."""

import importlib
import json
import sys
from pathlib import Path

from bench import Group, holds

FRAME = {"__init__", "__main__", "started"}
GROUPS = sorted(file.stem for file in Path(__file__).parent.glob("*.py") if file.stem not in FRAME)


def main(chosen: list[str]) -> int:
    unknown = set(chosen) - set(GROUPS)
    if unknown:
        print(f"There is no {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}.", file=sys.stderr)
        return 2
    kept = True
    for name in chosen or GROUPS:
        group: Group = importlib.import_module(f"bench.{name}")  # type: ignore[assignment]
        for measured in group.lines():
            kept &= holds(measured)
            print(json.dumps(measured, ensure_ascii=False), flush=True)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
