// Symbolizer: places in executables and shared objects to functions, files and lines.
//
// Runs llvm-symbolizer as a child, once per batch, with a deadline and no shell. Where it is missing or fails, frames
// keep module and offset: a report without names is better than none. Answers are kept. Not thread-safe; one owner.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "harness/findings/finding.h"

namespace heapstorm {

// `offset` is the address in the module's file. A return address points behind its call, so it is looked up one byte
// before.
struct CodePlace {
  std::string module;  // path
  std::uint64_t offset = 0;
  bool return_address = true;
  auto operator<=>(const CodePlace&) const = default;
};

// A variable, and how far from its first byte an address in it is.
struct Variable {
  std::string name;
  std::uint64_t offset = 0;
  bool operator==(const Variable&) const = default;
};

struct SymbolizerOptions {
  std::string program{};  // path; "": $HEAPSTORM_SYMBOLIZER, or else llvm-symbolizer-19 or llvm-symbolizer from PATH
  std::string tree_prefix{};                  // cut off the front of file names, "/home/me/project/" say
  std::chrono::milliseconds deadline{30000};  // for one batch
  // After a request it looks up no more than half a second long; what is missing then has its module and offset.
  std::stop_token stop{};
};

class Symbolizer {
 public:
  explicit Symbolizer(SymbolizerOptions options = {});

  // Looks all these up at once, so that `frames` is a look into the table.
  void prepare(const std::vector<CodePlace>& places);
  // The frames at a place, inlined functions expanded, innermost first; at least one.
  std::vector<Frame> frames(const CodePlace& place);

  // The global or static variable at `offset` of a module; none if no variable covers it. Not kept.
  std::optional<Variable> variable(const std::string& module, std::uint64_t offset);

  // Why names are missing ("llvm-symbolizer was not found"), or "".
  const std::string& problem() const { return problem_; }

 private:
  // Whether it is too late to ask.
  bool is_over() const { return options_.stop.stop_requested() && !problem_.empty(); }

  SymbolizerOptions options_;
  std::map<CodePlace, std::vector<Frame>> known_;
  std::string problem_;
};

// The name of a source file as reports have it: without `tree_prefix`, "./" and "x/../". A path that the compiler wrote
// relative to its build folder ("../targets/a.cpp", "build/targets/a.cpp") becomes relative to the tree.
std::string normal_file_name(const std::string& file, const std::string& tree_prefix = "");

}  // namespace heapstorm
