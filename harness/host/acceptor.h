// The listening socket: accepts connections on the main thread and hands each to a worker by the dispatch rule, and
// restarts workers between two of them.
#pragma once

#include <cstdint>

#include "harness/base/result.h"
#include "harness/host/restart_requests.h"
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
  Status run(WorkerPool& workers, Dispatch dispatch, RestartRequests& restarts, int stop_descriptor);

 private:
  Acceptor(int descriptor, std::uint16_t port) : descriptor_(descriptor), port_(port) {}
  bool accept_batch(WorkerPool& workers, Dispatch dispatch);
  Status restart_next(WorkerPool& workers, RestartRequests& restarts);

  int descriptor_;
  std::uint16_t port_;
  std::uint32_t accepted_ = 0;
  std::uint64_t restarted_ = 0;
};

}  // namespace heapstorm::host
