"""Tries ci/mutants on testdata/tiny, a project of which it is known what tests notice."""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from mutation.sources import hash_of_tree

SKIPPED = 77  # for ctest
PROJECT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "testdata", "tiny")
# Of each kind of result, one change that must have it.
EXPECTED = [
    ("noticed", r"steps\.cpp:\d+:\d+ +assignment dropped: \+\+count -> .* by steps_test: Steps\.AreCounted "),
    ("noticed", r"steps\.cpp:\d+:\d+ +assignment dropped: \+\+from -> .* by steps_test: Steps\.AreCounted \(hung\)"),
    ("noticed", r"limits\.cpp:\d+:\d+ +condition negated: value < most -> .* by limits_test "),
    ("survived", r"limits\.cpp:\d+:\d+ +constant off by one: 10 -> 11 "),
    ("survived", r"limits\.cpp:\d+:\d+ +comparison shifted: < -> <= "),
    ("did not build", r"steps\.cpp:\d+:\d+ +early return: \+ return \{\};: .*error: "),
]


class SelfTest:
    def __init__(self, program, folder):
        self.program = program
        self.tree = os.path.join(folder, "tree")
        self.work = os.path.join(folder, "work")
        self.failures = 0
        shutil.copytree(PROJECT, self.tree)
        subprocess.run(["git", "init", "--quiet", self.tree], check=True)

    def command(self, *arguments):
        return [sys.executable, self.program, "--tree", self.tree, "--work", self.work, "--standstill", "10", *arguments]

    def run(self, *arguments):
        """Exit code and all that was said."""
        result = subprocess.run(self.command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        return result.returncode, result.stdout

    def expect(self, what, is_so, output=""):
        print(f"{'ok    ' if is_so else 'FAILED'} {what}")
        if not is_so:
            self.failures += 1
            print(output)

    def same_seed_same_sample(self):
        lists = [self.run("--list", "--sample", "6", "--seed", seed) for seed in ("3", "3", "4")]
        self.expect("the same seed draws the same", lists[0] == lists[1] and lists[0][0] == 0, f"{lists[0]}\n{lists[1]}")
        self.expect("another seed draws others", lists[0] != lists[2], lists[2][1])
        code, everything = self.run("--list")
        self.expect("no change in a macro", code == 0 and "from <= to" not in everything, everything)

    def interrupted_after_two(self):
        """What was said until an interruption that comes after two results."""
        with subprocess.Popen(self.command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            said = []
            for line in process.stdout:
                said.append(line)
                if line.startswith("[3/"):
                    process.send_signal(signal.SIGINT)
            code = process.wait()
        self.expect("an interruption ends it with 130", code == 130, "".join(said))
        return "".join(said)

    def goes_on(self):
        before = self.interrupted_after_two()
        code, after = self.run()
        known = re.search(r"mutants, (\d+) of them known", after)
        self.expect("the same command goes on", known is not None and int(known.group(1)) >= 2, after)
        self.expect("with survivors the exit code is 1", code == 1, after)
        for status, pattern in EXPECTED:
            self.expect(f"{status}: {pattern}", re.search(rf"\] {status} +\S+ +\S*{pattern}", before + after), before + after)
        self.expect("equivalent, with its reason", "of two equal numbers it does not matter" in after, after)
        self.expect("an entry that fits nothing is named", "no such change any more: harness/limits/limits.cpp: a line" in after, after)
        self.expect("a low bar is met", self.run("--at-least", "10")[0] == 0)

    def forgets(self):
        """After a change, what it may have changed is tried again, and nothing else."""
        noticed = [("steps", "steps_test.cpp"), ("limits", "limits_test.cpp")]
        for folder, name in noticed:
            with open(os.path.join(self.tree, "harness", folder, name), "a", encoding="utf-8") as file:
                file.write("// Another line.\n")
            _, said = self.run()
            again = set(re.findall(r"\] noticed +\S+ +harness/(\w+)/", said))
            self.expect(f"a test of {folder} that has changed is asked again, no other", again == {folder}, said)
        _, said = self.run("--own")
        self.expect("what other tests may have noticed is tried again with a component's own", "1 of them known" in said, said)  # the equivalent one

    def other_ways(self):
        code, said = self.run("--patch", os.path.join(self.tree, "one_more_step.diff"))
        self.expect("a diff of one's own", code == 0 and "by steps_test: Steps." in said, said)
        code, said = self.run("nowhere")
        self.expect("an unknown component is wrong usage", code == 2 and "no code of the product in nowhere" in said, said)

    def main(self):
        before = hash_of_tree(self.tree)
        start = time.monotonic()
        self.same_seed_same_sample()
        self.goes_on()
        self.other_ways()
        self.expect("the tree is as it was", hash_of_tree(self.tree) == before)
        self.forgets()
        print(f"mutants, self-test: {self.failures} failures ({time.monotonic() - start:.0f} s)")
        return 1 if self.failures else 0


def main(program, missing):
    if missing:
        print(f"skipped: {missing}")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        return SelfTest(program, os.path.realpath(folder)).main()
