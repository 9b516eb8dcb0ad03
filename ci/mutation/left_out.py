"""Kinds of changes that nobody could ever see, wherever they stand. A single one belongs in ci/mutants.equivalent."""
import re

BOUNDARY = {"comparison shifted", "constant off by one"}
# Kinds of change, in which function or type, what the line looks like, why it makes no difference.
RULES = [
    (BOUNDARY, re.compile(""), re.compile(r"\b\w*(fd|socket|descriptor|filler)_?(\.get\(\))? (<|>=) 0\b"),
     "a process keeps its descriptors 0 to 2, so a new one is never 0"),
    ({"constant off by one"}, re.compile(r"^[A-Z]\w*$"), re.compile(r"\b\w*[^\W_] = (0|1|false|true)\b"),
     "a plain value's field, which whoever makes one fills in; fields that are a state end with '_'"),
    ({"arguments exchanged"}, re.compile(""), re.compile(r"\bequals\w*\("),
     "what compares for equality means the same in either order"),
]


def is_left_out(mutant):
    if mutant.kind == "constant off by one" and mutant.original not in ("0", "1", "false", "true"):
        return False
    return any(mutant.kind in kinds and function.search(mutant.function) and line.search(mutant.line_text)
               for kinds, function, line, _ in RULES)
