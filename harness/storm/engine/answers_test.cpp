// What counts as an answer: how many of them a send awaits, where on TCP one ends, and what a server may say without
// being asked.
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <thread>

#include "harness/storm/testing/server.h"
#include "harness/storm/testing/small_storm.h"

namespace heapstorm {
namespace {

using test::errors;
using test::load_of;
using test::Server;
using test::storm;
using test::total_errors;

SendStep send_awaiting(std::uint32_t answers, std::uint32_t times = 1, AnswerForm answer = {}) {
  return {"hello", {times, times}, answers, std::move(answer)};
}

// So much that a wrong answer is noticed long before it.
StormOptions patient() {
  StormOptions options;
  options.timeouts.read_us = 60 * second_us;
  options.timeouts.quiet_us = 60 * second_us;
  options.time_limit_ms = 15000;
  return options;
}

void say_nothing(test::Peer& peer, test::Journal&) {
  while (!peer.read_some().empty()) continue;
}

// Answers each message by all of `parts`, which it sends apart.
Server::Handler answer_by(std::vector<std::string> parts, std::uint32_t apart_ms = 10) {
  return [parts, apart_ms](test::Peer& peer, test::Journal& journal) {
    while (peer.read_exactly(5).size() == 5) {
      journal.add("asked");
      for (const std::string& part : parts) {
        peer.write(part);
        if (&part != &parts.back()) std::this_thread::sleep_for(std::chrono::milliseconds(apart_ms));
      }
    }
  };
}

Load tcp_load(SendStep send, std::uint32_t connections = 2) {
  return load_of(Protocol::tcp, connections, 1, {std::move(send)}, {.fin = 1});
}

// Upgrades, then calls `speak` for each frame.
Server::Handler websocket(const std::function<void(test::Peer&, const test::ClientFrame&)>& speak) {
  return [speak](test::Peer& peer, test::Journal& journal) {
    peer.write(test::upgrade_response(peer.read_head()));
    test::ClientFrame frame;
    while ((frame = test::read_frame(peer)).opcode >= 0) {
      journal.add(std::to_string(frame.opcode));
      if (frame.opcode == 8) return peer.write(test::server_frame(8, frame.payload));
      speak(peer, frame);
    }
  };
}

TEST(Answers, OfWhichNoneIsAwaitedAreNotWaitedFor) {
  Server server(say_nothing);
  for (const Arrival arrival : {Arrival::closed, Arrival::stepwise}) {
    Load load = tcp_load(send_awaiting(0, 50), 4);
    load.arrival = arrival;
    const StormResult result = storm(load, server.port(), {}, patient());
    EXPECT_EQ(result.end, StormEnd::completed);
    EXPECT_EQ(total_errors(result), 0U);
    EXPECT_EQ(result.messages, 200U);
    EXPECT_EQ(result.answers->count, 0U);
    EXPECT_EQ(result.sessions->completed, 4U);
  }
}

TEST(Answers, OfAMuteWebSocketServerAreNotWaitedForAndItsCloseIs) {
  Server server(websocket([](test::Peer&, const test::ClientFrame&) {}));
  const auto load = load_of(Protocol::websocket, 3, 3, {send_awaiting(0, 5)}, {.close_frame = 1});
  const StormResult result = storm(load, server.port(), {}, patient());
  server.finish();
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_EQ(result.sessions->completed, 3U);
  EXPECT_EQ(test::closes(result, CloseKind::close_frame).injected, 3U);
  EXPECT_EQ(server.journal().count("1"), 15U);
}

// It pings after each message, and does not go on without the pong.
TEST(Answers, WhileNoneIsAwaitedPingsAreAnswered) {
  Server server([](test::Peer& peer, test::Journal& journal) {
    peer.write(test::upgrade_response(peer.read_head()));
    int pongs = 0;
    for (test::ClientFrame frame = test::read_frame(peer); frame.opcode >= 0; frame = test::read_frame(peer)) {
      if (frame.opcode == 10) ++pongs;
      if (frame.opcode == 1) peer.write(test::server_frame(9, "are you there?"));
    }
    journal.add(pongs > 0 ? "pongs" : "no pong");
  });
  // A client that is never told by epoll reads between its messages.
  const auto load = load_of(Protocol::websocket, 1, 1, {send_awaiting(0, 20000)}, {.half_close = 1});
  const StormResult result = storm(load, server.port(), {}, patient());
  server.finish();
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_EQ(server.journal().lines(), std::vector<std::string>{"pongs"});
}

// More than fits the buffers on the way, while the server echoes all of it: it would stop reading if nobody read.
TEST(Answers, WhileNoneIsAwaitedTheServersWordsAreRead) {
  Server server(test::echo_bytes);
  const SendStep large{std::string(1'000'000, 'x'), {30, 30}, 0};
  const StormResult result =
      storm(load_of(Protocol::tcp, 1, 1, {large}, {.half_close = 1}), server.port(), {}, patient());
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_EQ(result.sessions->completed, 1U);
  EXPECT_GE(result.bytes, 30'000'000U);
}

TEST(Answers, AMessageThatTheKernelDoesNotTakeHasADeadline) {
  std::atomic<bool> over = false;
  Server server([&over](test::Peer&, test::Journal&) {
    for (int i = 0; i < 2000 && !over; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  });
  const SendStep large{std::string(1'000'000, 'x'), {100, 100}, 0};
  StormOptions options = patient();
  options.timeouts.read_us = second_us / 5;
  const StormResult result = storm(tcp_load(large, 1), server.port(), {}, options);
  over = true;
  EXPECT_EQ(result.end, StormEnd::completed);
  EXPECT_EQ(errors(result, Phase::send, ETIMEDOUT), 1U);
  EXPECT_EQ(result.sessions->cut, 1U);
}

TEST(Answers, AreAllAwaitedThatASendHas) {
  Server server(websocket([](test::Peer& peer, const test::ClientFrame& frame) {
    peer.write(test::server_frame(1, frame.payload) + test::server_frame(2, "binary"));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    peer.write(test::server_frame(1, "third"));
  }));
  auto load = load_of(Protocol::websocket, 2, 1, {send_awaiting(3, 2)}, {.close_frame = 1});
  const StormResult result = storm(load, server.port(), {}, patient());
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_EQ(result.answers->count, 12U);

  load.session[1] = send_awaiting(4, 1);  // one more than come
  StormOptions options;
  options.timeouts.read_us = second_us / 5;
  EXPECT_EQ(errors(storm(load, server.port(), {}, options), Phase::read, ETIMEDOUT), 2U);
}

TEST(Answers, OnTcpEndAfterSoManyBytes) {
  Server server(answer_by({"1234567", "8", "9abcdefgh", "x"}));
  EXPECT_EQ(storm(tcp_load(send_awaiting(2, 3, {.bytes = 8})), server.port(), {}, patient()).answers->count, 12U);
  StormOptions options;
  options.timeouts.read_us = second_us / 5;
  options.timeouts.quiet_us = 1;  // of no importance: the length was said
  const StormResult result = storm(tcp_load(send_awaiting(1, 1, {.bytes = 19})), server.port(), {}, options);
  EXPECT_EQ(errors(result, Phase::read, ETIMEDOUT), 2U);
}

TEST(Answers, OnTcpEndAfterADelimiterHoweverItIsSplit) {
  for (const std::vector<std::string>& parts : {std::vector<std::string>{"+OK\r\n-ERR\r\n"},
                                                {"+OK\r", "\n-ERR\r\n"},
                                                {"+OK", "\r", "\r\n", "-ERR\r", "\n"},
                                                {"+", "\r\n\r", "\n"}}) {
    Server server(answer_by(parts, 3));
    const StormResult result = storm(tcp_load(send_awaiting(2, 3, {.until = "\r\n"})), server.port(), {}, patient());
    EXPECT_EQ(total_errors(result), 0U) << parts.front();
    EXPECT_EQ(result.answers->count, 12U) << parts.front();
  }
  const std::string longest(64, '-');
  Server server(answer_by({longest.substr(1), "-" + longest, "and more"}));
  EXPECT_EQ(storm(tcp_load(send_awaiting(2, 3, {.until = longest})), server.port(), {}, patient()).answers->count, 12U);
}

TEST(Answers, OnTcpWithoutTheDelimiterNeverEnd) {
  Server server(answer_by({"+OK\n\r"}));
  StormOptions options;
  options.timeouts.read_us = second_us / 5;
  options.timeouts.quiet_us = 1;
  const StormResult result = storm(tcp_load(send_awaiting(1, 1, {.until = "\r\n"})), server.port(), {}, options);
  EXPECT_EQ(errors(result, Phase::read, ETIMEDOUT), 2U);
}

TEST(Answers, ShorterThanTheMessageAreWholeWhenNothingFollows) {
  Server server(answer_by({":1\n"}));
  StormOptions options = patient();
  options.timeouts.quiet_us = 1000;
  const StormResult result = storm(tcp_load(send_awaiting(1, 2)), server.port(), {}, options);
  EXPECT_EQ(result.end, StormEnd::completed);
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_EQ(result.quiet_answers, 4U);
  EXPECT_EQ(result.answers->count, 4U);
  EXPECT_EQ(server.journal().count("asked"), 4U);
}

// Some bytes, and the end of the stream.
Server::Handler answer_and_end(const std::string& answer) {
  return [answer](test::Peer& peer, test::Journal&) {
    peer.read_exactly(5);
    peer.write(answer);
  };
}

// It says no at once, and reads the rest of what it was sent all the same.
TEST(Answers, ToHalfOfALongMessageAreWholeWhenNothingFollowsItsEnd) {
  constexpr std::size_t message_bytes = 16u << 20;  // more than the kernel's buffers take
  Server server([](test::Peer& peer, test::Journal&) {
    peer.read_exactly(5);
    peer.write("no\n");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    peer.read_exactly(message_bytes - 5);
    while (!peer.read_some().empty()) continue;
  });
  StormOptions options = patient();
  options.timeouts.quiet_us = second_us / 10;
  const SendStep send{std::string(message_bytes, 'x'), {1, 1}, 1, {}};
  const StormResult result = storm(tcp_load(send), server.port(), {}, options);
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_EQ(result.answers->count, 2U);
  EXPECT_EQ(result.quiet_answers, 2U);
  EXPECT_LT(result.answers->latency_us.max, 60U * second_us);
}

TEST(Answers, ShorterThanTheMessageAreWholeWhenTheStreamEnds) {
  Server server(answer_and_end("+OK"));
  const StormResult result = storm(tcp_load(send_awaiting(1)), server.port(), {}, patient());
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_EQ(result.sessions->completed, 2U);
  EXPECT_EQ(result.answers->count, 2U);
  EXPECT_EQ(result.quiet_answers, 2U);
  EXPECT_EQ(result.partial_answers.ended, 0U);
}

TEST(Answers, OfWhichTheServerOwesMoreWhenTheStreamEndsAreAnError) {
  Server server(answer_and_end("+OK"));
  const StormResult more_answers = storm(tcp_load(send_awaiting(2)), server.port(), {}, patient());
  EXPECT_EQ(errors(more_answers, Phase::read, ENODATA), 2U);
  EXPECT_EQ(more_answers.partial_answers.ended, 2U);
  const StormResult more_messages = storm(tcp_load(send_awaiting(1, 2)), server.port(), {}, patient());
  EXPECT_EQ(errors(more_messages, Phase::send, ENODATA), 2U);
  EXPECT_EQ(more_messages.partial_answers.ended, 0U);
  Server silent(answer_and_end(""));
  const StormResult nothing = storm(tcp_load(send_awaiting(1)), silent.port(), {}, patient());
  EXPECT_EQ(total_errors(nothing), 2U);
  EXPECT_EQ(nothing.partial_answers.ended, 0U);
}

// Whether the server was in the middle of an answer when the session was cut.
TEST(Answers, ThatHaveBegunAreTold) {
  StormOptions options;
  options.timeouts.read_us = options.timeouts.handshake_us = second_us / 5;
  const auto partial = [&](const Load& load, const Server::Handler& handler) {
    Server server(handler);
    return storm(load, server.port(), {}, options).partial_answers;
  };
  const auto respond = [](const std::string& words, bool ends) {
    return [words, ends](test::Peer& peer, test::Journal& journal) {
      peer.read_head();
      peer.write(words);
      if (!ends) say_nothing(peer, journal);
    };
  };
  const auto speak = [](const std::string& frames) {
    return websocket([frames](test::Peer& peer, const test::ClientFrame&) { peer.write(frames); });
  };
  const Load http = load_of(Protocol::http, 2, 2, {RequestStep{}}, {.fin = 1});
  const Load websockets = load_of(Protocol::websocket, 2, 2, {send_awaiting(1)}, {.fin = 1});
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
  EXPECT_EQ(partial(http, respond(head + "o", false)).timed_out, 2U);
  EXPECT_EQ(partial(http, respond(head + "o", true)).ended, 2U);
  EXPECT_EQ(partial(http, respond("HTT", true)).ended, 2U);
  EXPECT_EQ(partial(http, respond("HTTP/1.1 100 Continue\r\n\r\n", false)).timed_out, 2U);
  EXPECT_EQ(partial(http, respond("", false)).timed_out, 0U);
  EXPECT_EQ(partial(http, respond("", true)).ended, 0U);
  EXPECT_EQ(partial(websockets, respond("HTTP/1.1 101", false)).timed_out, 2U);
  EXPECT_EQ(partial(websockets, speak(std::string("\x01\x01h", 3))).timed_out, 2U);
  EXPECT_EQ(partial(websockets, speak(std::string("\x81\x05h", 3))).timed_out, 2U);
  EXPECT_EQ(partial(websockets, speak(test::server_frame(9, "ping"))).timed_out, 0U);
  EXPECT_EQ(partial(tcp_load(send_awaiting(1, 1, {.until = "\r\n"})), answer_by({"+OK\n"})).timed_out, 2U);
  EXPECT_EQ(partial(tcp_load(send_awaiting(1, 1, {.bytes = 9})), answer_by({"+OK\n"})).timed_out, 2U);
  EXPECT_EQ(partial(tcp_load(send_awaiting(2, 1, {.bytes = 4})), answer_by({"+OK\n"})).timed_out, 0U);
}

// The answer as long as the message needs no quiet, neither in one part nor in two.
TEST(Answers, AsLongAsTheMessageAreWholeAtOnce) {
  for (const std::vector<std::string>& parts : {std::vector<std::string>{"12345"}, {"123", "45"}, {"1", "2345678"}}) {
    Server server(answer_by(parts));
    const StormResult result = storm(tcp_load(send_awaiting(1, 2)), server.port(), {}, patient());
    EXPECT_EQ(result.end, StormEnd::completed);
    EXPECT_EQ(result.quiet_answers, 0U);
    EXPECT_EQ(result.answers->count, 4U);
  }
}

TEST(Answers, OfWhichNothingComesTimeOut) {
  Server server(say_nothing);
  StormOptions options;
  options.timeouts.read_us = second_us / 5;
  options.timeouts.quiet_us = 1;
  const StormResult result = storm(tcp_load(send_awaiting(1)), server.port(), {}, options);
  EXPECT_EQ(errors(result, Phase::read, ETIMEDOUT), 2U);
  EXPECT_EQ(result.quiet_answers, 0U);
}

// A slow reader takes long over an answer that is there already.
TEST(Answers, ToASlowReaderAreNoneTheShorter) {
  Server server(test::echo_bytes);
  MisbehaveStep slow;
  const auto slow_read = static_cast<std::size_t>(ProtocolFault::slow_read);
  slow.weights[slow_read] = 1;
  slow.amounts[slow_read] = {5, 5};
  Load load = load_of(Protocol::tcp, 1, 1, {slow, SendStep{std::string(2000, 'x'), {1, 1}}}, {.fin = 1});
  load.protocol = Protocol::tcp;
  StormOptions options = patient();
  options.timeouts.quiet_us = 1;
  const StormResult result = storm(load, server.port(), {}, options);
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_EQ(result.quiet_answers, 0U);
}

}  // namespace
}  // namespace heapstorm
