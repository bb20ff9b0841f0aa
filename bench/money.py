"""Bills as PDF: what one costs in time and size, and a thousand of them on one core."""

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from random import Random

import pypdf

from bench import Line, line
from tests.factories.bills import any_bill
from webapp import documents
from webapp.pages.bills import paper
from webapp.rules.policy import Policy

MANY = 1000
ONES = 50
TODAY, MADE = date(2026, 11, 3), datetime(2026, 11, 3, 18, 0, tzinfo=UTC)
BULK = "from bench.money import bulk; bulk()"
"""In a process of its own: its memory is what the printing takes."""


def lines() -> Iterator[Line]:
    random, milliseconds, sizes = Random(1), [], []
    printed(random)  # fonts and templates are read once in the life of a process
    for _ in range(ONES):
        started = time.process_time()
        made = printed(random)
        milliseconds.append((time.process_time() - started) * 1000)
        sizes.append(len(made) / 1000)
    yield line("money.bill_cpu_ms", round(sorted(milliseconds)[ONES // 2], 1), "ms", "<= 60")
    yield line("money.bill_kb", round(max(sizes), 1), "kB", "<= 60")
    done = subprocess.run([sys.executable, "-c", BULK], capture_output=True, text=True, check=False)
    seconds, mebibytes, wrong = done.stdout.split() if done.returncode == 0 else (None, None, None)
    why = {"why": done.stderr[-500:]} if seconds is None else {}
    yield line("money.bulk_seconds", _float(seconds), "s of one core", "<= 60", **why)
    yield line("money.bulk_mib", _float(mebibytes), "MiB", "<= 300", **why)
    yield line("money.bulk_wrong", _float(wrong), "bills", "== 0", **why)


def printed(random: Random) -> bytes:
    return documents.compiled("bill", paper.as_paper(any_bill(random), Policy(), "104", TODAY), MADE)


def bulk() -> None:
    """Prints seconds of CPU, the most memory, and how many of a hundred say another sum than their rules."""
    random, seconds, wrong = Random(2), 0.0, 0
    for n in range(MANY):
        bill = any_bill(random)
        started = time.process_time()
        made = documents.compiled("bill", paper.as_paper(bill, Policy(), "104", TODAY), MADE)
        seconds += time.process_time() - started
        if n % 10 == 0:
            said = pypdf.PdfReader(BytesIO(made)).pages[0].extract_text()
            wrong += any(
                paper._signed(sum_) not in said for sum_ in (bill.opening, bill.charged, bill.closing)
            )
    mebibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(round(seconds, 1), round(mebibytes), wrong)


def _float(text: str | None) -> float | None:
    return None if text is None else float(text)
