// The FaultInjection of a client: what the planned fault of its connection does to its words and its pace, and what of
// the server's doing is an answer to that. Without a fault it changes nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/plan/plan.h"
#include "harness/storm/answer.h"
#include "harness/storm/client/tally.h"
#include "harness/storm/net/connection.h"
#include "harness/storm/protocol/status_line.h"

namespace heapstorm {

class FaultInjection {
 public:
  // Both must outlive it.
  FaultInjection(const Plan& plan, Tally& tally) : plan_(plan), tally_(tally) {}

  // A connection begins that is not connected yet. `planned` stays valid until the next.
  void begin(const PlannedConnection& planned, Connection& connection);

  // Without one, what goes wrong is the server's fault.
  bool has_protocol_fault() const { return planned_->fault != ProtocolFault::none; }
  // Whether another thing than the opening is said in its place.
  bool spoils_opening() const { return spoils_opening_; }
  // Whether it lasts for the whole connection.
  bool lasts() const { return lasts_; }
  bool reads_slowly() const { return lasts_ && planned_->fault == ProtocolFault::slow_read; }
  // Whether the session goes on after it.
  bool goes_on() const { return rules_of(planned_->fault).goes_on; }

  // Between two turns of a fault that lasts; 0 of any other.
  std::int64_t pace_us() const { return lasts_ ? std::int64_t{1000} * planned_->fault_amount : 0; }

  // Changes the right opening that `out` holds.
  void spoil_opening(std::string& out) const;
  // Appends the words of a fault that has some.
  void append_words(std::string& out) const;

  // It was carried out: counted once.
  void count();
  void note_answer(Answer answer) { tally_.on_answer(planned_->fault, answer); }
  // The session got through to its end all the same.
  void note_served();

  // Of what the server says to a spoilt opening: its status, when there is enough.
  std::optional<Answer> read_refusal(std::string_view bytes) { return refusal_.read(bytes); }
  // Whether a server that has enough of a spoilt opening may end like this: it may have said so and reset while we
  // still write.
  bool may_be_refused_by(int error) const;
  // Whether it is going on, so that the end of the connection is an answer to it.
  bool is_under_way() const { return lasts_ && counted_; }

 private:
  const Plan& plan_;
  Tally& tally_;
  const PlannedConnection* planned_ = nullptr;
  bool spoils_opening_ = false;
  bool lasts_ = false;
  bool counted_ = false;
  StatusLine refusal_;
};

}  // namespace heapstorm
