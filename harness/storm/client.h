// A Client: carries out one connection of the plan at a time, from connect to leave, and is then used for another. It
// never blocks: every function does what it can and returns what that led to.
//
//   idle -> connecting -> handshaking -> ready <-> awaiting_answer     ready -> closing -> idle
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/storm/connection.h"
#include "harness/storm/conversation.h"
#include "harness/storm/port_budget.h"
#include "harness/storm/tally.h"

namespace heapstorm {

// What all clients of a storm share.
struct ClientContext {
  const Plan& plan;
  SocketAddress target;
  std::string host;  // for HTTP
  PortBudget ports;
  int epoll_fd = -1;
  Tally& tally;
  std::vector<char> receive_buffer;
  std::string out;  // scratch space for what is being said
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

  // Begins connection `number` of the plan. Only when idle.
  ClientNews begin(std::uint32_t number);
  // Does the next action. Only after `opened` or `answered`.
  ClientNews advance();
  // `events` are epoll's.
  ClientNews on_event(std::uint32_t events);
  // Gives up if the deadline is over.
  ClientNews on_time(std::int64_t now_us);
  // The storm ends: closes the socket, without counting an error.
  void abandon();

  std::uint32_t index() const { return index_; }
  bool idle() const { return state_ == State::idle; }
  // Whether the connection of now, or if idle the last one, was opened.
  bool was_opened() const { return opened_; }

 private:
  enum class State : std::uint8_t { idle, connecting, handshaking, ready, awaiting_answer, closing };

  ClientNews open();
  ClientNews continue_connecting();
  ClientNews finish_open();
  ClientNews say(const Step& step);
  ClientNews leave();
  ClientNews note_goodbye_sent();
  ClientNews receive(bool until_end);
  ClientNews on_bytes(std::string_view bytes);
  ClientNews on_heard(Heard heard);
  ClientNews on_answer();
  ClientNews on_goodbye();
  ClientNews on_stream_end();
  ClientNews reply();
  ClientNews wait(ClientNews news);
  ClientNews fail(Phase phase, int error);
  ClientNews finish();
  Phase phase() const;
  void enter(State state, std::int64_t deadline_us);

  ClientContext& context_;
  std::uint32_t index_;
  State state_ = State::idle;
  bool opened_ = false;
  bool server_left_ = false;
  bool goodbye_counted_ = false;
  std::uint32_t next_action_ = 0;
  std::int64_t begun_us_ = 0;
  std::int64_t deadline_us_ = 0;
  Connection connection_;
  std::unique_ptr<Conversation> conversation_;
  PlannedConnection planned_;
};

}  // namespace heapstorm
