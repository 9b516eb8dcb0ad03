#include "reports/compare/figure_json.h"

#include "harness/base/hit_rate.h"

namespace heapstorm {

nlohmann::ordered_json rate_json(const HitRate& rate) {
  const Interval interval = rate.interval();
  return {{"hits", rate.hits}, {"attempts", rate.attempts}, {"low", interval.low}, {"high", interval.high}};
}

nlohmann::ordered_json spread_json(const Spread& spread) {
  return {{"least", spread.least}, {"median", spread.median}, {"greatest", spread.greatest}, {"runs", spread.runs}};
}

}  // namespace heapstorm
