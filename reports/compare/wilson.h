// Where the true rate lies, of which k of n attempts were seen.
#pragma once

#include "harness/base/hit_rate.h"

namespace heapstorm {

// Wilson's interval with 95 % confidence (Wilson 1927). Without an attempt nothing is known: 0 to 1.
Interval wilson_interval(const HitRate& rate);

}  // namespace heapstorm
