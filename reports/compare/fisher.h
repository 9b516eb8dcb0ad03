// Fisher's exact test: whether two hit rates differ by more than chance would make them.
#pragma once

#include "harness/base/hit_rate.h"

namespace heapstorm {

// How likely rates at least as far apart are if both have the same true rate: two-sided, in (0, 1]; 1 where one side
// has no attempt. Exact, so it is right for the small numbers of attempts that people have. Takes time in proportion to
// the smaller number of attempts.
double fisher_p(const HitRate& one, const HitRate& other);

// The smallest p that as many hits in all could have had, however they had fallen on the two sides: if that is not
// small, the test could not have found a difference.
double min_fisher_p(const HitRate& one, const HitRate& other);

}  // namespace heapstorm
