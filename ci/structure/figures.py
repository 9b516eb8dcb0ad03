"""How large folders and files are: what a newcomer sees first."""
import collections
import os

from structure.rules import NO_LAYERS, TEST_FILE
from structure.tree import CODE, OURS, files_of_tree, lines_of

MANY = 30  # files beside each other


def is_code(path):
    """Code of the product, without tests."""
    return path.endswith(CODE) and path.startswith(OURS) and not TEST_FILE.search(path)


def folders_of_code(files):
    """Folder -> (all files that lie directly in it, those that are code without tests), most files first."""
    everything = collections.Counter(os.path.dirname(path) for path in files)
    code = collections.Counter(os.path.dirname(path) for path in files if is_code(path))
    with_code = {os.path.dirname(path) for path in files if path.startswith(OURS) and path.endswith(CODE)}
    kept = [folder for folder in with_code if not set(folder.split("/")) & set(NO_LAYERS)]
    return sorted(((folder, everything[folder], code[folder]) for folder in kept), key=lambda row: (-row[1], row[0]))


def quantile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def print_figures(root):
    files = files_of_tree(root)
    folders = folders_of_code(files)
    print(f"{'files':>5} {'code':>5}  folder (code: without tests)")
    for folder, everything, code in folders:
        print(f"{everything:5} {code:5}  {folder}")
    lengths = {path: len(lines_of(root, path)) for path in files if is_code(path)}
    many = [f"{folder} {everything}" for folder, everything, _ in folders if everything > MANY]
    print(f"folders above {MANY} files: {len(many)}{': ' if many else ''}{', '.join(many)}")
    longest = max(lengths, key=lengths.get)
    print(f"code files without tests: {len(lengths)}; lines: median {quantile(lengths.values(), 0.5)}, "
          f"90 % {quantile(lengths.values(), 0.9)}, longest {lengths[longest]} ({longest})")
    short = sum(length < 30 for length in lengths.values())
    print(f"shorter than 30 lines: {short}, {100 * short // len(lengths)} %")
