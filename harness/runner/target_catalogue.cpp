#include "harness/runner/target_catalogue.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

#include "harness/files/text_file.h"
#include "harness/process/process.h"

namespace heapstorm {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t describe_deadline_ms = 60000;
constexpr std::size_t described_limit_bytes = 1u << 20;
constexpr std::array all_flavours = {"plain", "asan", "tsan"};
constexpr const char* build_targets_file = "build_targets";  // a line each; only in a build folder

// An output file without a name, reached by the path of its descriptor.
struct MemoryFile {
  UniqueFd fd{::memfd_create("heapstorm_output", MFD_CLOEXEC)};
  std::string path() const { return "/proc/self/fd/" + std::to_string(fd.get()); }
};

bool is_flavour(const fs::path& name) {
  return std::find(all_flavours.begin(), all_flavours.end(), name) != all_flavours.end();
}

fs::path without_end_slash(const fs::path& folder) {
  const fs::path whole = fs::absolute(folder).lexically_normal();
  return whole.has_filename() ? whole : whole.parent_path();
}

// lib/plain/targets and lib/plain are lib/asan/targets and lib/asan for another flavour. Nothing if the folder is not
// named so.
std::optional<fs::path> beside(const fs::path& folder, const std::string& flavour) {
  const fs::path above = folder.parent_path();
  if (is_flavour(folder.filename())) return above / flavour;
  if (is_flavour(above.filename())) return above.parent_path() / flavour / folder.filename();
  return std::nullopt;
}

std::vector<std::string> own_folders(const std::string& named, const std::string& flavour) {
  if (named.empty()) return {};
  const fs::path folder = without_end_slash(named);
  std::vector<fs::path> places = {folder / flavour, folder};
  if (const auto other = beside(folder, flavour)) places.insert(places.begin() + 1, *other);
  std::vector<std::string> folders;
  for (const fs::path& place : places) {
    folders.push_back(place / "targets");
    folders.push_back(place);
  }
  return folders;
}

VariantInfo to_variant(const nlohmann::json& json) {
  VariantInfo variant{json.value("name", ""), json.value("summary", ""), json.value("models", ""),
                      json.value("buggy", false)};
  for (const auto& finding : json.value("expects", nlohmann::json::array())) {
    variant.expects.push_back({finding.value("kind", ""), finding.value("tag", "")});
  }
  for (const auto& parameter : json.value("parameters", nlohmann::json::array())) {
    variant.parameters.push_back(
        {parameter.value("name", ""), parameter.value("summary", ""), parameter.value("default", std::int64_t{0}),
         parameter.value("minimum", std::int64_t{0}), parameter.value("maximum", std::int64_t{0})});
  }
  return variant;
}

// A plugin may have written to the same stdout: what comes is not trusted to have any shape.
Result<TargetInfo> parse_description(const std::string& text, const std::string& plugin) try {
  const auto json = nlohmann::json::parse(text);
  TargetInfo info;
  info.error = json.value("error", "");
  info.family = json.value("family", "");
  info.abi_version = json.value("abi_version", 0u);
  info.mimalloc_version = json.value("mimalloc_version", "");
  for (const auto& variant : json.value("variants", nlohmann::json::array())) {
    info.variants.push_back(to_variant(variant));
  }
  return info;
} catch (const nlohmann::json::exception&) {
  return Error::environment(plugin + ": target_host did not describe it: " + text);
}

}  // namespace

TargetCatalogue::TargetCatalogue(std::string library_folder, std::string plugin_folder)
    : library_folder_(std::move(library_folder)), plugin_folder_(std::move(plugin_folder)) {}

std::vector<std::string> TargetCatalogue::flavours() const {
  std::vector<std::string> present;
  for (const char* flavour : all_flavours) {
    if (::access(host_file(flavour).c_str(), X_OK) == 0) present.emplace_back(flavour);
  }
  return present;
}

std::string TargetCatalogue::host_file(const std::string& flavour) const {
  return library_folder_ + "/" + flavour + "/target_host";
}

std::vector<std::string> TargetCatalogue::plugin_folders(const std::string& flavour) const {
  std::vector<std::string> folders = own_folders(plugin_folder_, flavour);
  folders.push_back(library_folder_ + "/" + flavour + "/targets");
  return folders;
}

std::vector<std::string> TargetCatalogue::families(const std::string& flavour) const {
  std::set<std::string> found;
  std::error_code error;
  for (const std::string& folder : plugin_folders(flavour)) {
    for (const auto& entry : fs::directory_iterator(folder, error)) {
      if (entry.path().extension() == ".so") found.insert(entry.path().stem().string());
    }
  }
  return {found.begin(), found.end()};
}

std::optional<std::string> TargetCatalogue::plugin_file(const std::string& flavour, const std::string& family) const {
  if (family.find('/') != std::string::npos) return std::nullopt;  // a name, not a path
  std::error_code error;
  for (const std::string& folder : plugin_folders(flavour)) {
    const fs::path file = fs::path(folder) / (family + ".so");
    if (fs::is_regular_file(file, error)) return fs::absolute(file).lexically_normal().string();
  }
  return std::nullopt;
}

Result<TargetInfo> TargetCatalogue::describe(const std::string& flavour, const std::string& family) const {
  const std::string plugin = plugin_file(flavour, family).value_or(family);
  const MemoryFile out, err;
  auto process = Process::start({.command = {host_file(flavour), "--describe", plugin},
                                 .stdout_file = out.path(),
                                 .stderr_file = err.path(),
                                 .output_limit_bytes = described_limit_bytes});
  if (!process) return process.error();
  const bool ended = process.value()->wait_ms(describe_deadline_ms).has_value();
  process.value()->stop(0);
  if (!ended) return Error::environment(plugin + ": target_host took too long to describe it");
  const std::string text = read_text(out.path(), described_limit_bytes);
  if (text.empty())
    return Error::environment(plugin + ": target_host did not describe it: " + read_text(err.path(), 4096));
  return parse_description(text, plugin);
}

std::optional<std::string> TargetCatalogue::build_command(const std::vector<std::string>& targets) const {
  std::ifstream file(library_folder_ + "/" + build_targets_file);
  std::set<std::string> known;
  for (std::string line; std::getline(file, line);) known.insert(line);
  const auto can_build = [&](const std::string& target) { return known.contains(target); };
  if (!std::all_of(targets.begin(), targets.end(), can_build)) return std::nullopt;
  const fs::path build = without_end_slash(library_folder_).parent_path().parent_path();
  std::error_code ignored;
  std::string command = "cmake --build " + fs::proximate(build, ignored).string() + " --target";
  for (const std::string& target : targets) command += " " + target;
  return command;
}

std::string default_library_folder() {
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  return (self.parent_path().parent_path() / "lib" / "heapstorm").string();
}

}  // namespace heapstorm
