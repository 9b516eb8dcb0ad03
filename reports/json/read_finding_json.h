// A finding of run.json back to a Finding. Internal to reports/json.
#pragma once

#include "harness/findings/finding.h"
#include "reports/json/json_value.h"

namespace heapstorm {

// Throws Refused where the value is not what to_json(finding) makes.
Finding finding_from_json(const report_json::Value& value);

}  // namespace heapstorm
