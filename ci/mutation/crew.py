"""Several copies of the tree, each with a process that tries one mutant after the other in it."""
import ctypes
import json
import multiprocessing
import os
import queue
import signal

from mutation.sources import hash_of_tree
from mutation.test_list import TestList
from mutation.trial import Limits, Trial, measure
from mutation.work_copy import BuildError, WorkCopy, end_marked_processes

PR_SET_PDEATHSIG = 1


class Crew:
    def __init__(self, tree, folder, count, jobs, say):
        self.tree = tree
        self.folder = folder
        self.jobs = jobs
        self.limits = Limits()
        self.say = say
        self.copies = [WorkCopy(tree, os.path.join(folder, f"copy-{number}")) for number in range(1, count + 1)]
        self.tests = []
        self.tree_hash = hash_of_tree(tree)

    @property
    def first(self):
        return self.copies[0]

    def configure(self):
        """Enough to find candidates: one copy, not built."""
        end_marked_processes(self.first.root)
        self.first.synchronise()
        self.first.configure()

    def build(self, is_wanted):
        """All copies as the tree is. One after the other: what the first compiled the next takes from the compiler's cache."""
        for copy in self.copies:
            self.say(f"building {os.path.relpath(copy.root, self.folder)} without a mutant")
            end_marked_processes(copy.root)
            copy.synchronise()
            copy.configure()
            copy.make(["build.ninja"], self.jobs, cached=True)
            tests = TestList(copy, is_wanted)
            copy.make(tests.targets(), self.jobs, cached=True)
            copy.keep_outputs()
            if copy is self.first:
                tests.read_inputs()
                self.tests = tests.tests

    def baseline(self, tests):
        """What the tests do without a mutant; remembered for this tree."""
        path = os.path.join(self.folder, "baseline.json")
        known = {}
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as file:
                stored = json.load(file)
            known = stored["tests"] if stored["tree"] == self.tree_hash else {}
        missing = [test for test in tests if test.name not in known]
        if missing:
            self.say(f"running {len(missing)} tests without a mutant")
        for test, measured in self.each(missing, lambda copy, test: measure(copy, test, self.jobs)):
            known[test.name] = measured
            with open(path, "w", encoding="utf-8") as file:
                json.dump({"tree": self.tree_hash, "tests": known}, file)
        return known

    def tried(self, mutants, baseline):
        """Pairs of a mutant and its result, as they come."""
        return self.each(mutants, lambda copy, mutant: Trial(copy, self.tests, baseline, self.limits, self.jobs).run(mutant))

    def each(self, items, function):
        """Calls function(copy, item) in the copies' processes. After an interruption they put their copies in order and end."""
        todo, done = multiprocessing.Queue(), multiprocessing.Queue()
        for index in range(len(items)):
            todo.put(index)
        for _ in self.copies:
            todo.put(None)
        processes = [multiprocessing.Process(target=work, args=(copy, items, function, todo, done)) for copy in self.copies[:len(items)]]
        for process in processes:
            process.start()
        try:
            for _ in items:
                index, result = next_of(done, processes)
                if isinstance(result, Exception):
                    raise result
                yield items[index], result
        finally:
            for process in processes:
                if process.is_alive():
                    process.join(0.5)
                    if process.is_alive():
                        os.kill(process.pid, signal.SIGINT)
                process.join(30)
                process.kill()
            todo.cancel_join_thread()  # nobody reads what is left


def next_of(done, processes):
    """Waits in short pieces: a signal that another thread of this process gets must not be slept over."""
    while True:
        try:
            return done.get(timeout=1)
        except queue.Empty:
            if not any(process.is_alive() for process in processes):
                raise BuildError("the processes of the copies have ended") from None


def work(copy, items, function, todo, done):
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    try:
        for index in iter(todo.get, None):
            try:
                done.put((index, function(copy, items[index])))
            except (BuildError, OSError) as error:
                done.put((index, error))
                return
            copy.clear_after_tests()
    except KeyboardInterrupt:
        copy.clear_after_tests()
