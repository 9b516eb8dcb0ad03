// A Comparison as one page for a browser, which needs no network and no other file.
#pragma once

#include <string>

#include "reports/compare/comparison.h"

namespace heapstorm {

// The page is rendered in the browser from the comparison's JSON, which stands in it; the same comparison gives the
// same bytes. Its size is bounded: long texts are cut, and of very many findings the last are only counted; regressions
// come first. Nothing that a target printed is markup in it.
std::string to_comparison_html(const Comparison& comparison);

}  // namespace heapstorm
