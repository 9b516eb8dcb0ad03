// What a fault may do to the running target, and may ask it. The runner implements it; see harness/runner/faults.
#pragma once

#include <cstdint>

#include "harness/abi/worker_order.h"

namespace heapstorm {

// Faults of the storm call it on the storm's thread, those beside the storm on the runner's; see InjectionSite.
class TargetAccess {
 public:
  virtual ~TargetAccess() = default;

  // The clock of target_host.
  virtual void advance_clock(std::uint32_t seconds) = 0;
  // Forwards or backwards.
  virtual void jump_clock(std::int64_t seconds) = 0;

  // The workers of target_host. False: the order could not be given.
  virtual bool order(const heapstorm_worker_order& order) = 0;
  // Those of this kind that were given and are not yet carried out.
  virtual bool has_open_orders(std::uint32_t kind) const = 0;
  // Until there are none; at most 10 s, and not after a stop request.
  virtual void await_orders(std::uint32_t kind) = 0;
  // Whether the storm waits for each of its steps.
  virtual bool goes_step_by_step() const = 0;
  // One after another.
  virtual std::uint32_t next_worker() = 0;

  // The process, of any target. Its id stays valid until the attempt is over.
  virtual int pid() const = 0;
  virtual void signal(int number) = 0;
  virtual bool is_stopped() const = 0;
  // Accepts that target_host was refused for want of a descriptor.
  virtual std::uint64_t refused_accepts() const = 0;
};

}  // namespace heapstorm
