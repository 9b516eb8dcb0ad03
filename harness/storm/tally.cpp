#include "harness/storm/tally.h"

#include <cerrno>

namespace heapstorm {
namespace {

constexpr std::size_t most_tls_failures = 16;  // different ones; what a server says must not fill the report

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

void Tally::on_tls_failure(const std::string& words) {
  auto& failures = result_.tls_failures;
  if (failures.size() < most_tls_failures || failures.contains(words)) ++failures[words];
}

void Tally::on_finish(bool was_open) {
  add(progress_.finished, 1);
  if (was_open) add(progress_.open, ~0ULL);
}

StormResult Tally::result() const {
  StormResult result = result_;
  result.latency_us = latency_of(open_latency_us_);
  if (start_delay_us_.count() > 0) {
    result.open_loop = OpenLoopFigures{late_starts_, latency_of(start_delay_us_), latency_of(first_answer_us_)};
  }
  return result;
}

}  // namespace heapstorm
