"""The tests of a configured copy, and what each of them is built from."""
import dataclasses
import json
import os
import re
import subprocess

# Tests of whole packages and of a browser; the flavours (plain stands for them); fuzzers, which build the same code once more.
LEFT_OUT_LABELS = {"package", "browser", "asan", "tsan", "fuzz"}
# Started by `heapstorm run`: target_host and the plugins.
STARTED_BY_SCENARIOS = re.compile(r"^lib/heapstorm/plain/(target_host$|targets/)")


@dataclasses.dataclass
class Test:
    name: str
    labels: set
    targets: list  # what has to be built
    alone: bool = False  # a program without arguments
    program: str = ""  # a GoogleTest program: run without ctest, in parts, and watched
    inputs: set = dataclasses.field(default_factory=set)  # sources and headers, by their names in the tree
    folder: str = ""  # of the CMakeLists.txt that declares it


class TestList:
    def __init__(self, copy, is_wanted):
        self.copy = copy
        self.known = set(line.split(":")[0] for line in self.ninja("-t", "targets", "all").splitlines())
        self.objects = {}
        self.tests = [test for test in map(self.test, self.declared()) if test is not None and is_wanted(test)]

    def ninja(self, *arguments):
        return subprocess.run(["ninja", *arguments], cwd=self.copy.build, check=True, stdout=subprocess.PIPE).stdout.decode()

    def declared(self):
        """Name, folder and labels by ctest; the command from its files, because ctest hides one that is not built yet."""
        command = ["ctest", "--test-dir", self.copy.build, "--show-only=json-v1"]
        listed = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout)
        for entry in listed["tests"]:
            labels = [p["value"] for p in entry.get("properties", []) if p["name"] == "LABELS"]
            yield entry["name"], set(labels[0] if labels else [])

    def test(self, declared):
        name, labels = declared
        command, folder = self.commands.get(name, ([], ""))
        if labels & LEFT_OUT_LABELS or not command:
            return None
        words = [os.path.relpath(word, self.copy.build) for word in command if word.startswith(self.copy.build + "/")]
        targets = [word for word in words if word in self.known]
        if "scenario" in labels:
            targets += sorted(filter(STARTED_BY_SCENARIOS.match, self.known))
        return Test(name, labels, targets, folder=folder, alone=len(command) == 1) if targets else None

    @property
    def commands(self):
        """By name: the words of the command, and the folder."""
        if not hasattr(self, "_commands"):
            self._commands = {}
            for folder, _, files in os.walk(self.copy.build):
                if "CTestTestfile.cmake" in files:
                    with open(os.path.join(folder, "CTestTestfile.cmake"), encoding="utf-8") as file:
                        for name, words in re.findall(r"^add_test\(\[=\[(.*?)\]=\] (.*)\)$", file.read(), re.MULTILINE):
                            self._commands[name] = re.findall(r'"((?:[^"\\]|\\.)*)"', words), os.path.relpath(folder, self.copy.build)
        return self._commands

    def targets(self):
        return {target for test in self.tests for target in test.targets}

    def read_inputs(self):
        """To be called when all is built: headers are known from then on."""
        self.objects = self.sources_of_objects()
        by_target = {target: self.inputs_of(target) for target in self.targets()}
        for test in self.tests:
            for target in test.targets:
                names, is_gtest = by_target[target]
                test.inputs |= names
                # One with arguments may only be built after a GoogleTest program, and would take our arguments for its own.
                if is_gtest and test.alone and test.targets == [target] and target.startswith("bin/"):
                    test.program = target

    def sources_of_objects(self):
        sources, current = {}, None
        for line in self.ninja("-t", "deps").splitlines():
            if line.startswith(" "):
                name = os.path.relpath(os.path.join(self.copy.build, line.strip()), self.copy.root)
                if not name.startswith((".", "build/")):
                    current.add(name)
            elif ": #deps" in line:
                current = sources.setdefault(line.split(":")[0], set())
        return sources

    def inputs_of(self, target):
        inputs = self.ninja("-t", "inputs", target).splitlines()
        names = set().union(*(self.objects.get(name, set()) for name in inputs)) if inputs else set()
        return names, any(re.search(r"/libgtest[d]?\.(a|so)", name) for name in inputs)
