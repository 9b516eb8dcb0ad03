// Bad input: exit 2, file, line and JSON pointer named, nothing started.
#include <filesystem>
#include <fstream>

#include "tools/heapstorm/testing/cli_process.h"

namespace heapstorm::cli {
namespace {

const std::string minimal = scenario("date_header/static_cache.minimal");

using BadInput = CliTest;

// A good scenario with its fourth line, the target's, or its fifth, the load's, replaced.
std::string document(const std::string& target, const std::string& load) {
  return "{\n  \"name\": \"date_header/made\",\n  \"expect\": { \"clean\": true },\n  \"target\": " + target +
         ",\n  \"load\": " + load + "\n}\n";
}

const std::string good_target = R"({ "plugin": "date_header", "variant": "per_request", "workers": 2 })";
const std::string good_load =
    R"({ "protocol": "websocket", "connections": 2, "session": [{"open": {}}, {"leave": {"fin": 1}}] })";

struct Mistake {
  const char* name;
  std::string text;
  std::vector<std::string> named;  // each must be in stderr
};

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  return at == std::string::npos ? "" : text.replace(at, what.size(), by);
}

TEST_F(BadInput, EveryMistakeIsNamedWithFileLineAndPointer) {
  const std::string good = document(good_target, good_load);
  const std::vector<Mistake> mistakes = {
      {"broken JSON", good.substr(0, good.size() - 3), {"made.json:"}},
      {"unknown key", replaced(good, "\"workers\"", "\"wrokers\""), {"made.json:4: ", "/target/wrokers"}},
      {"wrong type",
       replaced(good, "\"connections\": 2", "\"connections\": \"two\""),
       {"made.json:5: ", "/load/connections"}},
      {"out of range",
       replaced(good, "\"connections\": 2", "\"connections\": 0"),
       {"made.json:5: ", "/load/connections"}},
      {"unknown target",
       replaced(good, "date_header\",", "dote_header\","),
       {"made.json:4: ", "/target/plugin", "date_header"}},
      {"unknown variant",
       replaced(good, "per_request", "per_requset"),
       {"made.json:4: ", "/target/variant", "per_request", "thread_local_cache"}},
  };
  for (const Mistake& mistake : mistakes) {
    const CliResult result = run_scenario(write("made.json", mistake.text));
    EXPECT_EQ(result.code, 2) << mistake.name << ": " << result.err;
    for (const std::string& part : mistake.named) {
      EXPECT_NE(result.err.find(part), std::string::npos)
          << mistake.name << ": \"" << part << "\" is not in: " << result.err;
    }
    EXPECT_TRUE(nothing_started()) << mistake.name;
  }
}

TEST_F(BadInput, TheDocumentWithoutMistakesIsValid) {
  const CliResult result = run_cli({"validate", write("made.json", document(good_target, good_load))});
  EXPECT_EQ(result.code, 0) << result.err;
}

TEST_F(BadInput, AMissingFileIsNamed) {
  const CliResult result = run_scenario(path("none.json"));
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("none.json"), std::string::npos) << result.err;
  EXPECT_TRUE(nothing_started());
}

TEST_F(BadInput, AMistakeInTheLastFileKeepsTheFirstFromStarting) {
  const CliResult result = run_scenario(minimal, {path("none.json")});
  EXPECT_EQ(result.code, 2);
  EXPECT_TRUE(nothing_started());
}

TEST_F(BadInput, AnOverrideIsNamedAsThePlace) {
  const CliResult result = run_scenario(minimal, {"--set", "target.variant=nothing"});
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("--set target.variant=nothing"), std::string::npos) << result.err;
  EXPECT_TRUE(nothing_started());
}

TEST_F(BadInput, APluginOfAnotherAbiIsNamedWithBothVersions) {
  const CliResult result =
      run_scenario(minimal, {"--set", "target.plugin=wrong_abi", "--plugin-dir", HEAPSTORM_TEST_TARGETS});
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("wrong_abi.so was built for version"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("this heapstorm has version 2"), std::string::npos) << result.err;
  EXPECT_TRUE(nothing_started());
}

std::vector<std::string> with_plugin(const std::string& plugin) {
  return {"--set", "target.plugin=" + plugin, "--plugin-dir", HEAPSTORM_TEST_TARGETS};
}

TEST_F(BadInput, APluginOfAnotherFlavourIsRefused) {
  const CliResult result = run_scenario(minimal, with_plugin("looks_like_asan"));
  EXPECT_EQ(result.code, 2) << result.out;
  EXPECT_NE(result.err.find("/target/plugin: plugin " HEAPSTORM_TEST_TARGETS
                            "/looks_like_asan.so is built as asan and cannot run as plain: build it as plain too"),
            std::string::npos)
      << result.err;
  EXPECT_TRUE(nothing_started());
  EXPECT_EQ(run_scenario(minimal, with_plugin("looks_like_asan_tsan")).code, 2);
  std::vector<std::string> validate = {"validate", minimal};
  for (const std::string& argument : with_plugin("looks_like_asan")) validate.push_back(argument);
  EXPECT_EQ(run_cli(validate).code, 2);
}

TEST_F(BadInput, AFolderOfPluginsThatIsNotThereIsNamed) {
  const std::string folder = path("nowhere");
  for (const std::string plugin : {"my_server", "date_headre"}) {
    const CliResult result = run_scenario(minimal, {"--plugin-dir", folder, "--set", "target.plugin=" + plugin});
    EXPECT_EQ(result.code, 2) << result.out;
    EXPECT_NE(result.err.find("there is no target \"" + plugin + "\": --plugin-dir " + folder + " is no folder\n"),
              std::string::npos)
        << result.err;
  }
  EXPECT_TRUE(nothing_started());
}

TEST_F(BadInput, ATargetThatCanBeBuiltIsNamedWithTheCommand) {
  const std::filesystem::path build = std::filesystem::path(HEAPSTORM_CLI).parent_path().parent_path();
  const std::filesystem::path own = path("build");
  std::filesystem::create_directories(own / "bin");
  std::filesystem::create_directories(own / "lib/heapstorm/plain/targets");
  std::filesystem::copy(HEAPSTORM_CLI, own / "bin/heapstorm");
  std::filesystem::create_symlink(build / "lib/heapstorm/plain/target_host", own / "lib/heapstorm/plain/target_host");
  const auto run = [&](const std::string& flavour) {
    return run_program({own / "bin/heapstorm", "run", minimal, "--flavour", flavour, "--out", path("run")});
  };
  EXPECT_NE(run("plain").err.find("there is no target \"date_header\"; known are: "), std::string::npos);
  std::ofstream(own / "lib/heapstorm/build_targets") << "date_header_plain\ntarget_host_asan\ndate_header_asan\n";
  const CliResult plugin = run("plain");
  EXPECT_EQ(plugin.code, 2);
  EXPECT_NE(plugin.err.find("target \"date_header\" is not built for flavour plain; build it with: cmake --build "),
            std::string::npos)
      << plugin.err;
  EXPECT_NE(plugin.err.find("/build --target date_header_plain\n"), std::string::npos) << plugin.err;
  const CliResult host = run("asan");
  EXPECT_EQ(host.code, 2);
  EXPECT_NE(host.err.find("--flavour asan: not built; built are: plain; build it with: cmake --build "),
            std::string::npos)
      << host.err;
  EXPECT_NE(host.err.find("/build --target target_host_asan date_header_asan\n"), std::string::npos) << host.err;
  EXPECT_EQ(run("tsan").err, "--flavour tsan: not built; built are: plain\n");
  EXPECT_TRUE(nothing_started());
}

// Clears the screen, turns red, and ends the line to write one of its own.
const std::string drives_a_terminal =
    "\033[2J\033[31m\x7f\xc2\x9b"
    "5m\nPASS  forged";
// The same inside a JSON string.
const std::string in_json = "\\u001b[2J\\u001b[31m\\u007f\\u009b5m\\nPASS  forged";

void expect_harmless(const CliResult& result, const std::string& what) {
  for (const std::string& text : {result.out, result.err}) {
    for (const char control : {'\033', '\r', '\x7f'}) EXPECT_EQ(text.find(control), std::string::npos) << what << text;
    EXPECT_EQ(text.find("\xc2\x9b"), std::string::npos) << what << text;
    EXPECT_FALSE(text.starts_with("PASS")) << what << text;
    EXPECT_EQ(text.find("\nPASS"), std::string::npos) << what << text;
  }
}

TEST_F(BadInput, NoValueOfAScenarioDrivesTheTerminal) {
  const std::string good = document(good_target, good_load);
  const std::vector<Mistake> mistakes = {
      {"key", replaced(good, "\"workers\"", "\"" + in_json + "\""), {"/target/\\x1b[2J", "\\x0aPASS"}},
      {"key that is there twice",
       replaced(good, "\"workers\": 2", "\"" + in_json + "\": 2, \"" + in_json + "\": 2"),
       {"the key is there twice"}},
      {"value of the wrong type", replaced(good, "\"workers\": 2", "\"workers\": \"" + in_json + "\""), {"workers"}},
      {"name", replaced(good, "date_header/made", in_json), {"/name"}},
      {"protocol", replaced(good, "\"websocket\"", "\"" + in_json + "\""), {"/load/protocol"}},
      {"target", replaced(good, "\"date_header\",", "\"" + in_json + "\","), {"/target/plugin"}},
      {"variant", replaced(good, "per_request", in_json), {"/target/variant"}},
      {"broken JSON", replaced(good, "\"websocket\"", drives_a_terminal), {"made.json:5"}},
  };
  for (const char* command : {"run", "validate"}) {
    for (const Mistake& mistake : mistakes) {
      std::vector<std::string> arguments = {command, write("made.json", mistake.text)};
      if (arguments.front() == "run") arguments.insert(arguments.end(), {"--out", path("run")});
      const CliResult result = run_cli(arguments);
      EXPECT_EQ(result.code, 2) << mistake.name << ": " << result.err;
      expect_harmless(result, mistake.name);
      for (const std::string& part : mistake.named) {
        EXPECT_NE(result.err.find(part), std::string::npos) << mistake.name << ": " << result.err;
      }
      EXPECT_TRUE(nothing_started()) << mistake.name;
    }
  }
}

TEST_F(BadInput, NoArgumentDrivesTheTerminal) {
  const std::string& hostile = drives_a_terminal;
  const std::vector<std::vector<std::string>> commands = {
      {hostile},
      {"run", hostile},
      {"run", minimal, "--" + hostile},
      {"run", minimal, "--seed", hostile},
      {"run", minimal, "--flavour", hostile},
      {"run", minimal, "--set", hostile},
      {"run", minimal, "--set", hostile + "=1"},
      {"run", minimal, "--set", "target.variant=" + hostile},
      {"run", minimal, "--report", hostile},
      {"run", minimal, "--out", minimal + "/" + hostile},
      {"validate", path(hostile)},
      {"validate", folder_, "--set", "x" + hostile},
      {"report", path(hostile)},
      {"report", path(""), "--format", hostile},
      {"compare", path(hostile), path("")},
      {"compare", path(""), path(""), "--report", hostile},
      {"history", "add", path(hostile), "--database", path("db")},
      {"history", "show", "--database", path(hostile)},
      {"history", "show", "--database", path("db"), "--report", hostile},
      {"matrix", path(hostile)},
      {"matrix", "--scenario-dir", path(hostile)},
      {"list", hostile},
  };
  for (const std::vector<std::string>& command : commands) {
    const CliResult result = run_cli(command);
    EXPECT_GT(result.code, 1) << command.front() << ": " << result.out;
    EXPECT_FALSE(result.err.empty()) << command.front();
    expect_harmless(result, command.front() + " " + std::to_string(command.size()) + ": ");
  }
}

TEST_F(BadInput, NoNameOfAFileDrivesTheTerminal) {
  const std::string folder = path("scenarios" + drives_a_terminal.substr(0, 8));
  std::filesystem::create_directory(folder);
  const std::string file = folder + "/\033[31mone\n.json";
  std::ofstream(file) << replaced(document(good_target, good_load), "\"expect\"",
                                  "\"description\": \"" + in_json + "\", \"expect\"");
  for (const auto& command :
       std::vector<std::vector<std::string>>{{"validate", file}, {"list", "scenarios", "--scenario-dir", folder}}) {
    const CliResult result = run_cli(command);
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_NE(result.out.find("\\x1b[31mone\\x0a.json"), std::string::npos) << result.out;
    expect_harmless(result, command.front());
  }
}

TEST_F(BadInput, UsageErrorsExit2) {
  EXPECT_EQ(run_cli({}).code, 2);
  EXPECT_EQ(run_cli({"run"}).code, 2);
  EXPECT_EQ(run_cli({"run", minimal, "--nonsense"}).code, 2);
  EXPECT_EQ(run_cli({"run", minimal, "--seed", "minus"}).code, 2);
  EXPECT_EQ(run_scenario(minimal, {"--flavour", "pink"}).code, 2);
  EXPECT_EQ(run_scenario(minimal, {"--set", "no_value"}).code, 2);
  EXPECT_EQ(run_cli({"list", "nonsense"}).code, 2);
  EXPECT_EQ(run_cli({"--help"}).code, 0);
  EXPECT_TRUE(nothing_started());
}

}  // namespace
}  // namespace heapstorm::cli
