#include "harness/findings/symbolizer.h"

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>

#include "harness/base/utf8.h"
#include "harness/process/filter_process.h"
#include "harness/process/program_path.h"

namespace heapstorm {
namespace {

using Json = nlohmann::json;

std::string find_program(const std::string& wanted) {
  if (!wanted.empty()) return wanted;
  const char* chosen = std::getenv("HEAPSTORM_SYMBOLIZER");
  if (chosen != nullptr && *chosen != '\0') return chosen;
  const std::string newest = find_in_path("llvm-symbolizer-19");
  return newest.empty() ? find_in_path("llvm-symbolizer") : newest;
}

// The path came from the target: it must be a plain file (a FIFO would block) and fit a line of the symbolizer's input.
bool can_be_asked(const std::string& module) {
  struct stat status{};
  if (module.empty() || module[0] != '/' || module.find_first_of("\"\n\r\\") != std::string::npos) return false;
  return ::stat(module.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

Frame bare_frame(const CodePlace& place) {
  Frame frame;
  frame.module = place.module;
  frame.offset = place.offset;
  return frame;
}

std::uint64_t looked_up_offset(const CodePlace& place) {
  return place.return_address && place.offset > 0 ? place.offset - 1 : place.offset;
}

std::string request(const std::vector<CodePlace>& places) {
  std::string text;
  for (const CodePlace& place : places)
    text += fmt::format("CODE \"{}\" {:#x}\n", place.module, looked_up_offset(place));
  return text;
}

std::string text_member(const Json& object, const char* key) {
  const auto member = object.find(key);
  return member != object.end() && member->is_string() ? valid_utf8(member->get<std::string>()) : "";
}

Frame frame_of(const Json& symbol, const CodePlace& place, const std::string& tree_prefix) {
  Frame frame = bare_frame(place);
  frame.function = text_member(symbol, "FunctionName");
  frame.file = normal_file_name(text_member(symbol, "FileName"), tree_prefix);
  const auto line = symbol.find("Line");
  if (line != symbol.end() && line->is_number_unsigned()) frame.line = line->get<std::uint32_t>();
  return frame;
}

// One line of the answer: {"Address":"0x1","ModuleName":"...","Symbol":[{...}, ...]}, or "Error" in place of "Symbol".
std::vector<Frame> frames_of(std::string_view line, const CodePlace& place, const std::string& tree_prefix) {
  std::vector<Frame> frames;
  const Json answer = Json::parse(line, nullptr, false);
  if (answer.is_object() && answer.contains("Symbol") && answer["Symbol"].is_array()) {
    for (const Json& symbol : answer["Symbol"]) {
      if (symbol.is_object()) frames.push_back(frame_of(symbol, place, tree_prefix));
    }
  }
  if (frames.empty()) frames.push_back(bare_frame(place));
  return frames;
}

std::uint64_t hex_member(const Json& object, const char* key) {
  return std::strtoull(text_member(object, key).c_str(), nullptr, 16);
}

// {"Address":"0x1","Data":{"Name":"cache","Size":"0x8","Start":"0x1"},"ModuleName":"..."}. llvm-symbolizer names the
// nearest symbol before the address; only one that really covers it is an answer.
std::optional<Variable> variable_of(std::string_view line, std::uint64_t offset) {
  const Json answer = Json::parse(line, nullptr, false);
  if (!answer.is_object() || !answer.contains("Data") || !answer["Data"].is_object()) return std::nullopt;
  const Json& data = answer["Data"];
  const std::uint64_t start = hex_member(data, "Start");
  const bool covers = start <= offset && offset - start < hex_member(data, "Size");
  std::string name = covers ? text_member(data, "Name") : "";
  return name.empty() ? std::nullopt : std::optional(Variable{std::move(name), offset - start});
}

}  // namespace

namespace {

// Whether a relative path begins with a folder that compilers run in: "build", "build-gcc", "cmake-build-debug".
bool starts_in_build_folder(std::string_view path) {
  const std::string_view folder = path.substr(0, path.find('/'));
  if (folder.size() == path.size()) return false;
  return folder == "build" || folder.starts_with("build-") || folder.starts_with("build_") ||
         folder.starts_with("cmake-build");
}

}  // namespace

std::string normal_file_name(const std::string& file, const std::string& tree_prefix) {
  if (file.empty() || file == "??" || file == "<invalid>" || file == "<null>") return "";
  std::string normal = std::filesystem::path(file).lexically_normal().string();
  if (!tree_prefix.empty() && normal.starts_with(tree_prefix)) normal.erase(0, tree_prefix.size());
  while (normal.starts_with("../")) normal.erase(0, 3);
  if (starts_in_build_folder(normal)) normal.erase(0, normal.find('/') + 1);
  return normal;
}

Symbolizer::Symbolizer(SymbolizerOptions options) : options_(std::move(options)) {
  options_.program = find_program(options_.program);
  if (options_.program.empty()) problem_ = "llvm-symbolizer was not found";
}

void Symbolizer::prepare(const std::vector<CodePlace>& places) {
  std::map<std::string, bool> modules;
  std::vector<CodePlace> asked;
  for (const CodePlace& place : places) {
    if (!known_.emplace(place, std::vector<Frame>{bare_frame(place)}).second) continue;
    const auto module = modules.find(place.module);
    const bool readable =
        module != modules.end() ? module->second : (modules[place.module] = can_be_asked(place.module));
    if (readable) asked.push_back(place);
  }
  if (asked.empty() || options_.program.empty() || is_over()) return;
  // --relativenames: files compiled with a prefix map come out relative to the tree, wherever it was built.
  const FilterCommand command{.program = options_.program,
                              .arguments = {"--output-style=JSON", "--inlines", "--relativenames"},
                              .deadline = options_.deadline,
                              .stop = options_.stop};
  const Result<FilterOutput> output = run_filter(command, request(asked));
  if (!output) {
    problem_ = output.error().message;
    return;
  }
  std::string_view rest = output.value().text;
  for (const CodePlace& place : asked) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) {
      problem_ = options_.program + (output.value().cut_off ? " did not answer in time" : " stopped answering");
      return;
    }
    known_[place] = frames_of(rest.substr(0, end), place, options_.tree_prefix);
    rest.remove_prefix(end + 1);
  }
}

std::optional<Variable> Symbolizer::variable(const std::string& module, std::uint64_t offset) {
  if (options_.program.empty() || options_.stop.stop_requested() || !can_be_asked(module)) return std::nullopt;
  const FilterCommand command{.program = options_.program,
                              .arguments = {"--output-style=JSON"},
                              .deadline = options_.deadline,
                              .stop = options_.stop};
  const Result<FilterOutput> output = run_filter(command, fmt::format("DATA \"{}\" {:#x}\n", module, offset));
  if (!output) return std::nullopt;
  const std::string_view text = output.value().text;
  return variable_of(text.substr(0, text.find('\n')), offset);
}

std::vector<Frame> Symbolizer::frames(const CodePlace& place) {
  if (!known_.contains(place)) prepare({place});
  return known_[place];
}

}  // namespace heapstorm
