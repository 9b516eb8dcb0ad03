// The pages without their data, as the build put them together (assemble.cmake), and how the data comes into them.
#pragma once

#include <string>
#include <string_view>

namespace heapstorm {

extern const std::string_view report_page;
extern const std::string_view comparison_page;
extern const std::string_view history_page;

// The page with this JSON as its data. Nothing in it can end the element that holds it, whatever its strings are.
std::string fill_page(std::string_view page, std::string_view json);

}  // namespace heapstorm
