#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "harness/base/printable.h"
#include "harness/faults/fault_table.h"
#include "harness/scenario/awaited.h"
#include "harness/scenario/reading/input_file.h"
#include "harness/scenario/reading/overrides.h"
#include "harness/scenario/reading/string_rules.h"
#include "harness/scenario/scenario.h"
#include "harness/scenario/sections/sections.h"

namespace heapstorm {

namespace {

using scenario::Diagnostics;
using scenario::JsonDocument;
using scenario::Node;
using scenario::ObjectReader;

// The load's, before the load is read; nothing if it is wrong.
std::optional<Protocol> stated_protocol(const nlohmann::json& root) {
  const nlohmann::json::json_pointer place("/load/protocol");
  if (!root.contains(place) || !root[place].is_string()) return std::nullopt;
  for (const Protocol protocol : {Protocol::tcp, Protocol::http, Protocol::websocket}) {
    if (root[place] == to_string(protocol)) return protocol;
  }
  return std::nullopt;
}

// Requests that name no path ask for the endpoint's.
void fill_in_paths(Scenario& scenario) {
  const std::string path = scenario.target.command ? scenario.target.command->endpoint.path : "/";
  for (Step& step : scenario.load.session) {
    if (auto* request = std::get_if<RequestStep>(&step); request != nullptr && request->paths.empty()) {
      request->paths = {path};
    }
  }
}

// The black box tells apart so many.
constexpr std::uint32_t max_steerable_workers = 63;

void check_findings_are_awaited(const Node& until, const Expect& expect) {
  const auto& wanted = expect.findings;
  const auto is_awaited = [](const FindingPattern& pattern) { return waiting_for(pattern) != Waiting::none; };
  if (wanted.empty()) {
    until.error("needs \"findings\" in \"expect\": there is nothing to go on for");
  } else if (std::none_of(wanted.begin(), wanted.end(), is_awaited)) {
    until.error("needs an expected finding that shows during the storm; all of \"expect\" show when the target stops");
  }
}

// What the storm can know of its target.
void check_goal_fits(const Node& node, const Scenario& scenario) {
  if (!scenario.load.until) return;
  const Node until = node.member("load").member("until");
  if (*scenario.load.until == Goal::findings) return check_findings_are_awaited(until, scenario.expect);
  const std::uint32_t workers = scenario.target.workers;
  if (scenario.target.command) {
    until.error("needs a target with \"plugin\": of a command's threads nothing is known");
  } else if (*scenario.load.until != Goal::workers && workers < 2) {
    until.error("needs at least 2 workers in the target");
  } else if (workers > max_steerable_workers) {
    until.error(fmt::format("needs at most {} workers in the target, not {}: more are not told apart",
                            max_steerable_workers, workers));
  }
}

// What needs target_host at the other end.
void check_faults_fit(const Node& node, const Scenario& scenario) {
  if (!scenario.target.command || !node.value().contains("faults") || !node.value()["faults"].is_array()) return;
  const std::vector<Node> faults = *node.member("faults").elements();
  for (const Node& fault : faults) {
    for (const FaultKind* kind : fault_kinds()) {
      const std::string name(kind->traits().name);
      if (kind->traits().needs_plugin && fault.value().is_object() && fault.value().contains(name)) {
        fault.member_error(name, "needs a target with \"plugin\": nothing in a command's server would hear of it");
      }
    }
  }
}

// Each connection is a session, and without expected findings the storm makes no more of them.
void check_sessions_suffice(const Node& node, const Scenario& scenario) {
  if (!scenario.expect.clean) return;
  for (const LoadBound& bound : scenario.expect.load) {
    const bool is_least = bound.figure == LoadFigure::sessions && bound.limit == LoadBound::Limit::min;
    if (!is_least || bound.value <= scenario.load.connections) continue;
    node.member("expect")
        .member("load")
        .member("sessions")
        .member("completed")
        .member_error("min", fmt::format("must be at most the load's connections ({}), not {:.0f}",
                                         scenario.load.connections, bound.value));
  }
}

// HTTP's statuses are those of requests and of WebSocket handshakes.
void check_bounds_fit(const Node& node) {
  const nlohmann::json::json_pointer place("/expect/load/statuses");
  if (stated_protocol(node.value()) != Protocol::tcp || !node.value().contains(place)) return;
  node.member("expect").member("load").member_error("statuses", "needs protocol \"http\" or \"websocket\"");
}

Scenario read_document(const Node& node) {
  const ObjectReader object(node, {"$schema", "name", "description", "target", "load", "faults", "limits", "expect"});
  Scenario result;
  std::string schema;  // for editors
  object.read_string("$schema", scenario::any_text, schema);
  object.require("name");
  object.read_string("name", scenario::scenario_name, result.name);
  object.read_string("description", scenario::any_text, result.description);
  if (const auto target = object.require("target")) {
    scenario::read_target(*target, stated_protocol(node.value()), result.target);
  }
  std::optional<Arrival> arrival;
  if (const auto load = object.require("load")) arrival = scenario::read_load(*load, result.load);
  if (const auto faults = object.find("faults")) scenario::read_faults(*faults, arrival, result.target, result.faults);
  if (const auto limits = object.find("limits")) scenario::read_limits(*limits, result.limits);
  if (const auto expect = object.require("expect")) scenario::read_expect(*expect, result.expect);
  fill_in_paths(result);
  check_faults_fit(node, result);
  check_goal_fits(node, result);
  check_bounds_fit(node);
  check_sessions_suffice(node, result);
  return result;
}

// All that cannot be applied are reported together.
Status apply_overrides(const std::vector<Override>& overrides, JsonDocument& document) {
  std::string mistakes;
  for (const Override& override : overrides) {
    const Status status = scenario::apply_override(override, document);
    if (!status) mistakes += (mistakes.empty() ? "" : "\n") + printable(status.error().message);
  }
  if (!mistakes.empty()) return Error::bad_input(mistakes);
  return Success{};
}

// The schema's path is relative to the file that was read, so it is left out.
std::string normalised(nlohmann::json root) {
  root.erase("$schema");
  return root.dump(2) + "\n";
}

// As seen from the folder of the scenario `file`.
std::string placed(const std::string& path, const std::string& file) {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::path result = (fs::absolute(fs::path(file), error).parent_path() / path).lexically_normal();
  if (!result.has_filename() && result.has_relative_path()) result = result.parent_path();
  return result.string();
}

// Files and folders are meant as seen from the scenario's own folder, wherever the program was started. The document is
// given the full paths, so that a copy of it elsewhere (in a run directory, say) means the same.
void place_files(const std::string& file, Scenario& result, nlohmann::json& root) {
  if (!result.target.command) return;
  std::string& folder = result.target.command->working_directory;
  folder = placed(folder, file);
  root["target"]["working_directory"] = folder;
  auto& tls = result.target.command->tls;
  if (!tls || tls->ca_file.empty() || tls->ca_file.starts_with(scratch_placeholder)) return;
  tls->ca_file = placed(tls->ca_file, file);
  root["target"]["tls"]["ca_file"] = tls->ca_file;
}

}  // namespace

Result<Scenario> load_scenario(const std::string& file, const std::vector<Override>& overrides) {
  const Result<std::string> text = scenario::read_input(file, "scenario");
  if (!text) return text.error();
  return parse_scenario(text.value(), file, overrides);
}

Result<Scenario> parse_scenario(const std::string& text, const std::string& file,
                                const std::vector<Override>& overrides) {
  Result<JsonDocument> parsed = scenario::parse_json(text, file);
  if (!parsed) return parsed.error();
  JsonDocument& document = parsed.value();
  if (const Status status = apply_overrides(overrides, document); !status) return status.error();
  Diagnostics diagnostics(file, document.places);
  scenario::note_duplicates(document, diagnostics);
  Scenario result = read_document(Node(document.root, "", diagnostics));
  if (!diagnostics.empty()) return Error::bad_input(diagnostics.text());
  place_files(file, result, document.root);
  result.resolved_json = normalised(std::move(document.root));
  return result;
}

}  // namespace heapstorm
