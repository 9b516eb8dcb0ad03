// A heapstorm whose target_host does not start: what it says, and that this is no fault of the scenario's.
#include <filesystem>
#include <fstream>

#include "tools/heapstorm/testing/cli_process.h"

namespace heapstorm::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

class LameInstallation : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    const fs::path host = fs::path(path("lib")) / "heapstorm" / "plain";
    fs::create_directories(host / "targets");
    fs::create_directories(path("bin"));
    fs::copy_file(HEAPSTORM_CLI, path("bin/heapstorm"));
    std::ofstream(host / "targets" / "date_header.so") << "no plugin\n";
    std::ofstream(host / "target_host") << "#!/bin/sh\nexit 1\n";
    fs::permissions(host / "target_host", fs::perms::owner_all);
  }
  CliResult run_lame(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), path("bin/heapstorm"));
    return run_program(arguments);
  }
};

TEST_F(LameInstallation, IsTheEnvironmentsFault) {
  const CliResult result = run_lame({"run", scenario("date_header/static_cache.minimal"), "--out", path("run")});
  EXPECT_EQ(result.code, 3) << result.err;
  EXPECT_NE(result.err.find("target_host did not describe it"), std::string::npos) << result.err;
}

TEST_F(LameInstallation, IsTheEnvironmentsFaultAlsoBesideAMistakeOfTheUsers) {
  const CliResult result =
      run_lame({"validate", scenario("date_header/static_cache.minimal"), write("broken.json", "{")});
  EXPECT_EQ(result.code, 3) << result.err;
}

TEST_F(LameInstallation, LacksTheOneFlavourThatIsNeeded) {
  const CliResult result = run_lame({"doctor", "--json"});
  EXPECT_EQ(result.code, 3) << result.err;
  for (const Json& one : Json::parse(result.out, nullptr, false)) {
    if (one["name"] == "flavour plain") {
      EXPECT_EQ(one["state"], "missing") << one;
      EXPECT_EQ(one["remedy"], "heapstorm list targets shows what is wrong");
    }
    if (one["name"] == "flavour asan") {
      EXPECT_EQ(one["state"], "limited") << one;
      EXPECT_EQ(one["found"], "is not built");
    }
  }
}

}  // namespace
}  // namespace heapstorm::cli
