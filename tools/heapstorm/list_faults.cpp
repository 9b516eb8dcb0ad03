#include "tools/heapstorm/list_faults.h"

#include <fmt/format.h>

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

struct Parameter {
  const char* name;
  const char* unit;
};

// What happens to the target, not on the wire.
struct TargetFault {
  const char* name;
  const char* what;
  std::vector<Parameter> parameters;
};

const std::vector<TargetFault> target_faults = {
    {"clock_tick",
     "the target's clock moves on",
     {{"every_ms", "milliseconds"}, {"every_opens", "opens"}, {"step_s", "seconds"}}},
    {"clock_jump",
     "the target's clock jumps, forwards or backwards",
     {{"every_ms", "milliseconds"},
      {"every_opens", "opens"},
      {"forward_s", "seconds"},
      {"back_s", "seconds"},
      {"times", "at most"}}},
    {"allocation_failure",
     "allocations of the target's owner heaps give null",
     {{"nth", "allocation"}, {"one_in", "allocations"}, {"tag", "of blocks"}}},
    {"heap_delay",
     "threads of the target sleep at heap operations",
     {{"one_in", "operations"}, {"up_to_us", "microseconds"}}},
    {"heap_yield", "threads of the target let others run at heap operations", {{"one_in", "operations"}}},
    {"descriptor_exhaustion",
     "the target can open no further descriptor for a while",
     {{"every_ms", "milliseconds"}, {"for_ms", "milliseconds"}, {"times", "at most"}}},
    {"worker_restart",
     "a worker thread of the target ends and another takes its place",
     {{"every_ms", "milliseconds"}, {"every_opens", "opens"}, {"worker", "index"}}},
    {"signal",
     "the target gets a signal",
     {{"name", "signal"}, {"after_ms", "milliseconds"}, {"after_findings", "findings"}}},
};

Json to_json(const TargetFault& fault) {
  Json parameters = Json::array();
  std::string shown;
  for (const Parameter& parameter : fault.parameters) {
    parameters.push_back({{"name", parameter.name}, {"unit", parameter.unit}});
    shown += fmt::format("{}{}: {}", shown.empty() ? "" : ", ", parameter.name, parameter.unit);
  }
  return {{"name", fault.name},
          {"summary", fmt::format("faults: {} [{}]", fault.what, shown)},
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
  for (const TargetFault& fault : target_faults) faults.push_back(to_json(fault));
  return faults;
}

}  // namespace heapstorm::cli
