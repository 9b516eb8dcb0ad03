#include "harness/storm/client/fault_injection.h"

#include <cerrno>

#include "harness/storm/faults/leave/close_faults.h"
#include "harness/storm/faults/misbehave/protocol_faults.h"

namespace heapstorm {
namespace {

// Which stream of the connection's random numbers faults take their bytes from.
constexpr std::uint64_t fault_stream = 0x6d697362'65686176ULL;

}  // namespace

void FaultInjection::begin(const PlannedConnection& planned, Connection& connection) {
  planned_ = &planned;
  spoils_opening_ = planned.spoils_opening();
  lasts_ = rules_of(planned.fault).place == FaultPlace::whole_connection;
  counted_ = false;
  refusal_.reset();
  if (lasts_) deed_of(planned.fault).begin(connection);
}

void FaultInjection::spoil_opening(std::string& out) const {
  planned_->leaves() ? cut_handshake(out, planned_->close_amount) : append_words(out);
}

void FaultInjection::append_words(std::string& out) const {
  Prng random = Prng(plan_.seed()).fork(planned_->number).fork(fault_stream);
  FaultWords words{out, random, planned_->fault_amount};
  deed_of(planned_->fault).encode(words);
}

void FaultInjection::count() {
  if (!counted_) tally_.on_injected(planned_->fault);
  counted_ = true;
}

void FaultInjection::note_served() {
  if (is_under_way()) note_answer({Answer::Kind::served});
}

bool FaultInjection::may_be_refused_by(int error) const {
  return spoils_opening_ && !planned_->leaves() && (error == ECONNRESET || error == EPIPE);
}

}  // namespace heapstorm
