#include "harness/runner/target_command.h"

#include <fmt/format.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "harness/abi/black_box.h"
#include "harness/process/program_path.h"
#include "harness/runner/heap_fault_options.h"

namespace heapstorm {
namespace {

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
  const std::vector<std::string> faults = heap_fault_options(scenario.faults, options.seed);
  command.insert(command.end(), faults.begin(), faults.end());
  return command;
}

// The runtimes insist on a file name that begins with "llvm-symbolizer".
std::string symbolizer_option() {
  for (const char* name : {"llvm-symbolizer-19", "llvm-symbolizer"}) {
    if (const std::string path = find_in_path(name); !path.empty()) return ":external_symbolizer_path=" + path;
  }
  return "";
}

// Ours come after the user's and win: the runner has to find the logs and to know the exit code. Quotes, because a path
// may hold what separates options.
std::string sanitizer_options(const char* variable, const std::string& own, const RunOptions& options) {
  const char* users = std::getenv(variable);
  const std::string log = std::filesystem::absolute(options.directory.file("sanitizer")).string();
  return fmt::format("{}{}log_path=\"{}\":exitcode={}{}{}", users != nullptr ? users : "", users != nullptr ? ":" : "",
                     log, sanitizer_exit_code, symbolizer_option(), own);
}

// ASan names the module only of frames without a file; with it, code of the system is known by its module, as in TSan's
// reports. A format of the user's stays.
std::string frame_format(const char* variable) {
  const char* users = std::getenv(variable);
  if (users != nullptr && std::strstr(users, "stack_trace_format") != nullptr) return "";
  return ":stack_trace_format=\"    #%n %p %F %S %M\"";
}

}  // namespace

ProcessOptions target_command(const Scenario& scenario, const RunOptions& options, int box_fd) {
  ProcessOptions process;
  process.command = host_command(scenario, options);
  process.environment = sanitizer_environment(options);
  process.environment.insert(process.environment.end(), options.environment.begin(), options.environment.end());
  process.environment.emplace_back(HEAPSTORM_BOX_FD_VARIABLE, std::to_string(box_fd));
  process.inherited_fds = {box_fd};
  process.stdout_file = options.directory.file("target.stdout");
  process.stderr_file = options.directory.file("target.stderr");
  return process;
}

ExecImage::Variables sanitizer_environment(const RunOptions& options) {
  return {
      {"ASAN_OPTIONS",
       sanitizer_options("ASAN_OPTIONS", ":abort_on_error=0:detect_leaks=1" + frame_format("ASAN_OPTIONS"), options)},
      {"TSAN_OPTIONS", sanitizer_options("TSAN_OPTIONS", ":abort_on_error=0:halt_on_error=0", options)},
      {"UBSAN_OPTIONS", sanitizer_options("UBSAN_OPTIONS", ":print_stacktrace=1", options)},
      {"LSAN_OPTIONS", sanitizer_options("LSAN_OPTIONS", "", options)},
  };
}

}  // namespace heapstorm
