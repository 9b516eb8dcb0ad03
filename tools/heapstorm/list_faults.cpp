#include "tools/heapstorm/list_faults.h"

#include <fmt/format.h>

#include "harness/scenario/scenario.h"
#include "harness/storm/faults/fault_catalogue.h"

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

Json session_fault(const char* step, const FaultRules& rules, const char* wire) {
  return {{"name", rules.name},
          {"summary", fmt::format("{}: {}{}", step, wire, parameter_text(rules.amount))},
          {"step", step},
          {"protocols", protocols_json(rules.protocols)},
          {"parameters", parameters_json(rules.amount)},
          {"wire", wire}};
}

Json target_fault(const char* name, const char* what) {
  return {{"name", name}, {"summary", fmt::format("faults: {}", what)}, {"step", "faults"}};
}

}  // namespace

Json list_faults() {
  Json faults = Json::array();
  for (std::size_t index = 0; index < close_kind_count; ++index) {
    const auto kind = static_cast<CloseKind>(index);
    faults.push_back(session_fault("leave", rules_of(kind), wire_of(kind)));
  }
  for (std::size_t index = 1; index < protocol_fault_count; ++index) {
    const auto fault = static_cast<ProtocolFault>(index);
    faults.push_back(session_fault("misbehave", rules_of(fault), wire_of(fault)));
  }
  faults.push_back(target_fault("clock_tick", "the target's clock moves on"));
  faults.push_back(target_fault("worker_restart", "a worker thread of the target ends and another takes its place"));
  faults.push_back(target_fault("signal", "the target gets a signal"));
  return faults;
}

}  // namespace heapstorm::cli
