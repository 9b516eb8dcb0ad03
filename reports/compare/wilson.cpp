#include "reports/compare/wilson.h"

#include <algorithm>
#include <cmath>

namespace heapstorm {
namespace {

constexpr double z = 1.959964;  // the normal distribution's 97.5 % quantile

}  // namespace

Interval wilson_interval(const HitRate& rate) {
  if (rate.attempts == 0) return {};
  const auto n = static_cast<double>(rate.attempts);
  const double share = static_cast<double>(rate.hits) / n;
  const double scale = 1 + z * z / n;
  const double middle = (share + z * z / (2 * n)) / scale;
  const double half = z * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / scale;
  // The ends are exact, whatever the rounding does.
  return {rate.hits == 0 ? 0 : std::max(0.0, middle - half),
          rate.hits == rate.attempts ? 1 : std::min(1.0, middle + half)};
}

}  // namespace heapstorm
