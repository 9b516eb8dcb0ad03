#include "harness/host/plugin/plugin.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include "harness/host/plugin/plugin_flavour.h"

namespace heapstorm::host {

namespace {

using TableFunction = const heapstorm_target* (*)();

// dlerror names the file in most messages, but not in all.
std::string loader_message(const std::string& path) {
  const char* const message = dlerror();
  return fmt::format("cannot load plugin {}: {}", path, message != nullptr ? message : "unknown error");
}

// The host's sanitizer does not see what an uninstrumented plugin does: a run without findings would prove nothing.
bool check_flavour(const std::string& path, PluginError& error) {
  const std::string flavour = flavour_of_plugin(path), reason = why_refused(flavour, HEAPSTORM_FLAVOUR);
  if (reason.empty()) return true;
  error.flavour = flavour;
  error.message = fmt::format("plugin {} {}", path, reason);
  return false;
}

bool check_table(const std::string& path, const heapstorm_target* table, PluginError& error) {
  if (table == nullptr) {
    error.message = fmt::format("plugin {} has no table: {} returned null", path, HEAPSTORM_TARGET_SYMBOL);
    return false;
  }
  if (table->abi_version != HEAPSTORM_TARGET_ABI) {
    error.abi_version = table->abi_version;
    error.message = fmt::format("plugin {} has ABI version {}, this target_host has version {}: build it again", path,
                                table->abi_version, HEAPSTORM_TARGET_ABI);
    return false;
  }
  return true;
}

}  // namespace

const heapstorm_variant* Plugin::find_variant(std::string_view name) const {
  for (std::uint32_t index = 0; index < table->variant_count; ++index) {
    if (table->variants[index].name == name) return &table->variants[index];
  }
  return nullptr;
}

std::vector<std::string> Plugin::variant_names() const {
  std::vector<std::string> names;
  for (std::uint32_t index = 0; index < table->variant_count; ++index) names.emplace_back(table->variants[index].name);
  return names;
}

bool load_plugin(const std::string& path, Plugin& plugin, PluginError& error) {
  if (!check_flavour(path, error)) return false;
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    error.message = loader_message(path);
    return false;
  }
  const auto table_function = reinterpret_cast<TableFunction>(dlsym(library, HEAPSTORM_TARGET_SYMBOL));
  if (table_function == nullptr) {
    error.message = loader_message(path);
    return false;
  }
  const heapstorm_target* const table = table_function();
  if (!check_table(path, table, error)) return false;
  plugin = {path, table};
  return true;
}

}  // namespace heapstorm::host
