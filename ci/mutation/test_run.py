"""Runs tests of a copy and says who noticed something: a failure, a crash, or a standstill."""
import dataclasses
import os
import re
import resource
import selectors
import signal
import subprocess
import time

PARTS = 6  # of a GoogleTest program at once: most of them wait for sockets and clocks, not for a processor
SLOW_S = 20  # most of those are made of ten thousand findings; without optimisation they would take most of the time
MEMORY_BYTES = 8 << 30
LINE = re.compile(r"\[ +(RUN|OK|FAILED|SKIPPED) +\] (\S+)")


@dataclasses.dataclass
class Outcome:
    failed: str = ""  # the test that failed
    hung: bool = False
    seconds: float = 0.0
    longest: float = 0.0  # between two lines of the output
    slow: list = dataclasses.field(default_factory=list)


def limit_files():
    """No core files of a thousand crashes. (The size of files has no limit: a black box is a large one, with holes.)"""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_memory():
    """And a mutant that allocates without end is stopped. Not where a sanitizer reserves terabytes."""
    limit_files()
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))


class Part:
    """One process of a program, which runs its share of the tests."""

    def __init__(self, copy, program, arguments, index, parts):
        environment = copy.environment(GTEST_TOTAL_SHARDS=str(parts), GTEST_SHARD_INDEX=str(index))
        limit = limit_files if "asan" in program else limit_memory
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen([os.path.join(copy.build, program), *arguments], cwd=copy.build, env=environment,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        start_new_session=True, preexec_fn=limit)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.rest = b""
        self.current = ""  # the test that runs
        self.failed = []
        self.slow = []
        self.last_line = time.monotonic()
        self.longest = 0.0

    def read(self):
        """False at the end of the output."""
        try:
            content = os.read(self.process.stdout.fileno(), 1 << 16)
        except BlockingIOError:
            return True
        lines = (self.rest + content).split(b"\n")
        self.rest = lines.pop()[-4096:]
        for line in lines:
            self.line(line.decode("utf-8", "replace"))
        return bool(content)

    def line(self, text):
        match = LINE.match(text)
        if not match:
            return
        now = time.monotonic()
        self.longest = max(self.longest, now - self.last_line)
        word, name = match.groups()
        name = name.rstrip(",")
        if word == "RUN":
            self.current = name
        elif word == "FAILED" and name == self.current:
            self.failed.append(name)
            self.current = ""
        elif name == self.current:
            if now - self.last_line > SLOW_S:
                self.slow.append(name)
            self.current = ""
        self.last_line = now

    def ended_badly(self):
        return self.process.wait() != 0 and not self.failed

    def kill(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()


class ProgramRun:
    """A GoogleTest program, in several parts at once."""

    def __init__(self, copy, test, only=None, without=(), stop_at_first=True, parts=PARTS):
        self.test = test
        self.stop_at_first = stop_at_first
        filters = (only or "*") + ("-" + ":".join(sorted(without)) if without else "")
        arguments = [f"--gtest_filter={filters}"] + (["--gtest_fail_fast"] if stop_at_first else [])
        count = 1 if only else parts
        self.parts = [Part(copy, test.program, arguments, index, count) for index in range(count)]

    def run(self, standstill_s, deadline_s):
        """All failed tests, the first one first; a standstill counts for the test in which it happened."""
        start = time.monotonic()
        open_parts, failed, hung = list(self.parts), [], False
        try:
            with selectors.DefaultSelector() as selector:
                for part in self.parts:
                    selector.register(part.process.stdout, selectors.EVENT_READ, part)
                while open_parts and not hung and not (failed and self.stop_at_first):
                    for key, _ in selector.select(timeout=1):
                        if not key.data.read():
                            selector.unregister(key.fileobj)
                            open_parts.remove(key.data)
                            if key.data.ended_badly():
                                failed.append(key.data.current or "its end")
                    failed += [name for part in self.parts for name in part.failed if name not in failed]
                    now = time.monotonic()
                    silent = [part for part in open_parts if now - part.last_line > standstill_s or now - start > deadline_s]
                    if silent and not failed:
                        hung, failed = True, [silent[0].current or "its start"]
        finally:
            for part in self.parts:
                part.kill()
        longest, slow = max(part.longest for part in self.parts), [name for part in self.parts for name in part.slow]
        return failed, Outcome(failed[0] if failed else "", hung, time.monotonic() - start, longest, slow)


def run_ctest(copy, names, deadline_s, jobs):
    """Tests that are no GoogleTest programs: the first that failed, or nothing."""
    start = time.monotonic()
    pattern = "^(" + "|".join(re.escape(name) for name in sorted(names)) + ")$"
    command = ["ctest", "-R", pattern, "-j", str(jobs), "--stop-on-failure", "--timeout", str(int(deadline_s))]
    with subprocess.Popen(command, cwd=copy.build, env=copy.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=limit_files) as process:
        try:
            text = process.communicate()[0].decode("utf-8", "replace")
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    match = re.search(r"Test +#\d+: (\S+) [. ]*\*\*\*(\w+)", text)
    failed = match.group(1) if match and match.group(2) != "Skipped" else ""
    if process.returncode != 0 and not failed:
        match = re.search(r"^\s*\d+ - (\S+) \((?!Not Run)", text, re.MULTILINE)
        failed = match.group(1) if match else "ctest"
    return Outcome(failed, "***Timeout" in text, time.monotonic() - start)
