"""Kinds of changes that nobody could ever see, wherever they stand. A single one belongs in ci/mutants.equivalent."""
import re

BOUNDARY = {"comparison shifted", "constant off by one"}
# Kinds of change, what the line looks like, why it makes no difference.
RULES = [
    (BOUNDARY, re.compile(r"\b\w*(fd|socket|descriptor|filler)_?(\.get\(\))? (<|>=) 0\b"),
     "a process keeps its descriptors 0 to 2, so a new one is never 0"),
]


def is_left_out(mutant):
    if mutant.kind == "constant off by one" and mutant.original not in ("0", "1"):
        return False
    return any(mutant.kind in kinds and pattern.search(mutant.line_text) for kinds, pattern, _ in RULES)
