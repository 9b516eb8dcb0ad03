#include "harness/storm/client/tally.h"

#include <cerrno>

namespace heapstorm {
namespace {

LatencyUs latency_of(const Histogram& histogram) {
  return {histogram.percentile(50), histogram.percentile(90), histogram.percentile(99), histogram.max()};
}

}  // namespace

void Tally::on_attempt(const PlannedConnection& planned) {
  ++result_.attempted;
  if (planned.leaves()) ++count(planned.close).planned;
  if (planned.fault != ProtocolFault::none) ++count(planned.fault).planned;
  add(progress_.attempted, 1);
}

void Tally::on_open(std::uint64_t latency_us) {
  ++result_.connections;
  refused_in_a_row_ = 0;
  open_latency_us_.record(latency_us);
  add(progress_.connections, 1);
  add(progress_.open, 1);
}

void Tally::on_timed_start(std::uint64_t delay_us) {
  start_delay_us_.record(delay_us);
  if (delay_us > late_start_us) ++late_starts_;
}

void Tally::on_message() {
  ++result_.messages;
  add(progress_.messages, 1);
}

void Tally::on_error(Phase phase, int error) {
  ++result_.errors[static_cast<std::size_t>(phase)][error];
  if (phase == Phase::connect && error == ECONNREFUSED) ++refused_in_a_row_;
  add(progress_.errors, 1);
}

void Tally::on_bare_line_feeds(BareLineFeeds seen) {
  if (seen.in_heads) ++result_.bare_line_feeds.in_heads;
  if (seen.in_chunks) ++result_.bare_line_feeds.in_chunks;
}

void Tally::on_status(int status) {
  const std::size_t index = static_cast<std::size_t>(status) - first_status;
  if (index < statuses_.size()) ++statuses_[index];
}

void Tally::on_finish(bool was_open, SessionEnd end) {
  ++sessions_[static_cast<std::size_t>(end)];
  add(progress_.finished, 1);
  if (was_open) add(progress_.open, ~0ULL);
}

void Tally::merge(const Tally& other) {
  const StormResult& from = other.result_;
  result_.attempted += from.attempted;
  result_.connections += from.connections;
  result_.messages += from.messages;
  result_.bytes += from.bytes;
  for (std::size_t kind = 0; kind < result_.closes.size(); ++kind) merge(result_.closes[kind], from.closes[kind]);
  for (std::size_t fault = 0; fault < result_.faults.size(); ++fault) merge(result_.faults[fault], from.faults[fault]);
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    for (const auto& [error, count] : from.errors[phase]) result_.errors[phase][error] += count;
  }
  for (const auto& [words, count] : from.tls_failures) note(result_.tls_failures, words, count);
  for (const auto& [violation, count] : from.violations) note(result_.violations, violation, count);
  for (const auto& [words, count] : from.farewells) note(result_.farewells, words, count);
  result_.bare_line_feeds.in_heads += from.bare_line_feeds.in_heads;
  result_.bare_line_feeds.in_chunks += from.bare_line_feeds.in_chunks;
  result_.quiet_answers += from.quiet_answers;
  result_.missing_goodbyes += from.missing_goodbyes;
  result_.partial_answers.timed_out += from.partial_answers.timed_out;
  result_.partial_answers.ended += from.partial_answers.ended;
  result_.unsent += from.unsent;
  open_latency_us_.merge(other.open_latency_us_);
  start_delay_us_.merge(other.start_delay_us_);
  first_answer_us_.merge(other.first_answer_us_);
  answer_latency_us_.merge(other.answer_latency_us_);
  for (std::size_t end = 0; end < sessions_.size(); ++end) sessions_[end] += other.sessions_[end];
  for (std::size_t index = 0; index < statuses_.size(); ++index) statuses_[index] += other.statuses_[index];
  late_starts_ += other.late_starts_;
  refused_in_a_row_ += other.refused_in_a_row_;
}

void Tally::merge(InjectionCount& into, const InjectionCount& from) {
  into.planned += from.planned;
  into.injected += from.injected;
  for (const auto& [answer, count] : from.answers) into.answers[answer] += count;
}

AnswerFigures Tally::answers() const {
  AnswerFigures answers{
      .count = answer_latency_us_.count(), .statuses = {}, .latency_us = latency_of(answer_latency_us_)};
  for (std::size_t index = 0; index < statuses_.size(); ++index) {
    if (statuses_[index] > 0) answers.statuses[static_cast<int>(first_status + index)] = statuses_[index];
  }
  return answers;
}

StormResult Tally::result() const {
  StormResult result = result_;
  result.sessions = SessionCounts{.completed = sessions(SessionEnd::completed),
                                  .cut = sessions(SessionEnd::cut),
                                  .excused = sessions(SessionEnd::excused),
                                  .unfinished = sessions(SessionEnd::unfinished)};
  result.answers = answers();
  result.latency_us = latency_of(open_latency_us_);
  if (start_delay_us_.count() > 0) {
    result.open_loop = OpenLoopFigures{late_starts_, latency_of(start_delay_us_), latency_of(first_answer_us_)};
  }
  return result;
}

}  // namespace heapstorm
