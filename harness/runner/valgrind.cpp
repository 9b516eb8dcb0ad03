#include "harness/runner/valgrind.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>

#include "harness/abi/black_box_layout.h"
#include "harness/process/program_path.h"

namespace heapstorm {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t slow_down = 20;
constexpr std::uint32_t max_storm_s = 60;  // a storm that takes longer is cut off there

// In the name of a log, valgrind puts values in place of %.
std::string escape_percent(const std::string& path) {
  std::string escaped;
  for (const char c : path) escaped += c == '%' ? "%%" : std::string(1, c);
  return escaped;
}

std::uint32_t stretched_s(std::uint32_t seconds) {
  return std::max(seconds, std::min(seconds * slow_down, max_storm_s));
}

}  // namespace

const char* to_string(Valgrind tool) {
  switch (tool) {
    case Valgrind::memcheck:
      return "memcheck";
    case Valgrind::helgrind:
      return "helgrind";
    default:
      return "none";
  }
}

bool is_installed(Valgrind tool) {
  return tool == Valgrind::none || !find_in_path("valgrind").empty();
}

std::vector<std::string> valgrind_command(Valgrind tool, const RunDirectory& directory) {
  if (tool == Valgrind::none) return {};
  const std::string log = fs::absolute(directory.file("valgrind")).string();
  std::vector<std::string> command = {"valgrind", std::string("--tool=") + to_string(tool), "--trace-children=yes",
                                      "--num-callers=16",
                                      // Every thread gets its turn, as on a machine with as many processors.
                                      "--fair-sched=try", "--xml=yes", "--xml-file=" + escape_percent(log) + ".%p.xml"};
  if (tool == Valgrind::memcheck) {
    // libmimalloc's operator delete and free are one function, of which valgrind knows only one name. And it takes a
    // block of the owner heap, which is known by its first byte behind the header, for possibly lost.
    command.insert(command.end(), {"--show-leak-kinds=none", "--show-mismatched-frees=no"});
  }
  return command;
}

std::uint64_t arena_bytes_under(Valgrind tool) {
  return tool == Valgrind::none ? HEAPSTORM_BOX_DEFAULT_ARENA : HEAPSTORM_ARENA_ALIGNMENT;
}

Scenario suited_to(Valgrind tool, Scenario scenario) {
  if (tool == Valgrind::none) return scenario;
  Backend& backend = scenario.target.heap.backend;
  if (backend == Backend::mimalloc) backend = Backend::system;
  if (backend == Backend::unchecked_mimalloc) backend = Backend::unchecked_system;
  Limits& limits = scenario.limits;
  limits.start_s = stretched_s(limits.start_s);
  limits.time_s = stretched_s(limits.time_s);
  limits.stop_s = stretched_s(limits.stop_s);
  return scenario;
}

}  // namespace heapstorm
