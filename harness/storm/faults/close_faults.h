// The ways in which a client leaves, one per file of this folder, and the one table of them.
//
// To add one: a CloseKind in scenario.h, a file here with its function, a row in close_faults.cpp, and a test that sees
// it on the server's side and does not see it at weight 0.
#pragma once

#include "harness/scenario/scenario.h"
#include "harness/storm/connection.h"
#include "harness/storm/conversation.h"

namespace heapstorm {

// What a close fault works on.
struct Leaver {
  Connection& connection;
  Conversation& conversation;
  std::string& out;  // scratch space, empty
};

struct LeaveOutcome {
  int error = 0;                // errno; not 0: it could not be carried out
  bool awaits_goodbye = false;  // the socket is still open, until the server has said goodbye or the deadline is over
};

struct CloseFault {
  const char* wire;              // what the server sees
  bool takes_port_for_a_minute;  // the client's side ends in TIME_WAIT
  LeaveOutcome (*leave)(Leaver&);
};

const CloseFault& close_fault(CloseKind kind);

LeaveOutcome leave_by_close_frame(Leaver& leaver);
LeaveOutcome leave_by_fin(Leaver& leaver);
LeaveOutcome leave_by_rst(Leaver& leaver);

}  // namespace heapstorm
