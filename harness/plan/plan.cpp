#include "harness/plan/plan.h"

#include <numeric>
#include <utility>

#include "harness/base/check.h"
#include "harness/base/prng.h"

namespace heapstorm {

namespace {

CloseKind draw_close(const LeaveStep& leave, Prng& random) {
  const std::uint64_t total = std::accumulate(leave.weights.begin(), leave.weights.end(), std::uint64_t{0});
  HEAPSTORM_CHECK(total > 0);
  std::uint64_t ticket = random.below(total);
  std::size_t kind = 0;
  while (ticket >= leave.weights[kind]) ticket -= leave.weights[kind++];
  return static_cast<CloseKind>(kind);
}

// Adds one step of the session to a connection, drawing what the session leaves open.
struct StepPlanner {
  PlannedConnection& connection;
  Prng& random;
  std::uint32_t step;

  void operator()(const OpenStep&) const { add(ActionKind::open, 1); }
  void operator()(const SendStep& send) const { add(ActionKind::send, draw(send.times)); }
  void operator()(const RequestStep& request) const { add(ActionKind::request, draw(request.times)); }
  void operator()(const LeaveStep& leave) const {
    connection.close = draw_close(leave, random);
    add(ActionKind::leave, 1);
  }

 private:
  // Draws also when there is nothing to choose, so that narrowing one range leaves the draws after it alone.
  std::uint64_t draw(Range times) const { return random.between(times.low, times.high); }
  void add(ActionKind kind, std::uint64_t times) const {
    connection.actions.insert(connection.actions.end(), times, PlannedAction{kind, step});
  }
};

}  // namespace

Plan::Plan(Load load, std::vector<Fault> faults, std::uint64_t seed)
    : load_(std::move(load)), faults_(std::move(faults)), seed_(seed) {
  HEAPSTORM_CHECK(!load_.session.empty() && std::holds_alternative<OpenStep>(load_.session.front()));
  HEAPSTORM_CHECK(std::holds_alternative<LeaveStep>(load_.session.back()));
}

PlannedConnection Plan::connection(std::uint32_t number) const {
  PlannedConnection connection;
  connection_into(number, connection);
  return connection;
}

void Plan::connection_into(std::uint32_t number, PlannedConnection& out) const {
  HEAPSTORM_CHECK(number >= 1 && number <= load_.connections);
  out.number = number;
  out.actions.clear();
  Prng random = Prng(seed_).fork(number);
  for (std::uint32_t step = 0; step < load_.session.size(); ++step) {
    std::visit(StepPlanner{out, random, step}, load_.session[step]);
  }
}

}  // namespace heapstorm
