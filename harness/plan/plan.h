// A Plan: the exact list of client actions and faults drawn from a scenario and a seed. The same scenario and seed give
// the same plan, byte for byte, on every machine and build.
//
// A plan is a function, not a list: connection i is computed from (scenario, seed, i) when it is asked for, so a plan
// of a million connections takes no memory. It has no end either: a storm that goes on after the scenario's connections
// carries out the ones with the numbers that follow, round after round. The hash and the plan file are of the first
// round. A plain value; const functions may be called from several threads at once.
#pragma once

#include <cstdint>
#include <ostream>
#include <stop_token>
#include <string>
#include <vector>

#include "harness/base/prng.h"
#include "harness/scenario/scenario.h"
#include "harness/scenario/timetable.h"

namespace heapstorm {

enum class ActionKind {
  open,
  send,
  request,
  misbehave,
  leave,
  hold,  // stays open until the arrival order lets go
};

struct PlannedAction {
  ActionKind kind = ActionKind::open;
  std::uint32_t step = 0;    // index into Load::session: where the text or path is
  std::uint32_t choice = 0;  // index into the step's paths
  bool operator==(const PlannedAction&) const = default;
};

struct PlannedConnection {
  std::uint32_t number = 0;            // from 1; what the client says in the Heapstorm-Connection header
  std::uint32_t session = 0;           // index into sessions_of(load)
  std::vector<PlannedAction> actions;  // open first; the last is leave, or a misbehave that ends the session
  CloseKind close = CloseKind::fin;    // only if leaves()
  std::uint32_t close_amount = 0;      // the number that its kind has: bytes, milliseconds
  ProtocolFault fault = ProtocolFault::none;
  std::uint32_t fault_amount = 0;

  bool leaves() const { return actions.back().kind == ActionKind::leave; }
  // Another thing than its protocol's opening is said.
  bool spoils_opening() const {
    return leaves() ? rules_of(close).place == FaultPlace::opening : rules_of(fault).place == FaultPlace::opening;
  }
  bool operator==(const PlannedConnection&) const = default;
};

class Plan {
 public:
  Plan(Load load, std::vector<Fault> faults, std::uint64_t seed);

  std::uint64_t seed() const { return seed_; }
  const Load& load() const { return load_; }
  const std::vector<Fault>& faults() const { return faults_; }
  // Of arrival "open", after the connections held are open: connection `number` begins at start_us(number), counted
  // from there in its own round. Only of those that are not held.
  std::uint64_t start_us(std::uint32_t number) const { return timetable_.start_us(place_of(number) - load_.held - 1); }
  const std::vector<SessionPart>& sessions() const { return sessions_; }
  // Of one round.
  std::uint32_t connection_count() const { return load_.connections; }

  // `number` from 1; above connection_count() those of the further rounds.
  PlannedConnection connection(std::uint32_t number) const;
  // The same into `out`, whose memory is used again.
  void connection_into(std::uint32_t number, PlannedConnection& out) const;

  // The plan as JSON lines: a header, the faults, then one connection a line; reads as a script of who does what.
  // Cut short by a stop request: a plan of many millions of connections takes seconds.
  void write_jsonl(std::ostream& out, const std::stop_token& stop = {}) const;
  // XXH3-128 of those lines, 32 hexadecimal digits; "" after a stop request. Streams; takes no memory.
  std::string hash(const std::stop_token& stop = {}) const;

 private:
  // Among the connections of its round, from 1.
  std::uint32_t place_of(std::uint32_t number) const { return (number - 1) % load_.connections + 1; }
  std::uint32_t draw_session(const Prng& connection) const;

  Load load_;
  std::vector<SessionPart> sessions_;
  Timetable timetable_;
  std::vector<Fault> faults_;
  std::uint64_t seed_;
};

}  // namespace heapstorm
