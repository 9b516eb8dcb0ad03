#include "harness/runner/answer_probe.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>
#include <variant>

#include "harness/plan/plan.h"

namespace heapstorm {
namespace {

// What the client says, once; nothing if the session only opens and leaves.
std::optional<Step> first_words(const std::vector<Step>& session) {
  for (const Step& step : session) {
    if (const auto* send = std::get_if<SendStep>(&step)) return SendStep{send->text, {}};
    if (const auto* request = std::get_if<RequestStep>(&step))
      return RequestStep{{request->paths.front()}, {}, request->headers};
  }
  return std::nullopt;
}

Load load_of_one(const Load& storm) {
  Load load;
  load.protocol = storm.protocol;
  load.session = {storm.session.front()};
  if (const auto words = first_words(storm.session)) load.session.push_back(*words);
  LeaveStep leave;
  leave.weights[static_cast<std::size_t>(CloseKind::fin)] = 1;
  load.session.emplace_back(leave);
  return load;
}

}  // namespace

Probe probe_answer(const Scenario& scenario, const Endpoint& endpoint, std::stop_token stop) {
  StormOptions options;
  options.time_limit_ms = answer_deadline_ms;
  options.handshake_path = scenario.target.command->endpoint.path;
  StormProgress progress;
  const Plan plan(load_of_one(scenario.load), {}, 1);
  const StormResult result = run_storm(plan, endpoint, options, progress, std::move(stop));
  const bool waited_in_vain = std::any_of(result.errors.begin(), result.errors.end(),
                                          [](const auto& errors) { return errors.contains(ETIMEDOUT); });
  if (result.end == StormEnd::time_limit || waited_in_vain) return Probe::silence;
  const bool whole = result.connections == 1 && std::all_of(result.errors.begin(), result.errors.end(),
                                                            [](const auto& errors) { return errors.empty(); });
  return whole ? Probe::answer : Probe::turned_away;
}

}  // namespace heapstorm
