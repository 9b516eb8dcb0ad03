// The exit code of a command that takes several things: the worst of them counts, in whatever order they come.
#include <filesystem>
#include <string>
#include <vector>

#include "tools/heapstorm/testing/cli_process.h"

namespace heapstorm::cli {
namespace {

class ExitCode : public CliTest {
 protected:
  std::string scenario_file(const std::string& name, const std::string& target, const std::string& protocol,
                            const std::string& expect) const {
    return write(name + ".json", R"({ "name": "exit/)" + name + R"(", "target": )" + target +
                                     R"(, "load": { "protocol": ")" + protocol +
                                     R"(", "connections": 2, "session": [{"open": {}}, {"leave": {"fin": 1}}] },)" +
                                     R"("limits": { "start_s": 10 }, "expect": )" + expect + " }");
  }
  std::string met() const { return scenario_file("met", fixed, "websocket", R"({ "clean": true })"); }
  std::string unmet() const {
    return scenario_file("unmet", fixed, "websocket", R"({ "findings": [{ "kind": "foreign_free" }] })");
  }
  // Its target says on stderr what would drive a terminal, and ends.
  std::string failing() const {
    return scenario_file("failing",
                         R"({ "command": ["sh", "-c", "printf 'no \\033[2J\\007 database' >&2; exit 7", "${PORT}"],)"
                         R"( "endpoint": "tcp://127.0.0.1:${PORT}" })",
                         "tcp", R"({ "clean": true })");
  }
  CliResult run(std::vector<std::string> files) const {
    files.insert(files.begin(), "run");
    files.insert(files.end(), {"--out", path("runs")});
    return run_cli(files);
  }

  const std::string fixed = R"({ "plugin": "date_header", "variant": "per_request", "workers": 2 })";
};

TEST_F(ExitCode, OfARunIsThatOfItsWorstScenario) {
  const std::string met = this->met(), unmet = this->unmet(), failing = this->failing();
  struct Case {
    std::vector<std::string> files;
    int code;
  };
  for (const Case& one : {Case{{met}, 0},
                          {{unmet}, 1},
                          {{failing}, 3},
                          {{unmet, met}, 1},
                          {{met, unmet}, 1},
                          {{failing, met}, 3},
                          {{met, failing}, 3},
                          {{failing, unmet}, 3},
                          {{unmet, failing}, 3},
                          {{unmet, failing, met}, 3}}) {
    const CliResult result = run(one.files);
    std::string names;
    for (const std::string& file : one.files) names += file + " ";
    EXPECT_EQ(result.code, one.code) << names << result.out << result.err;
    for (const std::string& file : one.files) {
      EXPECT_NE(result.out.find("again     heapstorm run " + file), std::string::npos) << "all are run: " << result.out;
    }
  }
}

TEST_F(ExitCode, OfARunThatCannotStartTellsWhyWithoutDrivingTheTerminal) {
  const CliResult result = run({failing()});
  EXPECT_EQ(result.code, 3);
  EXPECT_NE(result.err.find("no \\x07 database"), std::string::npos) << result.err;
  EXPECT_EQ((result.out + result.err).find_first_of("\033\a"), std::string::npos) << result.out << result.err;
}

TEST_F(ExitCode, OfValidateIsTheOneOfAMistakeWhereverItIs) {
  const std::string good = met(), bad = write("bad.json", "{}"), missing = path("none.json");
  for (const auto& files : std::vector<std::vector<std::string>>{
           {bad, good}, {good, bad}, {missing, good}, {good, missing, unmet()}, {bad, missing}}) {
    std::vector<std::string> command = files;
    command.insert(command.begin(), "validate");
    const CliResult result = run_cli(command);
    EXPECT_EQ(result.code, 2) << files.front() << result.err;
    for (const std::string& file : files) {
      const bool is_good = file != bad && file != missing;
      EXPECT_EQ(result.err.find(file) == std::string::npos, is_good) << file << result.err;
    }
  }
  EXPECT_EQ(run_cli({"validate", good, unmet(), failing()}).code, 0);
}

// A campaign with one file that cannot be read is not compared, shown or kept, wherever the file lies.
TEST_F(ExitCode, OfCommandsThatReadManyRunsIsTheOneOfADamagedOne) {
  ASSERT_EQ(run({met(), unmet()}).code, 1);
  const std::string good = path("runs");
  ASSERT_EQ(run_cli({"compare", good, good}).code, 0);
  for (const char* name : {"a", "zz"}) {
    const std::string folder = path(std::string("damaged_") + name);
    std::filesystem::copy(good, folder, std::filesystem::copy_options::recursive);
    std::filesystem::create_directory(folder + "/" + name);
    write(std::string("damaged_") + name + "/" + name + "/run.json", "{");
    EXPECT_EQ(run_cli({"compare", folder, good}).code, 2) << name;
    EXPECT_EQ(run_cli({"compare", good, folder}).code, 2) << name;
    EXPECT_EQ(run_cli({"history", "add", good, folder, "--database", path("db")}).code, 2) << name;
    EXPECT_EQ(run_cli({"history", "add", folder, good, "--database", path("db")}).code, 2) << name;
    EXPECT_FALSE(std::filesystem::exists(path("db"))) << "nothing is kept of it";
  }
}

}  // namespace
}  // namespace heapstorm::cli
