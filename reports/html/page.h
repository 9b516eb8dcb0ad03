// The report page without its data, as the build put it together (assemble.cmake).
#pragma once

#include <string_view>

namespace heapstorm {

// HTML; the first "@DATA@" in it is to be replaced by JSON that holds no '<'.
extern const std::string_view report_page;

}  // namespace heapstorm
