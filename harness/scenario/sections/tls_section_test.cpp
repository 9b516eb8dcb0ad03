// target.tls: what is read, and the mistakes that it can hold.
#include <gtest/gtest.h>

#include <string>

#include "harness/scenario/scenario.h"
#include "harness/scenario/testing/scenario_samples.h"

namespace heapstorm {
namespace {

using scenario::command_sample;
using scenario::with;

const std::string endpoint = "\"ws://127.0.0.1:${PORT}/chat\"";
const std::string secure_endpoint = "\"wss://127.0.0.1:${PORT}/chat\"";

// The sample of a command with this endpoint, and what follows it.
Result<Scenario> parse_with(const std::string& text) {
  return parse_scenario(with(command_sample(), endpoint, text), "/scenarios/s.json");
}

std::string error_of(const std::string& tls) {
  const auto result = parse_with(secure_endpoint + ", \"tls\": " + tls);
  return result ? "no error" : result.error().message;
}

TEST(TlsSections, NameTheFileOfCertificatesAsSeenFromTheScenario) {
  const auto result = parse_with(secure_endpoint + R"(, "tls": {"ca_file": "../ca.pem", "server_name": "a.example"})");
  ASSERT_TRUE(result) << result.error().message;
  const CommandTarget& target = *result.value().target.command;
  EXPECT_EQ(target.endpoint.path, "/chat");
  EXPECT_EQ(*target.tls, (TlsSpec{true, "/ca.pem", "a.example"}));
  const auto again = parse_scenario(result.value().resolved_json, "/elsewhere/scenario.json");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again.value().target, result.value().target);
}

TEST(TlsSections, LeaveAFileOfTheScratchFolderToTheRun) {
  const auto result = parse_with(secure_endpoint + R"(, "tls": {"ca_file": "${SCRATCH}/ca.pem"})");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result.value().target.command->tls->ca_file, "${SCRATCH}/ca.pem");
}

TEST(TlsSections, MayAcceptAnyCertificate) {
  const auto result = parse_with(secure_endpoint + R"(, "tls": {"verify": false})");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_FALSE(result.value().target.command->tls->verify);
}

TEST(TlsSections, AreNotThereWithoutTls) {
  const auto result = parse_with(endpoint);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_FALSE(result.value().target.command->tls);
}

TEST(TlsMistakes, EndpointAndTlsBelongTogether) {
  EXPECT_EQ(
      parse_with(secure_endpoint).error().message,
      "/scenarios/s.json:4: /target/endpoint: needs \"tls\" beside it: {\"ca_file\": FILE} or {\"verify\": false}");
  EXPECT_EQ(parse_with(endpoint + R"(, "tls": {"verify": false})").error().message,
            "/scenarios/s.json:4: /target/tls: is for an endpoint with wss:// or https://");
}

TEST(TlsMistakes, TheServerIsCheckedOneWayOrExpresslyNot) {
  EXPECT_EQ(error_of("{}"),
            "/scenarios/s.json:4: /target/tls: needs \"ca_file\", by which the server's certificate is checked, or "
            "\"verify\": false");
  EXPECT_EQ(
      error_of(R"({"ca_file": "a", "verify": false})"),
      "/scenarios/s.json:4: /target/tls/ca_file: excludes \"verify\": false, by which any certificate is accepted");
}

TEST(TlsMistakes, Values) {
  EXPECT_EQ(error_of(R"({"verify": "no"})"),
            "/scenarios/s.json:4: /target/tls/verify: must be true or false, not the string \"no\"");
  EXPECT_EQ(error_of(R"({"ca_file": ""})"),
            "/scenarios/s.json:4: /target/tls/ca_file: must be a path of a file, not the string \"\"");
  EXPECT_EQ(error_of(R"({"verify": false, "server_name": "a b"})"),
            "/scenarios/s.json:4: /target/tls/server_name: must be a host name like \"chat.example\", not the string "
            "\"a b\"");
}

TEST(TlsMistakes, TheLoadsProtocolMustFit) {
  EXPECT_EQ(parse_with(R"("https://127.0.0.1:${PORT}/", "tls": {"verify": false})").error().message,
            "/scenarios/s.json:4: /target/endpoint: does not fit the load's protocol, which is \"websocket\"");
}

}  // namespace
}  // namespace heapstorm
