#include "harness/host/describe.h"

#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/host/plugin.h"

namespace heapstorm::host {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const heapstorm_variant& variant) {
  return {
      {"name", variant.name}, {"summary", variant.summary}, {"models", variant.models}, {"buggy", variant.buggy != 0}};
}

Json to_json(const heapstorm_target& table) {
  Json variants = Json::array();
  for (std::uint32_t index = 0; index < table.variant_count; ++index)
    variants.push_back(to_json(table.variants[index]));
  return {{"family", table.family}, {"abi_version", table.abi_version}, {"variants", std::move(variants)}};
}

Json to_json(const PluginError& error) {
  Json json;
  if (error.abi_version != 0) json["abi_version"] = error.abi_version;
  json["error"] = error.message;
  return json;
}

// Names come from a file that may hold anything; what is no UTF-8 is replaced.
void print(const Json& json) {
  std::cout << json.dump(2, ' ', false, Json::error_handler_t::replace) << std::endl;
}

}  // namespace

int describe_plugin(const std::string& path) {
  Plugin plugin;
  PluginError error;
  const bool loaded = load_plugin(path, plugin, error);
  print(loaded ? to_json(*plugin.table) : to_json(error));
  return loaded ? 0 : 2;
}

}  // namespace heapstorm::host
