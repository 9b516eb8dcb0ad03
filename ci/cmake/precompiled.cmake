# Headers that take longer to read than most of our files, read once: only where the runner side is built a further time, for a
# sanitizer or for ci/mutants. The other builds have none, so that a file that lacks an include does not compile there.
#
# One for what goes into libraries and one for programs: clang refuses a header that was read with -fPIC where it compiles with -fPIE.
set(empty_program ${CMAKE_BINARY_DIR}/precompiled.cpp)
file(CONFIGURE OUTPUT ${empty_program} CONTENT "int main() { return 0; }\n")
add_library(heapstorm_component_headers OBJECT EXCLUDE_FROM_ALL ${empty_program})
add_executable(heapstorm_program_headers EXCLUDE_FROM_ALL ${empty_program})
foreach(headers heapstorm_component_headers heapstorm_program_headers)
  target_link_libraries(${headers} PRIVATE heapstorm_runner_options)
  target_precompile_headers(${headers} PRIVATE
    <algorithm> <array> <chrono> <filesystem> <fstream> <functional> <map> <memory> <optional> <set> <string> <string_view> <thread>
    <vector> <nlohmann/json.hpp>)
endforeach()
target_link_libraries(heapstorm_program_headers PRIVATE GTest::gtest)
target_precompile_headers(heapstorm_program_headers PRIVATE <gtest/gtest.h>) # most programs are tests
# Without it the object files would not be found in the compiler cache.
target_compile_options(heapstorm_runner_options INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
