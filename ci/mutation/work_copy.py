"""A copy of the tree to change and to build in. The tree itself is only read.

After a mutant, everything that its build wrote is put back from hard links: the next build has to do with the next mutant only.
"""
import os
import shutil
import signal
import subprocess

from mutation.sources import files_of_tree

# What tests start carries this mark in its environment, so that nothing outlives a mutant, and nothing else is ended.
MARK = "HEAPSTORM_MUTANT_COPY"
# Written in place, and no harm when they are newer than what they describe.
NOT_KEPT = {".ninja_log", ".ninja_deps", "LastTest.log", "LastTestsFailed.log", "CTestCostData.txt"}
NOT_KEPT_FOLDERS = {"Testing", "scenario-runs", "fuzz", "third_party", "reports_of_tests"}

CONFIGURE = [
    "-G", "Ninja", "-DCMAKE_C_COMPILER=clang-19", "-DCMAKE_CXX_COMPILER=clang++-19", "-DCMAKE_BUILD_TYPE=RelWithDebInfo",
    # Quick to build, and symbolisable. Warnings are for people: an unused variable must not hide what the tests would say.
    "-DCMAKE_C_FLAGS_RELWITHDEBINFO=-O0 -g1", "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O0 -g1", "-DCMAKE_C_FLAGS=-w", "-DCMAKE_CXX_FLAGS=-w",
    "-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=lld-19", "-DCMAKE_SHARED_LINKER_FLAGS=-fuse-ld=lld-19",
    # asan only for what has no plain flavour.
    "-DHEAPSTORM_FLAVOURS=plain;asan", "-DHEAPSTORM_PRECOMPILED=yes", "--no-warn-unused-cli",
]


class BuildError(Exception):
    """A build or a configuration that failed; the text is what it said."""


class WorkCopy:
    def __init__(self, tree, folder):
        self.tree = tree
        self.root = os.path.join(folder, "tree")
        self.build = os.path.join(self.root, "build")
        self.links = os.path.join(folder, "outputs")
        self.temporary = os.path.join(folder, "tmp")
        self.kept = {}

    # -- the tree ----------------------------------------------------------------------------------------------------

    def synchronise(self):
        """Makes the copy what the tree is. A file that differs gets today's time, so that what was built of it is built anew."""
        os.makedirs(self.root, exist_ok=True)
        wanted = files_of_tree(self.tree)
        for name in wanted:
            source, target = os.path.join(self.tree, name), os.path.join(self.root, name)
            if not same_file(source, target):
                os.makedirs(os.path.dirname(target), exist_ok=True)
                if os.path.lexists(target):
                    os.unlink(target)
                shutil.copy(source, target, follow_symlinks=False)
        for name in set(files_of_tree(self.root)) - set(wanted):
            os.unlink(os.path.join(self.root, name))
        third_party, link = os.path.join(self.tree, "build", "third_party"), os.path.join(self.build, "third_party")
        os.makedirs(self.build, exist_ok=True)
        if os.path.isdir(third_party) and not os.path.lexists(link):
            os.symlink(third_party, link)

    def configure(self):
        if not os.path.isfile(os.path.join(self.build, "build.ninja")):
            self.call(["cmake", "-S", self.root, "-B", self.build] + CONFIGURE)

    # -- building ----------------------------------------------------------------------------------------------------

    def environment(self, **more):
        """A compiler cache, where there is one, is shared by the copies, which lie in different folders."""
        own = {MARK: self.root, "TMPDIR": self.temporary, "CCACHE_BASEDIR": os.path.dirname(os.path.dirname(self.root)),
               "CCACHE_NOHASHDIR": "1", "CTEST_OUTPUT_ON_FAILURE": "0", "GTEST_COLOR": "no"}
        return {**os.environ, **own, **more}

    def call(self, command, timeout=None, **environment):
        os.makedirs(self.temporary, exist_ok=True)
        with subprocess.Popen(command, cwd=self.build, env=self.environment(**environment), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True) as process:
            try:
                output, _ = process.communicate(timeout=timeout)
            except BaseException as error:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
                if isinstance(error, subprocess.TimeoutExpired):
                    raise BuildError(f"not finished after {timeout} s: {' '.join(command[:4])}") from error
                raise
        text = output.decode("utf-8", "replace")
        if process.returncode != 0:
            raise BuildError(text)
        return text

    def make(self, targets, jobs, cached):
        if targets:
            more = {} if cached else {"CCACHE_DISABLE": "1"}
            self.call(["ninja", "-j", str(jobs)] + sorted(targets), timeout=1800, **more)

    # -- putting back ------------------------------------------------------------------------------------------------

    def outputs(self):
        for folder, folders, files in os.walk(self.build):
            folders[:] = [name for name in folders if name not in NOT_KEPT_FOLDERS]
            for name in files:
                path = os.path.join(folder, name)
                if name not in NOT_KEPT and not os.path.islink(path):
                    yield os.path.relpath(path, self.build)

    def keep_outputs(self):
        """Remembers all that is built, by a hard link and its number: compilers and linkers write a new file, never into the old."""
        shutil.rmtree(self.links, ignore_errors=True)
        self.kept = {}
        for name in self.outputs():
            link = os.path.join(self.links, name)
            os.makedirs(os.path.dirname(link), exist_ok=True)
            os.link(os.path.join(self.build, name), link)
            self.kept[name] = identity(link)

    def put_outputs_back(self):
        for name in set(self.outputs()) - set(self.kept):
            os.unlink(os.path.join(self.build, name))
        for name, kept in self.kept.items():
            path, link = os.path.join(self.build, name), os.path.join(self.links, name)
            if os.path.lexists(path) and identity(path) == kept:
                continue
            if os.path.lexists(path):
                os.unlink(path)
            if identity(link) == kept:
                os.link(link, path)  # else something wrote into it: then it is missing, and built anew

    def clear_after_tests(self):
        end_marked_processes(self.root)
        shutil.rmtree(self.temporary, ignore_errors=True)
        os.makedirs(self.temporary, exist_ok=True)


def identity(path):
    status = os.stat(path)
    return status.st_ino, status.st_size, status.st_mtime_ns


def same_file(source, target):
    if os.path.islink(source) or not os.path.isfile(target):
        return os.path.islink(target) and os.path.islink(source) and os.readlink(source) == os.readlink(target)
    if os.stat(source).st_mode != os.stat(target).st_mode:
        return False
    with open(source, "rb") as one, open(target, "rb") as other:
        return one.read() == other.read()


def end_marked_processes(root):
    """Ends what the tests of this copy left behind."""
    mark = f"{MARK}={root}".encode()
    for entry in os.listdir("/proc"):
        if not entry.isdigit() or int(entry) == os.getpid():
            continue
        try:
            with open(f"/proc/{entry}/environ", "rb") as file:
                if mark in file.read().split(b"\0"):
                    os.kill(int(entry), signal.SIGKILL)
        except OSError:
            continue
