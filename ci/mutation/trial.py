"""One mutant: built, tried by test after test until one notices it, and taken back."""
import dataclasses
import os
import time

from mutation.sources import component_of
from mutation.test_run import ProgramRun, run_ctest
from mutation.work_copy import BuildError

NOTICED, SURVIVED, NOT_BUILT, GONE, EQUIVALENT = "noticed", "survived", "did not build", "gone", "equivalent"
LEAST_DEADLINE_S = 120
CTEST_DEADLINE_S = 90
REPETITIONS = 2  # of a failed test: what passes then has not noticed the mutant, it is shaky


@dataclasses.dataclass
class Limits:
    """Generous: the machine may be busy."""

    mutant_s: float = 300  # after which no further test is begun
    own_only: bool = False  # only the component's own tests
    standstill_s: float = 45  # a test that prints nothing for that long, and many times what it needed before, hangs


@dataclasses.dataclass
class Result:
    status: str
    by: str = ""  # who noticed it
    folder: str = ""  # where that test is declared
    hung: bool = False
    said: str = ""  # by the compiler
    seconds: float = 0.0
    tests: int = 0  # how many programs and other tests ran
    left: int = 0  # and how many did not, because the time was up


class Trial:
    def __init__(self, copy, tests, baseline, limits, jobs):
        self.copy = copy
        self.tests = tests
        self.baseline = baseline
        self.limits = limits
        self.jobs = jobs

    def run(self, mutant):
        saved = {name: self.read(name) for name in mutant.files}
        start = time.monotonic()
        try:
            result = self.tried(mutant) if mutant.apply(self.copy.root) else Result(GONE)
        except BuildError as error:
            result = Result(NOT_BUILT, said=first_error(str(error)))
        finally:
            self.copy.clear_after_tests()
            self.copy.put_outputs_back()
            for name, (content, times) in saved.items():
                self.write(name, content, times)
        result.seconds = round(time.monotonic() - start, 1)
        return result

    def read(self, name):
        path = os.path.join(self.copy.root, name)
        with open(path, "rb") as file:
            status = os.stat(path)
            return file.read(), (status.st_atime_ns, status.st_mtime_ns)

    def write(self, name, content, times):
        """With the old time: what was built of the old content is back, too."""
        path = os.path.join(self.copy.root, name)
        with open(path, "wb") as file:
            file.write(content)
        os.utime(path, ns=times)

    def order(self, mutant):
        """The component's own tests first, then those that take the least time; what ctest has to run comes last."""
        files = set(mutant.files)
        concerned = [test for test in self.tests if test.inputs & files and (owns(test, mutant) or not self.limits.own_only)]
        seconds = {test.name: self.baseline.get(test.name, {}).get("seconds", 0) for test in concerned}
        programs = sorted((t for t in concerned if t.program), key=lambda t: (not owns(t, mutant), seconds[t.name], t.name))
        return programs, [test for test in concerned if not test.program]

    def tried(self, mutant):
        programs, others = self.order(mutant)
        result = Result(SURVIVED, left=len(programs) + len(others))
        start = time.monotonic()
        for program in programs:
            if time.monotonic() - start > self.limits.mutant_s:
                return result
            self.copy.make(program.targets, self.jobs, cached=False)
            if self.noticed_by_program(program, result):
                return result
        if others and time.monotonic() - start <= self.limits.mutant_s:
            self.copy.make({target for test in others for target in test.targets}, self.jobs, cached=False)
            self.noticed_by_ctest(others, result)
        return result

    def noticed_by_program(self, test, result):
        known = self.baseline.get(test.name, {})
        standstill = max(self.limits.standstill_s, 6 * known.get("longest", 0))
        deadline = max(LEAST_DEADLINE_S, 10 * known.get("seconds", 0))
        without = set(known.get("failing", []) + known.get("slow", []))
        if any("." not in case for case in without):
            return False  # it fails as a whole, also without a mutant
        while True:
            failed, outcome = ProgramRun(self.copy, test, without=without).run(standstill, deadline)
            shaky = outcome.failed and not outcome.hung and self.is_shaky(test, outcome.failed, standstill, deadline)
            if not shaky:
                break
            without |= set(failed)
        result.tests += 1
        result.left -= 1
        return self.note(result, f"{test.name}: {outcome.failed}", outcome, test)

    def is_shaky(self, test, case, standstill, deadline):
        """A failure that does not come again."""
        if "." not in case:
            return False  # the program as a whole
        repeated = (ProgramRun(self.copy, test, only=case).run(standstill, deadline) for _ in range(REPETITIONS))
        return not any(failed for failed, _ in repeated)

    def noticed_by_ctest(self, tests, result):
        names = {t.name for t in tests if not self.baseline.get(t.name, {}).get("failing")}
        while names:
            outcome = run_ctest(self.copy, names, CTEST_DEADLINE_S, 2 * self.jobs)
            if not outcome.failed or run_ctest(self.copy, {outcome.failed}, CTEST_DEADLINE_S, 1).failed:
                break
            names.discard(outcome.failed)
        else:
            return
        result.tests += len(tests)
        result.left -= len(tests)
        failed = next((test for test in tests if test.name == outcome.failed), None)
        self.note(result, outcome.failed, outcome, failed)

    def note(self, result, by, outcome, test):
        if not outcome.failed:
            return False
        result.status, result.by, result.hung = NOTICED, by, outcome.hung
        result.folder = test.folder if test else ""
        return True


def owns(test, mutant):
    return f"{component_of(mutant.file)}/".startswith(f"{test.folder}/")


def first_error(text):
    lines = text.splitlines()
    return next((line for line in lines if " error: " in line), lines[-1] if lines else "")[:200]


def measure(copy, test, jobs):
    """What a test does without a mutant: how long it takes, and what fails even so."""
    if not test.program:
        outcome = run_ctest(copy, {test.name}, CTEST_DEADLINE_S, jobs)
        return {"seconds": outcome.seconds, "failing": [outcome.failed] if outcome.failed else []}
    failed, outcome = ProgramRun(copy, test, stop_at_first=False).run(10 * LEAST_DEADLINE_S, 10 * LEAST_DEADLINE_S)
    # What is no test of its own, as a crash at the end, cannot be tried alone.
    again = [case for case in failed if "." not in case or ProgramRun(copy, test, only=case).run(LEAST_DEADLINE_S, LEAST_DEADLINE_S)[0]]
    return {"seconds": outcome.seconds, "longest": outcome.longest, "failing": again, "slow": outcome.slow}
