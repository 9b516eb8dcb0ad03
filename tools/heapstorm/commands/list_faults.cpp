#include "tools/heapstorm/commands/list_faults.h"

#include <fmt/format.h>

#include "harness/faults/fault_table.h"
#include "harness/scenario/scenario.h"

namespace heapstorm::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string range_text(Range range) {
  return range.low == range.high ? std::to_string(range.low) : fmt::format("{}..{}", range.low, range.high);
}

Json protocols_json(Protocols protocols) {
  Json names = Json::array();
  if (protocols.tcp) names.push_back("tcp");
  if (protocols.http) names.push_back("http");
  if (protocols.websocket) names.push_back("websocket");
  return names;
}

Json parameters_json(const Amount& amount) {
  if (amount.name == nullptr) return Json::array();
  return Json::array({{{"name", amount.name},
                       {"unit", amount.unit},
                       {"default", range_text(amount.usual)},
                       {"least", amount.bounds.low},
                       {"most", amount.bounds.high}}});
}

std::string parameter_text(const Amount& amount) {
  if (amount.name == nullptr) return "";
  return fmt::format(" [{}: {}, {} unless given, {} at most]", amount.name, amount.unit, range_text(amount.usual),
                     amount.bounds.high);
}

Json session_fault(const char* step, const FaultRules& rules) {
  return {{"name", rules.name},
          {"summary", fmt::format("{}: {}{}", step, rules.wire, parameter_text(rules.amount))},
          {"step", step},
          {"protocols", protocols_json(rules.protocols)},
          {"parameters", parameters_json(rules.amount)},
          {"wire", rules.wire}};
}

Json to_json(const Parameter& parameter) {
  Json json = {{"name", parameter.name}, {"unit", parameter.unit}};
  if (parameter.usual) json["default"] = *parameter.usual;
  if (parameter.type == Parameter::Type::number) {
    json["least"] = parameter.min;
    json["most"] = parameter.max;
  }
  if (!parameter.words.empty())
    json["words"] = std::vector<std::string_view>(parameter.words.begin(), parameter.words.end());
  return json;
}

// What happens to the target, not on the wire.
Json to_json(const FaultTraits& fault) {
  Json parameters = Json::array();
  std::string shown;
  for (const Parameter& parameter : fault.parameters) {
    parameters.push_back(to_json(parameter));
    shown += fmt::format("{}{}: {}", shown.empty() ? "" : ", ", parameter.name, parameter.unit);
  }
  return {{"name", fault.name},
          {"summary", fmt::format("faults: {} [{}]", fault.effect, shown)},
          {"step", "faults"},
          {"parameters", std::move(parameters)}};
}

}  // namespace

Json list_faults() {
  Json faults = Json::array();
  for (std::size_t index = 0; index < close_kind_count; ++index) {
    const auto kind = static_cast<CloseKind>(index);
    faults.push_back(session_fault("leave", rules_of(kind)));
  }
  for (std::size_t index = 1; index < protocol_fault_count; ++index) {
    const auto fault = static_cast<ProtocolFault>(index);
    faults.push_back(session_fault("misbehave", rules_of(fault)));
  }
  for (const FaultKind* kind : fault_kinds()) faults.push_back(to_json(kind->traits()));
  return faults;
}

}  // namespace heapstorm::cli
