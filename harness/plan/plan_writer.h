// Writes a plan as JSON lines. These bytes are what the plan's hash is taken over: a change here changes every hash, so
// it needs a new number in the header line. Internal to harness/plan.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/plan/plan.h"

namespace heapstorm {

// Receives the text piece by piece, some 64 KiB at a time. False: it wants no more.
using TextSink = std::function<bool(std::string_view)>;

class PlanWriter {
 public:
  // Both must outlive the writer.
  PlanWriter(const Plan& plan, const TextSink& sink);

  // Writes all of it, or as much as the sink wants. Call once.
  void write();

 private:
  void write_header();
  void write_sessions();
  void write_steps(const SessionPart& part);
  void write_phases();
  void write_faults();
  void write_connection(const PlannedConnection& connection);
  void write_action(const PlannedConnection& connection, const PlannedAction& action, std::size_t times);
  void write_fault(const char* key, const FaultRules& rules, std::uint32_t amount);
  void write_number(std::uint64_t number);
  bool flush();

  const Plan& plan_;
  const TextSink& sink_;
  // For each step, and each path that it may choose, what its action looks like up to the number:
  // `{"send":"y\n","times":`; of an open, the whole action. Made once, because there is one for each action of a
  // million connections.
  std::vector<std::vector<std::string>> openings_;
  std::string buffer_;
};

}  // namespace heapstorm
