#include "harness/runner/target/hosted_target.h"

#include <fmt/format.h>

#include "harness/abi/black_box.h"
#include "harness/runner/target/sanitizer_environment.h"

namespace heapstorm {
namespace {

constexpr std::uint32_t look_every_ms = 2;  // it is a look into memory

const char* flag(bool on) {
  return on ? "1" : "0";
}

std::vector<std::string> host_command(const Scenario& scenario, const RunOptions& options) {
  const TargetSpec& target = scenario.target;
  const HeapSpec& heap = target.heap;
  std::vector<std::string> command = valgrind_command(options.valgrind, options.directory);
  const std::vector<std::string> host = {
      options.catalogue.host_file(options.flavour),
      "--plugin",
      options.catalogue.plugin_file(options.flavour, target.plugin).value_or(target.plugin),
      "--variant",
      target.variant,
      "--workers",
      std::to_string(target.workers),
      "--dispatch",
      to_string(target.dispatch),
      "--port",
      "0",
      "--policy",
      to_string(heap.policy),
      "--backend",
      to_string(heap.backend),
      "--stacks",
      flag(heap.stacks),
      "--canaries",
      flag(heap.canaries),
      "--report-leaks",
      flag(heap.report_leaks),
      "--quarantine-bytes",
      std::to_string(std::uint64_t{heap.quarantine_kb} * 1024)};
  command.insert(command.end(), host.begin(), host.end());
  for (const auto& [name, value] : target.parameters) {
    command.insert(command.end(), {"--parameter", fmt::format("{}={}", name, value)});
  }
  const std::vector<std::string> faults = host_options(scenario.faults, options.seed);
  command.insert(command.end(), faults.begin(), faults.end());
  return command;
}

}  // namespace

ProcessOptions make_host_process(const Scenario& scenario, const RunOptions& options, int box_fd) {
  ProcessOptions process;
  process.command = host_command(scenario, options);
  process.environment = make_sanitizer_environment(options);
  process.environment.insert(process.environment.end(), options.environment.begin(), options.environment.end());
  process.environment.emplace_back(HEAPSTORM_BOX_FD_VARIABLE, std::to_string(box_fd));
  process.inherited_fds = {box_fd};
  process.stdout_file = options.directory.file("target.stdout");
  process.stderr_file = options.directory.file("target.stderr");
  return process;
}

Result<ProcessOptions> HostedTarget::command() {
  return make_host_process(scenario_, options_, box_.fd());
}

bool HostedTarget::is_listening() {
  return box_.stage() >= HEAPSTORM_STAGE_LISTENING;
}

std::uint32_t HostedTarget::poll_ms() const {
  return look_every_ms;
}

}  // namespace heapstorm
