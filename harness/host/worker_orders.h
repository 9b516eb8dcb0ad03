// The runner's orders to a worker, as they come out of the pipe that the host inherits. A restart is carried out at
// once; what a worker does itself, it does at its next yield point, which every operation of its heap is one of.
#pragma once

#include <cstdint>
#include <optional>

#include "harness/abi/worker_order.h"
#include "harness/base/result.h"
#include "harness/host/worker_pool.h"

namespace heapstorm::host {

// Main thread only. The descriptor stays open until the process ends.
class WorkerOrders {
 public:
  // The pipe that HEAPSTORM_ORDERS_FD_VARIABLE names. Without it, no order ever comes.
  static WorkerOrders from_environment();

  // Readable when an order waits; -1, which poll ignores, if none can come.
  int descriptor() const { return descriptor_; }
  // One of those that wait. An order to no worker is ignored. An error if the workers can only be stopped then.
  Status carry_out_next(WorkerPool& workers);

 private:
  explicit WorkerOrders(int descriptor) : descriptor_(descriptor) {}
  std::optional<heapstorm_worker_order> take();

  int descriptor_;
};

// At a yield point of any thread: carries out what its worker was told to do there.
void carry_out_at_yield_point();

}  // namespace heapstorm::host
