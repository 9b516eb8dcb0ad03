// The listening socket: accepts connections on the main thread and hands each to a worker by the dispatch rule, and
// carries out orders to workers between two of them.
#pragma once

#include <cstdint>

#include "harness/base/result.h"
#include "harness/host/worker_orders.h"
#include "harness/host/worker_pool.h"

namespace heapstorm::host {

enum class Dispatch {
  fd_modulo,    // descriptor modulo workers, as Swoole does: a client that comes alone always meets the same worker
  round_robin,  // the connection's number modulo workers
};

// Main thread only. Owns the listening socket.
class Acceptor {
 public:
  // Listens on loopback; port 0 takes a free one.
  static Result<Acceptor> listen(std::uint16_t port);
  Acceptor(Acceptor&& other) noexcept;
  Acceptor& operator=(Acceptor&&) = delete;
  ~Acceptor();

  std::uint16_t port() const { return port_; }
  // Accepts and delivers until `stop_descriptor` becomes readable. An error of the environment: a worker did not come
  // back from a restart.
  Status run(WorkerPool& workers, Dispatch dispatch, WorkerOrders& orders, int stop_descriptor);

 private:
  Acceptor(int descriptor, std::uint16_t port) : descriptor_(descriptor), port_(port) {}
  bool accept_batch(WorkerPool& workers, Dispatch dispatch);

  int descriptor_;
  std::uint16_t port_;
  std::uint32_t accepted_ = 0;
};

}  // namespace heapstorm::host
