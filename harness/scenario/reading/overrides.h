// `--set PATH=VALUE`: changes to a document before it is checked. Internal to harness/scenario.
#pragma once

#include "harness/scenario/reading/json_document.h"
#include "harness/scenario/scenario.h"

namespace heapstorm::scenario {

// "target.workers", "faults.0.clock_tick.every_ms". Objects on the way are created; the index after an array's last
// element appends. What it sets is marked in `document.places`, so that a mistake in it is reported as the `--set`'s.
Status apply_override(const Override& override, JsonDocument& document);

}  // namespace heapstorm::scenario
