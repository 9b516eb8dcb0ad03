#include "reports/compare/wilson.h"

namespace heapstorm {

Interval wilson_interval(const HitRate& rate) {
  return rate.interval();
}

}  // namespace heapstorm
