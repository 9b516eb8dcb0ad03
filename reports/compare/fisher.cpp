#include "reports/compare/fisher.h"

#include <algorithm>
#include <cmath>

#include "harness/base/check.h"

namespace heapstorm {
namespace {

// Tables of the same probability differ in their last digits; they count as equally far.
constexpr double rounding = 1e-7;

double log_factorial(std::uint64_t n) {
  return std::lgamma(static_cast<double>(n) + 1);
}

double log_choose(std::uint64_t n, std::uint64_t k) {
  return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

// The hypergeometric probability that `one` has k of all hits.
double log_probability(std::uint64_t k, const HitRate& one, const HitRate& other) {
  const std::uint64_t hits = one.hits + other.hits;
  return log_choose(one.attempts, k) + log_choose(other.attempts, hits - k) -
         log_choose(one.attempts + other.attempts, hits);
}

}  // namespace

double fisher_p(const HitRate& one, const HitRate& other) {
  HEAPSTORM_CHECK(one.hits <= one.attempts && other.hits <= other.attempts);
  const std::uint64_t hits = one.hits + other.hits;
  const std::uint64_t least = hits > other.attempts ? hits - other.attempts : 0;
  const std::uint64_t most = std::min(hits, one.attempts);
  const double seen = log_probability(one.hits, one, other);
  double p = 0;
  for (std::uint64_t k = least; k <= most; ++k) {
    const double log_p = log_probability(k, one, other);
    if (log_p <= seen + rounding) p += std::exp(log_p);
  }
  return std::min(p, 1.0);
}

}  // namespace heapstorm
