#include "harness/host/plugin/describe.h"

#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/heap/heap.h"
#include "harness/host/plugin/plugin.h"

namespace heapstorm::host {

namespace {

using Json = nlohmann::ordered_json;

// A plugin in C may leave out what it has nothing to say about.
std::string text(const char* string) {
  return string != nullptr ? string : "";
}

Json to_json(const heapstorm_expected_finding& finding) {
  return {{"kind", text(finding.kind)}, {"tag", text(finding.tag)}};
}

Json to_json(const heapstorm_parameter& parameter) {
  return {{"name", parameter.name},
          {"summary", text(parameter.summary)},
          {"default", parameter.default_value},
          {"minimum", parameter.minimum},
          {"maximum", parameter.maximum}};
}

Json to_json(const heapstorm_variant& variant);

template <typename Entry>
Json to_json(const Entry* entries, std::uint32_t count) {
  Json list = Json::array();
  for (std::uint32_t index = 0; index < count; ++index) list.push_back(to_json(entries[index]));
  return list;
}

Json to_json(const heapstorm_variant& variant) {
  return {{"name", variant.name},
          {"summary", text(variant.summary)},
          {"models", text(variant.models)},
          {"buggy", variant.buggy != 0},
          {"expects", to_json(variant.expects, variant.expects_count)},
          {"parameters", to_json(variant.parameters, variant.parameter_count)}};
}

Json to_json(const heapstorm_target& table) {
  return {{"family", table.family},
          {"abi_version", table.abi_version},
          {"flavour", HEAPSTORM_FLAVOUR},
          {"mimalloc_version", mimalloc_version_text(heapstorm_mimalloc_version())},
          {"variants", to_json(table.variants, table.variant_count)}};
}

Json to_json(const PluginError& error) {
  Json json;
  if (error.abi_version != 0) json["abi_version"] = error.abi_version;
  if (!error.flavour.empty()) json["flavour"] = error.flavour;
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
