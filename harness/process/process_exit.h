// How a process ended: by a code of its own or by a signal.
#pragma once

#include <optional>

namespace heapstorm {

struct ProcessExit {
  std::optional<int> code;
  std::optional<int> signal;
};

}  // namespace heapstorm
