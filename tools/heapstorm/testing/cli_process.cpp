#include "tools/heapstorm/testing/cli_process.h"

#include <signal.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "harness/files/text_file.h"
#include "harness/process/process.h"

namespace heapstorm::cli {
namespace {

constexpr std::size_t text_limit_bytes = 16u << 20;
constexpr int start_tries = 12000;

}  // namespace

void CliTest::SetUp() {
  std::string name = testing::TempDir() + "heapstorm_cli_XXXXXX";
  ASSERT_NE(::mkdtemp(name.data()), nullptr);
  folder_ = name;
}

void CliTest::TearDown() {
  std::filesystem::remove_all(folder_);
}

CliResult CliTest::run_cli(std::vector<std::string> arguments, std::uint32_t deadline_ms) const {
  arguments.insert(arguments.begin(), HEAPSTORM_CLI);
  return run_program(arguments, deadline_ms);
}

CliResult CliTest::run_program(const std::vector<std::string>& command, std::uint32_t deadline_ms) const {
  auto process = Process::start({.command = command, .stdout_file = path("stdout"), .stderr_file = path("stderr")});
  if (!process) return {-1, "", process.error().message};
  const auto exit = process.value()->wait_ms(deadline_ms);
  process.value()->stop(1000);
  return {exit && exit->code ? *exit->code : -1, read_text(path("stdout"), text_limit_bytes),
          read_text(path("stderr"), text_limit_bytes)};
}

CliResult CliTest::run_scenario(const std::string& file, const std::vector<std::string>& more) const {
  std::vector<std::string> arguments = {"run", file, "--out", path("run")};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_cli(arguments);
}

CliResult CliTest::interrupt_scenario(const std::string& file, const std::vector<std::string>& more) const {
  std::vector<std::string> arguments = {HEAPSTORM_CLI, "run", file, "--out", path("run")};
  arguments.insert(arguments.end(), more.begin(), more.end());
  auto process = Process::start({.command = arguments, .stdout_file = path("stdout"), .stderr_file = path("stderr")});
  if (!process) return {-1, "", process.error().message};
  const std::string started = path("run/target.stdout");
  for (int i = 0; i < start_tries && !std::filesystem::exists(started); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  process.value()->signal(SIGINT);
  process.value()->signal(SIGINT);
  const auto exit = process.value()->wait_ms(120000);
  process.value()->stop(1000);
  return {exit && exit->code ? *exit->code : -1, read_text(path("stdout"), text_limit_bytes),
          read_text(path("stderr"), text_limit_bytes)};
}

std::string CliTest::write(const std::string& name, const std::string& text) const {
  std::ofstream(path(name)) << text;
  return path(name);
}

nlohmann::json CliTest::run_json() const {
  return nlohmann::json::parse(std::ifstream(path("run/run.json")), nullptr, false);
}

bool CliTest::nothing_started() const {
  return !std::filesystem::exists(path("run"));
}

std::string scenario(const std::string& name) {
  return std::string(HEAPSTORM_TREE) + "/scenarios/" + name + ".json";
}

bool is_running(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string number, name, state;
  return file >> number >> name >> state && state != "Z" && state != "X";
}

}  // namespace heapstorm::cli
