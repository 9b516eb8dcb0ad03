#!/usr/bin/env python3
"""How fast a storm is, beside other clients and servers on this machine: prints a table with the bound of each row.

  tools/bench storm

  --connections N      of each measurement of a rate (default 100000); the slow ones make a tenth or less of that
  --million N          connections of the long run (default 1000000)
  --held N             connections held open while 1,000 per second come and go (default 15000)
  --rounds N           every ratio is taken so often, both sides right after one another (default 5); the median counts
  --only NAME,...      tcp, http, websocket, echo, million, held
  --build-dir DIR      default: build; what is needed is built
  --no-build           measure what is there
  --markdown           print the table as the README has it
  --json FILE          write all figures
  --strict             exit code 1 when a bound is missed
  --self-test          check the arithmetic on made-up figures; measures nothing

Client and server share the machine's cores, in each row in the same way for both sides. Keep the machine idle. What a row needs and
this machine lacks (wrk, node, the npm package ws) is said in its place.

Exit codes: 0 measured; 1 a bound is missed and --strict; 2 wrong usage; 3 building or measuring failed; 130 interrupted.
"""
import argparse
import concurrent.futures
import contextlib
import json
import os
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
CLIENTS = 64
HELD_RATE_PER_S = 1000
ROWS = ["tcp", "http", "websocket", "echo", "million", "held"]
TARGETS = ["heapstorm", "storm_bench_plain_loop", "storm_bench_canned", "storm_bench_beast_echo", "target_host_plain", "null_plain"]
# A whole run of a storm takes longer than its connections: the target's start and stop.
DEADLINE_S = 900


class BenchError(Exception):
    """Building or measuring failed; the text says how."""


class Missing(Exception):
    """Something that is not ours is not on this machine; the text says what."""


# ---- the arithmetic: from figures to the rows of the table

def row(what, bound, values, met, unit=" x"):
    values = list(values)
    median = statistics.median(values)
    return {"what": what, "bound": bound, "measured": median, "least": min(values), "greatest": max(values), "unit": unit,
            "met": met(median)}


def missing_row(what, bound, why):
    return {"what": what, "bound": bound, "measured": None, "unit": "", "met": None, "why": why}


def tcp_rows(rounds):
    def against_loop(what, storm_is, loop_is, bound):
        ratios = (one[storm_is]["storm"]["rate_per_s"] / loop_is(one)["rate_per_s"] for one in rounds)
        return row(what, f"at least {bound} x" if bound else "", ratios, lambda value: value >= bound if bound else None)
    return [against_loop("TCP connect and RST, one connection open, against a plain blocking loop of the same system calls",
                         "one", lambda one: one["one"]["loop"], 0.9),
            against_loop(f"the same, {CLIENTS} connections open in both", "many", lambda one: one["many"]["loop"], 0.9),
            against_loop(f"the storm with {CLIENTS} open, against a loop that makes a socket for each connection, one open",
                         "many", lambda one: one["usual"], None)]


def http_rows(rounds):
    return [row("HTTP connect, request, response, RST on nginx, against wrk with Connection: close", "at least 1.35 x",
                (one["storm"]["rate_per_s"] / one["wrk"]["rate_per_s"] for one in rounds), lambda value: value >= 1.35),
            row("the same: client's CPU per connection", "at most 0.75 x",
                (one["storm"]["cpu_us"] / one["wrk"]["cpu_us"] for one in rounds), lambda value: value <= 0.75)]


def websocket_rows(rounds):
    def against_npm(what, this, loop, bound="", met=lambda value: None):
        return row(what, bound, (one[this]["rate_per_s"] / one[loop]["rate_per_s"] for one in rounds), met)
    return [against_npm(f"WebSocket connect, upgrade, one echo, RST, against the npm client ws, {CLIENTS} open in both",
                        "storm", "loop", "at least 20 x", lambda value: value >= 20),
            against_npm("the same storm, against a loop of that client with one open", "storm", "one"),
            against_npm(f"what bare Beast servers give a client that costs nothing, against the npm client, {CLIENTS} open",
                        "beast", "loop"),
            against_npm(f"what the kernel gives when both sides cost nothing, against the npm client, {CLIENTS} open",
                        "kernel", "loop")]


def echo_rows(rounds):
    return [row("the storm on null/echo (owner heap, black box, coverage), against the same on a bare Beast echo server",
                "at least 0.85 x", (one["ours"]["rate_per_s"] / one["beast"]["rate_per_s"] for one in rounds),
                lambda value: value >= 0.85)]


def million_rows(figures):
    mib = 1 << 20
    return [row(f"{figures['wanted']:,} WebSocket connections in one run: opened", "all of them", [figures["connections"]],
                lambda value: value == figures["wanted"] and figures["end_reason"] == "completed", ""),
            row("the same: greatest memory of the runner", "below 64 MiB", [figures["rss_bytes"] / mib],
                lambda value: value < 64, " MiB"),
            row("the same: run.json", "below 1 MiB", [figures["result_bytes"] / mib], lambda value: value < 1, " MiB")]


def held_rows(figures):
    done = figures["end_reason"] == "completed" and figures["connections"] == figures["wanted"]
    return [row(f"{figures['held']:,} held open while {HELD_RATE_PER_S:,} per second come and go: errors", "completes, none",
                [figures["errors"]], lambda value: value == 0 and done, ""),
            row("the same: began more than 10 ms late", "", [figures["late_starts"]], lambda value: None, "")]


# ---- storms

def scenario(target, load):
    return {"name": "bench/storm", "target": target, "load": load, "limits": {"time_s": 600, "start_s": 20}, "expect": {"clean": True}}


def session(protocol):
    steps = {"tcp": [], "http": [{"request": {}}], "websocket": [{"send": {"text": "y\n"}}]}[protocol]
    return [{"open": {}}, *steps, {"leave": {"rst": 1}}]


def closed_load(protocol, connections, at_once=CLIENTS):
    return {"protocol": protocol, "connections": connections, "concurrent": min(at_once, connections), "session": session(protocol)}


def null_echo(workers):
    return {"plugin": "null", "variant": "echo", "workers": workers}


def peak_rss_bytes(process):
    """Waits for the process alone, whatever other children there are."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss * 1024


def storm(bench, target, load):
    """One run of heapstorm: its figures, its memory, the size of its result."""
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "storm.json")
        with open(file, "w", encoding="utf-8") as stream:
            json.dump(scenario(target, load), stream)
        out = os.path.join(folder, "run")
        with open(os.path.join(folder, "log"), "w+", encoding="utf-8") as log:
            with subprocess.Popen([bench.program("heapstorm"), "run", file, "--out", out], stdout=log, stderr=log) as process:
                rss_bytes = peak_rss_bytes(process)
            log.seek(0)
            if process.returncode != 0:
                raise BenchError(f"heapstorm ended with {process.returncode}:\n{log.read()}")
        with open(os.path.join(out, "run.json"), encoding="utf-8") as stream:
            result = json.load(stream)
        size = os.path.getsize(os.path.join(out, "run.json"))
    figures = result["load"]
    errors = sum(count for kinds in figures["errors"].values() for count in kinds.values())
    return {"rate_per_s": figures["rate_per_s"], "cpu_us": figures["client_cpu_us_per_connection"], "errors": errors,
            "connections": figures["connections"], "end_reason": result["end_reason"], "rss_bytes": rss_bytes,
            "result_bytes": size, "late_starts": figures.get("open_loop", {}).get("late_starts", 0)}


# ---- the others

def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def server(command, port):
    """Runs a server until the block is left."""
    with subprocess.Popen(command, cwd=os.path.join(ROOT, "scenarios", "external"), stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(200):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                if process.poll() is not None:
                    raise BenchError(f"{command[0]} ended with {process.returncode}")
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait()


def call(command, **options):
    done = subprocess.run(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=DEADLINE_S,
                          check=False, **options)
    if done.returncode != 0:
        raise BenchError(f"exit code {done.returncode}: {' '.join(command)}\n{done.stdout}")
    return done.stdout


def children_cpu_s():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def two_sides(program, serve, connect, *numbers):
    """A program that plays the server with one word and the client, which prints its figures, with another."""
    port = free_port()
    with server([program, serve, str(port)], port):
        return json.loads(call([program, connect, str(port), *map(str, numbers)]))


def full_cores(bench, server_command, connections):
    """How fast the recorded bytes of a client go when every core is busy: with servers and clients of their own, two of each."""
    client = bench.program("storm_bench_canned")
    half = connections // 2
    ports = [free_port(), free_port()]
    with server([*server_command, str(ports[0])], ports[0]), server([*server_command, str(ports[1])], ports[1]), \
            concurrent.futures.ThreadPoolExecutor() as pool:
        outputs = pool.map(lambda port: call([client, "talk", str(port), str(half), str(CLIENTS // 2)]), ports)
        return {"rate_per_s": 2 * min(json.loads(output)["rate_per_s"] for output in outputs)}


def plain_loop(bench, mode, *numbers):
    return two_sides(bench.program("storm_bench_plain_loop"), "accept", mode, *numbers)


def wrk(connections):
    """wrk runs for a time, not for a number: as long as the connections take at 20,000 a second."""
    program = shutil.which("wrk")
    if program is None:
        raise Missing("wrk is not installed (Debian: wrk)")
    port = free_port()
    with tempfile.TemporaryDirectory() as scratch, server(["sh", "nginx_http/start", str(port), scratch], port):
        before = children_cpu_s()
        text = call([program, "-t1", f"-c{CLIENTS}", f"-d{max(1, connections // 20000)}s", "-H", "Connection: close",
                     f"http://127.0.0.1:{port}/hello"])
        cpu_s = children_cpu_s() - before
    rate = float(re.search(r"Requests/sec:\s+([0-9.]+)", text)[1])
    return {"rate_per_s": rate, "cpu_us": cpu_s / int(re.search(r"(\d+) requests in", text)[1]) * 1e6}


def ws_loop(bench, connections, at_once):
    modules = os.path.join(bench.build_dir, "third_party", "node_modules")
    if shutil.which("node") is None or not os.path.isdir(os.path.join(modules, "ws")):
        raise Missing("node or the npm package ws is not installed (tools/setup --check)")
    port = free_port()
    with server([bench.program("storm_bench_beast_echo"), str(port)], port):
        return json.loads(call(["node", "tools/benchmarks/ws_loop.js", str(port), str(connections), str(at_once)],
                               env={**os.environ, "NODE_PATH": modules}))


# ---- the measurements, one for each group of rows

class Bench:
    """Where the programs are and how much to measure."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.build_dir = os.path.abspath(os.path.join(ROOT, arguments.build_dir))

    def program(self, name):
        return os.path.join(self.build_dir, "bin", name)

    def rounds(self, what, measure):
        results = []
        for number in range(1, self.arguments.rounds + 1):
            print(f"{what}: round {number} of {self.arguments.rounds}", file=sys.stderr)
            results.append(measure())
        return results

    def external(self, arguments, endpoint, load):
        name, *others = arguments
        return storm(self, {"command": [self.program(name), *others, "${PORT}"], "endpoint": endpoint}, load)


def measure_tcp(bench):
    count = bench.arguments.connections

    def both(at_once):
        return {"loop": plain_loop(bench, "connect", count, at_once),
                "storm": bench.external(["storm_bench_plain_loop", "accept"], "tcp://127.0.0.1:${PORT}",
                                        closed_load("tcp", count, at_once))}
    return tcp_rows(bench.rounds("tcp", lambda: {"one": both(1), "many": both(CLIENTS),
                                                 "usual": plain_loop(bench, "usual", count)}))


def measure_http(bench):
    count = bench.arguments.connections
    target = {"command": ["sh", "nginx_http/start", "${PORT}", "${SCRATCH}"], "endpoint": "http://127.0.0.1:${PORT}/hello",
              "working_directory": os.path.join(ROOT, "scenarios", "external"), "ready": {"http": "/hello"}}
    try:
        return http_rows(bench.rounds("http", lambda: {
            "wrk": wrk(count), "storm": storm(bench, target, closed_load("http", count))}))
    except Missing as missing:
        figures = storm(bench, target, closed_load("http", count))
        why = f"{missing}; the storm alone: {figures['rate_per_s']:.0f} per s, {figures['cpu_us']:.1f} us of CPU each"
        return [missing_row("HTTP on nginx, against wrk with Connection: close", "at least 1.35 x, at most 0.75 x CPU", why)]


def measure_websocket(bench):
    count = bench.arguments.connections
    try:
        return websocket_rows(bench.rounds("websocket", lambda: {
            "loop": ws_loop(bench, max(1, count // 20), CLIENTS),
            "one": ws_loop(bench, max(1, count // 20), 1),
            "beast": full_cores(bench, [bench.program("storm_bench_beast_echo")], count),
            "kernel": full_cores(bench, [bench.program("storm_bench_canned"), "serve"], count),
            "storm": storm(bench, null_echo(2), closed_load("websocket", count))}))
    except Missing as missing:
        return [missing_row("WebSocket on null/echo, against the npm client ws", "at least 20 x", str(missing))]


def measure_echo(bench):
    count = bench.arguments.connections
    return echo_rows(bench.rounds("echo", lambda: {
        "beast": bench.external(["storm_bench_beast_echo"], "ws://127.0.0.1:${PORT}/", closed_load("websocket", count)),
        "ours": storm(bench, null_echo(1), closed_load("websocket", count))}))


def measure_million(bench):
    count = bench.arguments.million
    return million_rows({**storm(bench, null_echo(2), closed_load("websocket", count)), "wanted": count})


def measure_held(bench):
    held = bench.arguments.held
    others = 5 * HELD_RATE_PER_S
    load = {"protocol": "websocket", "connections": held + others, "held": held, "session": session("websocket"),
            "arrival": {"open": {"rate_per_s": HELD_RATE_PER_S}}}
    return held_rows({**storm(bench, null_echo(2), load), "wanted": held + others, "held": held})


# ---- printing

def as_text(value, unit):
    return f"{value:,.0f}{unit}" if value == int(value) else f"{value:.3g}{unit}"


def cells(entry):
    if entry["measured"] is None:
        return [entry["what"], entry["bound"], entry["why"], "not measured"]
    measured = as_text(entry["measured"], entry["unit"])
    if entry["least"] != entry["greatest"]:
        measured += f" ({entry['least']:.3g} to {entry['greatest']:.3g})"
    return [entry["what"], entry["bound"], measured, {True: "met", False: "missed", None: ""}[entry["met"]]]


def show(rows, markdown):
    lines = [["what", "bound", "measured", ""]] + [cells(entry) for entry in rows]
    if markdown:
        lines.insert(1, ["---"] * 4)
        for line in lines:
            print(f"| {' | '.join(line)} |")
        return
    widths = [max(len(line[i]) for line in lines) for i in range(4)]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())


# ---- self-test

def self_test():
    def rate(value, cpu_us=1.0):
        return {"rate_per_s": value, "cpu_us": cpu_us}

    def tcp(one, many, usual):
        return {"usual": rate(usual), **{name: {"storm": rate(storm_rate), "loop": rate(loop_rate)}
                                         for name, (storm_rate, loop_rate) in [("one", one), ("many", many)]}}
    million = {"wanted": 100, "connections": 100, "end_reason": "completed", "rss_bytes": 32 << 20, "result_bytes": 1 << 19}
    held = {"wanted": 20, "held": 15, "connections": 20, "end_reason": "completed", "errors": 0, "late_starts": 3}
    wanted = [
        (tcp_rows([tcp(one=(90, 100), many=(89, 100), usual=50), tcp(one=(80, 100), many=(80, 100), usual=40),
                   tcp(one=(95, 100), many=(95, 100), usual=50)]), [(0.9, True), (0.89, False), (1.9, None)]),
        (tcp_rows([tcp(one=(89, 100), many=(90, 100), usual=90)]), [(0.89, False), (0.9, True), (1, None)]),
        (http_rows([{"storm": rate(135, 15), "wrk": rate(100, 20)}]), [(1.35, True), (0.75, True)]),
        (http_rows([{"storm": rate(134, 16), "wrk": rate(100, 20)}]), [(1.34, False), (0.8, False)]),
        (websocket_rows([{"storm": rate(2100), "loop": rate(100), "one": rate(50), "beast": rate(2300), "kernel": rate(2500)}]),
         [(21, True), (42, None), (23, None), (25, None)]),
        (websocket_rows([{"storm": rate(1990), "loop": rate(100), "one": rate(50), "beast": rate(2300), "kernel": rate(2500)}]),
         [(19.9, False), (39.8, None), (23, None), (25, None)]),
        (echo_rows([{"ours": rate(84), "beast": rate(100)}]), [(0.84, False)]),
        (million_rows(million), [(100, True), (32, True), (0.5, True)]),
        (million_rows({**million, "connections": 99, "rss_bytes": 64 << 20, "result_bytes": 1 << 20}),
         [(99, False), (64, False), (1, False)]),
        (held_rows(held), [(0, True), (3, None)]),
        (held_rows({**held, "end_reason": "time_limit"}), [(0, False), (3, None)]),
    ]
    failures = 0
    for got, want in wanted:
        for entry, (value, met) in zip(got, want, strict=True):
            right = abs(entry["measured"] - value) < 1e-9 and entry["met"] is met
            failures += not right
            print(f"{'ok   ' if right else 'WRONG'} {entry['measured']:.4g} {entry['met']}: {entry['what']}")
    return 1 if failures else 0


# ---- the command

def parse(words):
    parser = argparse.ArgumentParser(usage="tools/bench storm [OPTION]... (--help says which)", add_help=False)
    parser.add_argument("--connections", type=int, default=100000)
    parser.add_argument("--million", type=int, default=1000000)
    parser.add_argument("--held", type=int, default=15000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default=",".join(ROWS))
    parser.add_argument("--build-dir", default="build")
    parser.add_argument("--json", metavar="FILE")
    for flag in ["--no-build", "--markdown", "--strict", "--self-test"]:
        parser.add_argument(flag, action="store_true")
    parser.add_argument("-h", "--help", action="store_true")
    arguments = parser.parse_args(words)
    arguments.only = arguments.only.split(",")
    counts = [arguments.connections, arguments.million, arguments.held, arguments.rounds]
    if arguments.help or min(counts) < 1 or not set(arguments.only) <= set(ROWS):
        print(__doc__, file=sys.stdout if arguments.help else sys.stderr, end="")
        sys.exit(0 if arguments.help else 2)
    return arguments


def main(words):
    arguments = parse(words)
    if arguments.self_test:
        return self_test()
    bench = Bench(arguments)
    measurements = {"tcp": measure_tcp, "http": measure_http, "websocket": measure_websocket, "echo": measure_echo,
                    "million": measure_million, "held": measure_held}
    rows = []
    try:
        if not arguments.no_build:
            call(["cmake", "--build", bench.build_dir, "--target", *TARGETS])
        for name in arguments.only:
            rows += measurements[name](bench)
    except (BenchError, OSError, KeyError, TypeError, ValueError, subprocess.SubprocessError) as error:
        print(f"bench: {type(error).__name__}: {error}", file=sys.stderr)
        return 3
    show(rows, arguments.markdown)
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump({"rows": rows, "load": os.getloadavg()}, file, indent=1)
    return 1 if arguments.strict and any(entry["met"] is False for entry in rows) else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
