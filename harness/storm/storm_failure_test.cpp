// Servers that refuse, lie, say nothing or go away.
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>

#include "harness/storm/storm.h"
#include "harness/storm/testing/server.h"
#include "harness/storm/testing/small_storm.h"

namespace heapstorm {
namespace {

using test::errors;
using test::load_of;
using test::Server;
using test::storm;
using test::total_errors;

void say_nothing(test::Peer& peer, test::Journal&) {
  while (!peer.read_some().empty()) {
  }
}

Load websockets(std::uint32_t connections, std::uint32_t concurrent = 2) {
  return load_of(Protocol::websocket, connections, concurrent, {SendStep{"y", {1, 1}}}, {.fin = 1});
}

void hear_handshake_and_say(test::Peer& peer, const std::string& answer) {
  peer.read_head();
  peer.write(answer);
  peer.read_some();
}

TEST(StormFailure, AnEndpointWhereNothingListensEndsTheStormAsRefused) {
  for (const Protocol protocol : {Protocol::tcp, Protocol::websocket}) {
    const StormResult result = storm(load_of(protocol, 100000, 8, {}, {.rst = 1}), test::unused_port());
    EXPECT_EQ(result.end, StormEnd::refused);
    EXPECT_LE(result.attempted, 200U);
    EXPECT_EQ(result.connections, 0U);
    EXPECT_EQ(errors(result, Phase::connect, ECONNREFUSED), result.attempted);
  }
}

TEST(StormFailure, AShortPlanThatWasOnlyRefusedEndsAsRefused) {
  for (const Arrival arrival : {Arrival::closed, Arrival::stepwise}) {
    Load load = websockets(2);
    load.arrival = arrival;
    const StormResult result = storm(load, test::unused_port());
    EXPECT_EQ(result.end, StormEnd::refused);
    EXPECT_EQ(result.attempted, 2U);
  }
}

TEST(StormFailure, AServerThatDiesEndsTheStormAsRefused) {
  Server server(test::echo_frames);
  const std::jthread killer([&server] {
    while (server.journal().lines().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    server.stop();
  });
  const StormResult result = storm(websockets(100'000'000), server.port());
  EXPECT_EQ(result.end, StormEnd::refused);
  EXPECT_GT(result.connections, 0U);
}

TEST(StormFailure, ASilentServerEndsInTheTimeLimit) {
  Server server(say_nothing);
  StormOptions options;
  options.time_limit_ms = 1000;
  const StormResult result = storm(websockets(10), server.port(), {}, options);
  EXPECT_EQ(result.end, StormEnd::time_limit);
  EXPECT_EQ(result.attempted, 2U);
  EXPECT_EQ(result.connections, 0U);
  EXPECT_GE(result.duration_ms, 1000U);
}

TEST(StormFailure, AHandshakeThatIsNotAnsweredTimesOutAndTheStormGoesOn) {
  Server server(say_nothing);
  StormOptions options;
  options.timeouts.handshake_us = 100'000;
  const StormResult result = storm(websockets(2), server.port(), {}, options);
  EXPECT_EQ(result.end, StormEnd::completed);
  EXPECT_EQ(errors(result, Phase::handshake, ETIMEDOUT), 2U);
}

// What a server makes of a fault that ends the session has a deadline of its own; one that lets it go on has that of an
// answer. The other one would outlast the storm.
TEST(StormFailure, ASilentServerIsWaitedForAsTheFaultSays) {
  Server server([](test::Peer& peer, test::Journal&) {
    peer.write(test::upgrade_response(peer.read_head()));
    while (!peer.read_some().empty()) continue;
  });
  const auto silences = [&server](ProtocolFault fault, const Timeouts& timeouts) {
    MisbehaveStep step;
    step.weights[static_cast<std::size_t>(fault)] = 1;
    step.amounts[static_cast<std::size_t>(fault)] = {1, 1};
    StormOptions options;
    options.timeouts = timeouts;
    options.time_limit_ms = 20000;
    const StormResult result =
        storm(load_of(Protocol::websocket, 2, 2, {step}, {.fin = 1}), server.port(), {}, options);
    EXPECT_EQ(result.end, StormEnd::completed) << to_string(fault);
    return result.faults[static_cast<std::size_t>(fault)].answers;
  };
  const std::map<Answer, std::uint64_t> both{{{Answer::Kind::silence}, 2}};
  EXPECT_EQ(silences(ProtocolFault::bad_opcode, {.read_us = 60 * second_us, .reaction_us = second_us / 10}), both);
  EXPECT_EQ(silences(ProtocolFault::ping_flood, {.read_us = second_us / 10, .reaction_us = 60 * second_us}), both);
}

TEST(StormFailure, AStopRequestEndsTheStorm) {
  Server server(say_nothing);
  std::stop_source stop;
  const std::jthread stopper([&stop] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    stop.request_stop();
  });
  StormProgress progress;
  const Plan plan(websockets(10), {}, 1);
  const StormResult result = run_storm(plan, {"127.0.0.1", server.port()}, {}, progress, stop.get_token());
  EXPECT_EQ(result.end, StormEnd::stopped);
  EXPECT_EQ(progress.open, 0U);
}

TEST(StormFailure, AMalformedHandshakeIsAProtocolError) {
  const std::string fields = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
  for (const std::string& answer :
       {std::string("SSH-2.0-OpenSSH\r\n\r\n"), std::string("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        "HTTP/1.1 101 Switching Protocols\r\n" + fields + "\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n" + fields +
            "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n"}) {
    Server server([&answer](test::Peer& peer, test::Journal&) { hear_handshake_and_say(peer, answer); });
    const StormResult result = storm(websockets(3), server.port());
    EXPECT_EQ(result.end, StormEnd::completed);
    EXPECT_EQ(errors(result, Phase::handshake, EPROTO), 3U) << answer;
    EXPECT_EQ(total_errors(result), 3U);
    EXPECT_EQ(result.connections, 0U);
  }
}

TEST(StormFailure, AServerThatEndsTheStreamEarlyIsNoData) {
  Server in_handshake([](test::Peer& peer, test::Journal&) { peer.read_head(); });
  EXPECT_EQ(errors(storm(websockets(3), in_handshake.port()), Phase::handshake, ENODATA), 3U);

  Server in_read([](test::Peer& peer, test::Journal&) {
    peer.write(test::upgrade_response(peer.read_head()));
    test::read_frame(peer);
  });
  const StormResult result = storm(websockets(3), in_read.port());
  EXPECT_EQ(errors(result, Phase::read, ENODATA), 3U);
  EXPECT_EQ(result.connections, 3U);
}

TEST(StormFailure, AServerThatSaysCloseInTheMiddleIsAnsweredAndIsNoData) {
  Server server([](test::Peer& peer, test::Journal& journal) {
    peer.write(test::upgrade_response(peer.read_head()));
    test::read_frame(peer);
    peer.write(test::server_frame(8, "\x03\xe9"));
    const auto answer = test::read_frame(peer);
    journal.add(std::to_string(answer.opcode) + (answer.payload == "\x03\xe9" ? " same code" : " other code"));
  });
  const StormResult result = storm(websockets(1), server.port());
  server.finish();
  EXPECT_EQ(errors(result, Phase::read, ENODATA), 1U);
  EXPECT_EQ(server.journal().lines(), std::vector<std::string>{"8 same code"});
}

TEST(StormFailure, AnIllegalFrameIsAProtocolError) {
  Server server([](test::Peer& peer, test::Journal&) {
    peer.write(test::upgrade_response(peer.read_head()));
    test::read_frame(peer);
    peer.write(std::string{'\x83', '\0'});
    peer.read_some();
  });
  EXPECT_EQ(errors(storm(websockets(2), server.port()), Phase::read, EPROTO), 2U);
}

TEST(StormFailure, AMalformedResponseIsAProtocolError) {
  Server server([](test::Peer& peer, test::Journal&) { hear_handshake_and_say(peer, "HTTP/1.1 wrong\r\n\r\n"); });
  const auto load = load_of(Protocol::http, 2, 1, {RequestStep{{"/"}, {1, 1}}}, {.fin = 1});
  EXPECT_EQ(errors(storm(load, server.port()), Phase::read, EPROTO), 2U);
}

TEST(StormFailure, AFailedStepwiseOpenDoesNotKeepTheOthersFromOpening) {
  Server server([](test::Peer& peer, test::Journal& journal) {
    const std::string head = peer.read_head();
    if (test::header(head, "Heapstorm-Connection") == "2") return;
    peer.write(test::upgrade_response(head));
    while (test::read_frame(peer).opcode >= 0) {
      journal.add(test::header(head, "Heapstorm-Connection") + " message");
      peer.write(test::server_frame(1, "reply"));
    }
  });
  Load load = websockets(3);
  load.arrival = Arrival::stepwise;
  const StormResult result = storm(load, server.port());
  server.finish();
  EXPECT_EQ(result.end, StormEnd::completed);
  EXPECT_EQ(errors(result, Phase::handshake, ENODATA), 1U);
  EXPECT_EQ(result.connections, 2U);
  EXPECT_EQ(server.journal().lines(), (std::vector<std::string>{"1 message", "3 message"}));
}

TEST(StormFailure, ACloseFrameWithoutWebSocketIsAnErrorAndNotAnotherKind) {
  Server server(test::echo_bytes);
  const StormResult result = storm(load_of(Protocol::tcp, 2, 1, {}, {.close_frame = 1}), server.port());
  EXPECT_EQ(errors(result, Phase::close, EOPNOTSUPP), 2U);
  EXPECT_EQ(test::closes(result, CloseKind::close_frame).injected, 0U);
}

}  // namespace
}  // namespace heapstorm
