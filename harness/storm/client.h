// A Client: carries out one connection of the plan at a time, from connect to leave, and is then used for another. It
// never blocks: every function does what it can and returns what that led to.
//
//   idle -> connecting (with TLS -> securing -> connecting) -> handshaking -> ready <-> awaiting_answer | sending |
//   holding ready -> closing | lingering -> idle
//
// and for a connection that breaks its protocol also connecting | ready -> misbehaving -> idle | ready. What the faults
// ask of a client is in client_faults.cpp; a connection without one passes it by.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/storm/connection.h"
#include "harness/storm/conversation.h"
#include "harness/storm/doomed_clients.h"
#include "harness/storm/faults/close_faults.h"
#include "harness/storm/patience.h"
#include "harness/storm/port_budget.h"
#include "harness/storm/status_line.h"
#include "harness/storm/tally.h"
#include "harness/storm/timers.h"
#include "harness/storm/tls_context.h"

namespace heapstorm {

// What all clients of an engine share.
struct ClientContext {
  const Plan& plan;
  SocketAddress target;
  std::string host;  // for HTTP
  PortBudget ports;
  int epoll_fd = -1;
  Tally& tally;
  std::vector<char> receive_buffer;
  std::string out;  // scratch space for what is being said
  Timers timers{};
  std::vector<Step> last_words{};  // of each session, what the server answers: its last message or request
  std::unique_ptr<DoomedClients> doomed_clients{};
  std::uint64_t kills_asked = 0;
  std::string handshake_path{"/"};
  std::shared_ptr<const TlsContext> tls{};  // null: no TLS
  Patience patience{};
};

enum class ClientNews {
  none,      // it waits for the server, with a deadline
  opened,    // the open is complete; waits for advance()
  answered,  // the action is complete; waits for advance()
  left,      // it is idle, the connection was left as planned or failed
};

class Client {
 public:
  Client(ClientContext& context, std::uint32_t index);

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

  std::uint32_t index() const { return index_; }
  bool idle() const { return state_ == State::idle; }
  // Whether the connection of now, or if idle the last one, was opened.
  bool was_opened() const { return opened_; }

 private:
  enum class State : std::uint8_t {
    idle,
    connecting,
    securing,  // connected, TLS is not there yet
    handshaking,
    ready,
    awaiting_answer,
    sending,      // awaits no answer, only that the kernel takes all
    holding,      // stays open until advance()
    misbehaving,  // a protocol fault was said; waits for what the server makes of it
    closing,      // has said goodbye, reads on
    lingering,    // is leaving and reads nothing
  };

  ClientNews open();
  FirstBytes first_bytes() const;
  int say_first_words();
  ClientNews continue_connecting();
  ClientNews begin_securing();
  ClientNews secure();
  ClientNews finish_open();
  void note_start(std::optional<std::int64_t> intended_us);
  ClientNews hold();
  ClientNews say(const PlannedAction& action);
  ClientNews await_nothing();
  ClientNews on_sent();
  ClientNews leave_early();
  ClientNews leave();
  ClientNews leave_plainly();
  ClientNews note_goodbye_sent();
  ClientNews receive(bool until_end);
  ClientNews on_bytes(std::string_view bytes);
  ClientNews on_heard(Heard heard);
  ClientNews on_answer();
  ClientNews on_unasked();
  ClientNews on_violation();
  ClientNews fail_by(const Violation& violation);
  ClientNews end_answer(std::int64_t heard_us);
  void note_answer(std::int64_t heard_us);
  void note_status();
  ClientNews on_goodbye();
  ClientNews on_stream_end();
  ClientNews end_without_goodbye();
  void note_partial_answer(int error);
  void expect_quiet();
  void await_quiet();
  ClientNews on_quiet();
  ClientNews reply();
  ClientNews wait(ClientNews news);
  ClientNews fail(Phase phase, int error);
  ClientNews drop(SessionEnd end);
  ClientNews finish(SessionEnd end);

  // For faults.
  void prepare_faults();
  const Step& last_words() const { return context_.last_words[planned_.session]; }
  void say_opening();
  void say_spoilt_opening();
  ClientNews on_spoilt_opening_sent();
  void say_fault();
  ClientNews misbehave();
  ClientNews await_reaction();
  void count_fault();
  ClientNews on_opening_answer(std::string_view bytes);
  ClientNews on_pong();
  ClientNews begin_wait(LeaveWait wait);
  ClientNews on_linger_event(std::uint32_t events);
  ClientNews finish_leave();
  bool awaits_reaction() const { return state_ == State::misbehaving || state_ == State::closing; }
  Answer goodbye_answer() const;
  std::optional<Answer> answer_in(int error);
  ClientNews finish_by(Answer answer);
  ClientNews on_deadline();
  ClientNews trickle();
  ClientNews receive_little();
  ClientNews look_for_kill();
  void arm(std::int64_t wake_us);
  void keep_pace();
  void postpone_deadline();
  std::int64_t pace_us() const;
  bool may_read_little() const {
    return reads_little() && state_ != State::ready && state_ != State::lingering && state_ != State::securing;
  }
  bool reads_little() const { return colours_all_ && planned_.fault == ProtocolFault::slow_read; }

  Phase phase() const;
  void enter(State state, std::int64_t deadline_us);

  ClientContext& context_;
  std::uint32_t index_;
  State state_ = State::idle;
  bool opened_ = false;
  bool server_left_ = false;
  bool server_closes_ = false;  // as it has said
  bool goodbye_counted_ = false;
  bool spoils_opening_ = false;  // of this connection, by the plan
  bool colours_all_ = false;     // its fault lasts for the whole connection
  bool fault_counted_ = false;
  bool was_reset_ = false;  // while lingering
  LeaveWait leave_wait_ = LeaveWait::nothing;
  std::uint32_t next_action_ = 0;
  std::uint32_t answers_left_ = 0;
  std::int64_t begun_us_ = 0;
  std::int64_t intended_us_ = 0;
  std::int64_t said_us_ = 0;          // what is awaited an answer to
  std::int64_t heard_us_ = 0;         // of what may be a whole answer, the last
  bool awaits_first_answer_ = false;  // whose latency counts
  std::int64_t deadline_us_ = 0;
  std::int64_t wake_us_ = 0;
  std::uint64_t kill_number_ = 0;
  StatusLine status_line_;
  Connection connection_;
  std::unique_ptr<Conversation> conversation_;
  PlannedConnection planned_;
};

}  // namespace heapstorm
