// The Opening of a client: brings its connection from nothing to where the conversation begins. It connects, makes the
// stream's own handshake if there is one (TLS), and sends the first words: the protocol's opening, or what a fault
// makes of it. It never blocks.
#pragma once

#include "harness/storm/client/client_context.h"
#include "harness/storm/client/fault_injection.h"
#include "harness/storm/net/connection.h"
#include "harness/storm/protocol/conversation.h"

namespace heapstorm {

class Opening {
 public:
  enum class Progress {
    waiting,   // for the server or the kernel
    securing,  // it is connected and waits for the stream's handshake
    failed,    // phase() and error() say how
    sent,      // the protocol's opening; the server has to answer it
    open,      // there is none: the connection is open
    spoilt,    // something else was sent in its place
  };

  // All must outlive it.
  Opening(ClientContext& context, Connection& connection, Conversation& conversation, const FaultInjection& injection)
      : context_(context), connection_(connection), conversation_(conversation), injection_(injection) {}

  // `planned` stays valid until it is over.
  Progress begin(const PlannedConnection& planned);
  // After an event.
  Progress go_on() { return securing_ ? secure() : connect(); }

  // Whether it is at the stream's handshake, or has failed there: nothing of the plan was said yet.
  bool is_securing() const { return securing_; }
  // In which it is, or failed.
  Phase phase() const { return phase_; }
  int error() const { return error_; }

 private:
  FirstBytes first_bytes() const;
  int send_first_words();
  void append_opening();
  void append_spoilt_opening();
  Progress connect();
  Progress begin_securing();
  Progress secure();
  Progress fail(Phase phase, int error);

  ClientContext& context_;
  Connection& connection_;
  Conversation& conversation_;
  const FaultInjection& injection_;
  const PlannedConnection* planned_ = nullptr;
  bool securing_ = false;
  Phase phase_ = Phase::connect;
  int error_ = 0;
};

}  // namespace heapstorm
