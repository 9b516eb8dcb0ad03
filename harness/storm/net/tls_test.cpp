// Storms through TLS: sessions inside it, whom the clients trust, and what they say of a handshake that fails.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <mutex>

#include "harness/storm/ready_probe.h"
#include "harness/storm/storm_error.h"
#include "harness/storm/testing/small_storm.h"
#include "harness/storm/testing/tls_server.h"

namespace heapstorm {
namespace {

using test::errors;
using test::load_of;
using test::Server;
using test::TlsIdentity;
using test::total_errors;

constexpr std::uint32_t connections = 40;
const std::string loopback_names = "IP:127.0.0.1,DNS:localhost";

Endpoint secure(const Server& server, const TlsSettings& settings) {
  return {"127.0.0.1", server.port(), false, settings};
}

TlsSettings trusting(const TlsIdentity& identity, const std::string& server_name = "") {
  return {true, identity.certificate_pem(), server_name};
}

Load echo_load(test::Weights weights = {.close_frame = 1}) {
  return load_of(Protocol::websocket, connections, 8, {SendStep{"hello", {3, 3}}}, weights);
}

TEST(TlsStorm, WebSocketsEchoAndTakeTheirLeaveInOrder) {
  TlsIdentity identity(loopback_names);
  Server server(identity.serve(test::echo_frames));
  const StormResult result = test::storm(echo_load(), secure(server, trusting(identity)));
  server.finish(connections);
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_EQ(result.connections, connections);
  EXPECT_EQ(result.messages, 3 * connections);
  EXPECT_EQ(server.journal().count("1 message hello"), 3U);
  EXPECT_EQ(server.journal().count("1 close_frame 1000"), 1U);
  EXPECT_EQ(server.journal().count("1 fin"), 1U);
  EXPECT_EQ(server.journal().count("close_notify"), connections);
  EXPECT_EQ(server.journal().count("sni none"), connections) << "an address is no name";
  EXPECT_TRUE(result.tls_failures.empty());
}

TEST(TlsStorm, HttpRequestsAreAnswered) {
  TlsIdentity identity(loopback_names);
  Server server(identity.serve(test::serve_pages));
  const Load load = load_of(Protocol::http, connections, 8, {RequestStep{{"/a"}, {2, 2}}}, {.fin = 1});
  const StormResult result = test::storm(load, secure(server, trusting(identity)));
  server.finish(connections);
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_EQ(result.messages, 2 * connections);
  EXPECT_EQ(server.journal().count("7 get /a"), 2U);
  EXPECT_EQ(server.journal().count("7 fin"), 1U);
}

// More than one record, one read and one buffer.
TEST(TlsStorm, LongMessagesComeThroughWhole) {
  TlsIdentity identity(loopback_names);
  Server server(identity.serve(test::echo_bytes));
  const Load load = load_of(Protocol::tcp, 4, 2, {SendStep{std::string(300'000, 'x'), {2, 2}}}, {.fin = 1});
  const StormResult result = test::storm(load, secure(server, trusting(identity)));
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_EQ(result.messages, 8U);
  EXPECT_EQ(result.bytes, 2U * 8 * 300'000);
}

TEST(TlsStorm, ACertificateThatNobodyTrustedHasSignedIsRefusedAndCounted) {
  TlsIdentity identity(loopback_names);
  TlsIdentity another(loopback_names);
  Server server(identity.serve(test::echo_frames));
  const StormResult result = test::storm(echo_load(), secure(server, trusting(another)));
  server.finish(connections);
  EXPECT_EQ(result.connections, 0U);
  EXPECT_EQ(errors(result, Phase::handshake, tls_certificate_refused), connections);
  EXPECT_EQ(total_errors(result), connections);
  EXPECT_EQ(result.tls_failures,
            (std::map<std::string, std::uint64_t>{{"TLS_CERTIFICATE_REFUSED: self-signed certificate", connections}}));
  EXPECT_EQ(server.journal().count("tls tlsv1 alert unknown ca"), connections);
}

TEST(TlsStorm, ACertificateForAnotherNameIsRefused) {
  TlsIdentity identity("DNS:chat.example");
  Server server(identity.serve(test::echo_frames));
  const StormResult address = test::storm(echo_load(), secure(server, trusting(identity)));
  EXPECT_EQ(errors(address, Phase::handshake, tls_certificate_refused), connections);
  const StormResult other = test::storm(echo_load(), secure(server, trusting(identity, "mail.example")));
  EXPECT_EQ(errors(other, Phase::handshake, tls_certificate_refused), connections);
}

TEST(TlsStorm, AServerNameIsAskedForAndLookedForInTheCertificate) {
  TlsIdentity identity("DNS:chat.example");
  std::string host;
  std::mutex mutex;
  Server server(identity.serve([&](test::Peer& peer, test::Journal&) {
    const std::string head = peer.read_head();
    const std::lock_guard lock(mutex);
    host = test::header(head, "Host");
    peer.write(test::upgrade_response(head));
    peer.read_some();
  }));
  const Load load = load_of(Protocol::websocket, 1, 1, {}, {.rst = 1});
  const StormResult result = test::storm(load, secure(server, trusting(identity, "chat.example")));
  server.finish(1);
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_EQ(server.journal().count("sni chat.example"), 1U);
  EXPECT_EQ(host, "chat.example:" + std::to_string(server.port()));
}

TEST(TlsStorm, WithoutVerificationAnyCertificateIsAccepted) {
  TlsIdentity identity("DNS:somebody.else");
  Server server(identity.serve(test::echo_frames));
  const StormResult result =
      test::storm(echo_load(), secure(server, {.verify = false, .ca_pem = "", .server_name = ""}));
  EXPECT_EQ(total_errors(result), 0U);
  EXPECT_EQ(result.connections, connections);
}

TEST(TlsStorm, AServersAlertIsCountedAndNamed) {
  TlsIdentity identity(loopback_names);
  identity.demand_client_certificate();
  Server server(identity.serve(test::echo_frames));
  const StormResult result = test::storm(echo_load(), secure(server, trusting(identity)));
  EXPECT_EQ(errors(result, Phase::handshake, tls_alert), connections);
  ASSERT_EQ(result.tls_failures.size(), 1U);
  EXPECT_EQ(result.tls_failures.begin()->first, "TLS_ALERT: tlsv13 alert certificate required");
}

TEST(TlsStorm, AServerWithoutTlsIsNamedAsSuch) {
  Server server([](test::Peer& peer, test::Journal&) {
    peer.read_some();
    peer.write("HTTP/1.1 400 Bad Request\r\n\r\n");
    peer.read_some();
  });
  const TlsSettings any{.verify = false, .ca_pem = "", .server_name = ""};
  const StormResult result = test::storm(echo_load(), secure(server, any));
  EXPECT_EQ(errors(result, Phase::handshake, tls_violation), connections);
  EXPECT_EQ(result.tls_failures.begin()->first, "TLS_VIOLATION: wrong version number");
}

TEST(TlsStorm, AServerThatGoesOrStaysSilentInTheHandshakeIsNoHang) {
  const TlsSettings any{.verify = false, .ca_pem = "", .server_name = ""};
  const Load load = load_of(Protocol::websocket, 2, 2, {}, {.rst = 1});
  Server leaving([](test::Peer& peer, test::Journal&) { peer.read_some(); });
  EXPECT_EQ(errors(test::storm(load, secure(leaving, any)), Phase::handshake, ENODATA), 2U);
  Server resetting([](test::Peer& peer, test::Journal&) { test::reset(peer); });
  const StormResult reset = test::storm(load, secure(resetting, any));
  EXPECT_EQ(errors(reset, Phase::handshake, ECONNRESET) + errors(reset, Phase::connect, ECONNRESET), 2U);
  Server silent([](test::Peer& peer, test::Journal&) {
    while (!peer.read_some().empty()) continue;
  });
  StormOptions options;
  options.timeouts.handshake_us = second_us / 5;
  EXPECT_EQ(errors(test::storm(load, secure(silent, any), {}, options), Phase::handshake, ETIMEDOUT), 2U);
}

TEST(TlsStorm, TwoStormsOfOneSeedSayTheSame) {
  TlsIdentity identity(loopback_names);
  const auto seen = [&] {
    Server server(identity.serve(test::echo_frames));
    test::storm(echo_load({.fin = 1, .rst = 1}), secure(server, trusting(identity)));
    server.finish(connections);
    auto lines = server.journal().lines();
    std::sort(lines.begin(), lines.end());
    return lines;
  };
  EXPECT_EQ(seen(), seen());
}

TEST(TlsSettings, NeedACertificateToCheckBy) {
  EXPECT_TRUE(check_tls(trusting(TlsIdentity("DNS:a"))).ok());
  EXPECT_TRUE(check_tls({.verify = false, .ca_pem = "", .server_name = ""}).ok());
  for (const char* pem : {"", "nothing", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
    const Status status = check_tls({.verify = true, .ca_pem = pem, .server_name = ""});
    ASSERT_FALSE(status.ok()) << pem;
    EXPECT_EQ(status.error().kind, ErrorKind::bad_input);
  }
}

TEST(TlsErrors, HaveNamesThatLeadBackToThem) {
  EXPECT_EQ(error_name(ECONNRESET), "ECONNRESET");
  for (const int number : {ECONNRESET, 4000, tls_certificate_refused, tls_alert, tls_violation}) {
    EXPECT_EQ(error_number(error_name(number)), number);
  }
  EXPECT_EQ(error_number("NO_SUCH_NAME"), 0);
}

TEST(ReadyProbe, AsksThroughTlsWhateverTheCertificate) {
  TlsIdentity identity("DNS:a");
  Server server(identity.serve(test::serve_pages));
  EXPECT_EQ(http_status(secure(server, trusting(identity)), "/", 5000), 200);
  EXPECT_EQ(http_status({"127.0.0.1", server.port()}, "/", 500), std::nullopt);
}

}  // namespace
}  // namespace heapstorm
