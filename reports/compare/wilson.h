// Where the true rate lies, of which k of n attempts were seen.
#pragma once

#include "reports/compare/fisher.h"

namespace heapstorm {

struct Interval {
  double low = 0, high = 1;
};

// Wilson's interval with 95 % confidence (Wilson 1927). Without an attempt nothing is known: 0 to 1.
Interval wilson_interval(const HitRate& rate);

}  // namespace heapstorm
