// What the page shows, as JSON. Only for this folder: the JSON type is in it.
#pragma once

#include <nlohmann/json.hpp>

#include "reports/html/html_report.h"

namespace heapstorm {

// {run, more[], left_out, sources{"file:line": {first, lines[]}}, lanes}. `run` is run.json, bounded.
nlohmann::ordered_json page_data(const RunResult& result, const HtmlSources& sources);

}  // namespace heapstorm
