// Rates and spreads as JSON. Only for reports: the JSON type is in it.
#pragma once

#include <nlohmann/json.hpp>

#include "reports/compare/comparison.h"

namespace heapstorm {

// With Wilson's interval, in which the true rate lies with 95 % confidence.
nlohmann::ordered_json rate_json(const HitRate& rate);
nlohmann::ordered_json spread_json(const Spread& spread);

}  // namespace heapstorm
