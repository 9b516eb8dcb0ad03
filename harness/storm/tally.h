// The storm's counts: what becomes the StormResult, and the live progress. Used by the storm's thread only; the
// progress is written with relaxed stores because each figure stands for itself.
#pragma once

#include <atomic>
#include <cstdint>

#include "harness/base/histogram.h"
#include "harness/storm/storm.h"

namespace heapstorm {

class Tally {
 public:
  explicit Tally(StormProgress& progress) : progress_(progress) {}

  void on_attempt(const PlannedConnection& planned);
  void on_open(std::uint64_t latency_us);
  // Of arrival "open", since the connection's intended start.
  void on_timed_start(std::uint64_t delay_us);
  void on_first_answer(std::uint64_t latency_us) { first_answer_us_.record(latency_us); }
  void on_message();
  void on_bytes(std::uint64_t bytes) { result_.bytes += bytes; }
  void on_injected(CloseKind kind) { ++count(kind).injected; }
  void on_injected(ProtocolFault fault) { ++count(fault).injected; }
  void on_answer(CloseKind kind, Answer answer) { ++count(kind).answers[answer]; }
  void on_answer(ProtocolFault fault, Answer answer) { ++count(fault).answers[answer]; }
  void on_error(Phase phase, int error);
  // Beside on_error(), in words.
  void on_tls_failure(const std::string& words);
  void on_clock_tick() { ++result_.clock_ticks; }
  void on_clock_jump() { ++result_.clock_jumps; }
  void on_worker_restart() { ++result_.worker_restarts; }
  // A connection is over, one way or another.
  void on_finish(bool was_open);

  std::uint64_t attempted() const { return result_.attempted; }
  std::uint64_t opened() const { return result_.connections; }
  // Connects refused since one succeeded.
  std::uint32_t refused_in_a_row() const { return refused_in_a_row_; }

  StormResult result() const;

 private:
  // One writer: a load and a store are cheaper than a locked addition.
  static void add(std::atomic<std::uint64_t>& figure, std::uint64_t difference) {
    figure.store(figure.load(std::memory_order_relaxed) + difference, std::memory_order_relaxed);
  }

  InjectionCount& count(CloseKind kind) { return result_.closes[static_cast<std::size_t>(kind)]; }
  InjectionCount& count(ProtocolFault fault) { return result_.faults[static_cast<std::size_t>(fault)]; }

  StormProgress& progress_;
  StormResult result_;
  Histogram open_latency_us_;
  Histogram start_delay_us_;
  Histogram first_answer_us_;
  std::uint64_t late_starts_ = 0;
  std::uint32_t refused_in_a_row_ = 0;
};

}  // namespace heapstorm
