// The life of a target process: heap, plugin, workers, connections, and an orderly stop.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/heap/heap.h"
#include "harness/host/acceptor.h"

namespace heapstorm::host {

struct HostOptions {
  std::string plugin;
  std::string variant;
  std::vector<std::string> parameters;  // "name=value"
  std::uint32_t workers = 1;
  Dispatch dispatch = Dispatch::fd_modulo;
  std::uint16_t port = 0;  // 0: any free one
  std::string fail_only_tag;
  bool yield_points = false;  // workers carry out orders at their heap operations, too
  heapstorm_heap_options heap;
};

// Serves until SIGTERM or SIGINT. Returns the exit code: 0 after an orderly stop, 2 for a plugin, variant or parameter
// that does not fit, 3 for what the environment refused, 1 if the target itself would not start. Call once, before any
// other thread exists.
int run_host(const HostOptions& options);

}  // namespace heapstorm::host
