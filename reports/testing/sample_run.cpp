#include "reports/testing/sample_run.h"

#include <cerrno>

namespace heapstorm {
namespace {

Frame heap_frame() {
  return {"heapstorm_free", "harness/heap/heap.cpp", 120, "/opt/heapstorm/target_host", 0x4120};
}

Frame target_frame(const char* function, std::uint32_t line) {
  return {function, "targets/date_header/static_cache.cpp", line, "/opt/heapstorm/targets/date_header.so", 0x1a2b};
}

Side side(const char* thread, std::uint32_t slot, std::uint32_t connection, Frame frame) {
  Side side;
  side.thread = thread;
  side.slot = slot;
  side.connection = connection;
  side.action = "handshake";
  side.stack = {heap_frame(), std::move(frame)};
  return side;
}

Finding foreign_free() {
  Finding finding;
  finding.kind = "foreign_free";
  finding.fingerprint = "9c1f00aa12345678";
  finding.severity = "error";
  finding.count = 37;
  finding.at_ms = 12;
  finding.summary = "worker-2 freed a block of worker-1";
  finding.block = Block{0x7f0010203040, 29, "date_header", 4, "live"};
  finding.owner = side("worker-1", 2, 3, target_frame("DateCache::format", 31));
  finding.offender = side("worker-2", 3, 4, target_frame("DateCache::refresh", 28));
  finding.held_by = "date_header::cache";
  finding.source = "owner_heap";
  finding.expected = true;
  return finding;
}

RunResult base(const char* scenario, const char* variant) {
  RunResult result;
  result.tool_version = "0.1.0";
  result.flavour = "plain";
  result.compiler = "a compiler";
  result.scenario = scenario;
  result.scenario_file = std::string("scenarios/") + scenario + ".json";
  result.seed = 7;
  result.started_at_ms = 1'700'000'000'000;  // 2023-11-14T22:13:20Z
  result.plan_hash = "0123456789abcdef0123456789abcdef";
  result.passed = true;
  result.family = "date_header";
  result.variant = variant;
  result.workers = 2;
  result.pid = 4711;
  result.exit.code = 0;
  result.duration_ms = 1234;
  result.storm.duration_ms = 1000;
  result.storm.attempted = 20000;
  result.storm.connections = 19990;
  result.storm.messages = 100000;
  result.storm.bytes = 400000;
  result.storm.sessions = {.completed = 19980, .cut = 10, .excused = 6, .unfinished = 4};
  result.storm.answers = {99985, {{101, 19990}, {401, 10}}, {110, 250, 1200, 5000}};
  result.storm.latency_us = {90, 200, 900, 4000};
  result.storm.client_cpu_us_per_connection = 21.5;
  result.storm.errors[static_cast<std::size_t>(Phase::read)][ECONNRESET] = 10;
  result.series = {20, 250, {{4000, 20000, 0, 250, 1}, {5990, 30000, 10, 250, 36}, {10000, 50000, 0, 250, 0}}};
  result.series.pieces[0][*find_series_figure("worker_restarts")] = 1;
  result.series.pieces[1][*find_series_figure("worker_restarts")] = 1;
  result.series.pieces[2][*find_series_figure("signals")] = 1;
  result.coverage = {
      2, 2, 2, {{500, 37}, {41, 480}}, {9990, 10000}, {{9990, 0}, {0, 10000}}, {{4000, 5990}, {6000, 4000}}};
  result.faults["rst"] = {10000, 9990, {}};
  result.faults["SIGKILL"] = {1, 1, 1};
  result.rerun = "heapstorm run scenarios/" + std::string(scenario) + ".json --seed 7 --flavour plain";
  result.directory = "heapstorm-runs/sample";
  return result;
}

}  // namespace

RunResult sample_caught() {
  RunResult result = base("date_header/static_cache", "static_cache");
  result.storm.until = GoalResult{Goal::pairs, true, 20000, 987};
  result.findings = {foreign_free()};
  result.expectations = {{"finds foreign_free of date_header", true}};
  return result;
}

RunResult sample_hostile() {
  RunResult result = base("date_header/static_cache", "static_cache");
  result.passed = false;
  result.end_reason = EndReason::target_died;
  result.exit = {{}, 11};
  result.storm.rounds = 3;
  result.storm.until = GoalResult{.goal = Goal::findings, .ended_by = StormEnd::stopped};
  Finding finding = foreign_free();
  const std::string hostile = "\033[2J\r\nPASS \"<script>\" \xc2\x9b\x31m \xff";
  finding.expected = false;
  finding.damaged = true;
  finding.block->tag = hostile;
  finding.owner->thread = hostile;
  finding.owner->exited = true;
  finding.owner->connection = {};
  finding.owner->action = "";
  finding.owner->stack = {{"", "", 0, hostile, 0x10}};
  finding.offender->text = hostile;
  finding.held_by = hostile;
  Finding crash;
  crash.kind = "crash";
  crash.fingerprint = "00000000000000ff";
  crash.severity = "error";
  crash.summary = "the target died of SIGSEGV\x07";
  crash.source = "signal";
  result.findings = {finding, crash};
  result.expectations = {{"nothing is found", false}, {"errors at most 0", false, "10 of 20000; read: ECONNRESET 10"}};
  result.notes = {"the target's last words: " + hostile};
  return result;
}

RunResult sample_filled_with(const std::string& text) {
  RunResult result = sample_hostile();
  Finding& finding = result.findings.front();
  for (std::string* place : {&finding.kind, &finding.summary, &finding.block->tag, &finding.held_by, &result.scenario,
                             &result.scenario_file, &result.family, &result.variant, &result.rerun}) {
    *place = text;
  }
  for (std::optional<Side>* side : {&finding.owner, &finding.offender}) {
    (*side)->thread = (*side)->action = (*side)->text = text;
    (*side)->stack = {{text, text, 3, text, 1}, {"", "", 0, text, 2}};
  }
  finding.handoffs = {*finding.owner};
  result.notes = {text};
  result.expectations = {{text, false, text}};
  result.faults[text] = {1, 1, 1, {{text, 1}}};
  return result;
}

RunResult sample_clean() {
  RunResult result = base("date_header/per_request", "per_request");
  result.storm.until = GoalResult{.goal = Goal::pairs};
  result.expectations = {{"nothing is found", true},
                         {"sessions get through", true, "19980 of 19990 did; read: ECONNRESET 10"}};
  return result;
}

}  // namespace heapstorm
