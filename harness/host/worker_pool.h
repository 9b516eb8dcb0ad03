// The workers of a target: one thread for each index, and another in its place when that worker is restarted.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "harness/abi/target.h"
#include "harness/host/worker.h"

namespace heapstorm::host {

// Main thread only. Stop it before it dies.
class WorkerPool {
 public:
  // `table` and `target` outlive the pool.
  WorkerPool(const heapstorm_target& table, void* target) : table_(table), target_(target) {}

  // Returns when all have started. False: the system gave no further thread, or a worker of the target did not start.
  bool start(std::uint32_t count);

  // Ends the worker's thread, and its connections with it, and starts another of the same index. The caller delivers
  // nothing meanwhile, so that no connection goes to a worker that is not there: it waits in the listener's queue.
  // One that does not start, because the process is out of descriptors or threads, is tried again for two seconds.
  // False, as for start(): the pool can only be stopped then.
  bool restart(std::uint32_t index);

  void tell(const heapstorm_worker_order& order) { workers_[order.worker]->tell(order); }

  // To the worker of this number, modulo workers.
  void deliver(std::uint32_t number, int socket, std::uint32_t connection);

  // Wakes all before it joins any: a worker must not wait for its neighbour's end.
  void stop();

  std::uint32_t size() const { return static_cast<std::uint32_t>(workers_.size()); }

 private:
  std::unique_ptr<Worker> make_worker(std::uint32_t index) const;
  std::unique_ptr<Worker> make_started_worker(std::uint32_t index) const;

  const heapstorm_target& table_;
  void* const target_;
  std::vector<std::unique_ptr<Worker>> workers_;  // null where a restart got no thread
};

}  // namespace heapstorm::host
