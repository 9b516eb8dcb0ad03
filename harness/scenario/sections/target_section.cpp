#include "harness/scenario/reading/names.h"
#include "harness/scenario/reading/string_rules.h"
#include "harness/scenario/sections/sections.h"

namespace heapstorm::scenario {

namespace {

void read_heap(const Node& node, HeapSpec& heap) {
  const ObjectReader object(node, {"policy", "backend", "stacks", "canaries", "report_leaks", "quarantine_kb"});
  object.read_enum("policy", policy_names, heap.policy);
  object.read_enum("backend", backend_names, heap.backend);
  object.read_boolean("stacks", heap.stacks);
  object.read_boolean("canaries", heap.canaries);
  object.read_boolean("report_leaks", heap.report_leaks);
  object.read_integer("quarantine_kb", {0, 1048576}, heap.quarantine_kb);
}

}  // namespace

void read_target(const Node& node, std::optional<Protocol> protocol, TargetSpec& target) {
  const ObjectReader object(node, {"plugin", "variant", "workers", "dispatch", "parameters", "heap", "command",
                                   "endpoint", "tls", "environment", "working_directory", "ready"});
  if (object.has("command")) return read_command(object, protocol, target);
  for (const char* key : {"endpoint", "tls", "environment", "working_directory", "ready"}) {
    if (object.has(key)) node.member_error(key, "needs \"command\" beside it");
  }
  object.require("plugin");
  object.require("variant");
  object.read_string("plugin", plugin_name, target.plugin);
  object.read_string("variant", plugin_name, target.variant);
  object.read_integer("workers", {1, 256}, target.workers);
  object.read_enum("dispatch", dispatch_names, target.dispatch);
  if (const auto parameters = object.find("parameters")) read_parameters(*parameters, target.parameters);
  if (const auto heap = object.find("heap")) read_heap(*heap, target.heap);
}

}  // namespace heapstorm::scenario
