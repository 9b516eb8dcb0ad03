#include "reports/json/read_run_json.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/storm/storm_error.h"
#include "reports/json/json_value.h"
#include "reports/json/read_finding_json.h"
#include "reports/json/utc_time.h"

namespace heapstorm {
namespace {

using namespace report_json;

constexpr EndReason end_reasons[] = {EndReason::completed,       EndReason::time_limit,  EndReason::target_died,
                                     EndReason::signal_injected, EndReason::target_hung, EndReason::never_listened,
                                     EndReason::died_at_start,   EndReason::interrupted, EndReason::resource_limit};

// What `reader` puts of a member into `part`.
template <typename Part>
void read(const Value& object, const char* key, void (*reader)(const Value&, Part&), Part& part) {
  const Value value = member(object, key);
  in_place(key, [&] { reader(value, part); });
}

EndReason end_reason_of(const Value& name) {
  for (const EndReason reason : end_reasons) {
    if (string(name) == to_string(reason)) return reason;
  }
  throw Refused("there is no such reason");
}

ProcessExit exit_of(const Value& exit) {
  ProcessExit status;
  if (!member(exit, "code").is_null()) status.code = of(exit, "code", int_number);
  if (!member(exit, "signal").is_null()) status.signal = of(exit, "signal", int_number);
  return status;
}

void read_target(const Value& target, RunResult& result) {
  result.family = text(target, "name");
  result.variant = text(target, "variant");
  result.workers = small_number(target, "workers");
  result.pid = of(target, "pid", int_number);
  result.exit = of(target, "exit", exit_of);
}

void read_errors(const Value& errors, StormResult& storm) {
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const char* const name = to_string(static_cast<Phase>(phase));
    if (!contains(errors, name)) continue;
    for (const auto& [error, count] : members(member(errors, name)))
      storm.errors[phase][error_number(std::string(error))] += number(count);
  }
}

// The document has the rate, not the time.
std::uint64_t duration_ms(std::uint64_t connections, double rate_per_s) {
  if (!(rate_per_s > 0)) return 0;
  const double duration = std::round(static_cast<double>(connections) / rate_per_s * 1000);
  return duration < 1e15 ? static_cast<std::uint64_t>(duration) : 0;
}

Goal goal_of(const Value& name) {
  for (const Goal goal : {Goal::workers, Goal::pairs, Goal::meetings, Goal::findings}) {
    if (string(name) == to_string(goal)) return goal;
  }
  throw Refused("there is no such goal");
}

void read_until(const Value& value, StormResult& storm) {
  if (value.is_null()) return;
  GoalResult& until = storm.until.emplace();
  until.goal = of(value, "goal", goal_of);
  until.reached = boolean(value, "reached");
  const std::string stopped_by = text(value, "stopped_by");
  for (const StormEnd end : {StormEnd::time_limit, StormEnd::stopped, StormEnd::refused}) {
    if (stopped_by == to_string(end)) until.ended_by = end;
  }
  // In a further round the time that was up is no end of the plan.
  if (storm.rounds == 1) storm.end = until.ended_by;
  if (!until.reached) return;
  until.connections = number(value, "connections");
  until.at_ms = number(value, "at_ms");
}

LatencyUs read_latency(const Value& latency) {
  return {number(latency, "p50"), number(latency, "p90"), number(latency, "p99"), number(latency, "max")};
}

OpenLoopFigures read_open_loop(const Value& open) {
  return {number(open, "late_starts"), of(open, "start_delay_us", read_latency),
          of(open, "first_answer_us", read_latency)};
}

SessionCounts read_sessions(const Value& sessions) {
  const SessionCounts counts{number(sessions, "completed"), number(sessions, "cut"), number(sessions, "excused"),
                             number(sessions, "unfinished")};
  if (number(sessions, "begun") != counts.begun()) throw Refused("begun: is not the sum of the others");
  return counts;
}

int status_of(std::string_view text) {
  int status = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), status);
  if (error != std::errc() || end != text.data() + text.size()) throw Refused("is no HTTP status");
  return status;
}

std::map<int, std::uint64_t> read_statuses(const Value& statuses) {
  std::map<int, std::uint64_t> read;
  for (const auto& [status, count] : members(statuses)) {
    in_place(status, [&, &name = status, &times = count] { read[status_of(name)] = number(times); });
  }
  return read;
}

// Not there in what was written before they were counted.
void read_sessions_and_answers(const Value& load, StormResult& storm) {
  if (contains(load, "sessions")) storm.sessions = of(load, "sessions", read_sessions);
  if (!contains(load, "answers")) return;
  storm.answers = {number(load, "answers"), of(load, "statuses", read_statuses),
                   of(load, "answer_latency_us", read_latency)};
}

void read_load(const Value& load, StormResult& storm) {
  storm.connections = number(load, "connections");
  storm.attempted = number(load, "attempted");
  storm.duration_ms = duration_ms(storm.connections, of(load, "rate_per_s", real));
  storm.messages = number(load, "messages");
  storm.bytes = number(load, "bytes");
  read(load, "errors", read_errors, storm);
  storm.latency_us = of(load, "latency_us", read_latency);
  read_sessions_and_answers(load, storm);
  if (contains(load, "open_loop")) storm.open_loop = of(load, "open_loop", read_open_loop);
  storm.client_cpu_us_per_connection = of(load, "client_cpu_us_per_connection", real);
  if (contains(load, "client_threads"))
    storm.client_threads = static_cast<std::uint32_t>(number(load, "client_threads"));
  if (contains(load, "rounds")) storm.rounds = static_cast<std::uint32_t>(number(load, "rounds"));
  read(load, "until", read_until, storm);
}

std::vector<std::uint64_t> numbers(const Value& row) {
  std::vector<std::uint64_t> read;
  for (const Value cell : elements(row)) read.push_back(number(cell));
  return read;
}

PairMatrix matrix(const Value& rows) {
  PairMatrix read;
  for (const Value row : elements(rows)) read.push_back(numbers(row));
  return read;
}

void read_series(const Value& value, RunSeries& series) {
  series.begin_ms = number(value, "begin_ms");
  series.piece_ms = number(value, "piece_ms");
  for (std::size_t figure = 0; figure < series_figures().size(); ++figure) {
    const char* const name = series_figures()[figure].name.data();  // a literal
    if (series_figures()[figure].is_rare && !contains(value, name)) continue;
    const std::vector<std::uint64_t> counts = of(value, name, numbers);
    if (series.pieces.size() < counts.size()) series.pieces.resize(counts.size());
    for (std::size_t piece = 0; piece < counts.size(); ++piece) series.pieces[piece][figure] = counts[piece];
  }
}

void read_coverage(const Value& value, Coverage& coverage) {
  coverage.workers = small_number(value, "workers");
  coverage.workers_reached = small_number(value, "workers_reached");
  coverage.accept_close_pairs = number(value, "accept_close_pairs");
  coverage.alloc_free_pairs = of(value, "alloc_free_pairs", matrix);
  coverage.connections_by_worker = of(value, "connections_by_worker", numbers);
  coverage.accept_close = of(value, "accept_close", matrix);
  coverage.meetings = of(value, "meetings", matrix);
}

FaultCount read_fault(const Value& value) {
  FaultCount count;
  count.planned = number(value, "planned");
  count.injected = number(value, "injected");
  if (!member(value, "observed").is_null()) count.observed = number(value, "observed");
  if (!contains(value, "answers")) return count;
  for (const auto& [answer, times] : members(member(value, "answers")))
    count.answers[std::string(answer)] = number(times);
  return count;
}

void read_faults(const Value& faults, RunResult& result) {
  for (const auto& [kind, value] : members(faults)) {
    result.faults[std::string(kind)] = in_place(kind, [&, &fault = value] { return read_fault(fault); });
  }
}

void read_findings(const Value& findings, RunResult& result) {
  for (const Value finding : elements(findings)) {
    const std::string place = '[' + std::to_string(result.findings.size()) + ']';
    result.findings.push_back(in_place(place, [&] { return finding_from_json(finding); }));
  }
}

void read_verdict(const Value& run, RunResult& result) {
  result.passed = text(run, "verdict") == "pass";
  result.end_reason = of(run, "end_reason", end_reason_of);
  read(run, "findings", read_findings, result);
  for (const Value expectation : elements(member(run, "expectations"))) {
    const std::string measured = contains(expectation, "measured") ? text(expectation, "measured") : "";
    result.expectations.push_back({text(expectation, "text"), boolean(expectation, "met"), measured});
  }
  for (const Value note : elements(member(run, "notes"))) result.notes.emplace_back(string(note));
}

// Not there in what was written before there was this field.
std::uint64_t read_start(const Value& run) {
  if (!contains(run, "started_at") || member(run, "started_at").is_null()) return 0;
  const auto ms = parse_utc(text(run, "started_at"));
  if (!ms) throw Refused("started_at: there is no such moment");
  return *ms;
}

RunResult run_of(const Value& run) {
  RunResult result;
  const Value tool = member(run, "tool");
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
  read(run, "target", read_target, result);
  read(run, "load", read_load, result.storm);
  read(run, "series", read_series, result.series);
  read(run, "coverage", read_coverage, result.coverage);
  read(run, "faults", read_faults, result);
  read_verdict(run, result);
  return result;
}

// simdjson does not say where the mistake lies; the slower library does.
std::string mistake_in(const std::string& text, simdjson::error_code error) {
  try {
    [[maybe_unused]] const nlohmann::json whole = nlohmann::json::parse(text);
  } catch (const nlohmann::json::exception& mistake) {
    return mistake.what();
  }
  return simdjson::error_message(error);
}

bool has_schema(const Value& run) {
  std::string_view schema;
  return run["schema"].get(schema) == simdjson::SUCCESS && schema == "heapstorm.run/1";
}

}  // namespace

Result<RunResult> read_run_json(const std::string& text_of_file, const std::string& file) {
  const std::string refusal = file + ": is no report of a run: ";
  simdjson::dom::parser parser;
  Value run;
  if (const auto error = parser.parse(text_of_file).get(run); error != simdjson::SUCCESS) {
    return Error::bad_input(refusal + mistake_in(text_of_file, error));
  }
  if (!has_schema(run)) return Error::bad_input(refusal + "its schema is not heapstorm.run/1");
  try {
    return run_of(run);
  } catch (const Refused& refused) {
    return Error::bad_input(refusal + refused.what());
  }
}

}  // namespace heapstorm
