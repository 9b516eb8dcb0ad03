#include <fmt/core.h>

#include <algorithm>

#include "harness/scenario/names.h"
#include "harness/scenario/sections.h"

namespace heapstorm::scenario {

namespace {

// Enough that connections overlap on every worker, which is what these bugs need.
constexpr std::uint32_t default_concurrent = 64;
// All connections of a stepwise load are open at once; more would not fit common limits on descriptors.
constexpr std::uint32_t stepwise_limit = 10000;

void check_stepwise(const ObjectReader& object, const Load& load) {
  if (load.connections > stepwise_limit) {
    object.node().member_error("connections",
                               fmt::format("must be at most {} with arrival \"stepwise\", which holds all of them open "
                                           "at once, not {}",
                                           stepwise_limit, load.connections));
  }
  if (object.has("concurrent") && load.concurrent != load.connections) {
    object.node().member_error(
        "concurrent", fmt::format("must equal connections ({}) with arrival \"stepwise\", or be left out, not {}",
                                  load.connections, load.concurrent));
  }
}

void check_closed(const ObjectReader& object, const Load& load) {
  if (load.concurrent <= load.connections) return;
  object.node().member_error(
      "concurrent", fmt::format("must be at most connections ({}), not {}", load.connections, load.concurrent));
}

void read_concurrent(const ObjectReader& object, std::optional<Arrival> arrival, bool connections_known, Load& load) {
  const bool given = object.read_integer("concurrent", {1, 100000}, load.concurrent);
  if (!arrival || !connections_known || given != object.has("concurrent")) return;
  const bool stepwise = *arrival == Arrival::stepwise;
  if (!given) load.concurrent = stepwise ? load.connections : std::min(default_concurrent, load.connections);
  stepwise ? check_stepwise(object, load) : check_closed(object, load);
}

void read_warm_up(const ObjectReader& object, std::optional<Arrival> arrival, Load& load) {
  if (!object.read_integer("warm_up", {0, 10000}, load.warm_up) || load.warm_up == 0) return;
  if (arrival == Arrival::stepwise) {
    object.node().member_error("warm_up", "is for arrival \"closed\"; \"stepwise\" opens all connections that way");
  } else if (load.warm_up > load.concurrent) {
    object.node().member_error("warm_up", fmt::format("must be at most concurrent ({}), because they are open at the "
                                                      "same time, not {}",
                                                      load.concurrent, load.warm_up));
  }
}

// All of what is the goal.
void read_until(const Node& node, std::optional<Goal>& until) {
  const auto choice = read_choice(node, {goal_names.begin(), goal_names.end()});
  if (choice && choice->content.word({"all"})) until = static_cast<Goal>(choice->index);
}

}  // namespace

std::optional<Arrival> read_load(const Node& node, Load& load) {
  const ObjectReader object(
      node, {"protocol", "connections", "concurrent", "arrival", "warm_up", "until", "session", "sessions"});
  object.require("protocol");
  object.require("connections");
  std::optional<Protocol> protocol;
  if (object.read_enum("protocol", protocol_names, load.protocol)) protocol = load.protocol;
  std::optional<Arrival> arrival;
  if (object.read_enum("arrival", arrival_names, load.arrival) || !object.has("arrival")) arrival = load.arrival;
  const bool connections_known = object.read_integer("connections", {1, 100000000}, load.connections);
  read_concurrent(object, arrival, connections_known, load);
  read_warm_up(object, arrival, load);
  if (const auto until = object.find("until")) read_until(*until, load.until);
  read_sessions(object, protocol, load);
  return arrival;
}

void read_limits(const Node& node, Limits& limits) {
  const ObjectReader object(node, {"time_s", "start_s", "stop_s", "rss_mb", "descriptors"});
  object.read_integer("time_s", {1, 86400}, limits.time_s);
  object.read_integer("start_s", {1, 600}, limits.start_s);
  object.read_integer("stop_s", {1, 600}, limits.stop_s);
  object.read_integer("rss_mb", {1, 1048576}, limits.rss_mb);
  object.read_integer("descriptors", {1, 10000000}, limits.descriptors);
}

}  // namespace heapstorm::scenario
