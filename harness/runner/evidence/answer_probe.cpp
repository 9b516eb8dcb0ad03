#include "harness/runner/evidence/answer_probe.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>
#include <variant>

#include "harness/plan/plan.h"

namespace heapstorm {
namespace {

// `step` as the client says it, once; nothing if it says nothing.
std::optional<Step> words_of(const Step& step) {
  if (const auto* send = std::get_if<SendStep>(&step)) return SendStep{send->text, {}, send->answers, send->answer};
  if (const auto* request = std::get_if<RequestStep>(&step)) {
    return RequestStep{{request->paths.front()}, {}, request->headers};
  }
  return std::nullopt;
}

bool awaits_answer(const Step& words) {
  const auto* send = std::get_if<SendStep>(&words);
  return send == nullptr || send->answers > 0;
}

// The first words that await an answer, or else the first; nothing if the session only opens and leaves.
std::optional<Step> first_words(const Load& load, const SessionPart& part) {
  std::optional<Step> first;
  for (std::uint32_t step = part.first; step < part.first + part.count; ++step) {
    const auto words = words_of(load.session[step]);
    if (words && awaits_answer(*words)) return words;
    if (!first) first = words;
  }
  return first;
}

// One client that opens as the session does, and after `middle` leaves in order.
Load load_of_one(const Load& storm, const SessionPart& part, const std::optional<Step>& middle) {
  Load load;
  load.protocol = storm.protocol;
  load.session = {storm.session[part.first]};
  if (middle) load.session.push_back(*middle);
  LeaveStep leave;
  leave.weights[static_cast<std::size_t>(CloseKind::fin)] = 1;
  load.session.emplace_back(leave);
  return load;
}

class Prober {
 public:
  Prober(const Load& storm, const Endpoint& endpoint, const std::string& path, std::stop_token stop)
      : storm_(storm), endpoint_(endpoint), stop_(std::move(stop)) {
    // Its timeout ends it, so that it says what has come.
    options_.timeouts.read_us = options_.timeouts.handshake_us = std::int64_t{1000} * answer_deadline_ms;
    options_.time_limit_ms = 3 * answer_deadline_ms;
    options_.handshake_path = path;
  }

  Probe probe(const SessionPart& part) const {
    const StormResult result = carry_out(load_of_one(storm_, part, first_words(storm_, part)));
    if (waited_in_vain(result)) return beginning_of_answer(result, part);
    return is_whole(result) ? Probe::answer : Probe::turned_away;
  }

 private:
  static bool waited_in_vain(const StormResult& result) {
    return result.end == StormEnd::time_limit ||
           std::any_of(result.errors.begin(), result.errors.end(), [](auto& by) { return by.contains(ETIMEDOUT); });
  }

  Probe beginning_of_answer(const StormResult& result, const SessionPart& part) const {
    if (result.partial_answers.timed_out > 0 || result.answers->count > 0) return Probe::partial;
    return result.connections == 1 && answers_ping(part) ? Probe::pong : Probe::silence;
  }

  static bool is_whole(const StormResult& result) {
    return result.connections == 1 &&
           std::all_of(result.errors.begin(), result.errors.end(), [](auto& by) { return by.empty(); });
  }

  bool answers_ping(const SessionPart& part) const {
    if (storm_.protocol != Protocol::websocket) return false;
    constexpr auto ping = static_cast<std::size_t>(ProtocolFault::ping_flood);
    MisbehaveStep one_ping;
    one_ping.weights[ping] = 1;
    one_ping.amounts[ping] = {1, 1};
    const StormResult result = carry_out(load_of_one(storm_, part, one_ping));
    const auto& answers = result.faults[ping].answers;
    return std::any_of(answers.begin(), answers.end(),
                       [](const auto& answer) { return answer.first.kind != Answer::Kind::silence; });
  }

  StormResult carry_out(const Load& load) const {
    StormProgress progress;
    return run_storm(Plan(load, {}, 1), endpoint_, options_, progress, stop_);
  }

  const Load& storm_;
  const Endpoint& endpoint_;
  std::stop_token stop_;
  StormOptions options_;
};

}  // namespace

Probe probe_answer(const Load& load, const Endpoint& endpoint, const std::string& path, std::stop_token stop) {
  const Prober prober(load, endpoint, path, std::move(stop));
  Probe worst = Probe::answer;
  for (const SessionPart& part : sessions_of(load)) {
    if (part.weight == 0) continue;
    worst = std::max(worst, prober.probe(part));
    if (worst == Probe::silence) break;
  }
  return worst;
}

bool is_hang(Probe probe, const SessionCounts& sessions) {
  const bool answered_before = sessions.completed > 0 && sessions.completed >= sessions.cut;
  return probe == Probe::silence || (probe == Probe::partial && answered_before);
}

std::string describe(Probe probe) {
  if (probe == Probe::answer || probe == Probe::turned_away) return "";
  const std::string seconds = std::to_string(answer_deadline_ms / 1000) + " s";
  if (probe == Probe::silence) return seconds + " after the storm the target still gave a new client no answer";
  if (probe == Probe::partial) {
    return "after the storm the target began to answer a new client, but within " + seconds +
           " it had not given all that the session awaits";
  }
  return "after the storm the target did not answer a new client's message within " + seconds +
         ", but it answered a ping; if it answers no message by design, \"answers\": 0 says so in the session's send";
}

}  // namespace heapstorm
