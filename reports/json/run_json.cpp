#include "reports/json/run_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/storm/storm_error.h"
#include "harness/storm/storm_figures.h"
#include "reports/json/finding_json.h"
#include "reports/json/utc_time.h"

namespace heapstorm {
namespace {

using Json = nlohmann::ordered_json;

Json target_json(const RunResult& result) {
  Json exit = {{"code", nullptr}, {"signal", nullptr}};
  if (result.exit.code) exit["code"] = *result.exit.code;
  if (result.exit.signal) exit["signal"] = *result.exit.signal;
  return {{"name", result.family},
          {"variant", result.variant},
          {"workers", result.workers},
          {"pid", result.pid},
          {"exit", std::move(exit)}};
}

Json errors_json(const StormResult& storm) {
  Json errors = Json::object();
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    for (const auto& [number, count] : storm.errors[phase]) {
      errors[to_string(static_cast<Phase>(phase))][error_name(number)] = count;
    }
  }
  return errors;
}

Json until_json(const StormResult& storm) {
  if (!storm.until) return nullptr;
  const GoalResult& until = *storm.until;
  Json json = {{"goal", to_string(until.goal)}, {"reached", until.reached}};
  json["connections"] = until.reached ? Json(until.connections) : Json(nullptr);
  json["at_ms"] = until.reached ? Json(until.at_ms) : Json(nullptr);
  json["stopped_by"] = until.reached ? "goal" : to_string(until.ended_by);
  return json;
}

Json latency_json(const LatencyUs& latency) {
  return {{"p50", latency.p50}, {"p90", latency.p90}, {"p99", latency.p99}, {"max", latency.max}};
}

Json sessions_json(const SessionCounts& sessions) {
  return {{"begun", sessions.begun()},
          {"completed", sessions.completed},
          {"cut", sessions.cut},
          {"excused", sessions.excused},
          {"unfinished", sessions.unfinished}};
}

Json statuses_json(const AnswerFigures& answers) {
  Json statuses = Json::object();
  for (const auto& [status, count] : answers.statuses) statuses[std::to_string(status)] = count;
  return statuses;
}

Json load_json(const StormResult& storm) {
  Json json = {{"connections", storm.connections},
               {"attempted", storm.attempted},
               {"rate_per_s", connections_per_s(storm)},
               {"messages", storm.messages},
               {"bytes", storm.bytes},
               {"errors", errors_json(storm)},
               {"latency_us", latency_json(storm.latency_us)},
               {"client_cpu_us_per_connection", storm.client_cpu_us_per_connection},
               {"client_threads", storm.client_threads},
               {"rounds", storm.rounds},
               {"until", until_json(storm)}};
  if (storm.sessions) json["sessions"] = sessions_json(*storm.sessions);
  if (storm.answers) {
    json["answers"] = storm.answers->count;
    json["answer_latency_us"] = latency_json(storm.answers->latency_us);
    json["statuses"] = statuses_json(*storm.answers);
  }
  if (const auto& open = storm.open_loop) {
    json["open_loop"] = {{"late_starts", open->late_starts},
                         {"start_delay_us", latency_json(open->start_delay_us)},
                         {"first_answer_us", latency_json(open->first_answer_us)}};
  }
  return json;
}

Json coverage_json(const Coverage& coverage) {
  return {{"workers", coverage.workers},
          {"workers_reached", coverage.workers_reached},
          {"accept_close_pairs", coverage.accept_close_pairs},
          {"alloc_free_pairs", coverage.alloc_free_pairs},
          {"connections_by_worker", coverage.connections_by_worker},
          {"accept_close", coverage.accept_close},
          {"meetings", coverage.meetings}};
}

Json series_json(const RunSeries& series) {
  Json json = {{"begin_ms", series.begin_ms}, {"piece_ms", series.piece_ms}};
  for (std::size_t figure = 0; figure < series_figures().size(); ++figure) {
    if (series_figures()[figure].is_rare && series.total(figure) == 0) continue;
    Json counts = Json::array();
    for (const SeriesCounts& piece : series.pieces) counts.push_back(piece[figure]);
    json[std::string(series_figures()[figure].name)] = std::move(counts);
  }
  return json;
}

Json faults_json(const RunResult& result) {
  Json faults = Json::object();
  for (const auto& [kind, count] : result.faults) {
    Json observed = count.observed ? Json(*count.observed) : Json(nullptr);
    faults[kind] = {{"planned", count.planned}, {"injected", count.injected}, {"observed", std::move(observed)}};
    if (!count.answers.empty()) faults[kind]["answers"] = count.answers;
  }
  return faults;
}

Json findings_json(const FindingList& list) {
  Json findings = Json::array();
  for (const Finding* finding : list) findings.push_back(to_json(*finding));
  return findings;
}

Json expectations_json(const RunResult& result) {
  Json expectations = Json::array();
  for (const Expectation& expectation : result.expectations) {
    Json json = {{"text", expectation.text}, {"met", expectation.met}};
    if (!expectation.measured.empty()) json["measured"] = expectation.measured;
    expectations.push_back(std::move(json));
  }
  return expectations;
}

}  // namespace

std::string to_run_json(const RunResult& result) {
  FindingList all;
  for (const Finding& finding : result.findings) all.push_back(&finding);
  return to_run_json(result, all);
}

std::string to_run_json(const RunResult& result, const FindingList& findings) {
  Json run;
  run["schema"] = "heapstorm.run/1";
  run["tool"] = {{"version", result.tool_version}, {"flavour", result.flavour}, {"compiler", result.compiler}};
  run["scenario"] = result.scenario;
  run["scenario_file"] = result.scenario_file;
  run["seed"] = result.seed;
  run["plan_hash"] = result.plan_hash.empty() ? Json(nullptr) : Json(result.plan_hash);
  run["started_at"] = result.started_at_ms == 0 ? Json(nullptr) : Json(utc_text(result.started_at_ms));
  run["verdict"] = result.passed ? "pass" : "fail";
  run["end_reason"] = to_string(result.end_reason);
  run["target"] = target_json(result);
  run["duration_ms"] = result.duration_ms;
  run["load"] = load_json(result.storm);
  run["series"] = series_json(result.series);
  run["coverage"] = coverage_json(result.coverage);
  run["faults"] = faults_json(result);
  run["findings"] = findings_json(findings);
  run["expectations"] = expectations_json(result);
  run["notes"] = result.notes;
  run["rerun"] = result.rerun;
  return run.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace heapstorm
