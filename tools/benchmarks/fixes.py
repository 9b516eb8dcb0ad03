#!/usr/bin/env python3
"""What each fix of the date cache costs: drives every variant of date_header with the same storm of HTTP requests.

  tools/bench fixes

  --rounds N           every variant is run so often, in random order (default 5); a figure is the median of the rounds
  --connections N      of one run (default 400), each with --requests requests on one connection (default 200)
  --build-dir DIR      where heapstorm was built (default build)
  --markdown           print the table as the README has it

The clock stands still, so that no cache is renewed while the storm lasts and no buggy variant dies: what is left is what a response
pays for its Date. CPU per request is the server's: that of the whole run less the client's own and that of a run with a
single request. Keep the machine idle.

Exit codes: 0 measured; 2 wrong usage; 3 measuring failed; 130 interrupted.
"""
import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
SCENARIO = "scenarios/date_header/per_request.json"
WORKERS = 2


class BenchError(Exception):
    """Measuring failed; the text says how."""


def children_cpu_s():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def call(command, accepted=(0,)):
    done = subprocess.run(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode not in accepted:
        raise BenchError(f"exit code {done.returncode}: {' '.join(command)}\n{done.stdout}")
    return done.stdout


def variants(heapstorm):
    listed = [target for target in json.loads(call([heapstorm, "list", "targets", "--json"])) if target["family"] == "date_header"]
    if not listed:
        raise BenchError("heapstorm list targets knows no family date_header")
    return listed


def storm(heapstorm, variant, connections, requests):
    """One run: requests per second, and CPU seconds of everything but the client."""
    session = [{"open": {}}, {"request": {"path": "/", "times": requests}}, {"leave": {"rst": 1}}]
    load = {"protocol": "http", "connections": connections, "concurrent": min(16, connections), "session": session}
    with tempfile.TemporaryDirectory() as folder:
        before = children_cpu_s()
        call([heapstorm, "run", SCENARIO, "--out", os.path.join(folder, "run"), "--set", f"target.variant={variant}",
              "--set", f"target.workers={WORKERS}", "--set", f"load={json.dumps(load)}", "--set", "faults=[]",
              "--set", "expect={\"clean\":true}"], accepted=(0, 1))
        cpu_s = children_cpu_s() - before
        with open(os.path.join(folder, "run", "run.json"), encoding="utf-8") as file:
            figures = json.load(file)["load"]
    if figures["messages"] != connections * requests:
        raise BenchError(f"{variant}: {figures['messages']} of {connections * requests} requests were answered")
    client_s = figures["client_cpu_us_per_connection"] * figures["connections"] / 1e6
    # A run of one request is over before there is a rate.
    return requests * figures["rate_per_s"], cpu_s - client_s


def measure(heapstorm, names, arguments):
    rounds = {name: [] for name in names}
    for number in range(1, arguments.rounds + 1):
        order = list(names)
        random.shuffle(order)
        for name in order:
            print(f"round {number} of {arguments.rounds}: {name}", file=sys.stderr)
            _, idle_s = storm(heapstorm, name, 1, 1)
            rate, cpu_s = storm(heapstorm, name, arguments.connections, arguments.requests)
            requests = arguments.connections * arguments.requests
            rounds[name].append((rate, (cpu_s - idle_s) / requests * 1e6))
    return rounds


def spread(values, digits):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def show(listed, rounds, markdown):
    lines = [["variant", "", "requests/s", "server's CPU per request, us"]]
    for target in listed:
        figures = rounds[target["variant"]]
        lines.append([target["variant"], "buggy" if target["buggy"] else "fixed", spread([rate for rate, _ in figures], 0),
                      spread([cpu for _, cpu in figures], 2)])
    if markdown:
        lines.insert(1, ["---"] * 4)
        for line in lines:
            print(f"| {' | '.join(line)} |")
        return
    widths = [max(len(line[i]) for line in lines) for i in range(4)]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())


def main(words):
    parser = argparse.ArgumentParser(usage="tools/bench fixes [OPTION]... (--help says which)", add_help=False)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=400)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--build-dir", default="build")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("-h", "--help", action="store_true")
    arguments = parser.parse_args(words)
    if arguments.help or min(arguments.rounds, arguments.connections, arguments.requests) < 1:
        print(__doc__, file=sys.stdout if arguments.help else sys.stderr, end="")
        return 0 if arguments.help else 2
    heapstorm = os.path.join(os.path.abspath(os.path.join(ROOT, arguments.build_dir)), "bin", "heapstorm")
    try:
        listed = variants(heapstorm)
        rounds = measure(heapstorm, [target["variant"] for target in listed], arguments)
    except (BenchError, OSError, KeyError, ValueError) as error:
        print(f"bench: {type(error).__name__}: {error}", file=sys.stderr)
        return 3
    show(listed, rounds, arguments.markdown)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
