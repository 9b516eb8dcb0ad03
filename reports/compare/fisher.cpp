#include "reports/compare/fisher.h"

#include <algorithm>
#include <cmath>
#include <utility>

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

// How many of all hits `one` could have had.
std::pair<std::uint64_t, std::uint64_t> possible_hits(const HitRate& one, const HitRate& other) {
  const std::uint64_t hits = one.hits + other.hits;
  return {hits > other.attempts ? hits - other.attempts : 0, std::min(hits, one.attempts)};
}

}  // namespace

double fisher_p(const HitRate& one, const HitRate& other) {
  HEAPSTORM_CHECK(one.hits <= one.attempts && other.hits <= other.attempts);
  const auto [least, most] = possible_hits(one, other);
  const double seen = log_probability(one.hits, one, other);
  double p = 0;
  for (std::uint64_t k = least; k <= most; ++k) {
    const double log_p = log_probability(k, one, other);
    if (log_p <= seen + rounding) p += std::exp(log_p);
  }
  return std::min(p, 1.0);
}

double min_fisher_p(const HitRate& one, const HitRate& other) {
  const std::uint64_t hits = one.hits + other.hits;
  const auto [least, most] = possible_hits(one, other);
  const auto p_of = [&](std::uint64_t k) { return fisher_p({k, one.attempts}, {hits - k, other.attempts}); };
  return std::min(p_of(least), p_of(most));
}

}  // namespace heapstorm
