#include <algorithm>
#include <chrono>

#include "harness/process/filter_process.h"
#include "harness/process/program_path.h"
#include "tools/heapstorm/commands/diagnosis.h"

namespace heapstorm::cli {
namespace {

using State = Diagnosis::State;

struct Program {
  const char* name;
  std::vector<const char*> commands;  // the first in PATH counts
  const char* version_option;
  const char* purpose;
  const char* package;  // of Debian
  State absent;
};

const std::vector<Program>& programs() {
  static const std::vector<Program> all = {
      {"symbolizer",
       {"llvm-symbolizer-19", "llvm-symbolizer"},
       "--version",
       "turns addresses into function, file and line",
       "llvm-19",
       State::missing},
      {"clang", {"clang++-19"}, "--version", "builds heapstorm and its targets", "clang-19", State::limited},
      {"nginx", {"nginx"}, "-v", "the HTTP server of scenarios/external", "nginx-light", State::limited},
      {"node", {"node"}, "--version", "the WebSocket server of scenarios/external", "nodejs", State::limited},
      {"valgrind",
       {"valgrind"},
       "--version",
       "two detectors of heapstorm matrix, and heapstorm run --valgrind",
       "valgrind",
       State::limited},
      {"ccache", {"ccache"}, "--version", "makes the second build quick", "ccache", State::limited}};
  return all;
}

std::string first_path_of(const Program& program) {
  for (const char* command : program.commands) {
    if (const std::string path = find_in_path(command); !path.empty()) return path;
  }
  return "";
}

// The first line of what it says about itself that has a digit in it.
std::string version_line(const std::string& text) {
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    if (line.find_first_of("0123456789") != std::string::npos) return line.substr(line.find_first_not_of(' '));
    begin = end + 1;
  }
  return "is there";
}

std::string version_of(const std::string& path, const Program& program) {
  const auto said = run_filter({path, {program.version_option}, std::chrono::seconds(5)}, "");
  return said ? version_line(said.value().text) : said.error().message;
}

Diagnosis diagnose(const Program& program) {
  Diagnosis diagnosis{program.name, State::ok, "", program.purpose, ""};
  const std::string path = first_path_of(program);
  if (path.empty()) {
    diagnosis.state = program.absent;
    diagnosis.found = std::string(program.commands.front()) + " is not in the PATH";
    diagnosis.remedy = std::string("apt-get install ") + program.package;
    return diagnosis;
  }
  diagnosis.found = version_of(path, program);
  return diagnosis;
}

}  // namespace

Diagnoses diagnose_programs() {
  Diagnoses diagnoses;
  for (const Program& program : programs()) diagnoses.push_back(diagnose(program));
  return diagnoses;
}

}  // namespace heapstorm::cli
