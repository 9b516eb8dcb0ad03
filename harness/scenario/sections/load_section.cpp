#include <fmt/core.h>

#include <algorithm>

#include "harness/scenario/reading/names.h"
#include "harness/scenario/sections/sections.h"

namespace heapstorm::scenario {

namespace {

// Enough that connections overlap on every worker, which is what these bugs need.
constexpr std::uint32_t default_concurrent = 64;
// Of arrival "open": more than a server that keeps up ever needs, fewer than common limits on descriptors.
constexpr std::uint32_t open_concurrent = 4096;
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

// Those that come and go.
std::uint32_t not_held(const Load& load) {
  return load.connections - std::min(load.held, load.connections - 1);
}

void check_closed(const ObjectReader& object, const Load& load) {
  if (load.concurrent <= load.connections) return;
  object.node().member_error(
      "concurrent", fmt::format("must be at most connections ({}), not {}", load.connections, load.concurrent));
}

std::uint32_t usual_concurrent(const Load& load) {
  switch (load.arrival) {
    case Arrival::closed:
      return std::min(default_concurrent, not_held(load));
    case Arrival::stepwise:
      return load.connections;
    case Arrival::open:
      return std::min(open_concurrent, not_held(load));
  }
  return load.connections;
}

void read_concurrent(const ObjectReader& object, std::optional<Arrival> arrival, bool connections_known, Load& load) {
  const bool given = object.read_integer("concurrent", {1, 100000}, load.concurrent);
  if (!arrival || !connections_known || given != object.has("concurrent")) return;
  if (!given) load.concurrent = usual_concurrent(load);
  *arrival == Arrival::stepwise ? check_stepwise(object, load) : check_closed(object, load);
}

void read_held(const ObjectReader& object, std::optional<Arrival> arrival, bool connections_known, Load& load) {
  if (!object.read_integer("held", {0, 100000}, load.held) || load.held == 0) return;
  if (arrival == Arrival::stepwise) {
    object.node().member_error("held", "is for arrival \"closed\" or \"open\"; \"stepwise\" holds all connections");
  } else if (connections_known && load.held >= load.connections) {
    object.node().member_error(
        "held", fmt::format("must be less than connections ({}), of which they are the first, not {}", load.connections,
                            load.held));
  }
}

void read_warm_up(const ObjectReader& object, std::optional<Arrival> arrival, Load& load) {
  if (!object.read_integer("warm_up", {0, 10000}, load.warm_up) || load.warm_up == 0) return;
  if (arrival == Arrival::stepwise) {
    object.node().member_error("warm_up", "is for arrival \"closed\"; \"stepwise\" opens all connections that way");
  } else if (arrival == Arrival::open) {
    object.node().member_error("warm_up", "is for arrival \"closed\"; \"open\" opens connections by its timetable");
  } else if (load.held > 0) {
    object.node().member_error("warm_up", "excludes \"held\", which opens connections before all others too");
  } else if (load.warm_up > load.concurrent) {
    object.node().member_error("warm_up", fmt::format("must be at most concurrent ({}), because they are open at the "
                                                      "same time, not {}",
                                                      load.concurrent, load.warm_up));
  }
}

void read_client_threads(const ObjectReader& object, std::optional<Arrival> arrival, Load& load) {
  std::uint32_t threads = 0;
  if (!object.read_integer("client_threads", {1, 64}, threads)) return;
  load.client_threads = threads;
  if (threads == 1 || !arrival) return;
  if (!may_be_shared(load)) {
    object.node().member_error("client_threads",
                               fmt::format("must be 1 with arrival \"stepwise\", \"warm_up\" or \"held\", where one "
                                           "connection waits for another, not {}",
                                           threads));
  } else if (threads > load.concurrent) {
    object.node().member_error("client_threads",
                               fmt::format("must be at most concurrent ({}), not {}", load.concurrent, threads));
  }
}

// All of what is the goal.
void read_until(const Node& node, std::optional<Goal>& until) {
  const auto choice = read_choice(node, {goal_names.begin(), goal_names.end()});
  if (choice && choice->content.word({"all"})) until = static_cast<Goal>(choice->index);
}

}  // namespace

std::optional<Arrival> read_load(const Node& node, Load& load) {
  const ObjectReader object(node, {"protocol", "connections", "concurrent", "arrival", "warm_up", "held",
                                   "client_threads", "until", "session", "sessions"});
  object.require("protocol");
  object.require("connections");
  std::optional<Protocol> protocol;
  if (object.read_enum("protocol", protocol_names, load.protocol)) protocol = load.protocol;
  const std::optional<Arrival> arrival = read_arrival(object, load);
  const bool connections_known = object.read_integer("connections", {1, 100000000}, load.connections);
  read_held(object, arrival, connections_known, load);
  read_concurrent(object, arrival, connections_known, load);
  read_warm_up(object, arrival, load);
  if (connections_known) read_client_threads(object, arrival, load);
  if (const auto until = object.find("until")) read_until(*until, load.until);
  if (connections_known) check_timetable(object, load);
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
