// Protocol faults in TLS: the server meets the same bytes, and its answers are the same.
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/storm/testing/fault_judge.h"
#include "harness/storm/testing/small_storm.h"
#include "harness/storm/testing/tls_server.h"

namespace heapstorm {
namespace {

using test::load_of;
using test::Server;

struct Outcome {
  StormResult result;
  std::vector<std::string> seen;
};

Outcome run(const Load& load, const Server::Handler& handler, const std::optional<TlsSettings>& tls) {
  Server server(handler);
  Outcome outcome{test::storm(load, Endpoint{"127.0.0.1", server.port(), false, tls}), {}};
  server.finish(load.connections);
  outcome.seen = server.journal().lines();
  std::erase(outcome.seen, "close_notify");
  std::erase(outcome.seen, "sni none");
  std::sort(outcome.seen.begin(), outcome.seen.end());
  return outcome;
}

bool is_possible(ProtocolFault fault, Protocol protocol) {
  const Protocols protocols = rules_of(fault).protocols;
  return protocol == Protocol::http ? protocols.http : protocols.websocket;
}

class TlsFaults : public testing::TestWithParam<Protocol> {};

TEST_P(TlsFaults, AreToTheServerWhatTheyAreWithoutTls) {
  MisbehaveStep misbehave;
  for (std::size_t fault = 0; fault < protocol_fault_count; ++fault) {
    misbehave.weights[fault] = is_possible(static_cast<ProtocolFault>(fault), GetParam()) ? 1 : 0;
  }
  misbehave.amounts[static_cast<std::size_t>(ProtocolFault::slow_write)] = {1, 1};
  misbehave.amounts[static_cast<std::size_t>(ProtocolFault::ping_flood)] = {1, 50};
  const Step message = test::message(GetParam());
  const Load load = load_of(GetParam(), 100, 16, {message, misbehave, message}, {.fin = 1});
  test::TlsIdentity identity("IP:127.0.0.1");
  const Outcome plain = run(load, test::judge_faults, std::nullopt);
  const Outcome secure =
      run(load, identity.serve(test::judge_faults), TlsSettings{true, identity.certificate_pem(), ""});
  EXPECT_EQ(test::total_errors(secure.result), 0U);
  EXPECT_EQ(secure.seen, plain.seen);
  for (std::size_t fault = 0; fault < protocol_fault_count; ++fault) {
    const char* const name = to_string(static_cast<ProtocolFault>(fault));
    EXPECT_EQ(secure.result.faults[fault].injected, plain.result.faults[fault].injected) << name;
    EXPECT_EQ(secure.result.faults[fault].answers, plain.result.faults[fault].answers) << name;
    if (misbehave.weights[fault] == 0) {
      EXPECT_EQ(secure.result.faults[fault].injected, 0U) << name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Tls, TlsFaults, testing::Values(Protocol::websocket, Protocol::http),
                         [](const auto& one) { return std::string(to_string(one.param)); });

}  // namespace
}  // namespace heapstorm
