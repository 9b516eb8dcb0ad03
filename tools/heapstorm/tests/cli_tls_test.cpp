// Targets that speak TLS: a server of another program's making, and the mistakes that a scenario can hold about it.
#include <gtest/gtest.h>

#include "harness/files/text_file.h"
#include "tools/heapstorm/testing/cli_process.h"

namespace heapstorm::cli {
namespace {

const std::string server = std::string(HEAPSTORM_TREE) + "/tools/heapstorm/testdata/tls_server.py";

class TlsTargetTest : public CliTest {
 protected:
  // `mode`: a word for the server.
  std::string scenario_with(const std::string& tls, const std::string& mode = "serves") const {
    return write("external.json", R"({
  "name": "external/test",
  "target": { "command": ["python3", ")" +
                                      server + R"(", "${PORT}", "${SCRATCH}", ")" + mode + R"("],
    "endpoint": "https://127.0.0.1:${PORT}/",
    "tls": )" + tls + R"(,
    "ready": {"stdout_line": "^ready on ${PORT}$"} },
  "load": { "protocol": "http", "connections": 40, "concurrent": 4,
            "session": [ {"open": {}}, {"request": {}}, {"leave": {"fin": 1}} ] },
  "limits": { "start_s": 60, "stop_s": 15, "time_s": 20 },
  "expect": { "clean": true }
})");
  }
};

TEST_F(TlsTargetTest, IsCheckedByTheCertificateThatItHasMade) {
  const CliResult result = run_scenario(scenario_with(R"({"ca_file": "${SCRATCH}/own.pem"})"));
  EXPECT_EQ(result.code, 0) << result.err << result.out;
  const nlohmann::json run = run_json();
  EXPECT_EQ(run["load"]["messages"], 40);
  EXPECT_TRUE(run["load"]["errors"].empty()) << run["load"]["errors"];
  EXPECT_TRUE(run["notes"].empty()) << run["notes"];
}

TEST_F(TlsTargetTest, ReadyByHttpIsAskedThroughTls) {
  const std::string file = scenario_with(R"({"ca_file": "${SCRATCH}/own.pem"})");
  const CliResult result = run_scenario(file, {"--set", "target.ready={\"http\": \"/\"}"});
  EXPECT_EQ(result.code, 0) << result.err << result.out;
}

TEST_F(TlsTargetTest, WhoseCertificateNobodyTrustsIsRefusedCountedAndNoted) {
  const CliResult result = run_scenario(scenario_with(R"({"ca_file": "${SCRATCH}/another.pem"})", "another"));
  EXPECT_EQ(result.code, 1) << result.err << result.out;
  const nlohmann::json run = run_json();
  EXPECT_EQ(run["load"]["connections"], 0);
  EXPECT_EQ(run["load"]["errors"]["handshake"]["TLS_CERTIFICATE_REFUSED"], 40) << run["load"]["errors"];
  EXPECT_EQ(run["notes"].dump(),
            R"(["40 connections failed in TLS: TLS_CERTIFICATE_REFUSED: self-signed certificate"])");
}

TEST_F(TlsTargetTest, MayBeAnybodyWhenItIsNotToBeChecked) {
  const CliResult result = run_scenario(scenario_with(R"({"verify": false})"));
  EXPECT_EQ(result.code, 0) << result.err << result.out;
}

TEST_F(TlsTargetTest, HasThePlanThatItHasWithoutTls) {
  const std::string file = scenario_with(R"({"verify": false})");
  ASSERT_EQ(run_scenario(file).code, 0);
  const nlohmann::json hash = run_json()["plan_hash"];
  std::string text = read_text(file, 1 << 16);
  text.replace(text.find("https://"), 8, "http://");
  text.replace(text.find("\"tls\""), text.find("\"ready\"") - text.find("\"tls\""), "");
  ASSERT_LE(run_scenario(write("external.json", text)).code, 1) << "whatever that server makes of it";
  EXPECT_EQ(run_json()["plan_hash"], hash);
}

TEST_F(TlsTargetTest, AFileOfCertificatesThatIsNotThereIsNamedWithItsPlace) {
  const CliResult result = run_cli({"validate", scenario_with(R"({"ca_file": "none.pem"})")});
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("external.json:5: /target/tls/ca_file: cannot open " + path("none.pem") +
                            ": No such file or directory"),
            std::string::npos)
      << result.err;
}

TEST_F(TlsTargetTest, AFileThatHoldsNoCertificateIsNamedWithItsPlace) {
  write("ca.pem", "no certificate");
  const CliResult result = run_scenario(scenario_with(R"({"ca_file": "ca.pem"})"));
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("external.json:5: /target/tls/ca_file: " + path("ca.pem") +
                            " holds no certificate in PEM format (-----BEGIN CERTIFICATE-----)"),
            std::string::npos)
      << result.err;
  EXPECT_TRUE(nothing_started());
}

TEST_F(TlsTargetTest, AFileThatTheCommandDoesNotMakeIsAnErrorOfTheEnvironment) {
  const CliResult result = run_scenario(scenario_with(R"({"ca_file": "${SCRATCH}/none.pem"})"));
  EXPECT_EQ(result.code, 3);
  EXPECT_NE(result.err.find("target.tls.ca_file: cannot open "), std::string::npos) << result.err;
}

}  // namespace
}  // namespace heapstorm::cli
