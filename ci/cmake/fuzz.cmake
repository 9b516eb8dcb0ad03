# libFuzzer programs: for readers of what a stranger wrote. Clang only; elsewhere, and where the runner side itself is built with a
# sanitizer, these functions do nothing.
#
#   heapstorm_fuzz_library(NAME ...)   sources of a runner-side component again, built so that a fuzzer sees their branches
#   heapstorm_fuzzer(NAME ...)         the program bin/NAME, and a ctest (labels `unit` and `fuzz`) that runs it RUNS times from a
#                                      fixed seed. SEEDS: files to start from. OPTIONS: libFuzzer's. Longer runs: tools/fuzz.

include_guard(GLOBAL)
add_library(heapstorm_fuzz_options INTERFACE)
target_link_libraries(heapstorm_fuzz_options INTERFACE heapstorm_options)
target_compile_options(heapstorm_fuzz_options INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all)

function(heapstorm_fuzz_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang" OR HEAPSTORM_RUNNER_SANITIZER)
    return()
  endif()
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC heapstorm_fuzz_options ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
  # Only these guide the fuzzer: not the branches of the program that judges them.
  target_compile_options(${name} PRIVATE -fsanitize=fuzzer-no-link)
endfunction()

# What a fuzzer finds is written into fuzz/NAME of the build folder, never into the tree.
function(heapstorm_fuzzer name)
  cmake_parse_arguments(arg "" "RUNS" "SOURCES;LINK;SEEDS;OPTIONS" ${ARGN})
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang" OR HEAPSTORM_RUNNER_SANITIZER)
    return()
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE heapstorm_fuzz_options ${arg_LINK})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer,address,undefined)

  set(folder ${CMAKE_BINARY_DIR}/fuzz/${name})
  file(MAKE_DIRECTORY ${folder}/crashes)
  set(options ${arg_OPTIONS})
  if(arg_SEEDS)
    list(JOIN arg_SEEDS "," seeds)
    list(APPEND options -seed_inputs=${seeds})
  endif()
  list(JOIN options "\n" lines)
  file(WRITE ${folder}/options "${lines}\n") # tools/fuzz uses the same
  add_test(NAME ${name} COMMAND ${name} -runs=${arg_RUNS} -seed=1 -max_total_time=20 -rss_limit_mb=1024 -timeout=10
                                -artifact_prefix=${folder}/crashes/ ${options})
  set_tests_properties(${name} PROPERTIES LABELS "unit;fuzz" TIMEOUT 600)
endfunction()
