// A TargetCatalogue: which flavours, families and variants there are, and in which files.
//
// Plugins lie in <library folder>/<flavour>/targets/<family>.so beside <library folder>/<flavour>/target_host. A plugin
// is never loaded into this process: target_host describes it, and refuses one of another flavour. A plain value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/scenario/scenario.h"

namespace heapstorm {

// A number that a scenario may set.
struct ParameterInfo {
  std::string name;
  std::string summary;  // with its unit
  std::int64_t default_value = 0;
  std::int64_t minimum = 0;  // both ends included
  std::int64_t maximum = 0;
};

struct VariantInfo {
  std::string name;
  std::string summary;
  std::string models;
  bool buggy = false;
  std::vector<FindingPattern> expects{};
  std::vector<ParameterInfo> parameters{};
};

struct TargetInfo {
  std::string family;
  std::uint32_t abi_version = 0;
  std::string mimalloc_version;  // of target_host: "2.0.9"
  std::vector<VariantInfo> variants;
  std::string error;  // why this is no plugin of ours: then `abi_version` is the file's own, or 0 if it has none
};

class TargetCatalogue {
 public:
  // `plugin_folder`, if not empty, is searched before the flavour's own targets: the part of it that is the flavour's
  // (<folder>/asan), or if it is itself another flavour's (.../plain/targets) the folder beside it that is this one's,
  // and then the folder itself; in each of them first the folder `targets`.
  explicit TargetCatalogue(std::string library_folder, std::string plugin_folder = "");

  // plain, asan, tsan: those that are built.
  std::vector<std::string> flavours() const;
  std::string host_file(const std::string& flavour) const;

  std::vector<std::string> families(const std::string& flavour) const;
  const std::string& plugin_folder() const { return plugin_folder_; }
  std::optional<std::string> plugin_file(const std::string& flavour, const std::string& family) const;
  // Asks target_host; at most 10 s. An error of the environment if that does not answer; `plugin_file` must have found
  // the family.
  Result<TargetInfo> describe(const std::string& flavour, const std::string& family) const;

  // The command that builds these CMake targets ("date_header_asan"), where the runner lies in a build folder that can
  // build all of them; nothing for an installed one.
  std::optional<std::string> build_command(const std::vector<std::string>& targets) const;

 private:
  std::vector<std::string> plugin_folders(const std::string& flavour) const;

  std::string library_folder_;
  std::string plugin_folder_;
};

// <folder of the running executable>/../lib/heapstorm
std::string default_library_folder();

}  // namespace heapstorm
