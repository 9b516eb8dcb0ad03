// A loaded plugin: a shared object with a target's table (harness/abi/target.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/abi/target.h"

namespace heapstorm::host {

// Why a file is no plugin of ours. `abi_version` is the file's own if that was the reason, else 0; so is `flavour`,
// else "".
struct PluginError {
  std::string message;
  std::uint32_t abi_version = 0;
  std::string flavour{};
};

// A plain value: the plugin stays loaded until the process ends, because stacks in reports point into it.
struct Plugin {
  std::string path;
  const heapstorm_target* table = nullptr;

  // Null if there is none of this name.
  const heapstorm_variant* find_variant(std::string_view name) const;
  std::vector<std::string> variant_names() const;
};

// Loads the shared object and checks its flavour and ABI version. On failure returns false and fills `error`. A file of
// another flavour has not been loaded; another one may have run its static constructors, but none of its functions has
// been called except the one that returns the table.
bool load_plugin(const std::string& path, Plugin& plugin, PluginError& error);

}  // namespace heapstorm::host
