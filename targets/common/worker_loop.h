// One worker thread's event loop, with its Service and its connections. Beast stays in the .cpp files.
#pragma once

#include <cstdint>
#include <memory>

#include "targets/common/service.h"

namespace heapstorm::target {

// Created, run and destroyed on the worker's thread; `deliver` and `wake` may be called from any thread meanwhile.
class WorkerLoop {
 public:
  explicit WorkerLoop(std::unique_ptr<Service> service);
  // Connections that are still open end here at the latest, before the Service does.
  ~WorkerLoop();
  WorkerLoop(const WorkerLoop&) = delete;
  WorkerLoop& operator=(const WorkerLoop&) = delete;

  // Serves until `wake`, then closes every open connection.
  void run();
  void wake();
  // Takes over `socket`, a non-blocking TCP socket.
  void deliver(int socket, std::uint32_t accept_count);

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

}  // namespace heapstorm::target
