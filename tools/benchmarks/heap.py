#!/usr/bin/env python3
"""What heapstorm costs, measured on this machine: prints a table with the bound of each row.

  tools/bench heap               what an allocate and free pair on the owner heap costs, next to bare mimalloc and ASan

  --rounds N                     how often all programs are run, in random order (default 15); a row is the median of the rounds
  --min-time SECONDS             of each repetition of a measurement (default 0.05)
  --build-dir DIR                default: build, the one of the default preset; configured and built as needed
  --no-build                     measure what is there
  --markdown                     print the table as the README has it
  --json FILE                    write all figures
  --strict                       exit code 1 when a bound is missed
  --self-test                    check the arithmetic on made-up figures; measures nothing

Every ratio is taken within one round from figures measured side by side, so that a slow or busy machine slows both sides of it.
A shared machine is fast and slow by turns, for seconds or for parts of one: so a figure is the mean of many short repetitions in
random order, which meet the same share of both. The median of a few would be of the one or the other by chance.
Rows of one thread compare CPU time, the row of two threads wall time: keep the machine idle for that one.

Exit codes: 0 measured; 1 a bound is missed and --strict; 2 wrong usage; 3 building or measuring failed;
130 interrupted.
"""
import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
PROGRAMS = ["heap_bench_plain", "heap_bench_asan", "heap_bench_memory"]
# What a round consists of: name -> (program, its mode).
RUNS = {
    "owner_only": ("heap_bench_plain", "owner_only"),
    "everything": ("heap_bench_plain", "everything"),
    "asan": ("heap_bench_asan", "malloc"),
}
REPETITIONS = 15  # of each measurement in a round, all of a program's shuffled


class BenchError(Exception):
    """Building or measuring failed; the text says how."""


# ---- the arithmetic: from the figures of the rounds to the rows of the table

def per_round(rounds, ratio):
    """The median over the rounds of a ratio taken within each, and its least and greatest value."""
    values = [ratio(figures) for figures in rounds]
    return statistics.median(values), min(values), max(values)


def pair_ns(run, name, threads=1, clock="cpu_time"):
    """One round's figure: the mean of its repetitions."""
    return statistics.mean(run[f"{name}/real_time/threads:{threads}"][clock])


def against_bare(run):
    return pair_ns(run, "owner_heap") / pair_ns(run, "bare_mimalloc")


def against_asan(figures):
    asan = statistics.mean(figures["asan"]["malloc/real_time"]["cpu_time"])
    return pair_ns(figures["everything"], "owner_heap") / asan


def scaling(figures):
    """Throughput gained by a second thread, ours over bare. Throughput is the inverse of the time of a pair."""
    def gain(name):
        run = figures["everything"]
        return pair_ns(run, name, 1, "real_time") / pair_ns(run, name, 2, "real_time")
    return gain("owner_heap") / gain("bare_mimalloc")


def row(what, bound_text, figures, met, unit=""):
    median, least, greatest = figures
    return {"what": what, "bound": bound_text, "measured": median, "least": least, "greatest": greatest,
            "unit": unit, "met": met(median)}


def table(rounds, memory):
    everything = per_round(rounds, lambda figures: against_bare(figures["everything"]))
    block_bytes = memory["header_bytes"] + memory["tail_bytes"]
    growth = memory["average_growth_bytes"]
    return [
        row("owner check only (no stacks, no quarantine), against a bare mimalloc heap", "at most 1.6 x",
            per_round(rounds, lambda figures: against_bare(figures["owner_only"])), lambda value: value <= 1.6, " x"),
        row("everything on (both 16-frame stacks, quarantine, canary, context), against a bare mimalloc heap",
            "at most 5 x", everything, lambda value: value <= 5, " x"),
        row("everything on, against ASan's pair", "at most 1/8 (0.125 x)", per_round(rounds, against_asan),
            lambda value: value <= 1 / 8, " x"),
        row("memory per block, everything on: header and tail", "at most 64 bytes", (block_bytes,) * 3,
            lambda value: value <= 64, " bytes"),
        row("the same, as mimalloc's size classes round it (average of 16 to 512 bytes)", "", (growth,) * 3,
            lambda value: None, " bytes"),
        row("two threads, everything on: throughput gained over one thread, against what two bare mimalloc heaps gain",
            "at least 0.95 of it", per_round(rounds, scaling), lambda value: value >= 0.95),
    ]


# ---- measuring

def call(command, **options):
    done = subprocess.run(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if done.returncode != 0:
        raise BenchError(f"exit code {done.returncode}: {' '.join(command)}\n{done.stdout}")
    return done.stdout


def build(build_dir):
    if not os.path.exists(os.path.join(build_dir, "build.ninja")):
        call(["cmake", "--preset", "default", "-B", build_dir])
    call(["cmake", "--build", build_dir, "--target", *PROGRAMS])


def times_of(report):
    """Google Benchmark's JSON -> {benchmark: {clock: [ns of each repetition]}}"""
    times = {}
    for entry in report["benchmarks"]:
        if entry.get("error_occurred"):
            raise BenchError(f"{entry['name']}: {entry.get('error_message')}")
        if entry["run_type"] != "iteration":
            continue
        clocks = times.setdefault(entry["run_name"], {"real_time": [], "cpu_time": []})
        for clock, values in clocks.items():
            values.append(entry[clock] * {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}[entry["time_unit"]])
    return times


def measure(build_dir, program, mode, min_time_s):
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        call([os.path.join(build_dir, "bin", program), f"--mode={mode}", f"--benchmark_min_time={min_time_s}",
              f"--benchmark_repetitions={REPETITIONS}", "--benchmark_enable_random_interleaving=true",
              f"--benchmark_out={report.name}", "--benchmark_out_format=json"])
        return times_of(json.load(report))


def measure_round(build_dir, number, arguments):
    figures, order = {}, list(RUNS)
    random.shuffle(order)
    for name in order:
        print(f"round {number} of {arguments.rounds}: {name}", file=sys.stderr)
        figures[name] = measure(build_dir, *RUNS[name], arguments.min_time)
    return figures


def machine():
    model = "unknown processor"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                model = " ".join(line.split(":", 1)[1].split())
                break
    return {"processor": model, "cores": os.cpu_count(), "kernel": platform.release(),
            "load_before": round(os.getloadavg()[0], 2)}


# ---- printing

def as_text(value, unit):
    return f"{value:.0f}{unit}" if value == int(value) and unit == " bytes" else f"{value:.3g}{unit}"


def cells(entry):
    measured = as_text(entry["measured"], entry["unit"])
    if entry["least"] != entry["greatest"]:
        measured += f" ({entry['least']:.3g} to {entry['greatest']:.3g})"
    verdict = {True: "met", False: "missed", None: ""}[entry["met"]]
    return [entry["what"], entry["bound"], measured, verdict]


def machine_line(about, rounds):
    return (f"{about['processor']}, {about['cores']} cores, Linux {about['kernel']}; blocks of 16 to 512 bytes, 256 live; "
            f"median (least to greatest) of {rounds} rounds")


def show(rows, about, arguments):
    lines = [["what", "bound", "measured", ""]] + [cells(entry) for entry in rows]
    if arguments.markdown:
        lines.insert(1, ["---"] * 4)
        for line in lines:
            print(f"| {' | '.join(line)} |")
        print(f"\n`tools/bench heap` on {machine_line(about, arguments.rounds)}.")
        return
    widths = [max(len(line[i]) for line in lines) for i in range(4)]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
    print(f"\nmachine: {machine_line(about, arguments.rounds)}")
    if about["load_before"] > 0.5:
        print(f"The machine was busy (load {about['load_before']}): the row of two threads says little.")


# ---- self-test

def made_up_round(owner_only, everything, asan, two_threads):
    """Bare pairs take 10 ns, and half of that on two threads. Of three repetitions one was four times as slow."""
    def repetitions(mean):
        return [mean / 2, mean / 2, mean * 2]

    def run(ours, ours_on_two):
        values = {"bare_mimalloc/real_time/threads:1": 10, "bare_mimalloc/real_time/threads:2": 5,
                  "owner_heap/real_time/threads:1": ours, "owner_heap/real_time/threads:2": ours_on_two}
        return {name: {"cpu_time": repetitions(value), "real_time": repetitions(value)} for name, value in values.items()}
    return {"owner_only": run(owner_only, owner_only / 2), "everything": run(everything, two_threads),
            "asan": {"malloc/real_time": {"cpu_time": repetitions(asan)}}}


def self_test():
    memory = {"header_bytes": 48, "tail_bytes": 16, "average_growth_bytes": 70.5}
    good = table([made_up_round(*figures) for figures in [(15, 40, 400, 20), (90, 41, 400, 20.5), (16, 30, 400, 15)]], memory)
    bad = table([made_up_round(17, 60, 400, 40)], {**memory, "tail_bytes": 17})
    want_good = [(1.6, True), (4.0, True), (0.1, True), (64, True), (70.5, None), (1.0, True)]
    want_bad = [(1.7, False), (6.0, False), (0.15, False), (65, False), (70.5, None), (0.75, False)]
    failures = 0
    for got, want in [(good, want_good), (bad, want_bad)]:
        for entry, (value, met) in zip(got, want, strict=True):
            right = abs(entry["measured"] - value) < 1e-9 and entry["met"] is met
            failures += not right
            print(f"{'ok   ' if right else 'WRONG'} {entry['measured']:.4g} {entry['met']}: {entry['what']}")
    return 1 if failures else 0


# ---- the command

def parse(words):
    parser = argparse.ArgumentParser(usage="tools/bench heap [OPTION]... (--help says which)", add_help=False)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--min-time", type=float, default=0.05)
    parser.add_argument("--build-dir", default="build")
    parser.add_argument("--json", metavar="FILE")
    for flag in ["--no-build", "--markdown", "--strict", "--self-test"]:
        parser.add_argument(flag, action="store_true")
    parser.add_argument("-h", "--help", action="store_true")
    arguments = parser.parse_args(words)
    if arguments.help or arguments.rounds < 1:
        print(__doc__, file=sys.stdout if arguments.help else sys.stderr, end="")
        sys.exit(0 if arguments.help else 2)
    return arguments


def main(words):
    arguments = parse(words)
    if arguments.self_test:
        return self_test()
    build_dir = os.path.join(ROOT, arguments.build_dir)
    try:
        if not arguments.no_build:
            build(build_dir)
        about = machine()
        memory = json.loads(call([os.path.join(build_dir, "bin", "heap_bench_memory")]))
        rounds = [measure_round(build_dir, number, arguments) for number in range(1, arguments.rounds + 1)]
        rows = table(rounds, memory)
    except (BenchError, OSError, KeyError, ValueError) as error:
        print(f"bench: {type(error).__name__}: {error}", file=sys.stderr)
        return 3
    show(rows, about, arguments)
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump({"machine": about, "rows": rows, "memory": memory, "rounds": rounds}, file, indent=1)
    missed = any(entry["met"] is False for entry in rows)
    return 1 if missed and arguments.strict else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
