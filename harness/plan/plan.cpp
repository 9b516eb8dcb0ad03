#include "harness/plan/plan.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "harness/base/check.h"

namespace heapstorm {

namespace {

// Streams of a connection's random numbers apart from that of its steps, so that what is drawn there never shifts what
// is drawn here.
constexpr std::uint64_t session_stream = 0x73657373'696f6e73ULL;
constexpr std::uint64_t path_stream = 0x70617468'63686f69ULL;

// The index of one of `things`, by the weight that `weight_of` gives each.
template <typename Things, typename WeightOf>
std::size_t draw_by_weight(const Things& things, WeightOf weight_of, Prng& random) {
  const auto add = [&](std::uint64_t sum, const auto& thing) { return sum + weight_of(thing); };
  const std::uint64_t total = std::accumulate(things.begin(), things.end(), std::uint64_t{0}, add);
  HEAPSTORM_CHECK(total > 0);
  std::uint64_t ticket = random.below(total);
  std::size_t index = 0;
  while (ticket >= weight_of(things[index])) ticket -= weight_of(things[index++]);
  return index;
}

template <std::size_t count>
std::size_t draw_kind(const WeightedFaults<count>& faults, Prng& random) {
  return draw_by_weight(faults.weights, [](std::uint32_t weight) { return weight; }, random);
}

// Adds one step of the session to a connection, drawing what the session leaves open. Draws also when there is nothing
// to choose, and for steps that will not be reached, so that narrowing one range leaves the draws after it alone.
struct StepPlanner {
  PlannedConnection& connection;
  const Prng& base;
  bool is_held;
  Prng& random;
  std::uint32_t step;

  void operator()(const OpenStep& open) const {
    add(ActionKind::open, 1, choose(open.paths));
    if (is_held) add(ActionKind::hold, 1);
  }
  void operator()(const SendStep& send) const { add(ActionKind::send, draw(send.times)); }
  void operator()(const RequestStep& request) const {
    add(ActionKind::request, draw(request.times), choose(request.paths));
  }
  void operator()(const MisbehaveStep& misbehave) const {
    const std::size_t kind = draw_kind(misbehave, random);
    const std::uint32_t amount = draw(misbehave.amounts[kind]);
    connection.fault = static_cast<ProtocolFault>(kind);
    if (rules_of(connection.fault).amount.name != nullptr) connection.fault_amount = amount;
    if (connection.fault == ProtocolFault::none) return;
    if (rules_of(connection.fault).place != FaultPlace::whole_connection) add(ActionKind::misbehave, 1);
  }
  void operator()(const LeaveStep& leave) const {
    const std::size_t kind = draw_kind(leave, random);
    connection.close = static_cast<CloseKind>(kind);
    if (rules_of(connection.close).amount.name != nullptr) connection.close_amount = draw(leave.amounts[kind]);
    add(ActionKind::leave, 1);
  }

 private:
  std::uint32_t draw(Range range) const { return static_cast<std::uint32_t>(random.between(range.low, range.high)); }
  std::uint32_t choose(const std::vector<std::string>& paths) const {
    if (paths.size() == 1) return 0;  // a stream of its own: a draw less shifts no other
    return static_cast<std::uint32_t>(base.fork(path_stream).fork(step).below(paths.size()));
  }
  void add(ActionKind kind, std::uint64_t times, std::uint32_t choice = 0) const {
    for (; times > 0; --times) connection.actions.push_back({kind, step, choice});
  }
};

bool ends_session(const PlannedConnection& connection, const PlannedAction& action) {
  return action.kind == ActionKind::misbehave && !rules_of(connection.fault).goes_on;
}

// Drops what a fault leaves no room for: what would follow one that ends the session, and all between the connect and
// one that takes the opening's place.
void cut_session(PlannedConnection& connection) {
  if (connection.fault == ProtocolFault::none && !connection.spoils_opening()) return;
  auto& actions = connection.actions;
  const auto ends = [&](const PlannedAction& action) { return ends_session(connection, action); };
  const auto end = std::find_if(actions.begin(), actions.end(), ends);
  if (end != actions.end()) actions.erase(end + 1, actions.end());
  if (!connection.spoils_opening()) return;
  actions.erase(actions.begin() + 1, actions.end() - 1);
  if (connection.leaves()) connection.fault = ProtocolFault::none;
}

}  // namespace

Plan::Plan(Load load, std::vector<Fault> faults, std::uint64_t seed)
    : load_(std::move(load)),
      sessions_(sessions_of(load_)),
      timetable_(load_.phases),
      faults_(std::move(faults)),
      seed_(seed) {
  for (const SessionPart& part : sessions_) {
    HEAPSTORM_CHECK(part.count >= 2 && part.first + part.count <= load_.session.size());
    HEAPSTORM_CHECK(std::holds_alternative<OpenStep>(load_.session[part.first]));
    HEAPSTORM_CHECK(std::holds_alternative<LeaveStep>(load_.session[part.first + part.count - 1]));
  }
}

std::uint32_t Plan::draw_session(const Prng& connection) const {
  if (sessions_.size() == 1) return 0;
  Prng random = connection.fork(session_stream);
  const auto weight_of = [](const SessionPart& part) { return part.weight; };
  return static_cast<std::uint32_t>(draw_by_weight(sessions_, weight_of, random));
}

PlannedConnection Plan::connection(std::uint32_t number) const {
  PlannedConnection connection;
  connection_into(number, connection);
  return connection;
}

void Plan::connection_into(std::uint32_t number, PlannedConnection& out) const {
  HEAPSTORM_CHECK(number >= 1);
  out.number = number;
  out.actions.clear();
  out.close_amount = 0;
  out.fault = ProtocolFault::none;
  out.fault_amount = 0;
  const Prng base = Prng(seed_).fork(number);
  Prng random = base;
  out.session = draw_session(base);
  const SessionPart& part = sessions_[out.session];
  for (std::uint32_t step = part.first; step < part.first + part.count; ++step) {
    std::visit(StepPlanner{out, base, place_of(number) <= load_.held, random, step}, load_.session[step]);
  }
  cut_session(out);
}

}  // namespace heapstorm
