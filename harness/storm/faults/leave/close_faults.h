// The ways in which a client leaves, one per file of this folder, and what is done for each kind. ../README.md says how
// to add one.
#pragma once

#include <cstdint>

#include "harness/scenario/scenario.h"
#include "harness/storm/faults/leave/doomed_clients.h"
#include "harness/storm/net/connection.h"
#include "harness/storm/protocol/conversation.h"

namespace heapstorm {

// What a close fault works on.
struct CloseContext {
  Connection& connection;
  Conversation& conversation;
  std::string& out;        // scratch space, empty
  const Step& last_words;  // what the server answers: the session's last message or request
  std::uint32_t amount;    // the planned number of its kind
  DoomedClients* doomed_clients;
};

// What has to happen before finish() is called. While the client waits for `input`, `time` or `kill` it reads nothing.
enum class LeaveWait {
  nothing,  // it is over, the socket is closed
  goodbye,  // the server's goodbye
  end,      // the end of the server's stream, for as many milliseconds as the plan says
  input,    // bytes to read, which are left unread
  time,     // as many milliseconds as the plan says
  kill,     // of the process that holds the descriptor now
};

struct LeaveOutcome {
  int error = 0;  // errno; not 0: it could not be carried out
  LeaveWait waits_for = LeaveWait::nothing;
};

// What the storm knows of a way to leave, beside its rules (session_faults.h).
struct CloseDeed {
  CloseKind kind;
  bool takes_port_for_a_minute;  // the client's side ends in TIME_WAIT
  bool needs_server;             // cannot be done once the server has left
  LeaveOutcome (*leave)(CloseContext&);
  void (*finish)(Connection&);  // after the wait; null if there is none
};

const CloseDeed& deed_of(CloseKind kind);

LeaveOutcome leave_by_close_frame(CloseContext& context);
LeaveOutcome leave_by_fin(CloseContext& context);
LeaveOutcome leave_by_rst(CloseContext& context);
LeaveOutcome leave_by_rst_unread(CloseContext& context);
LeaveOutcome leave_by_half_close(CloseContext& context);
LeaveOutcome leave_mid_frame(CloseContext& context);
LeaveOutcome leave_in_silence(CloseContext& context);
LeaveOutcome leave_by_process_kill(CloseContext& context);

// mid_handshake: what is left of the opening that `out` holds.
void cut_handshake(std::string& out, std::uint32_t after_bytes);

// Endings. Of what has arrived nothing is left, so close() does not reset.
void close_without_reset(Connection& connection);
void close_as_it_is(Connection& connection);
// TLS has a goodbye of its own, close_notify; that of the server is no unread data that could reset.
void close_after_goodbye(Connection& connection);

}  // namespace heapstorm
