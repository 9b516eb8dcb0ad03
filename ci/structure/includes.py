"""The rules for one line with #include."""
import re

from structure.rules import ALLOWED, BARRED, COLLECTIONS, CONFINED, EXCEPTIONS, INNER, TEST_FILE, TESTING
from structure.tree import INCLUDE, OURS, component_of, has_layers, is_layer, layer_of


def allowed_for(component):
    return ALLOWED.get(component, ALLOWED["targets/*"] if component.startswith("targets/") else [])


def may_include(component, included):
    return any(included == entry or included.startswith(entry + "/") for entry in allowed_for(component))


def check_across(path, included):
    """From one component into another, of which only the public face may be seen. A test may include more than its component,
    because it plays the other side of a contract."""
    component = component_of(path)
    for barred, header, why in BARRED:
        if (component, included) == (barred, header):
            return f"{component} must not include {included}: {why}"
    if not TEST_FILE.search(path) and not may_include(component, included):
        names = ", ".join(allowed_for(component)) or "nothing of ours"
        return f"{component} must not include {included} (it may include: {names})"
    if is_layer(layer_of(included)) and component_of(included) not in COLLECTIONS:
        return f"{included} is private to {component_of(included)}; include a header that lies directly in that folder"
    return None


def check_within(path, included):
    """From one layer of a component into another. A test may include all of its component."""
    component, layer, other = component_of(path), layer_of(path), layer_of(included)
    if not has_layers(component) or TEST_FILE.search(path) or layer in (".", other) or not is_layer(layer):
        return None
    listed = INNER[component].get(layer)
    if listed is None or other in listed:  # that a row is missing is said once for each folder
        return None
    return f"layer {layer} of {component} must not include {included} (it may include: {', '.join(listed) or 'itself only'})"


def check_own_header(path, included):
    if not included.startswith(OURS):
        return f'"{included}" is not written from the root of the tree'
    if (path, included) in EXCEPTIONS:
        return None
    if TESTING in layer_of(included).split("/") and not TEST_FILE.search(path):
        return f"{included} is for tests"
    if component_of(included) == component_of(path):
        return check_within(path, included)
    return check_across(path, included)


def check_confined(path, header):
    if TEST_FILE.search(path) or (path, header) in EXCEPTIONS:
        return None
    for pattern, components, what in CONFINED:
        if re.match(pattern, header) and component_of(path) not in components:
            return f"{what} belongs in {', '.join(components) or 'tests and benchmarks'} only, not <{header}>"
    return None


def check_plain_component(path, header):
    """abi is read by C plugins, base is std only."""
    if TEST_FILE.search(path):
        return None
    if component_of(path) == "harness/abi" and not header.endswith(".h"):
        return f"harness/abi is C only; <{header}> is a C++ header"
    if component_of(path) == "harness/base" and "/" in header:
        return f"harness/base needs the standard library only, not <{header}>"
    return None


def check_include(path, line):
    match = INCLUDE.match(line)
    if not match:
        return []
    own, system = match.groups()
    if own:
        return [check_own_header(path, own)]
    return [check_confined(path, system), check_plain_component(path, system)]
