// Which connections let their first words carry the end of the TCP handshake, as the server sees it. All others must be
// there for it as soon as they are connected.
#include <gtest/gtest.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "harness/storm/testing/server.h"
#include "harness/storm/testing/small_storm.h"

namespace heapstorm {
namespace {

using test::Journal;
using test::load_of;
using test::Peer;
using test::Server;
using test::storm;

constexpr std::uint32_t connections = 5;
constexpr std::uint8_t close_wait = 8;  // TCP_CLOSE_WAIT of netinet/tcp.h, which cannot stand beside linux/tcp.h

// Notes whether anything came before the first bytes, and answers as the protocol asks.
class Witness final : public Peer {
 public:
  Witness(Peer& peer, Journal& journal) : Peer(peer.fd()), journal_(journal) {}

  std::string read_some(std::size_t max_bytes) override {
    std::string bytes = Peer::read_some(max_bytes);
    tcp_info info{};
    socklen_t size = sizeof(info);
    if (!noted_ && getsockopt(fd(), IPPROTO_TCP, TCP_INFO, &info, &size) == 0)
      journal_.add(came_alone(info) ? "handshake, words" : "words only");
    noted_ = true;
    return bytes;
  }

  // Whether the end of the handshake came in a segment of its own.
  static bool came_alone(const tcp_info& info) {
    const std::uint32_t syn = 1;
    const std::uint32_t fin = info.tcpi_state == close_wait ? 1 : 0;
    return info.tcpi_segs_in != syn + info.tcpi_data_segs_in + fin;
  }

 private:
  Journal& journal_;
  bool noted_ = false;
};

template <typename Answer>
Server::Handler witnessed(Answer answer) {
  return [answer](Peer& peer, Journal& journal) {
    Witness witness(peer, journal);
    answer(witness, journal);
  };
}

std::size_t words_only(const Load& load, const Server::Handler& handler) {
  Server server(handler);
  storm(load, server.port());
  server.finish(load.connections);
  const std::size_t both = server.journal().count("handshake, words");
  EXPECT_EQ(server.journal().count("words only") + both, load.connections);
  return server.journal().count("words only");
}

Load echoes() {
  return load_of(Protocol::websocket, connections, 2, {SendStep{"y", {}}}, {.fin = 1});
}
Load requests() {
  return load_of(Protocol::http, connections, 2, {RequestStep{{"/"}, {1, 1}}}, {.fin = 1});
}

TEST(FirstWords, CarryTheHandshakeWhenTheyFollowAtOnce) {
  EXPECT_EQ(words_only(echoes(), witnessed(test::echo_frames)), connections);
  EXPECT_EQ(words_only(requests(), witnessed(test::serve_pages)), connections);
  const Load texts = load_of(Protocol::tcp, connections, 2, {SendStep{"y", {1, 1}}}, {.fin = 1});
  EXPECT_EQ(words_only(texts, witnessed(test::echo_bytes)), connections);
}

TEST(FirstWords, OfAWebSocketAlwaysDoForItsOpeningIsPartOfTheConnect) {
  Load stepwise = echoes();
  stepwise.arrival = Arrival::stepwise;
  EXPECT_EQ(words_only(stepwise, witnessed(test::echo_frames)), connections);
}

TEST(FirstWords, ThatOthersComeBeforeDoNot) {
  Load stepwise = requests();
  stepwise.arrival = Arrival::stepwise;
  EXPECT_EQ(words_only(stepwise, witnessed(test::serve_pages)), 0U);
  Load warmed = requests();
  warmed.warm_up = 2;
  EXPECT_EQ(words_only(warmed, witnessed(test::serve_pages)), 0U);
}

TEST(FirstWords, OfMoreThanAServersQueueHoldsDoNot) {
  Load many = requests();
  many.connections = many.concurrent = 200;
  EXPECT_EQ(words_only(many, witnessed(test::serve_pages)), 0U);
}

// Nor those of a client that leaves without a word: the server would not even see it.
TEST(FirstWords, ThatAreNeverSaidLeaveTheConnectionVisible) {
  const Load silent = load_of(Protocol::tcp, connections, 2, {}, {.fin = 1});
  EXPECT_EQ(words_only(silent, witnessed(test::echo_bytes)), 0U);
}

TEST(FirstWords, ThatAreCutShortDoNot) {
  for (const Protocol protocol : {Protocol::websocket, Protocol::http}) {
    Load cut = load_of(protocol, connections, 2, {}, {.mid_handshake = 1});
    EXPECT_EQ(words_only(cut, witnessed(test::serve_pages)), 0U);
  }
}

}  // namespace
}  // namespace heapstorm
