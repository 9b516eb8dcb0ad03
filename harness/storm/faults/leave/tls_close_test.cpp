// The ways to leave, in TLS: what each does to the socket beneath is what it does without.
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/storm/testing/small_storm.h"
#include "harness/storm/testing/tls_server.h"

namespace heapstorm {
namespace {

using test::closes;
using test::load_of;
using test::message;
using test::Server;
using test::Weights;

using Lines = std::vector<std::string>;

constexpr std::uint32_t connections = 20;

struct Outcome {
  StormResult result;
  Lines seen;  // sorted; without what only TLS has
  std::size_t goodbyes = 0;
};

Outcome run(const Load& load, const Server::Handler& handler, const std::optional<TlsSettings>& tls) {
  Server server(handler);
  Outcome outcome;
  outcome.result = test::storm(load, Endpoint{"127.0.0.1", server.port(), false, tls});
  server.finish(load.connections);
  outcome.seen = server.journal().lines();
  outcome.goodbyes = std::erase(outcome.seen, "close_notify");
  std::erase_if(outcome.seen, [](const std::string& line) { return line.starts_with("sni "); });
  std::sort(outcome.seen.begin(), outcome.seen.end());
  return outcome;
}

struct Case {
  CloseKind kind;
  Weights weights;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all{{CloseKind::close_frame, {.close_frame = 1}},
                                     {CloseKind::fin, {.fin = 1}},
                                     {CloseKind::rst, {.rst = 1}},
                                     {CloseKind::rst_unread, {.rst_unread = 1}},
                                     {CloseKind::half_close, {.half_close = 1}},
                                     {CloseKind::mid_handshake, {.mid_handshake = 1}},
                                     {CloseKind::mid_frame, {.mid_frame = 1}},
                                     {CloseKind::silent, {.silent = 1}},
                                     {CloseKind::process_kill, {.process_kill = 1}}};
  return all;
}

class TlsCloses : public testing::TestWithParam<std::tuple<Protocol, std::size_t>> {
 protected:
  Protocol protocol_ = std::get<0>(GetParam());
  const Case& case_ = cases()[std::get<1>(GetParam())];
  test::TlsIdentity identity_{"IP:127.0.0.1"};
  TlsSettings tls_{true, identity_.certificate_pem(), ""};
};

// A process that is killed leaves by FIN or RST, as the server's answer was quick or not.
bool by_chance(const std::string& line) {
  return line.ends_with(" fin") || line.ends_with(" rst");
}

TEST_P(TlsCloses, AreToTheServerWhatTheyAreWithoutTls) {
  const auto handler = protocol_ == Protocol::http ? test::serve_pages : test::echo_frames;
  const Load load = load_of(protocol_, connections, 8, {message(protocol_)}, case_.weights);
  Outcome plain = run(load, handler, std::nullopt);
  Outcome secure = run(load, identity_.serve(handler), tls_);
  EXPECT_EQ(test::total_errors(secure.result), 0U);
  EXPECT_EQ(closes(secure.result, case_.kind).planned, connections);
  EXPECT_EQ(closes(secure.result, case_.kind).injected, connections);
  EXPECT_EQ(closes(secure.result, case_.kind).answers, closes(plain.result, case_.kind).answers);
  if (case_.kind == CloseKind::process_kill) {
    std::erase_if(plain.seen, by_chance);
    std::erase_if(secure.seen, by_chance);
  }
  EXPECT_EQ(secure.seen, plain.seen);
  EXPECT_EQ(secure.goodbyes, case_.kind == CloseKind::close_frame ? connections : 0U);
}

TEST_P(TlsCloses, NeverHappenAtWeightZero) {
  const auto handler = protocol_ == Protocol::http ? test::serve_pages : test::echo_frames;
  const Weights weights = case_.kind == CloseKind::rst ? Weights{.fin = 1} : Weights{.rst = 1};
  const Load load = load_of(protocol_, connections, 8, {message(protocol_)}, weights);
  const Outcome secure = run(load, identity_.serve(handler), tls_);
  EXPECT_EQ(closes(secure.result, case_.kind).injected, 0U);
  const char* const ending = case_.kind == CloseKind::rst ? " fin" : " rst";
  EXPECT_EQ(std::ranges::count_if(secure.seen, [&](const auto& line) { return line.ends_with(ending); }), connections);
}

std::vector<std::tuple<Protocol, std::size_t>> all_cases() {
  std::vector<std::tuple<Protocol, std::size_t>> all;
  for (std::size_t index = 0; index < cases().size(); ++index) {
    all.emplace_back(Protocol::websocket, index);
    if (rules_of(cases()[index].kind).protocols.http) all.emplace_back(Protocol::http, index);
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Tls, TlsCloses, testing::ValuesIn(all_cases()), [](const auto& one) {
  return std::string(to_string(std::get<0>(one.param))) + "_" + to_string(cases()[std::get<1>(one.param)].kind);
});

// The kernel's own word for it at the other end.
TEST(TlsReset, IsAResetOfTheConnectionBeneath) {
  test::TlsIdentity identity("IP:127.0.0.1");
  Server server(identity.serve([](test::Peer& peer, test::Journal& journal) {
    peer.write(test::upgrade_response(peer.read_head()));
    while (!peer.read_some().empty()) continue;
    journal.add(peer.error() == ECONNRESET ? "ECONNRESET" : "other");
  }));
  const Load load = load_of(Protocol::websocket, connections, 4, {}, {.rst = 1});
  test::storm(load, Endpoint{"127.0.0.1", server.port(), false, TlsSettings{true, identity.certificate_pem(), ""}});
  server.finish(connections);
  EXPECT_EQ(server.journal().count("ECONNRESET"), connections);
}

}  // namespace
}  // namespace heapstorm
