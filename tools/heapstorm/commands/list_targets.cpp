#include "tools/heapstorm/commands/list_targets.h"

#include <fmt/format.h>

#include <map>

#include "harness/base/printable.h"

namespace heapstorm::cli {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const FindingPattern& finding) {
  return {{"kind", finding.kind}, {"tag", finding.tag}};
}

Json to_json(const ParameterInfo& parameter) {
  const bool is_flag = parameter.minimum == 0 && parameter.maximum == 1;
  return {{"name", parameter.name},
          {"summary", parameter.summary},
          {"type", is_flag ? "flag" : "integer"},
          {"default", parameter.default_value},
          {"minimum", parameter.minimum},
          {"maximum", parameter.maximum}};
}

template <typename Entry>
Json to_json(const std::vector<Entry>& entries) {
  Json list = Json::array();
  for (const Entry& entry : entries) list.push_back(to_json(entry));
  return list;
}

Json to_json(const std::string& family, const VariantInfo& variant) {
  return {{"name", family + "/" + variant.name},
          {"summary", (variant.buggy ? "bug: " : "fix: ") + variant.summary},
          {"family", family},
          {"variant", variant.name},
          {"buggy", variant.buggy},
          {"defect", variant.summary},
          {"models", variant.models},
          {"expects", to_json(variant.expects)},
          {"parameters", to_json(variant.parameters)}};
}

std::string text(const Json& object, const char* key) {
  return printable(object[key].get_ref<const std::string&>());
}

std::string finding_text(const Json& finding) {
  const std::string tag = text(finding, "tag");
  return text(finding, "kind") + (tag.empty() ? "" : " of " + tag);
}

std::string parameter_text(const Json& parameter) {
  return fmt::format("{} ({}, {}..{}, default {}): {}", text(parameter, "name"), text(parameter, "type"),
                     parameter["minimum"].get<std::int64_t>(), parameter["maximum"].get<std::int64_t>(),
                     parameter["default"].get<std::int64_t>(), text(parameter, "summary"));
}

}  // namespace

// A plugin that is built in one flavour only is described by that flavour's host.
Result<TargetList> list_targets(const TargetCatalogue& catalogue) {
  const auto flavours = catalogue.flavours();
  if (flavours.empty()) return Error::environment("no target_host was found: the build is not complete");
  std::map<std::string, TargetInfo> described;
  for (const std::string& flavour : flavours) {
    for (const std::string& family : catalogue.families(flavour)) {
      const auto known = described.find(family);
      if (known != described.end() && known->second.error.empty()) continue;
      auto info = catalogue.describe(flavour, family);
      if (!info && known == described.end()) return info.error();
      if (!info) continue;
      if (known == described.end() || info.value().error.empty()) described[family] = std::move(info.value());
    }
  }
  TargetList list;
  for (const auto& [family, info] : described) {
    if (!info.error.empty()) list.problems.push_back(info.error);
    for (const VariantInfo& variant : info.variants) list.targets.push_back(to_json(family, variant));
  }
  return list;
}

std::string target_details(const Json& target) {
  std::string details;
  const auto add = [&](const char* title, const std::string& what) {
    details += fmt::format("    {:<10} {}\n", title, what);
  };
  if (!text(target, "models").empty()) add("models", text(target, "models"));
  for (const Json& finding : target["expects"]) add("finds", finding_text(finding));
  for (const Json& parameter : target["parameters"]) add("parameter", parameter_text(parameter));
  return details;
}

}  // namespace heapstorm::cli
