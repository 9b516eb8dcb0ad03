#include "harness/runner/run_result.h"

#include "harness/base/check.h"

namespace heapstorm {

const char* to_string(EndReason reason) {
  switch (reason) {
    case EndReason::completed:
      return "completed";
    case EndReason::time_limit:
      return "time_limit";
    case EndReason::resource_limit:
      return "resource_limit";
    case EndReason::target_died:
      return "target_died";
    case EndReason::signal_injected:
      return "signal_injected";
    case EndReason::target_hung:
      return "target_hung";
    case EndReason::never_listened:
      return "never_listened";
    case EndReason::died_at_start:
      return "died_at_start";
    case EndReason::interrupted:
      return "interrupted";
  }
  HEAPSTORM_CHECK(false);
}

}  // namespace heapstorm
