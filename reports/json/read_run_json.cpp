#include "reports/json/read_run_json.h"

#include <cmath>

#include "harness/storm/tls_error.h"
#include "reports/json/json_value.h"
#include "reports/json/read_finding_json.h"
#include "reports/json/utc_time.h"

namespace heapstorm {
namespace {

using namespace report_json;

constexpr EndReason end_reasons[] = {EndReason::completed,       EndReason::time_limit,  EndReason::target_died,
                                     EndReason::signal_injected, EndReason::target_hung, EndReason::never_listened,
                                     EndReason::died_at_start,   EndReason::interrupted, EndReason::resource_limit};

EndReason end_reason_of(const Value& name) {
  const std::string& wanted = name.get_ref<const std::string&>();
  for (const EndReason reason : end_reasons) {
    if (wanted == to_string(reason)) return reason;
  }
  refuse("no such end_reason", name);
}

void read_target(const Value& target, RunResult& result) {
  result.family = text(target, "name");
  result.variant = text(target, "variant");
  result.workers = small_number(target, "workers");
  result.pid = int_number(member(target, "pid"));
  const Value& exit = member(target, "exit");
  if (const Value& code = member(exit, "code"); !code.is_null()) result.exit.code = int_number(code);
  if (const Value& signal = member(exit, "signal"); !signal.is_null()) result.exit.signal = int_number(signal);
}

void read_errors(const Value& errors, StormResult& storm) {
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const auto by_name = errors.find(to_string(static_cast<Phase>(phase)));
    if (by_name == errors.end()) continue;
    for (const auto& [name, count] : by_name->items()) storm.errors[phase][error_number(name)] += number(count);
  }
}

// The document has the rate, not the time.
std::uint64_t duration_ms(std::uint64_t connections, double rate_per_s) {
  if (!(rate_per_s > 0)) return 0;
  const double duration = std::round(static_cast<double>(connections) / rate_per_s * 1000);
  return duration < 1e15 ? static_cast<std::uint64_t>(duration) : 0;
}

Goal goal_of(const Value& name) {
  for (const Goal goal : {Goal::workers, Goal::pairs, Goal::meetings}) {
    if (name.get_ref<const std::string&>() == to_string(goal)) return goal;
  }
  refuse("no such goal", name);
}

void read_until(const Value& value, StormResult& storm) {
  if (value.is_null()) return;
  GoalResult& until = storm.until.emplace();
  until.goal = goal_of(member(value, "goal"));
  until.reached = boolean(value, "reached");
  const std::string stopped_by = text(value, "stopped_by");
  for (const StormEnd end : {StormEnd::time_limit, StormEnd::stopped, StormEnd::refused}) {
    if (stopped_by == to_string(end)) storm.end = end;
  }
  if (!until.reached) return;
  until.connections = number(value, "connections");
  until.at_ms = number(value, "at_ms");
}

LatencyUs read_latency(const Value& latency) {
  return {number(latency, "p50"), number(latency, "p90"), number(latency, "p99"), number(latency, "max")};
}

void read_load(const Value& load, StormResult& storm) {
  storm.connections = number(load, "connections");
  storm.attempted = number(load, "attempted");
  storm.duration_ms = duration_ms(storm.connections, member(load, "rate_per_s").get<double>());
  storm.messages = number(load, "messages");
  storm.bytes = number(load, "bytes");
  read_errors(member(load, "errors"), storm);
  storm.latency_us = read_latency(member(load, "latency_us"));
  if (load.contains("open_loop")) {
    const Value& open = member(load, "open_loop");
    storm.open_loop = OpenLoopFigures{number(open, "late_starts"), read_latency(member(open, "start_delay_us")),
                                      read_latency(member(open, "first_answer_us"))};
  }
  storm.client_cpu_us_per_connection = member(load, "client_cpu_us_per_connection").get<double>();
  read_until(member(load, "until"), storm);
}

std::vector<std::uint64_t> numbers(const Value& row) {
  std::vector<std::uint64_t> read;
  for (const Value& cell : row) read.push_back(number(cell));
  return read;
}

PairMatrix matrix(const Value& rows) {
  PairMatrix read;
  for (const Value& row : rows) read.push_back(numbers(row));
  return read;
}

void read_series(const Value& value, RunSeries& series) {
  series.begin_ms = number(value, "begin_ms");
  series.piece_ms = number(value, "piece_ms");
  for (std::size_t figure = 0; figure < series_figure_count; ++figure) {
    const char* const name = to_string(static_cast<SeriesFigure>(figure));
    if (is_rare(static_cast<SeriesFigure>(figure)) && !value.contains(name)) continue;
    const Value& counts = member(value, name);
    if (series.pieces.size() < counts.size()) series.pieces.resize(counts.size());
    for (std::size_t piece = 0; piece < counts.size(); ++piece) series.pieces[piece][figure] = number(counts[piece]);
  }
}

void read_coverage(const Value& value, Coverage& coverage) {
  coverage.workers = small_number(value, "workers");
  coverage.workers_reached = small_number(value, "workers_reached");
  coverage.accept_close_pairs = number(value, "accept_close_pairs");
  coverage.alloc_free_pairs = matrix(member(value, "alloc_free_pairs"));
  coverage.connections_by_worker = numbers(member(value, "connections_by_worker"));
  coverage.accept_close = matrix(member(value, "accept_close"));
  coverage.meetings = matrix(member(value, "meetings"));
}

void read_faults(const Value& faults, RunResult& result) {
  for (const auto& [kind, value] : faults.items()) {
    FaultCount& count = result.faults[kind];
    count.planned = number(value, "planned");
    count.injected = number(value, "injected");
    if (const Value& observed = member(value, "observed"); !observed.is_null()) count.observed = number(observed);
    if (const auto answers = value.find("answers"); answers != value.end()) {
      for (const auto& [answer, times] : answers->items()) count.answers[answer] = number(times);
    }
  }
}

void read_verdict(const Value& run, RunResult& result) {
  result.passed = text(run, "verdict") == "pass";
  result.end_reason = end_reason_of(member(run, "end_reason"));
  for (const Value& finding : member(run, "findings")) result.findings.push_back(finding_from_json(finding));
  for (const Value& expectation : member(run, "expectations")) {
    result.expectations.push_back({text(expectation, "text"), boolean(expectation, "met")});
  }
  for (const Value& note : member(run, "notes")) result.notes.push_back(note.get_ref<const std::string&>());
}

// Not there in what was written before there was this field.
std::uint64_t read_start(const Value& run) {
  const auto value = run.find("started_at");
  if (value == run.end() || value->is_null()) return 0;
  const auto ms = parse_utc(value->get_ref<const std::string&>());
  if (!ms) refuse("no such moment", *value);
  return *ms;
}

RunResult run_of(const Value& run) {
  RunResult result;
  const Value& tool = member(run, "tool");
  result.tool_version = text(tool, "version");
  result.flavour = text(tool, "flavour");
  result.compiler = text(tool, "compiler");
  result.scenario = text(run, "scenario");
  result.scenario_file = text(run, "scenario_file");
  result.seed = number(run, "seed");
  if (!member(run, "plan_hash").is_null()) result.plan_hash = text(run, "plan_hash");
  result.started_at_ms = read_start(run);
  result.duration_ms = number(run, "duration_ms");
  result.rerun = text(run, "rerun");
  read_target(member(run, "target"), result);
  read_load(member(run, "load"), result.storm);
  read_series(member(run, "series"), result.series);
  read_coverage(member(run, "coverage"), result.coverage);
  read_faults(member(run, "faults"), result);
  read_verdict(run, result);
  return result;
}

}  // namespace

Result<RunResult> read_run_json(const std::string& text_of_file, const std::string& file) {
  try {
    const Value run = Value::parse(text_of_file);
    if (!run.is_object() || run.value("schema", Value()) != "heapstorm.run/1") {
      return Error::bad_input(file + ": is no report of a run: its schema is not heapstorm.run/1");
    }
    return run_of(run);
  } catch (const Value::exception& mistake) {
    return Error::bad_input(file + ": is no report of a run: " + mistake.what());
  }
}

}  // namespace heapstorm
