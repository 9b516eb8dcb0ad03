"""Which files are the product's code, which component each belongs to, and what of them can be changed."""
import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import subprocess

from mutation import candidates
from mutation.left_out import is_left_out
from mutation.mutant import Mutant

CODE = (".cpp", ".c", ".h")
# The families of targets are left out: their variants are mutants already, made by hand, and each has its scenario.
FOLDERS = ("harness/", "reports/", "tools/heapstorm/", "targets/common/")
# Tests, and what only tests use.
TEST_FILE = re.compile(r"_(test|bench|fuzz)(_\w+)?\.|(^|/)(testdata|testing|golden|examples|benchmarks)/")
INCLUDE = re.compile(rb'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def files_of_tree(root):
    """Every file that is ours, also those not yet added. A tree without git (a copy) is read as it lies there."""
    command = ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if os.path.exists(os.path.join(root, ".git")):
        names = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode().split("\0")
    else:
        names = list(files_below(root))
    return sorted(name for name in set(names) if name and os.path.isfile(os.path.join(root, name)))


def files_below(root):
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if folder != root or not name.startswith("build")]
        yield from (os.path.relpath(os.path.join(folder, name), root) for name in files)


def is_product(name):
    return name.endswith(CODE) and name.startswith(FOLDERS) and not TEST_FILE.search(name)


def component_of(name):
    """harness/storm/faults/x.cpp -> harness/storm, reports/json/x.cpp -> reports/json."""
    folder = os.path.dirname(name).split("/")
    return "/".join(folder[:2])


def is_asked_for(component, wanted):
    """`storm`, `harness/storm` and `harness` all name harness/storm."""
    return not wanted or any(f"/{component}/".find(f"/{name.strip('/')}/") >= 0 for name in wanted)


class Parser:
    """Finds candidates with the compile commands of a configured copy; remembers them."""

    def __init__(self, copy, cache_folder):
        self.root = copy
        self.cache_folder = cache_folder
        self.included = {}
        self.names = [name for name in files_of_tree(copy) if name.endswith(CODE)]
        with open(os.path.join(copy, "build", "compile_commands.json"), encoding="utf-8") as file:
            commands = json.load(file)
        self.commands = {}
        for command in commands:  # of several flavours the first, which is plain
            name = os.path.relpath(os.path.join(command["directory"], command["file"]), copy)
            self.commands.setdefault(name, command["command"])

    def includes(self, name):
        """Our files that this one includes, directly or not, and itself."""
        if name not in self.included:
            self.included[name] = {name}  # ends a circle
            with open(os.path.join(self.root, name), "rb") as file:
                direct = [match.decode() for match in INCLUDE.findall(file.read())]
            for header in direct:
                if os.path.isfile(os.path.join(self.root, header)):
                    self.included[name] |= self.includes(header)
        return self.included[name]

    def owners(self):
        """Each product file that can be parsed, by the unit in which it is looked at: headers in the one of the same name."""
        units = sorted(name for name in self.names if is_product(name) and name in self.commands)
        owned = {unit: [unit] for unit in units}
        for header in (name for name in self.names if name.endswith(".h") and is_product(name)):
            by_name = [header[:-2] + ending for ending in (".cpp", ".c")]
            unit = next((u for u in by_name + units if u in owned and header in self.includes(u)), None)
            if unit:
                owned[unit].append(header)
        return owned

    def all(self, wanted, jobs):
        """The mutants of the components asked for, in the order of files and places."""
        owned = {unit: [n for n in names if is_asked_for(component_of(n), wanted)] for unit, names in self.owners().items()}
        work = [(unit, names) for unit, names in owned.items() if names]
        os.makedirs(self.cache_folder, exist_ok=True)
        pool = concurrent.futures.ProcessPoolExecutor(jobs)
        try:
            found = list(pool.map(self.of_unit, *zip(*work))) if work else []
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)  # an interruption does not wait for what was not begun
            raise
        pool.shutdown()  # who lives on holds the lock of the folder
        kept = (mutant for mutants in found for mutant in mutants if not is_left_out(mutant))
        return sorted(kept, key=lambda m: (m.file, m.offset, m.kind, m.replacement))

    def of_unit(self, unit, names):
        cache = os.path.join(self.cache_folder, self.key(unit, names) + ".json")
        if os.path.isfile(cache):
            with open(cache, encoding="utf-8") as file:
                return [Mutant(**entry) for entry in json.load(file)]
        paths = {os.path.join(self.root, name): name for name in names}
        mutants = candidates.find(os.path.join(self.root, unit), self.arguments(unit), paths)
        with open(cache + f".{os.getpid()}", "w", encoding="utf-8") as file:
            json.dump([vars(mutant) for mutant in mutants], file)
        os.replace(file.name, cache)
        return mutants

    def key(self, unit, names):
        """By the content of what is looked at. Other headers matter little: at worst two arguments no longer have the same type."""
        digest = hashlib.sha1(" ".join([unit] + self.arguments(unit) + names).replace(self.root, "").encode())
        own = os.path.dirname(os.path.abspath(__file__))
        for path in [os.path.join(self.root, name) for name in sorted({unit, *names})] + [os.path.join(own, "candidates.py")]:
            with open(path, "rb") as file:
                digest.update(file.read())
        return digest.hexdigest()[:20]

    def arguments(self, unit):
        """What matters to a parser: macros, folders of headers, the language."""
        words = shlex.split(self.commands[unit])
        keep, takes_next = [], False
        for word in words[1:]:
            if takes_next or word.startswith(("-D", "-I", "-std=", "-isystem", "-U")):
                keep.append(word)
            takes_next = word in ("-D", "-I", "-isystem", "-U")
        return keep + ["-w", f"-xc{'' if unit.endswith('.c') else '++'}"]

def hash_of_tree(tree):
    digest = hashlib.sha1()
    for name in files_of_tree(tree):
        with open(os.path.join(tree, name), "rb") as file:
            digest.update(name.encode() + b"\0" + hashlib.sha1(file.read()).digest())
    return digest.hexdigest()


def hash_of_files(tree, names):
    digest = hashlib.sha1()
    for name in names:
        with open(os.path.join(tree, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()
