#include "harness/runner/evidence/load_verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <variant>

#include "harness/runner/target/sanitizer_environment.h"
#include "harness/storm/storm_error.h"
#include "harness/storm/storm_figures.h"

namespace heapstorm {
namespace {

using Statuses = std::map<int, std::uint64_t>;

constexpr int switching_protocols = 101;
constexpr int first_error_status = 400;

// What a bound is on: how many, or how much; of how many; and for a reader more about it.
struct Measured {
  double value = 0;
  double all = 0;
  bool known = true;  // false: there was nothing to measure
  std::string details = {};
};

SessionCounts sessions_of(const RunResult& result) {
  return result.storm.sessions.value_or(SessionCounts{});
}

AnswerFigures answers_of(const RunResult& result) {
  return result.storm.answers.value_or(AnswerFigures{});
}

std::uint64_t sum(const Statuses& statuses, int first, int last) {
  std::uint64_t total = 0;
  for (const auto& [status, count] : statuses) total += status >= first && status <= last ? count : 0;
  return total;
}

Measured measure_sessions(const RunResult& result) {
  const SessionCounts sessions = sessions_of(result);
  return {.value = static_cast<double>(sessions.completed),
          .all = static_cast<double>(sessions.completed + sessions.cut)};
}

std::uint64_t errors_in(const StormResult& storm, std::size_t phase, const std::string* name) {
  std::uint64_t total = 0;
  for (const auto& [number, count] : storm.errors[phase]) {
    if (name == nullptr || error_name(number) == *name) total += count;
  }
  return total;
}

Measured measure_errors(const RunResult& result, const std::vector<std::string>& of) {
  std::uint64_t total = 0;
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    if (!of.empty() && of[0] != to_string(static_cast<Phase>(phase))) continue;
    total += errors_in(result.storm, phase, of.size() > 1 ? &of[1] : nullptr);
  }
  return {.value = static_cast<double>(total),
          .all = static_cast<double>(result.storm.attempted),
          .details = of.empty() ? errors_in_words(result.storm) : ""};
}

// "5xx", or a status.
Measured measure_statuses(const RunResult& result, const std::string& name) {
  const Statuses statuses = answers_of(result).statuses;
  const bool is_class = name.ends_with("xx");
  int first = 0;
  std::from_chars(name.data(), name.data() + (is_class ? 1 : name.size()), first);
  if (is_class) first *= 100;
  return {.value = static_cast<double>(sum(statuses, first, is_class ? first + 99 : first)),
          .all = static_cast<double>(sum(statuses, 0, 999))};
}

Measured measure_rate(const RunResult& result) {
  return {.value = connections_per_s(result.storm)};
}

Measured measure_quantile(const LatencyUs& latency, std::uint64_t samples, std::string_view name) {
  const std::uint64_t value = name == "p50"   ? latency.p50
                              : name == "p90" ? latency.p90
                              : name == "p99" ? latency.p99
                                              : latency.max;
  return {.value = static_cast<double>(value), .known = samples > 0};
}

Measured measure(const RunResult& result, const LoadBound& bound) {
  switch (bound.figure) {
    case LoadFigure::sessions:
      return measure_sessions(result);
    case LoadFigure::errors:
      return measure_errors(result, bound.of);
    case LoadFigure::statuses:
      return measure_statuses(result, bound.of.front());
    case LoadFigure::rate_per_s:
      return measure_rate(result);
    case LoadFigure::open_latency_us:
      return measure_quantile(result.storm.latency_us, result.storm.connections, bound.of.front());
    case LoadFigure::answer_latency_us:
      return measure_quantile(answers_of(result).latency_us, answers_of(result).count, bound.of.front());
  }
  return {};
}

const char* name_of(LoadFigure figure) {
  switch (figure) {
    case LoadFigure::sessions:
      return "sessions";
    case LoadFigure::errors:
      return "errors";
    case LoadFigure::statuses:
      return "statuses";
    case LoadFigure::rate_per_s:
      return "connections per s";
    case LoadFigure::open_latency_us:
      return "latency of opening in us,";
    case LoadFigure::answer_latency_us:
      return "latency of answers in us,";
  }
  return "";
}

bool is_share(const LoadBound& bound) {
  return bound.limit == LoadBound::Limit::min_share || bound.limit == LoadBound::Limit::max_share;
}

bool is_lower(const LoadBound& bound) {
  return bound.limit == LoadBound::Limit::min || bound.limit == LoadBound::Limit::min_share;
}

// "errors read ECONNRESET at most 5", "statuses 2xx at least 95 %"
std::string bound_text(const LoadBound& bound) {
  std::string text = name_of(bound.figure);
  for (const std::string& part : bound.of) text += " " + part;
  text += is_lower(bound) ? " at least " : " at most ";
  return text + (is_share(bound) ? fmt::format("{:g} %", bound.value * 100) : fmt::format("{:.0f}", bound.value));
}

double share_of(const Measured& measured) {
  return measured.all > 0 ? measured.value / measured.all : 0;
}

std::string measured_text(const LoadBound& bound, const Measured& measured) {
  if (!measured.known) return "nothing was measured";
  // Not rounded to what was wanted.
  const bool is_whole = measured.value == std::floor(measured.value);
  std::string text = is_whole ? fmt::format("{:.0f}", measured.value) : fmt::format("{:.1f}", measured.value);
  if (measured.all > 0) text += fmt::format(" of {:.0f}", measured.all);
  if (is_share(bound)) text = fmt::format("{:.6g} %, {}", share_of(measured) * 100, text);
  return measured.details.empty() ? text : text + "; " + measured.details;
}

Expectation judge_bound(const RunResult& result, const LoadBound& bound) {
  const Measured measured = measure(result, bound);
  const double value = is_share(bound) ? share_of(measured) : measured.value;
  const bool within = is_lower(bound) ? value >= bound.value : value <= bound.value;
  return {bound_text(bound), measured.known && within, measured_text(bound, measured)};
}

bool has_bound_on(const Scenario& scenario, LoadFigure figure) {
  return std::any_of(scenario.expect.load.begin(), scenario.expect.load.end(),
                     [figure](const LoadBound& bound) { return bound.figure == figure; });
}

bool keeps_target_from_serving(const Fault& fault) {
  return fault.kind->traits().keeps_from_serving;
}

bool found_what_was_expected(const Scenario& scenario, const RunResult& result) {
  const bool wanted_findings = !scenario.expect.clean && result.expectations.size() > 1;
  return wanted_findings && all_met(result.expectations);
}

bool has_hung(const RunResult& result) {
  return std::any_of(result.findings.begin(), result.findings.end(),
                     [](const Finding& finding) { return finding.kind == "hang"; });
}

bool is_asan_error(const std::string& source, const std::string& kind) {
  return source == "asan" && !kind.starts_with("lsan:");
}

// Of TSan's reports and of leaks a target does not die.
bool has_asan_error(const RunResult& result) {
  return std::any_of(result.findings.begin(), result.findings.end(), [](const Finding& finding) {
    return is_asan_error(finding.source, finding.kind) ||
           std::any_of(finding.witnesses.begin(), finding.witnesses.end(),
                       [](const Witness& witness) { return is_asan_error(witness.source, witness.kind); });
  });
}

// While ASan writes the report that ends a target, it no longer serves.
bool served_to_the_end(const RunResult& result) {
  if (result.exit.code == sanitizer_exit_code && has_asan_error(result)) return false;
  const bool ended_well = result.end_reason == EndReason::completed || result.end_reason == EndReason::time_limit;
  return ended_well && result.storm.end != StormEnd::refused && !has_hung(result);
}

// Whether it says why a session was cut: of WebSocket handshakes, all that refuse.
bool is_refusal(Protocol protocol, int status) {
  return protocol == Protocol::websocket ? status != switching_protocols : status >= first_error_status;
}

std::string sessions_text(const RunResult& result, Protocol protocol) {
  const SessionCounts sessions = sessions_of(result);
  std::string text = fmt::format("{} of {} did", sessions.completed, sessions.completed + sessions.cut);
  if (const std::string errors = errors_in_words(result.storm); !errors.empty()) text += "; " + errors;
  Statuses refused = answers_of(result).statuses;
  std::erase_if(refused, [&](const auto& one) { return !is_refusal(protocol, one.first); });
  if (!refused.empty()) text += "; statuses: " + statuses_in_words(refused);
  return text;
}

Expectation judge_sessions(const Scenario& scenario, const RunResult& result) {
  const SessionCounts sessions = sessions_of(result);
  const bool disturbed = std::any_of(scenario.faults.begin(), scenario.faults.end(), keeps_target_from_serving);
  const bool met = disturbed ? sessions.completed > 0 : sessions.completed >= sessions.cut;
  return {"sessions get through", met, sessions_text(result, scenario.load.protocol)};
}

Expectation judge_answers(const RunResult& result) {
  const Statuses statuses = answers_of(result).statuses;
  const std::uint64_t bad = sum(statuses, first_error_status, 999);
  const std::uint64_t all = sum(statuses, 0, 999);
  std::string text = fmt::format("{} of {} were", bad, all);
  if (bad > 0)
    text += statuses.size() == 1 ? fmt::format(" {}", statuses.begin()->first) : "; " + statuses_in_words(statuses);
  return {"answers are not all errors", bad < all, std::move(text)};
}

bool awaits_answers(const Load& load) {
  return std::any_of(load.session.begin(), load.session.end(), [](const Step& step) {
    const auto* send = std::get_if<SendStep>(&step);
    return std::holds_alternative<RequestStep>(step) || (send != nullptr && send->answers > 0);
  });
}

// The storm's end overtook every session, and none had come as far as an answer. Sessions that were answered, or that
// await no answer, were only too long for the storm.
bool came_to_nothing(const Load& load, const RunResult& result, bool partly_answered) {
  const SessionCounts sessions = sessions_of(result);
  const bool overtook_all = sessions.completed + sessions.cut == 0 && sessions.unfinished > 0;
  if (result.end_reason != EndReason::time_limit || !overtook_all) return false;
  const bool unanswered = awaits_answers(load) && result.storm.messages > 0 && answers_of(result).count == 0;
  return result.storm.connections == 0 || unanswered || partly_answered;
}

Expectation judge_unfinished(const RunResult& result) {
  const char* what = result.storm.connections == 0   ? "opened"
                     : answers_of(result).count == 0 ? "answered"
                                                     : "answered in full";
  return {"sessions get through", false,
          fmt::format("0 of {} did: the time was up before one was {}", sessions_of(result).unfinished, what)};
}

void judge_defaults(const Scenario& scenario, const RunResult& result, bool partly_answered,
                    std::vector<Expectation>& expectations) {
  if (!served_to_the_end(result) || found_what_was_expected(scenario, result)) return;
  const SessionCounts sessions = sessions_of(result);
  if (!has_bound_on(scenario, LoadFigure::sessions)) {
    if (sessions.completed + sessions.cut > 0) expectations.push_back(judge_sessions(scenario, result));
    if (came_to_nothing(scenario.load, result, partly_answered)) expectations.push_back(judge_unfinished(result));
  }
  // A WebSocket handshake that is refused is a session that was cut.
  const bool answered = scenario.load.protocol == Protocol::http && !answers_of(result).statuses.empty();
  if (!has_bound_on(scenario, LoadFigure::statuses) && answered) expectations.push_back(judge_answers(result));
}

}  // namespace

std::vector<Expectation> judge_load(const Scenario& scenario, const RunResult& result, bool partly_answered) {
  std::vector<Expectation> expectations;
  for (const LoadBound& bound : scenario.expect.load) expectations.push_back(judge_bound(result, bound));
  judge_defaults(scenario, result, partly_answered, expectations);
  return expectations;
}

}  // namespace heapstorm
