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

  void on_attempt(CloseKind planned);
  void on_open(std::uint64_t latency_us);
  void on_message();
  void on_bytes(std::uint64_t bytes) { result_.bytes += bytes; }
  void on_injected(CloseKind kind) { ++result_.closes[static_cast<std::size_t>(kind)].injected; }
  void on_error(Phase phase, int error);
  void on_clock_tick() { ++result_.clock_ticks; }
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

  StormProgress& progress_;
  StormResult result_;
  Histogram open_latency_us_;
  std::uint32_t refused_in_a_row_ = 0;
};

}  // namespace heapstorm
