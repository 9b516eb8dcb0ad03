"""The tables of harness/README.md say the same as those in rules.py.

A row begins with names in backticks, written from harness/; its last column lists what the row's component may include: names in
backticks, and "and what it may include" (or "they") for what the components named before it may include.
"""
import re

from structure.rules import ALLOWED, INNER

README = "harness/README.md"
NAME = re.compile(r"`([^`]+)`")
AND_THEIRS = re.compile(r"and what (it|they) may include")


def path_of(name):
    """`heap` -> harness/heap; `../reports` and `reports` -> reports."""
    name = name.removeprefix("../").replace("<family>", "*")
    return name if name.split("/")[0] in ("reports", "tools", "targets") else "harness/" + name


def components_expected():
    return {component: set(allowed) for component, allowed in ALLOWED.items()}


def layers_expected():
    return {f"{component}/{layer}": {component if entry == "." else f"{component}/{entry}" for entry in entries}
            for component, rows in INNER.items() for layer, entries in rows.items()}


def tables(lines):
    """Rows of the tables whose last column is headed "may include": (line number, names, text of the last column)."""
    inside = False
    for number, line in enumerate(lines, 1):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            inside = False
        elif cells[-1].startswith("may include"):
            inside = True
        elif inside and NAME.search(cells[0]):
            yield number, [path_of(name) for name in NAME.findall(cells[0])], cells[-1]


def included_by(text):
    names = {path_of(name) for name in NAME.findall(text)}
    if AND_THEIRS.search(text):
        names |= {entry for name in names for entry in ALLOWED.get(name, [])}
    return names


def check_row(number, name, said, expected):
    if name not in expected:
        return [f"{README}:{number}: {name} has no row in ci/structure/rules.py"]
    if said == expected[name]:
        return []
    parts = [f"{word} {', '.join(sorted(names))}" for word, names in (("lacks", expected[name] - said), ("must not list", said - expected[name]))
             if names]
    return [f"{README}:{number}: the row of {name} {' and '.join(parts)}, says ci/structure/rules.py"]


def check_tables(lines):
    expected = {**components_expected(), **layers_expected()}
    errors, seen = [], set()
    for number, names, text in tables(lines):
        for name in names:
            errors += check_row(number, name, included_by(text), expected)
            seen.add(name)
    return errors + [f"{README}:1: no row of {name}" for name in expected if name not in seen]
