#include "harness/runner/contracts/subject.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <filesystem>
#include <sstream>

#include "harness/base/printable.h"
#include "harness/code/elf_module.h"
#include "harness/files/text_file.h"
#include "harness/process/filter_process.h"
#include "harness/process/program_path.h"

namespace heapstorm {
namespace {

constexpr int max_interpreters = 4;  // of an interpreter; the kernel's own limit
constexpr std::size_t max_first_line_bytes = 256;
constexpr const char* from_outside =
    "; what works from outside: a storm on it with \"command\" and no contract, and what it says when it dies";

Error about(const std::string& program, const std::string& what) {
  return Error::bad_input(printable(program) + ": " + what);
}

Result<std::string> find_program(const std::string& name) {
  if (name.find('/') == std::string::npos) {
    const std::string found = find_in_path(name);
    return found.empty() ? Result<std::string>(about(name, "no such program in PATH")) : Result<std::string>(found);
  }
  if (::access(name.c_str(), F_OK) != 0) return about(name, "no such file");
  if (!is_program(name)) return about(name, "is no file that may be run");
  return name;
}

// The words of "#!interpreter argument"; none if it is no script.
std::vector<std::string> interpreter_of(const std::string& file) {
  const std::string start = read_text(file, max_first_line_bytes);
  if (!start.starts_with("#!")) return {};
  std::istringstream line(start.substr(2, start.find('\n') - 2));
  std::vector<std::string> words;
  for (std::string word; line >> word;) words.push_back(word);
  return words;
}

// "env python3" stands for python3; env's own options and variables are stepped over.
std::string meant_by(const std::vector<std::string>& words) {
  if (!words[0].ends_with("/env")) return words[0];
  for (std::size_t i = 1; i < words.size(); ++i) {
    const bool is_name = !words[i].starts_with('-') && words[i].find('=') == std::string::npos;
    if (is_name) return words[i];
  }
  return words[0];
}

Result<std::string> follow_scripts(std::string program) {
  for (int i = 0; i < max_interpreters; ++i) {
    const std::vector<std::string> words = interpreter_of(program);
    if (words.empty()) return program;
    const Result<std::string> next = find_program(meant_by(words));
    if (!next) return about(program, "its interpreter: " + next.error().message);
    program = next.value();
  }
  return about(program, "too many scripts run each other");
}

// The loader then takes no libraries from a caller.
bool changes_user(const std::string& program) {
  struct stat status = {};
  if (::stat(program.c_str(), &status) != 0) return false;
  const bool takes_user = (status.st_mode & S_ISUID) != 0 && status.st_uid != ::geteuid();
  const bool takes_group = (status.st_mode & S_ISGID) != 0 && status.st_gid != ::getegid();
  const bool has_rights = ::geteuid() != 0 && ::getxattr(program.c_str(), "security.capability", nullptr, 0) > 0;
  return takes_user || takes_group || has_rights;
}

Status check_can_be_entered(const code::ElfModule& program) {
  const code::ModuleFacts& facts = program.facts();
  if (!facts.is_x86_64) return about(program.path(), "is for another machine; hooks are for x86-64");
  if (facts.is_static) {
    return about(program.path(),
                 std::string("is linked statically, so no library can be loaded into it") + from_outside);
  }
  if (facts.loader.empty()) return about(program.path(), "is a library, not a program");
  if (facts.loader.find("ld-linux") == std::string::npos) {
    return about(program.path(), std::string("is for another libc than glibc, which hooks need") + from_outside);
  }
  if (changes_user(program.path())) {
    return about(program.path(),
                 std::string("takes other rights when it starts (setuid), and then loads no library of ours; "
                             "run a copy without them") +
                     from_outside);
  }
  return Success{};
}

}  // namespace

void read_loader_list(const std::string& text, Subject& subject) {
  std::istringstream lines(text);
  std::error_code error;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t arrow = line.find(" => ");
    const std::size_t begin = arrow == std::string::npos ? line.find_first_not_of(" \t") : arrow + 4;
    if (begin == std::string::npos) continue;
    const std::string path = line.substr(begin, line.find(" (0x", begin) - begin);
    if (path == "not found") {
      const std::size_t name = line.find_first_not_of(" \t");
      subject.missing.push_back(line.substr(name, arrow - name));
    } else if (path.find('/') != std::string::npos) {
      subject.modules.push_back(std::filesystem::absolute(path, error).lexically_normal().string());
    }
  }
}

Result<Subject> find_subject(const std::vector<std::string>& command) {
  if (command.empty()) return Error::bad_input("there is no command");
  const Result<std::string> named = find_program(command.front());
  if (!named) return named.error();
  const Result<std::string> program = follow_scripts(named.value());
  if (!program) return program.error();
  std::error_code error;
  const std::string file = std::filesystem::canonical(program.value(), error).string();
  const auto module = code::ElfModule::open(file);
  if (!module) return module.error();
  if (const Status status = check_can_be_entered(module.value()); !status) return status.error();
  Subject subject{.program = file, .modules = {file}, .missing = {}};
  const std::string& loader = module.value().facts().loader;
  const auto list = run_filter({.program = loader, .arguments = {"--list", file}}, "");
  if (!list) return list.error();
  if (list.value().cut_off) return Error::environment(printable(loader) + ": did not list the libraries in time");
  read_loader_list(list.value().text, subject);
  return subject;
}

}  // namespace heapstorm
