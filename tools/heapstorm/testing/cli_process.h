// The built command line, run as a user runs it.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace heapstorm::cli {

struct CliResult {
  int code = -1;  // -1: it did not end by itself
  std::string out, err;
};

// A test with a folder of its own as the run directory's place.
class CliTest : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  CliResult run_cli(std::vector<std::string> arguments, std::uint32_t deadline_ms = 240000) const;
  CliResult run_program(const std::vector<std::string>& command, std::uint32_t deadline_ms = 240000) const;
  // `heapstorm run FILE --out <folder>/run ...`
  CliResult run_scenario(const std::string& file, const std::vector<std::string>& more = {}) const;
  // The same, interrupted once the target has started.
  CliResult interrupt_scenario(const std::string& file, const std::vector<std::string>& more) const;

  std::string write(const std::string& name, const std::string& text) const;
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  nlohmann::json run_json() const;
  // No run directory was made: nothing was started.
  bool nothing_started() const;

  std::string folder_;
};

// A scenario of this tree.
std::string scenario(const std::string& name);

// Whether a process of this number still runs.
bool is_running(int pid);

}  // namespace heapstorm::cli
