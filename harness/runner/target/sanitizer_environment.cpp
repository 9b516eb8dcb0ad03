#include "harness/runner/target/sanitizer_environment.h"

#include <fmt/format.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "harness/process/program_path.h"

namespace heapstorm {
namespace {

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

ExecImage::Variables make_sanitizer_environment(const RunOptions& options) {
  return {
      {"ASAN_OPTIONS",
       sanitizer_options("ASAN_OPTIONS", ":abort_on_error=0:detect_leaks=1" + frame_format("ASAN_OPTIONS"), options)},
      {"TSAN_OPTIONS", sanitizer_options("TSAN_OPTIONS", ":abort_on_error=0:halt_on_error=0", options)},
      {"UBSAN_OPTIONS", sanitizer_options("UBSAN_OPTIONS", ":print_stacktrace=1", options)},
      {"LSAN_OPTIONS", sanitizer_options("LSAN_OPTIONS", "", options)},
  };
}

}  // namespace heapstorm
