// The counts of one engine: what becomes the StormResult, and its part of the live progress. Used by the engine's
// thread only; the progress, which all engines share, is added to without order because each figure stands for itself.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <string>

#include "harness/base/histogram.h"
#include "harness/storm/protocol/conversation.h"
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
  // Since it was sent what this is the answer to.
  void on_answered(std::uint64_t latency_us) { answer_latency_us_.record(latency_us); }
  // 100 to 999; others are not counted.
  void on_status(int status);
  void on_bytes(std::uint64_t bytes) { result_.bytes += bytes; }
  void on_injected(CloseKind kind) { ++count(kind).injected; }
  void on_injected(ProtocolFault fault) { ++count(fault).injected; }
  void on_answer(CloseKind kind, Answer answer) { ++count(kind).answers[answer]; }
  void on_answer(ProtocolFault fault, Answer answer) { ++count(fault).answers[answer]; }
  void on_error(Phase phase, int error);
  // Beside on_error(), in words.
  void on_tls_failure(const std::string& words) { note(result_.tls_failures, words, 1); }
  // Beside on_error() too.
  void on_violation(const Violation& violation) { note(result_.violations, violation, 1); }
  // Beside an error ENODATA.
  void on_farewell(const std::string& words) { note(result_.farewells, words, 1); }
  void on_bare_line_feeds(BareLineFeeds seen);
  void on_quiet_answer() { ++result_.quiet_answers; }
  void on_missing_goodbye() { ++result_.missing_goodbyes; }
  void on_partial_answer(bool timed_out) { ++(timed_out ? partial().timed_out : partial().ended); }
  void on_unsent(std::uint64_t requests) { result_.unsent += requests; }
  // A connection is over, one way or another. One that was cut is an error besides.
  void on_finish(bool was_open, SessionEnd end);

  // Of all engines.
  std::uint64_t storm_attempted() const { return progress_.attempted.load(std::memory_order_relaxed); }
  std::uint64_t storm_opened() const { return progress_.connections.load(std::memory_order_relaxed); }
  // Connects refused since one succeeded.
  std::uint32_t refused_in_a_row() const { return refused_in_a_row_; }

  // Adds the counts of another engine, whose thread has ended.
  void merge(const Tally& other);
  StormResult result() const;

 private:
  static constexpr std::size_t max_words = 16;
  static constexpr std::size_t first_status = 100;
  static constexpr std::size_t status_count = 900;

  static void add(std::atomic<std::uint64_t>& figure, std::uint64_t difference) {
    figure.fetch_add(difference, std::memory_order_relaxed);
  }

  InjectionCount& count(CloseKind kind) { return result_.closes[static_cast<std::size_t>(kind)]; }
  InjectionCount& count(ProtocolFault fault) { return result_.faults[static_cast<std::size_t>(fault)]; }

  PartialAnswerCount& partial() { return result_.partial_answers; }
  std::uint64_t sessions(SessionEnd end) const { return sessions_[static_cast<std::size_t>(end)]; }
  AnswerFigures answers() const;
  // A bounded number of different words: what a server says must not fill the report.
  template <typename Words>
  static void note(std::map<Words, std::uint64_t>& counts, const Words& words, std::uint64_t count) {
    if (counts.size() < max_words || counts.contains(words)) counts[words] += count;
  }
  static void merge(InjectionCount& into, const InjectionCount& from);

  StormProgress& progress_;
  StormResult result_;
  Histogram open_latency_us_;
  Histogram start_delay_us_;
  Histogram first_answer_us_;
  Histogram answer_latency_us_;
  std::array<std::uint64_t, session_end_count> sessions_{};  // by SessionEnd
  std::array<std::uint64_t, status_count> statuses_{};       // from `first_status`
  std::uint64_t late_starts_ = 0;
  std::uint32_t refused_in_a_row_ = 0;
};

}  // namespace heapstorm
