// A Client: carries out one connection of the plan at a time, from connect to leave, and is then used for another. It
// never blocks: every function does what it can and returns what that led to.
//
// The state machine is the Session's. The Client is what moves it on the plan's side: it opens (opening.h), acts,
// breaks the protocol (fault_injection.h), leaves (close_procedure.h), and gives up; what the server says is the
// Reception's.
#pragma once

#include <cstdint>
#include <optional>

#include "harness/storm/client/reception.h"
#include "harness/storm/client/session.h"

namespace heapstorm {

class Client {
 public:
  Client(ClientContext& context, std::uint32_t index) : context_(context), session_(context, index) {}

  // Begins connection `number` of the plan, which had to begin at `intended_us` (nothing: now). Only when idle.
  ClientNews begin(std::uint32_t number, std::optional<std::int64_t> intended_us = {});
  // Does the next action. Only after `opened` or `answered`, or to end a hold.
  ClientNews advance();
  // `events` are epoll's.
  ClientNews on_event(std::uint32_t events);
  // Gives up if the deadline is over.
  ClientNews on_time(std::int64_t now_us);
  // One of its timers.
  ClientNews on_wake(std::int64_t now_us);
  // The storm ends: closes the socket, without counting an error.
  void abandon();

  std::uint32_t index() const { return session_.client; }
  bool idle() const { return session_.state == SessionState::idle; }
  // Whether the connection of now, or if idle the last one, was opened.
  bool was_opened() const { return session_.opened; }

 private:
  ClientNews on_opening(Opening::Progress progress);
  ClientNews send(const PlannedAction& action);
  ClientNews await_nothing();
  ClientNews on_sent();
  ClientNews hold();
  ClientNews misbehave();
  ClientNews await_reaction();
  ClientNews leave_early();
  ClientNews leave();
  ClientNews begin_wait();
  ClientNews on_leaving(LeaveOutcome outcome);
  ClientNews look_for_kill();
  ClientNews on_deadline();
  ClientNews trickle();

  ClientContext& context_;
  Session session_;
  Reception reception_{session_};
  std::uint32_t next_action_ = 0;
};

}  // namespace heapstorm
