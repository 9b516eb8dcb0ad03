// SIGTERM and SIGINT as a descriptor that poll can wait for. SIGPIPE is ignored: a client that left is an error of a
// write.
#pragma once

#include "harness/base/result.h"

namespace heapstorm::host {

// Call on the main thread before any other starts, so that all of them inherit the blocked signals. Returns a
// descriptor that becomes readable with the first signal and stays open until the process ends.
Result<int> open_stop_signal();

}  // namespace heapstorm::host
