// A Session: one connection of the plan, as a client carries it out: its parts, the state that it is in, how long that
// may last, and how it ends. The Client moves it from state to state by its actions, the Reception by what arrives.
//
//   idle -> opening -> handshaking -> ready <-> awaiting_answer | sending | holding
//   ready -> closing | lingering -> idle
//
// and for a connection that breaks its protocol also opening | ready -> misbehaving -> idle | ready.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "harness/storm/client/client_context.h"
#include "harness/storm/client/close_procedure.h"
#include "harness/storm/client/fault_injection.h"
#include "harness/storm/client/opening.h"
#include "harness/storm/client/stopwatch.h"
#include "harness/storm/net/connection.h"
#include "harness/storm/protocol/conversation.h"

namespace heapstorm {

enum class SessionState : std::uint8_t {
  idle,
  opening,
  handshaking,  // the protocol's opening was said; awaits the answer
  ready,
  awaiting_answer,
  sending,      // awaits no answer, only that the kernel takes all
  holding,      // stays open until its client's next action
  misbehaving,  // a protocol fault was said; waits for what the server makes of it
  closing,      // has said goodbye, reads on
  lingering,    // is leaving and reads nothing
};

// What a turn led to.
enum class ClientNews {
  none,      // waits for the server, with a deadline
  opened,    // the open is complete; waits for the next action
  answered,  // the action is complete; waits for the next
  left,      // idle: the connection was left as planned, or failed
};

// Serves one client for connection after connection. Never blocks.
struct Session {
  Session(ClientContext& context, std::uint32_t client);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Connection `number` of the plan begins, which had to begin at `intended_us` (nothing: now).
  void begin(std::uint32_t number, std::optional<std::int64_t> intended_us);
  void enter(SessionState next, std::int64_t until_us);
  // What an error counts under now.
  Phase phase() const;
  bool is_securing() const { return state == SessionState::opening && opening.is_securing(); }

  // Makes sure that epoll tells how it goes on, and that a fault keeps its pace. A client that is ready is not watched
  // before it has to wait. Every turn that is not the last ends with this.
  ClientNews wait(ClientNews news);
  // A timer, for the client.
  void arm(std::int64_t time_us);
  // The server cannot answer before it has all, nor all at once.
  void postpone_deadline();

  // It is open.
  ClientNews finish_open();
  // What the handshake or a request was answered with.
  void note_status();

  // The answer to a fault that lies in this end of the connection, if that is no failure.
  std::optional<Answer> answer_in(int error);

  // The ends. All that fails is counted as an error, but for what a server does in answer to a fault.
  ClientNews fail(Phase failed_phase, int error);
  ClientNews fail(int error) { return fail(phase(), error); }
  // The server's answer to a fault is the end.
  ClientNews finish_by(Answer answer);
  // It was left as planned.
  ClientNews finish_leave();
  // In order, but not as planned: the server has said that it ends the connection.
  ClientNews finish_plainly();
  // Without any action more.
  ClientNews drop(SessionEnd end);

  ClientContext& context;
  std::uint32_t client;  // its index
  SessionState state = SessionState::idle;
  std::int64_t deadline_us;
  std::int64_t wake_us;
  bool opened = false;  // also of the last one, when idle
  bool server_left = false;
  bool server_closes = false;  // as it has said
  PlannedConnection planned;
  Connection connection;
  std::unique_ptr<Conversation> conversation;
  FaultInjection injection;
  Opening opening;
  CloseProcedure leaving;
  Stopwatch stopwatch;

 private:
  ClientNews finish(SessionEnd end);
  std::optional<Answer> read_refusal();
  void note_partial_answer(int error);
  void keep_pace();
};

}  // namespace heapstorm
