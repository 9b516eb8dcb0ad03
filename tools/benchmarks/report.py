#!/usr/bin/env python3
"""What the report page costs at scale: made-up run.json of a million connections and 10,000 findings, made into a page and opened.

  tools/bench report

  --findings N         different ones, each with its own stacks (default 10000)
  --rounds N           a figure is the median of the rounds (default 5)
  --build-dir DIR      where heapstorm was built (default build)
  --node-modules DIR   where playwright-core is (default build/third_party/node_modules); without it the page is not opened
  --keep DIR           leave run.json and the page there
  --markdown           print the table as the README has it
  --self-test          check what is made up, and the table; measures nothing

Made: `heapstorm report DIRECTORY --format html`, from the start of the process to its end. Opened: in headless Chromium from disk, from
the navigation to the first frame after everything is drawn; the browser runs already. Keep the machine idle.

Exit codes: 0 measured; 2 wrong usage; 3 measuring failed; 130 interrupted.
"""
import argparse
import copy
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
SAMPLE = os.path.join(ROOT, "reports", "golden", "caught.json")
OPEN_PAGE = os.path.join(ROOT, "tools", "benchmarks", "open_page.mjs")
DEADLINE_S = 120
PIECES = 240  # as many as a series has at most
FRAMES = 24
WORKERS = 16
LONG_NAME = "boost::asio::detail::executor_op<boost::beast::websocket::stream<boost::beast::basic_stream<boost::asio::ip::tcp>>::read_op>"


class BenchError(Exception):
    """Measuring failed; the text says how."""


# ---- the run that is made up

def stack(draw):
    frames = [{"function": f"chat::Room{draw.randrange(400)}::on_message", "file": f"src/room_{draw.randrange(400)}.cpp",
               "line": draw.randrange(1, 900), "module": "/usr/bin/chat", "offset": hex(draw.randrange(1 << 20))}]
    frames += [{"function": f"{LONG_NAME}::operator()<{draw.randrange(1000)}>", "file": "boost/asio/detail/executor_op.hpp",
                "line": draw.randrange(1, 200), "module": "/usr/bin/chat", "offset": hex(draw.randrange(1 << 20))}
               for _ in range(FRAMES - 1)]
    return frames


def finding(sample, number, draw):
    made = copy.deepcopy(sample)
    made["fingerprint"] = f"{number:016x}"
    made["count"] = draw.randrange(1, 1000)
    made["expected"] = number % 2 == 0
    made["first"]["at_ms"] = draw.randrange(60_000)
    made["block"]["tag"] = f"room_{number % 400}"
    for side in ("owner", "offender"):
        made[side]["stack"] = stack(draw)
    return made


def made_up_run(findings):
    """A plain run.json, large in every way that grows with a run."""
    draw = random.Random(7)
    with open(SAMPLE, encoding="utf-8") as file:
        run = json.load(file)
    sample = run["findings"][0]
    run["load"].update(connections=1_000_000, attempted=1_000_000, messages=10_000_000, bytes=320_000_000)
    run["series"] = {"begin_ms": 20, "piece_ms": 250}
    for figure in ["connections", "messages", "errors", "clock_ticks", "findings", "clock_jumps", "worker_restarts", "signals"]:
        run["series"][figure] = [draw.randrange(10_000) for _ in range(PIECES)]
    run["coverage"]["workers"] = run["coverage"]["workers_reached"] = WORKERS
    for matrix in ["alloc_free_pairs", "accept_close", "meetings"]:
        run["coverage"][matrix] = [[draw.randrange(100_000) for _ in range(WORKERS)] for _ in range(WORKERS)]
    run["coverage"]["connections_by_worker"] = [1_000_000 // WORKERS] * WORKERS
    run["findings"] = [finding(sample, number, draw) for number in range(findings)]
    return run


# ---- measuring

def call(command):
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, timeout=DEADLINE_S, check=False)
    if done.returncode != 0:
        raise BenchError(f"exit code {done.returncode}: {' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def seconds_to_make(heapstorm, folder, report_format, rounds):
    """The time of each round, and the processor's."""
    wall_s, cpu_s = [], []
    for _ in range(rounds):
        begin, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        call([heapstorm, "report", folder, "--format", report_format])
        now = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall_s.append(time.monotonic() - begin)
        cpu_s.append(now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime)
    return wall_s, cpu_s


def seconds_to_open(page, node_modules, rounds):
    if not os.path.isdir(os.path.join(node_modules, "playwright-core")):
        print(f"{node_modules} has no playwright-core (tools/setup --check brings it): the page is not opened", file=sys.stderr)
        return None
    return [ms / 1000 for ms in json.loads(call(["node", OPEN_PAGE, page, node_modules, str(rounds)]))]


def measure(arguments, folder):
    load_before = os.getloadavg()[0]
    with open(os.path.join(folder, "run.json"), "w", encoding="utf-8") as file:
        json.dump(made_up_run(arguments.findings), file, indent=2)
    heapstorm = os.path.join(arguments.build_dir, "bin", "heapstorm")
    page = os.path.join(folder, "report.html")
    made_s, made_cpu_s = seconds_to_make(heapstorm, folder, "html", arguments.rounds)
    _, read_cpu_s = seconds_to_make(heapstorm, folder, "junit", arguments.rounds)
    opened_s = seconds_to_open(page, arguments.node_modules, arguments.rounds)
    return {"run_mb": os.path.getsize(os.path.join(folder, "run.json")) / 1e6, "page_mb": os.path.getsize(page) / 1e6,
            "made_s": made_s, "made_cpu_s": made_cpu_s, "read_cpu_s": read_cpu_s, "opened_s": opened_s,
            "load_before": load_before}


# ---- printing

def row(what, bound, values, unit, limit=None):
    middle = statistics.median(values)
    spread = f" ({min(values):.2f} to {max(values):.2f})" if len(values) > 1 else ""
    verdict = "" if limit is None else "met" if middle < limit else "missed"
    return [what, bound, f"{middle:.2f} {unit}{spread}", verdict]


def table(figures):
    rows = [["what", "bound", "measured", ""], row("run.json", "", [figures["run_mb"]], "MB"),
            row("the page", "below 3 MB", [figures["page_mb"]], "MB", 3),
            row("made from run.json", "below 2 s", figures["made_s"], "s", 2),
            row("the same: CPU", "", figures["made_cpu_s"], "s"),
            row("the JUnit report, which is little more than reading run.json: CPU", "", figures["read_cpu_s"], "s")]
    if figures["opened_s"]:
        rows.append(row("opened in headless Chromium", "below 2 s", figures["opened_s"], "s", 2))
    return rows


def show(rows, markdown):
    if markdown:
        for line in [rows[0], ["---"] * 4, *rows[1:]]:
            print(f"| {' | '.join(line)} |")
        return
    widths = [max(len(line[column]) for line in rows) for column in range(4)]
    for line in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())


def self_test():
    run = made_up_run(50)
    assert len({finding["fingerprint"] for finding in run["findings"]}) == 50
    assert json.dumps(run) == json.dumps(made_up_run(50)), "the same each time"
    try:
        import jsonschema
        with open(os.path.join(ROOT, "reports", "run.schema.json"), encoding="utf-8") as file:
            jsonschema.validate(run, json.load(file))
    except ImportError:
        print("without jsonschema: the made-up run is not held against the schema")
    rows = table({"run_mb": 80.0, "page_mb": 3.5, "made_s": [1.0, 9.0, 1.5], "made_cpu_s": [1.0], "read_cpu_s": [1.0],
                  "opened_s": [2.5]})
    assert [line[3] for line in rows[1:]] == ["", "missed", "met", "", "", "missed"], rows
    assert rows[3][2] == "1.50 s (1.00 to 9.00)", rows
    print("self-test passed")


def parse(arguments):
    parser = argparse.ArgumentParser(prog="tools/bench report", usage=__doc__)
    parser.add_argument("--findings", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--build-dir", default=os.path.join(ROOT, "build"))
    parser.add_argument("--node-modules", default=os.path.join(ROOT, "build", "third_party", "node_modules"))
    parser.add_argument("--keep")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    return parser.parse_args(arguments)


def main():
    arguments = parse(sys.argv[1:])
    if arguments.self_test:
        self_test()
        return 0
    try:
        with tempfile.TemporaryDirectory() as folder:
            if arguments.keep:
                folder = os.path.abspath(arguments.keep)
                os.makedirs(folder, exist_ok=True)
            figures = measure(arguments, folder)
            show(table(figures), arguments.markdown)
            if figures["load_before"] > 0.5:
                print(f"\nThe machine was busy (load {figures['load_before']:.1f}): only CPU and sizes say much.")
    except (BenchError, OSError, subprocess.TimeoutExpired) as error:
        print(f"bench report: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
