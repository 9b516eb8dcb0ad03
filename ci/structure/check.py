"""Every rule over every file."""
import os

from structure.circles import circle_in_table, circle_of_headers
from structure.includes import check_include
from structure.rules import ALLOWED, INNER, LONGER_FILES, MAX_FILE_LINES, MACHINE_PATH
from structure.tables import README, check_tables
from structure.tree import CODE, INCLUDE, OURS, component_of, files_of_tree, has_layers, is_layer, layer_of, lines_of


def check_length(path, lines):
    if not (path.endswith(CODE + (".py", ".cmake", "CMakeLists.txt")) or lines[:1] and lines[0].startswith("#!")):
        return []
    limit = LONGER_FILES.get(path, MAX_FILE_LINES)
    if len(lines) <= limit:
        return []
    return [f"{path}:{limit}: {len(lines)} lines; {limit} is the most: a file is one noun"]


def check_lines(path, lines):
    errors = check_length(path, lines)
    for number, line in enumerate(lines, 1):
        messages = check_include(path, line) if path.endswith(CODE) else []
        if MACHINE_PATH.search(line):
            messages.append("a path of one machine; say it relative to the tree")
        errors += [f"{path}:{number}: {message}" for message in messages if message]
    return errors


def check_rows(files):
    """Every component has a row, and every layer of a component that has layers."""
    errors = []
    for folder in sorted({os.path.dirname(path) for path in files if path.startswith(OURS) and path.endswith(CODE)}):
        component, layer = component_of(folder + "/a.h"), layer_of(folder + "/a.h")
        if component not in ALLOWED and not component.startswith("targets/"):
            errors.append(f"{folder}: no row of {component} in ci/structure/rules.py")
        elif has_layers(component) and is_layer(layer) and layer not in INNER[component]:
            errors.append(f"{folder}: no row of layer {layer} in ci/structure/rules.py")
    return errors


def headers_included(path, lines):
    matches = [INCLUDE.match(line) for line in lines]
    return [match.group(1) for match in matches if match and match.group(1) and match.group(1) != path]


def check_tables_of_rules(allowed, inner):
    errors = circle_in_table("ALLOWED", allowed)
    for component, rows in inner.items():
        errors += circle_in_table(f"layers of {component}", rows)
        errors += [f"layers of {component}: {layer} lists {entry}, which has no row"
                   for layer, entries in rows.items() for entry in entries if entry != "." and entry not in rows]
    return errors


def check_tree(root):
    files = files_of_tree(root)
    lines = {path: content for path in files if (content := lines_of(root, path)) is not None}
    errors = check_tables_of_rules(ALLOWED, INNER) + check_rows(files)
    for path, content in lines.items():
        errors += check_lines(path, content)
    errors += circle_of_headers({path: headers_included(path, content) for path, content in lines.items() if path.endswith(".h")})
    if README in lines:
        errors += check_tables(lines[README])
    return files, errors
