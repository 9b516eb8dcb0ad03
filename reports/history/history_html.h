// A History as one page for a browser, which needs no network and no other file.
#pragma once

#include <string>

#include "reports/history/history.h"

namespace heapstorm {

// The page is rendered in the browser from the history's JSON, which stands in it; the same history gives the same
// bytes. Its size is bounded: long texts are cut, of many findings the last seen are there, and of many points the
// newest. Nothing that a target printed is markup in it.
std::string to_history_html(const History& history);

}  // namespace heapstorm
