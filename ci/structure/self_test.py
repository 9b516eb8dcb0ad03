"""Plants one violation of each rule in a temporary folder and shows that it is found, and that its twin passes."""
import os
import subprocess
import tempfile

from structure.check import check_tables_of_rules, check_tree
from structure.includes import may_include
from structure.rules import ALLOWED, INNER, MAX_FILE_LINES
from structure.tables import README, check_tables, components_expected, layers_expected

# (file, a line that must be refused, a line that must pass)
LINES = [
    ("harness/base/a.h", '#include "harness/heap/heap.h"', '#include "harness/base/b.h"'),
    ("harness/base/a.h", "#include <fmt/core.h>", "#include <vector>"),
    ("harness/abi/a.h", "#include <cstdint>", "#include <stdint.h>"),
    ("harness/plan/a.cpp", '#include "harness/storm/storm.h"', '#include "harness/scenario/scenario.h"'),
    ("harness/plan/a.cpp", '#include "plan.h"', '#include "harness/plan/plan.h"'),
    ("harness/runner/a.cpp", '#include "harness/heap/heap.h"', '#include "harness/storm/storm.h"'),
    ("harness/runner/a.cpp", "#include <sys/socket.h>", "#include <sys/wait.h>"),
    ("harness/host/a.cpp", "#include <mimalloc.h>", '#include "harness/heap/heap.h"'),
    ("harness/host/a.cpp", '#include "harness/heap/private/a.h"', '#include "harness/heap/a.h"'),
    ("harness/host/a.cpp", '#include "harness/heap/testing/a.h"', '#include "harness/heap/a.h"'),
    ("harness/heap/a.cpp", '#include "harness/heap/testing/a.h"', '#include "harness/heap/a.h"'),
    ("harness/host/a_test.cpp", '#include "harness/heap/private/a.h"', '#include "harness/heap/testing/a.h"'),
    ("reports/a.cpp", '#include "harness/runner/supervisor.h"', '#include "harness/runner/run_result.h"'),
    ("reports/a.cpp", '#include "harness/host/host.h"', '#include "harness/runner/run_result.h"'),
    ("tools/heapstorm/a.cpp", '#include "harness/host/host.h"', '#include "reports/json/run_json.h"'),
    ("targets/date_header/a.cpp", '#include "targets/common/listener.h"', '#include "targets/common/service.h"'),
    ("targets/date_header/a.cpp", '#include "targets/other/b.h"', '#include "targets/date_header/b.h"'),
    ("targets/date_header/a.cpp", "#include <boost/beast.hpp>", "#include <string>"),
    ("harness/heap/a.cpp", "#include <gtest/gtest.h>", "#include <mimalloc.h>"),
    ("README.md", "see /" + "home/anna/tree", "see targets/home/anna/ and /home/me/"),
    ("harness/plan/a.cpp", "\n" * MAX_FILE_LINES + "// one line too many", "\n" * (MAX_FILE_LINES - 2)),
    ("harness/nobody/a.cpp", "", None),
]


def errors_of(files):
    """What is wrong in a tree with these files, path -> content."""
    with tempfile.TemporaryDirectory() as root:
        subprocess.run(["git", "-C", root, "init", "--quiet"], check=True)
        for path, content in files.items():
            os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(content + "\n")
        return check_tree(root)[1]


def include(header):
    return f'#include "{header}"'


def neighbours_of(component):
    """A component that may include this one, if there is any."""
    return [other for other in ALLOWED if other != component and "*" not in other and may_include(other, component + "/a.h")][:1]


def plants_in_layer(component, layer, rows):
    """A header of each layer that the row does not list, the public face if it is not listed, and a look from outside."""
    path = f"{component}/{layer}/a.cpp"
    right = include(f"{component}/{layer}/b.h")
    for other in rows:
        if other not in rows[layer] and other != layer:
            yield path, include(f"{component}/{other}/b.h"), right
    if "." not in rows[layer]:
        yield path, include(f"{component}/b.h"), right
    for outside in neighbours_of(component):
        yield f"{outside}/a.cpp", include(f"{component}/{layer}/b.h"), include(f"{component}/b.h")


def plants_in_layers():
    for component, rows in INNER.items():
        for layer in rows:
            yield from plants_in_layer(component, layer, rows)


def trees():
    """(what is planted, errors with it, errors of its twin)"""
    for path, wrong, right in [*LINES, *plants_in_layers()]:
        yield f"{path}: {wrong.strip()}", errors_of({path: wrong}), [] if right is None else errors_of({path: right})
    for component in INNER:
        yield f"{component}: a layer without a row", errors_of({f"{component}/unlisted/a.cpp": ""}), errors_of({f"{component}/testing/a.cpp": ""})
    circle = {"harness/plan/a.h": include("harness/plan/b.h"), "harness/plan/b.h": include("harness/plan/a.h")}
    yield "headers in a circle", errors_of(circle), errors_of({**circle, "harness/plan/b.h": ""})


def tables_of_rules():
    no_errors = check_tables_of_rules(ALLOWED, INNER)
    yield "layers in a circle", check_tables_of_rules({}, {"harness/x": {"a": ["b"], "b": ["a", "."]}}), no_errors
    yield "components in a circle", check_tables_of_rules({"a": ["b"], "b": ["a"]}, {}), no_errors
    yield "a layer that is not there", check_tables_of_rules({}, {"harness/x": {"a": ["b"]}}), no_errors


def name_in_readme(path):
    return path.removeprefix("harness/") if path.startswith("harness/") else "../" + path


def readme_of(rows):
    written = [f"| `{name_in_readme(name)}` | {' '.join(f'`{name_in_readme(entry)}`' for entry in entries)} |" for name, entries in rows.items()]
    return ["| folder | may include |", "|---|---|", *written]


def readmes():
    rows = {**components_expected(), **layers_expected()}
    right = check_tables(readme_of(rows))
    yield f"{README}: an entry too few", check_tables(readme_of({**rows, "harness/plan": {"harness/base"}})), right
    yield f"{README}: an entry too many", check_tables(readme_of({**rows, "harness/base": {"harness/plan"}})), right
    yield f"{README}: a row of nothing", check_tables(readme_of({**rows, "harness/nobody": {}})), right
    for missing in ["harness/plan", *layers_expected()]:
        yield f"{README}: no row of {missing}", check_tables(readme_of({name: rows[name] for name in rows if name != missing})), right


def self_test():
    failures, count = 0, 0
    for planted, found, silent in [*trees(), *tables_of_rules(), *readmes()]:
        count += 1
        failures += len(found) != 1 or len(silent) != 0
        print(f"planted: {' / '.join(found) if found else f'NOT FOUND in {planted}'}")
        for error in silent:
            print(f"FALSE ALARM: {error}")
    print(f"check_includes: {count - failures} of {count} planted violations found, their twins pass")
    return 1 if failures else 0
