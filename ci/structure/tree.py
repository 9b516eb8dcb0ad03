"""The files of the tree, and which component and layer each belongs to."""
import os
import re
import subprocess

from structure.rules import INNER, NO_LAYERS, TESTING

CODE = (".h", ".c", ".cpp")
OURS = ("harness/", "targets/", "reports/", "tools/")
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')


def files_of_tree(root):
    """Every file that is ours, also those not yet added, so that the check speaks before the commit."""
    command = ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode().split("\0")
    return sorted(name for name in set(names) if name and os.path.isfile(os.path.join(root, name)))


def lines_of(root, path):
    """None of a recorded black box or a picture."""
    with open(os.path.join(root, path), "rb") as file:
        content = file.read()
    return None if b"\0" in content else content.decode("utf-8", "replace").splitlines()


def component_of(path):
    """harness/heap/slot.cpp -> harness/heap; tools/heapstorm/main.cpp -> tools."""
    words = path.split("/")
    if words[0] in ("harness", "targets") and len(words) > 2:
        return "/".join(words[:2])
    return words[0]


def layer_of(path):
    """harness/heap/guards/guard.cpp -> guards; what lies directly in the component's folder -> "."."""
    return os.path.dirname(os.path.relpath(path, component_of(path))) or "."


def is_layer(layer):
    return layer != "." and not set(layer.split("/")) & {*NO_LAYERS, TESTING}


def has_layers(component):
    return component in INNER
