// What several sessions look like to a server: who asks for which path, with which headers and sub-protocols.
#include <gtest/gtest.h>

#include <cerrno>

#include "harness/storm/testing/server.h"
#include "harness/storm/testing/small_storm.h"

namespace heapstorm {
namespace {

using test::errors;
using test::header;
using test::load_of;
using test::Server;
using test::storm;
using test::total_errors;

// The head's path; with `Token` and offered sub-protocols, as one line of the journal.
void note_handshake(test::Peer& peer, test::Journal& journal) {
  const std::string head = peer.read_head();
  const std::string path = head.substr(4, head.find(' ', 4) - 4);
  journal.add(path + " " + header(head, "Token") + " " + header(head, "Sec-WebSocket-Protocol"));
  peer.write(test::upgrade_response(head));
  while (!peer.read_some().empty()) continue;
}

Load handshake_load(std::uint32_t connections) {
  Load load = load_of(Protocol::websocket, connections, 4, {}, {.fin = 1});
  load.session.front() = OpenStep{{"/a", "/b"}, {{"Token", "t-1"}}, {"chat", "v2"}};
  return load;
}

TEST(SessionMixStorm, EveryClientSaysWhatItsPlanSays) {
  Server server(note_handshake);
  Load load = handshake_load(60);
  const Load other = load_of(Protocol::websocket, 1, 1, {}, {.rst = 1});
  load.mix = {{2, 0, 2}, {1, 2, 2}};
  load.session.insert(load.session.end(), other.session.begin(), other.session.end());
  std::map<std::string, std::size_t> planned;
  const Plan plan(load, {}, 7);  // the seed of storm()
  for (std::uint32_t i = 1; i <= 60; ++i) {
    const PlannedConnection connection = plan.connection(i);
    const std::string path = connection.actions.front().choice == 0 ? "/a" : "/b";
    ++planned[connection.session == 0 ? path + " t-1 chat, v2" : "/  "];
  }
  const StormResult result = storm(load, server.port());
  server.finish(60);
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_EQ(planned.size(), 3U);
  for (const auto& [line, count] : planned) EXPECT_EQ(server.journal().count(line), count) << line;
  EXPECT_EQ(result.closes[static_cast<std::size_t>(CloseKind::rst)].injected, planned["/  "]);
}

TEST(SessionMixStorm, HeadersOfARequestAreSent) {
  Server server([](test::Peer& peer, test::Journal& journal) {
    journal.add(header(peer.read_head(), "Authorization"));
    peer.write("HTTP/1.1 204 No Content\r\n\r\n");
    peer.read_some();
  });
  const RequestStep request{{"/"}, {1, 1}, {{"Authorization", "Bearer x y"}}};
  EXPECT_EQ(total_errors(storm(load_of(Protocol::http, 3, 1, {request}, {.fin = 1}), server.port())), 0U);
  server.finish(3);
  EXPECT_EQ(server.journal().count("Bearer x y"), 3U);
}

void choose(test::Peer& peer, const std::string& subprotocol) {
  std::string response = test::upgrade_response(peer.read_head());
  response.insert(response.size() - 2, "Sec-WebSocket-Protocol: " + subprotocol + "\r\n");
  peer.write(response);
  peer.read_some();
}

TEST(SessionMixStorm, AServerMustChooseASubprotocolThatWasOffered) {
  Server good([](test::Peer& peer, test::Journal&) { choose(peer, "v2"); });
  EXPECT_EQ(total_errors(storm(handshake_load(3), good.port())), 0U);
  Server bad([](test::Peer& peer, test::Journal&) { choose(peer, "v3"); });
  EXPECT_EQ(errors(storm(handshake_load(3), bad.port()), Phase::handshake, EPROTO), 3U);
}

}  // namespace
}  // namespace heapstorm
