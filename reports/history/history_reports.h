// A History in its formats: for a terminal, as JSON, and as one page for a browser, which needs no network and no other
// file.
#pragma once

#include <string>

#include "reports/history/history.h"

namespace heapstorm {

// Several lines with a newline at the end: first each finding with its first and last sighting, then each scenario with
// its rates and load figures, the newest points last. Of long lists only the newest are there. Control characters that
// a target printed are escaped.
std::string to_text(const History& history);

// One object of schema "heapstorm.history/1", indented, with a newline at its end. The same history gives the same
// bytes.
std::string to_history_json(const History& history);

// The page is rendered in the browser from the history's JSON, which stands in it; the same history gives the same
// bytes. Its size is bounded: long texts are cut, of many findings the last seen are there, and of many points the
// newest. Nothing that a target printed is markup in it.
std::string to_history_html(const History& history);

}  // namespace heapstorm
