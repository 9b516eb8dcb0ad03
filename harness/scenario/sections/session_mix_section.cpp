// load.session, or load.sessions: several, mixed by weight.
#include "harness/scenario/sections/sections.h"

namespace heapstorm::scenario {

namespace {

constexpr Bounds weight_bounds{0, 1000000};
constexpr std::size_t max_sessions = 100;

// Returns false if it is certain that this session never happens.
bool read_part(const Node& node, std::optional<Protocol> protocol, Load& load) {
  const ObjectReader object(node, {"weight", "session"});
  SessionPart part;
  object.read_integer("weight", weight_bounds, part.weight);
  std::vector<Step> session;
  if (const auto steps = object.require("session")) read_session(*steps, protocol, session);
  part.first = static_cast<std::uint32_t>(load.session.size());
  part.count = static_cast<std::uint32_t>(session.size());
  load.session.insert(load.session.end(), session.begin(), session.end());
  load.mix.push_back(part);
  return part.weight > 0;
}

void read_mix(const Node& node, std::optional<Protocol> protocol, Load& load) {
  const auto elements = node.elements();
  if (!elements) return;
  if (elements->empty() || elements->size() > max_sessions) {
    return node.error("must hold 1 to " + std::to_string(max_sessions) + " sessions, not " +
                      std::to_string(elements->size()));
  }
  bool some_weight = false;
  for (const Node& element : *elements) some_weight |= read_part(element, protocol, load);
  if (!some_weight) node.error("at least one session needs a weight above 0");
}

}  // namespace

void read_sessions(const ObjectReader& object, std::optional<Protocol> protocol, Load& load) {
  if (!object.has("sessions")) {
    if (const auto session = object.require("session")) read_session(*session, protocol, load.session);
    return;
  }
  if (object.has("session")) {
    object.node().member_error("session", "excludes \"sessions\": a load has the one or the other");
  }
  read_mix(*object.find("sessions"), protocol, load);
}

}  // namespace heapstorm::scenario
