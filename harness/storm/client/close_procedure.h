// The CloseProcedure of a client: leaves in the way that is planned for its connection, which may take longer than one
// call, and says what came of it.
#pragma once

#include <cstdint>

#include "harness/storm/client/client_context.h"
#include "harness/storm/faults/leave/close_faults.h"
#include "harness/storm/net/connection.h"
#include "harness/storm/protocol/conversation.h"

namespace heapstorm {

class CloseProcedure {
 public:
  // All must outlive it.
  CloseProcedure(ClientContext& context, Connection& connection, Conversation& conversation)
      : context_(context), connection_(connection), conversation_(conversation) {}

  // A connection begins. `planned` stays valid until the next.
  void prepare(const PlannedConnection& planned);

  // Whether it cannot be done once the server has left.
  bool needs_server() const { return deed_of(planned_->close).needs_server; }
  // Whether the server's answer, which is to stay unread, must come yet.
  bool needs_answer() const { return planned_->close == CloseKind::rst_unread; }

  // Leaves. This and those below return what it waits for now (nothing: finish() is due), or why it failed.
  LeaveOutcome begin(bool server_left);
  // While it waits and reads nothing; `events` are epoll's.
  LeaveOutcome on_event(std::uint32_t events);
  // Of a wait for a kill: when kill_poll_us have passed.
  LeaveOutcome look_for_kill();

  LeaveWait waits_for() const { return waits_for_; }
  // Whether it reads on while it waits.
  bool reads_on() const { return waits_for_ == LeaveWait::goodbye || waits_for_ == LeaveWait::end; }
  std::int64_t wait_us() const;
  static constexpr std::int64_t kill_poll_us = 1000;

  // The goodbye counts as injected when the kernel has all of it; whether the server answers is another matter.
  void note_sent();
  void note_answer(Answer answer) { context_.tally.on_answer(planned_->close, answer); }
  // What the server says in the Close frame just decoded.
  Answer goodbye_answer() const;
  // What it did in the planned time.
  void note_silence();
  // Counts it, and ends the connection if that is open still.
  void finish();

 private:
  LeaveOutcome waiting() const { return {.waits_for = waits_for_}; }

  ClientContext& context_;
  Connection& connection_;
  Conversation& conversation_;
  const PlannedConnection* planned_ = nullptr;
  LeaveWait waits_for_ = LeaveWait::nothing;
  bool counted_ = false;
  bool server_left_ = false;
  bool was_reset_ = false;
  std::uint64_t kill_number_ = 0;
};

}  // namespace heapstorm
