#include "reports/sarif/sarif.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "harness/findings/deeds.h"
#include "harness/findings/stack_end.h"
#include "reports/sarif/sarif_place.h"

namespace heapstorm {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* schema_uri =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
// Version 1 of our fingerprints: another way to make them gets another name, so that old alerts are not mixed up.
constexpr const char* fingerprint_name = "heapstormFinding/v1";

std::string who(const Side& side) {
  std::string text = side.thread.empty() ? "an unknown thread" : side.thread;
  if (side.connection) text += fmt::format(", connection {}", *side.connection);
  if (!side.action.empty()) text += ", " + side.action;
  return text;
}

std::string message_of(const NamedSide& named) {
  const std::string end = stack_end_text(named.side->stack_end);
  return named.deed + " " + who(*named.side) + (end.empty() ? "" : " (" + end + ")");
}

std::string block_text(const Block& block) {
  std::string text = block.size ? fmt::format("; block of {} bytes tagged \"{}\"", *block.size, block.tag)
                                : fmt::format("; pointer {:#x}, no block is known there", block.address);
  if (!block.lies_in.empty()) text += "; lies in " + block.lies_in;
  return text;
}

std::string message_of(const Finding& finding) {
  std::string text = finding.summary.empty() ? finding.kind : finding.summary;
  if (finding.block) text += block_text(*finding.block);
  for (const NamedSide& named : sides_of(finding)) text += "; " + message_of(named);
  if (!finding.held_by.empty()) text += (finding.kind == "data_race" ? "; variable " : "; held by ") + finding.held_by;
  return text;
}

// A result without a place is shown nowhere: the scenario is the last resort.
Json place_json(const Finding& finding, const RunResult& run) {
  const Frame* const frame = place_of(finding);
  return frame != nullptr ? location_of(*frame, "") : location_of_file(run.scenario_file);
}

Json related_locations(const Finding& finding) {
  Json locations = Json::array();
  for (const NamedSide& named : sides_of(finding)) {
    for (const Frame& frame : named.side->stack) {
      Json location = {{"id", locations.size()}};
      location.update(location_of(frame, message_of(named)));
      locations.push_back(std::move(location));
    }
  }
  return locations;
}

Json result_of(const Finding& finding, const RunResult& run, std::size_t rule) {
  Json stacks = Json::array();
  for (const NamedSide& named : sides_of(finding)) stacks.push_back(stack_of(*named.side, message_of(named)));
  Json result = {{"ruleId", finding.kind},
                 {"ruleIndex", rule},
                 {"level", finding.severity == "warning" ? "warning" : "error"},
                 {"message", {{"text", message_of(finding)}}},
                 {"locations", Json::array({place_json(finding, run)})},
                 {"relatedLocations", related_locations(finding)},
                 {"partialFingerprints", {{fingerprint_name, finding.fingerprint}}},
                 {"occurrenceCount", std::max<std::uint64_t>(finding.count, 1)},
                 {"stacks", std::move(stacks)},
                 {"suppressions", Json::array()}};
  if (finding.expected) {
    result["suppressions"].push_back({{"kind", "external"}, {"justification", "the scenario expects it"}});
  }
  result["properties"] = {{"source", finding.source}, {"damaged", finding.damaged}};
  return result;
}

// From a kind to its place among the rules.
std::map<std::string, std::size_t> kinds_of(const RunResult& run) {
  std::map<std::string, std::size_t> kinds;
  for (const Finding& finding : run.findings) kinds.emplace(finding.kind, 0);
  std::size_t index = 0;
  for (auto& [kind, place] : kinds) place = index++;
  return kinds;
}

Json driver_of(const RunResult& run) {
  Json rules = Json::array();
  for (const auto& [kind, place] : kinds_of(run)) rules.push_back({{"id", kind}, {"name", kind}});
  return {{"name", "heapstorm"}, {"version", run.tool_version}, {"rules", std::move(rules)}};
}

Json invocation_of(const RunResult& run) {
  Json invocation = {{"executionSuccessful", was_judged(run)}, {"commandLine", run.rerun}};
  Json notes = Json::array();
  for (const std::string& note : run.notes) notes.push_back({{"level", "note"}, {"message", {{"text", note}}}});
  invocation["toolExecutionNotifications"] = std::move(notes);
  return invocation;
}

}  // namespace

std::string to_sarif(const RunResult& result) {
  const auto kinds = kinds_of(result);
  Json results = Json::array();
  for (const Finding& finding : result.findings) results.push_back(result_of(finding, result, kinds.at(finding.kind)));
  const Json run = {
      {"tool", {{"driver", driver_of(result)}}},
      {"automationDetails", {{"id", fmt::format("{}/{}/{}", result.scenario, result.flavour, result.seed)}}},
      {"invocations", Json::array({invocation_of(result)})},
      {"results", std::move(results)},
      {"properties", {{"verdict", result.passed ? "pass" : "fail"}, {"planHash", result.plan_hash}}}};
  const Json log = {{"$schema", schema_uri}, {"version", "2.1.0"}, {"runs", Json::array({run})}};
  return log.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<std::string> SarifReport::write(const RunResult& result, const ReportStyle&) const {
  return to_sarif(result);
}

}  // namespace heapstorm
