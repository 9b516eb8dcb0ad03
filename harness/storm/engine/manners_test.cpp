// Servers that end lines in their own way, end connections when they say so, or mean another protocol.
#include <gtest/gtest.h>

#include <cerrno>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/storm/testing/server.h"
#include "harness/storm/testing/small_storm.h"

namespace heapstorm {
namespace {

using test::closes;
using test::errors;
using test::load_of;
using test::Server;
using test::storm;
using test::total_errors;

// Answers each request by `response`, and ends after the first if it is told to.
Server::Handler respond(const std::string& response, bool ends = false) {
  return [response, ends](test::Peer& peer, test::Journal& journal) {
    while (peer.read_head().ends_with("\r\n\r\n")) {
      journal.add("asked");
      peer.write(response);
      if (ends) return;
    }
  };
}

Load requests(std::uint32_t connections, test::Weights weights = {.fin = 1}) {
  return load_of(Protocol::http, connections, 2, {RequestStep{{"/"}, {3, 3}}}, weights);
}

struct Ending {
  const char* name;
  std::string response;
};
std::vector<Ending> announced_endings() {
  return {{"close", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"},
          {"close among others", "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 2\r\n\r\nok"},
          {"old version", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"},
          {"until the end", "HTTP/1.1 200 OK\r\n\r\nok"},
          {"old, until the end", "HTTP/1.0 200 OK\r\n\r\nok"},
          {"chunked", "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"},
          {"no body", "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"}};
}

TEST(AnnouncedEnd, IsNoErrorAndTheRestIsNotSent) {
  for (const auto& [name, response] : announced_endings()) {
    Server server(respond(response, true));
    const StormResult result = storm(requests(6), server.port());
    EXPECT_EQ(total_errors(result), 0U) << name;
    EXPECT_EQ(result.sessions->completed, 6U) << name;
    EXPECT_EQ(result.messages, 6U) << name;
    EXPECT_EQ(result.unsent, 12U) << name;
    EXPECT_EQ(server.journal().count("asked"), 6U) << name;
  }
}

// Whether or not the end has come when the client leaves.
TEST(AnnouncedEnd, LeavesRoomForEveryWayToLeave) {
  for (const bool ends : {true, false}) {
    for (const test::Weights& weights : {test::Weights{.fin = 1},
                                         {.rst = 1},
                                         {.rst_unread = 1},
                                         {.half_close = 1},
                                         {.silent = 1},
                                         {.process_kill = 1}}) {
      Server server(respond("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", ends));
      Load load = requests(2, weights);
      auto& amounts = std::get<LeaveStep>(load.session.back()).amounts;
      amounts[static_cast<std::size_t>(CloseKind::silent)] = {20, 20};
      amounts[static_cast<std::size_t>(CloseKind::half_close)] = {20, 20};
      const StormResult result = storm(load, server.port());
      EXPECT_EQ(result.end, StormEnd::completed);
      EXPECT_EQ(total_errors(result), 0U);
      EXPECT_EQ(result.sessions->completed, 2U);
    }
  }
}

TEST(AnnouncedEnd, IsNoneWithKeepAlive) {
  Server server(respond("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nok"));
  const StormResult result = storm(requests(4), server.port());
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_EQ(result.messages, 12U);
  EXPECT_EQ(result.unsent, 0U);
}

TEST(AnnouncedEnd, OfOneConnectionSaysNothingOfTheNext) {
  Server server([](test::Peer& peer, test::Journal&) {
    const std::string head = peer.read_head();
    const bool last = test::header(head, "Heapstorm-Connection") == "1";
    const std::string answer = "Content-Length: 2\r\n\r\nok";
    peer.write((last ? "HTTP/1.1 200 OK\r\nConnection: close\r\n" : "HTTP/1.1 200 OK\r\n") + answer);
    while (!last && peer.read_head().ends_with("\r\n\r\n")) peer.write("HTTP/1.1 200 OK\r\n" + answer);
  });
  Load load = requests(3);
  load.concurrent = 1;
  const StormResult result = storm(load, server.port());
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_EQ(result.messages, 7U);
  EXPECT_EQ(result.unsent, 2U);
}

TEST(AnnouncedEnd, ThatWasNotAnnouncedIsAnError) {
  Server server(respond("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", true));
  const StormResult result = storm(requests(4), server.port());
  EXPECT_EQ(result.sessions->cut, 4U);
  EXPECT_EQ(total_errors(result), 4U);
  EXPECT_EQ(result.unsent, 0U);
}

TEST(BareLineFeeds, InHeadsAreAcceptedAndCounted) {
  for (const char* response :
       {"HTTP/1.1 200 OK\nContent-Length: 2\n\nok", "HTTP/1.1 200 OK\r\nContent-Length: 2\n\r\nok",
        "HTTP/1.1 200 OK\nContent-Length: 2\r\n\nok",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nTrailer: x\n\r\n"}) {
    Server server(respond(response));
    const StormResult result = storm(requests(2), server.port());
    EXPECT_EQ(total_errors(result), 0U) << response;
    EXPECT_EQ(result.sessions->completed, 2U) << response;
    EXPECT_EQ(result.bare_line_feeds.in_heads, 2U) << response;
    EXPECT_EQ(result.bare_line_feeds.in_chunks, 0U) << response;
  }
}

TEST(BareLineFeeds, AroundChunksAreAcceptedAndCounted) {
  for (const char* body : {"2\nok\r\n0\r\n\r\n", "2\r\nok\n0\r\n\r\n", "2;a=b\nok\r\n0\r\n\r\n"}) {
    Server server(respond("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(body)));
    const StormResult result = storm(requests(2), server.port());
    EXPECT_EQ(total_errors(result), 0U) << body;
    EXPECT_EQ(result.bare_line_feeds.in_heads, 0U) << body;
    EXPECT_EQ(result.bare_line_feeds.in_chunks, 2U) << body;
  }
}

TEST(BareLineFeeds, OfAnHonestServerAreNotCounted) {
  Server server(respond("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nok\r\n0\r\nTrailer: x\r\n\r\n"));
  const StormResult result = storm(requests(2), server.port());
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_EQ(result.bare_line_feeds.in_heads + result.bare_line_feeds.in_chunks, 0U);
}

// A WebSocket server whose handshake's answer is changed by `change`, and that then says `words`.
Server::Handler handshake(const std::function<std::string(std::string)>& change, const std::string& words = "") {
  return [change, words](test::Peer& peer, test::Journal&) {
    peer.write(change(test::upgrade_response(peer.read_head())) + words);
    while (!peer.read_some().empty()) continue;
  };
}

std::string same(std::string response) {
  return response;
}

std::string without_carriage_returns(std::string response) {
  std::erase(response, '\r');
  return response;
}

Server::Handler handshake_with(const std::string& field) {
  return handshake(
      [field](const std::string& response) { return response.substr(0, response.size() - 2) + field + "\r\n\r\n"; });
}

Load websockets(std::vector<std::string> subprotocols = {}) {
  Load load = load_of(Protocol::websocket, 3, 2, {SendStep{"y", {1, 1}}}, {.fin = 1});
  load.session.front() = OpenStep{{}, {}, std::move(subprotocols)};
  return load;
}

TEST(BareLineFeeds, InAHandshakeAreAcceptedAndCounted) {
  Server server(handshake(without_carriage_returns, test::server_frame(1, "hello")));
  Load load = websockets();
  load.session[1] = SendStep{"y", {1, 1}, 0};
  const StormResult result = storm(load, server.port());
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_EQ(result.bare_line_feeds.in_heads, 3U);
}

void expect_not_offered(const StormResult& result, const std::string& words) {
  EXPECT_EQ(result.connections, 0U);
  EXPECT_EQ(errors(result, Phase::handshake, EPROTO), 3U);
  const std::map<Violation, std::uint64_t> expected{{{Violation::Kind::negotiation, words}, 3}};
  EXPECT_EQ(result.violations, expected) << (result.violations.empty() ? "" : result.violations.begin()->first.words);
}

TEST(Violations, AnExtensionThatWasNotOffered) {
  const std::string more = ", which no client had offered (RFC 6455, 4.1)";
  Server deflate(handshake_with("Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover"));
  expect_not_offered(storm(websockets(), deflate.port()),
                     "the server negotiates the extension \"permessage-deflate; server_no_context_takeover\"" + more);
  Server two(handshake_with("sec-websocket-extensions: a\r\nSec-WebSocket-Extensions: \"b\\\x01"));
  expect_not_offered(storm(websockets({"chat"}), two.port()),
                     "the server negotiates the extension \"a, \\x22b\\x5c\\x01\"" + more);
}

TEST(Violations, ASubProtocolThatWasNotOffered) {
  const std::string more = ", which no client had offered (RFC 6455, 4.1)";
  Server server(handshake_with("Sec-WebSocket-Protocol: chat"));
  expect_not_offered(storm(websockets(), server.port()), "the server negotiates the sub-protocol \"chat\"" + more);
  expect_not_offered(storm(websockets({"v2"}), server.port()),
                     "the server negotiates the sub-protocol \"chat\"" + more);
  Load load = websockets({"v2", "chat"});
  load.session[1] = SendStep{"y", {1, 1}, 0};
  EXPECT_EQ(total_errors(storm(load, server.port())), 0U);
  Server endless(handshake_with("Sec-WebSocket-Protocol: " + std::string(3000, 'x')));
  expect_not_offered(storm(websockets(), endless.port()),
                     "the server negotiates the sub-protocol \"" + std::string(100, 'x') + "...\"" + more);
}

TEST(Violations, AreToldInWords) {
  const auto words_of = [](const Load& load, const Server::Handler& handler) {
    Server server(handler);
    const StormResult result = storm(load, server.port());
    return result.violations.empty() ? std::string() : result.violations.begin()->first.words;
  };
  const auto frame_words = [&](const std::string& frame) { return words_of(websockets(), handshake(same, frame)); };
  EXPECT_EQ(frame_words(std::string{'\x81', '\x80', 0, 0, 0, 0}), "the server masks its frames (RFC 6455, 5.1)");
  EXPECT_EQ(frame_words(std::string{'\xc1', '\0'}),
            "a frame has reserved bits set, without an extension (RFC 6455, 5.2)");
  EXPECT_EQ(frame_words(std::string{'\x83', '\0'}), "a frame has an opcode that is not defined (RFC 6455, 5.2)");
  EXPECT_EQ(frame_words(std::string{'\x81', '\x7e', '\0', '\1'}),
            "a frame's length is not in its shortest form (RFC 6455, 5.2)");
  EXPECT_EQ(frame_words(std::string{'\x80', '\0'}), "a frame continues a message that has not begun (RFC 6455, 5.4)");
  EXPECT_EQ(frame_words(std::string{'\x01', '\0', '\x81', '\0'}), "a message begins inside another (RFC 6455, 5.4)");
  EXPECT_EQ(frame_words(std::string{'\x09', '\0'}),
            "a control frame is fragmented or longer than 125 bytes (RFC 6455, 5.5)");
  EXPECT_EQ(frame_words(std::string{'\x88', '\1', '\3'}), "a Close frame has half a code (RFC 6455, 5.5.1)");
  const auto other_accept = [](std::string response) {
    response[response.size() - 6] ^= 1;
    return response;
  };
  EXPECT_EQ(words_of(websockets(), handshake(other_accept)),
            "Sec-WebSocket-Accept does not fit the key of the handshake (RFC 6455, 4.1)");
  EXPECT_EQ(words_of(requests(1), respond("HTTP/1.1 wrong\r\n\r\n")),
            "the status line of an HTTP response is malformed: \"HTTP/1.1 wrong\"");
  EXPECT_EQ(words_of(websockets(), respond("220 ready\r\n")),
            "the answer to the handshake: no HTTP response: it begins \"220 ready\\x0d\\x0a\"");
  EXPECT_EQ(words_of(requests(1), respond("HTTP/1.1 101 Switching Protocols\r\nUpgrade: foo\r\n\r\n")),
            "the server switches protocols (101), which no request asks for (RFC 9110, 7.8)");
  EXPECT_EQ(words_of(requests(1), respond("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc")),
            "a chunk is longer than its size");
}

const std::string small_response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// Sent together, so that the first is heard with the second behind it.
TEST(Violations, AResponseThatNoRequestAwaitsIsOne) {
  Server server(respond(small_response + small_response));
  const StormResult result = storm(requests(4), server.port());
  EXPECT_EQ(errors(result, Phase::read, EPROTO), 4U);
  ASSERT_EQ(result.violations.size(), 1U);
  EXPECT_EQ(result.violations.begin()->first.words, "a response that no request awaits (RFC 9112, 9.2)");
}

TEST(Violations, AnEmptyLineAfterAResponseOrThatTheClientIsTooSlowIsNone) {
  for (const char* more : {"\r\n", "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"}) {
    Server server(respond(small_response + more));
    const StormResult result = storm(requests(4), server.port());
    EXPECT_EQ(total_errors(result), 0U) << more;
    EXPECT_EQ(result.answers->count, 12U) << more;
  }
}

TEST(Violations, AnUpgradeThatARequestAsksForIsNone) {
  Server server(respond("HTTP/1.1 101 Switching Protocols\r\nUpgrade: foo\r\n\r\n"));
  Load load = load_of(Protocol::http, 2, 2, {RequestStep{{"/"}, {1, 1}, {{"UPGRADE", "foo"}}}}, {.fin = 1});
  EXPECT_EQ(total_errors(storm(load, server.port())), 0U);
}

TEST(Handshake, MayBeAnsweredAfterInterimResponses) {
  const auto delayed = [](std::string response) {
    return "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + response;
  };
  Server server(handshake(delayed));
  Load load = websockets();
  load.session[1] = SendStep{"y", {1, 1}, 0};
  const StormResult result = storm(load, server.port());
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_EQ(result.answers->statuses, (std::map<int, std::uint64_t>{{101, 3}}));
}

TEST(Farewells, OfAServerThatCutsASessionAreToldInWords) {
  for (const auto& [frame, words] : std::vector<std::pair<std::string, std::string>>{
           {test::server_frame(8, "\x03\xf5try again later"), "with code 1013, \"try again later\""},
           {test::server_frame(8, "\x03\xe9"), "with code 1001"},
           {test::server_frame(8, ""), "without a code"}}) {
    Server server(handshake(same, frame));
    const StormResult result = storm(websockets(), server.port());
    EXPECT_EQ(result.sessions->cut, 3U) << words;
    EXPECT_EQ(result.farewells, (std::map<std::string, std::uint64_t>{{words, 3}}));
  }
}

TEST(Farewells, InAnswerToOursAreNone) {
  Server server(test::echo_frames);
  const auto load = load_of(Protocol::websocket, 3, 1, {SendStep{"y", {1, 1}}}, {.close_frame = 1});
  EXPECT_TRUE(storm(load, server.port()).farewells.empty());
}

TEST(Farewells, ThatAServerDoesNotSayAreAnErrorOfItsAndCutNoSession) {
  Server server([](test::Peer& peer, test::Journal&) {
    peer.write(test::upgrade_response(peer.read_head()));
    while (test::read_frame(peer).opcode != 8) peer.write(test::server_frame(1, "y"));
  });
  const auto load = load_of(Protocol::websocket, 3, 1, {SendStep{"y", {1, 1}}}, {.close_frame = 1});
  const StormResult result = storm(load, server.port());
  EXPECT_EQ(result.sessions->completed, 3U);
  EXPECT_EQ(result.missing_goodbyes, 3U);
  EXPECT_EQ(test::errors(result, Phase::close, ENODATA), 3U);
}

// A refusal is an error of its own kind, which its status says.
TEST(Violations, ARefusedHandshakeIsNone) {
  Server server(respond("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"));
  const StormResult result = storm(websockets(), server.port());
  EXPECT_EQ(errors(result, Phase::handshake, EPROTO), 3U);
  EXPECT_TRUE(result.violations.empty());
}

TEST(Violations, ManyDifferentOnesDoNotFillTheReport) {
  Server server([](test::Peer& peer, test::Journal&) {
    const std::string head = peer.read_head();
    const std::string answer = test::upgrade_response(head);
    peer.write(answer.substr(0, answer.size() - 2) + "Sec-WebSocket-Protocol: x" +
               test::header(head, "Heapstorm-Connection") + "\r\n\r\n");
    peer.read_some();
  });
  Load load = websockets();
  load.connections = 100;
  const StormResult result = storm(load, server.port());
  EXPECT_EQ(errors(result, Phase::handshake, EPROTO), 100U);
  EXPECT_EQ(result.violations.size(), 16U);
}

}  // namespace
}  // namespace heapstorm
