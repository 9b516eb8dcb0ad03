#include "harness/storm/client_threads.h"

#include <algorithm>

#include "harness/storm/port_budget.h"

namespace heapstorm {
namespace {

// With fewer, a thread waits more than it works.
constexpr std::uint32_t clients_worth_a_thread = 32;

}  // namespace

std::uint32_t client_threads(const Load& load, std::uint32_t processors) {
  if (!may_be_shared(load)) return 1;
  if (load.client_threads) return *load.client_threads;
  const std::uint32_t most = connections_at_once(load) / clients_worth_a_thread;
  return std::max<std::uint32_t>(1, std::min(processors / 2, most));
}

}  // namespace heapstorm
