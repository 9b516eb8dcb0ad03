# The two kinds of code in this tree, and the only functions that create our libraries and programs.
#
#   heapstorm_component(NAME ...)            runner side: built once, without a sanitizer (but see below)
#   heapstorm_flavoured_library(NAME ...)    target side: NAME_plain, NAME_asan, NAME_tsan from the same sources
#   heapstorm_test(NAME ...)                 a GoogleTest program of the runner side, label `unit`
#   heapstorm_flavoured_test(NAME ...)       the same once for each flavour, label `unit` and the flavour
#
# With HEAPSTORM_RUNNER_SANITIZER (presets `asan` and `tsan`) the runner side is that flavour too, all of it: a build for its own unit
# tests, which ci/sanitized_test watches. What the tests start as a target stays plain, and the flavoured tests, which the ordinary
# build has, are left out.
#
# Every folder's public header is included by its path below the root (`#include "harness/storm/storm.h"`); who may include whom
# is checked by ci/check_includes.

if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  set(HEAPSTORM_FLAVOURS plain asan tsan CACHE STRING "how the target side is built; plain cannot be left out")
else()
  set(HEAPSTORM_FLAVOURS plain) # the sanitizer flavours are clang's
endif()

set(HEAPSTORM_RUNNER_SANITIZER "" CACHE STRING "asan or tsan: also the runner side is built as this flavour, for its unit tests")
set(HEAPSTORM_PRECOMPILED "${HEAPSTORM_RUNNER_SANITIZER}" CACHE STRING "anything: read long headers once, for builds that are made in passing")
set(HEAPSTORM_RUNNER_FLAVOUR plain) # what of the target side is linked into the runner side's tests
if(HEAPSTORM_RUNNER_SANITIZER)
  if(NOT HEAPSTORM_RUNNER_SANITIZER IN_LIST HEAPSTORM_FLAVOURS)
    message(FATAL_ERROR "HEAPSTORM_RUNNER_SANITIZER=${HEAPSTORM_RUNNER_SANITIZER} is none of HEAPSTORM_FLAVOURS=${HEAPSTORM_FLAVOURS}")
  endif()
  set(HEAPSTORM_RUNNER_FLAVOUR ${HEAPSTORM_RUNNER_SANITIZER})
endif()
# Left out there: what gives a report ten thousand findings or a line of a megabyte. It takes minutes without optimisation, and the
# same code runs on small texts in the tests beside it. And what shows the stacks and variables of an ordinary build: without
# optimisation stacks are deeper than what is kept, threads start in the sanitizer, and variables have redzones between them. A runner
# under TSan does not start in a small address space.
set(HEAPSTORM_NOT_SANITIZED
  HtmlReport.CutsTextsOfAMegabyteBetweenCharacters
  HtmlReport.StaysSmallWithTenThousandFindings
  ComparisonHtml.StaysSmallWithManyFindingsAndLongTexts
  HistoryHtml.StaysSmallWithLongTextsAndManyOfAll
  JunitXml.TakesALineOfAMegabyte
  Sarif.TakesALineOfAMegabyte
  Doctor.SaysWhichFlavoursDoNotStart
  Readme.ShowsWhatARunPrints
  StackEnd.InANamelessFunctionOfLibcIsKnownByWhereThreadsStart
  Symbolizer.NamesAVariableFromItsFirstByteToItsLast)
add_custom_target(unit_tests) # what `ctest -L unit` runs in such a build

add_library(heapstorm_options INTERFACE)
target_include_directories(heapstorm_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(heapstorm_options INTERFACE
  -Wall -Wextra -Werror -Wshadow -Wno-unused-parameter
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>
  # Paths in reports are relative to the tree, so that a fingerprint does not depend on where the tree lies.
  -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=
  # Owner-heap stacks are walked by frame pointer.
  -fno-omit-frame-pointer $<$<CXX_COMPILER_ID:Clang>:-mno-omit-leaf-frame-pointer>)

include(flavours)
foreach(flavour plain asan tsan)
  add_library(heapstorm_flavour_${flavour} INTERFACE)
  target_link_libraries(heapstorm_flavour_${flavour} INTERFACE heapstorm_options)
  target_compile_definitions(heapstorm_flavour_${flavour} INTERFACE ${heapstorm_definitions_${flavour}})
  target_compile_options(heapstorm_flavour_${flavour} INTERFACE ${heapstorm_options_${flavour}})
  target_link_options(heapstorm_flavour_${flavour} INTERFACE ${heapstorm_link_options_${flavour}})
endforeach()

add_library(heapstorm_runner_options INTERFACE)
target_link_libraries(heapstorm_runner_options INTERFACE heapstorm_options)
if(HEAPSTORM_RUNNER_SANITIZER)
  target_link_libraries(heapstorm_runner_options INTERFACE heapstorm_flavour_${HEAPSTORM_RUNNER_SANITIZER})
endif()
if(HEAPSTORM_PRECOMPILED)
  include(precompiled)
endif()

function(heapstorm_component name)
  cmake_parse_arguments(arg "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  if(HEAPSTORM_PRECOMPILED)
    target_precompile_headers(${name} REUSE_FROM heapstorm_component_headers)
  endif()
  target_link_libraries(${name} PUBLIC heapstorm_runner_options ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
endfunction()

# LINK and PRIVATE name flavoured libraries without their suffix, or plain third-party targets.
function(heapstorm_link_flavour target flavour)
  foreach(dependency ${ARGN})
    if(TARGET ${dependency}_${flavour})
      target_link_libraries(${target} PUBLIC ${dependency}_${flavour})
    else()
      target_link_libraries(${target} PUBLIC ${dependency})
    endif()
  endforeach()
  target_link_libraries(${target} PUBLIC heapstorm_flavour_${flavour})
endfunction()

function(heapstorm_flavoured_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  foreach(flavour ${HEAPSTORM_FLAVOURS})
    add_library(${name}_${flavour} STATIC ${arg_SOURCES})
    heapstorm_link_flavour(${name}_${flavour} ${flavour} ${arg_LINK})
  endforeach()
endfunction()

function(heapstorm_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE heapstorm_runner_options ${arg_LINK} GTest::gtest GTest::gtest_main Threads::Threads)
  if(HEAPSTORM_PRECOMPILED)
    target_precompile_headers(${name} REUSE_FROM heapstorm_program_headers)
  endif()
  heapstorm_register_test(${name} "unit" "${arg_TIMEOUT}")
endfunction()

function(heapstorm_flavoured_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LINK" ${ARGN})
  foreach(flavour ${HEAPSTORM_FLAVOURS})
    add_executable(${name}_${flavour} ${arg_SOURCES})
    heapstorm_link_flavour(${name}_${flavour} ${flavour} ${arg_LINK} GTest::gtest GTest::gtest_main Threads::Threads)
    heapstorm_register_test(${name}_${flavour} "unit;${flavour}" "${arg_TIMEOUT}")
  endforeach()
endfunction()

function(heapstorm_register_test name labels timeout)
  if(NOT timeout)
    set(timeout 600) # of a machine that does much else
  endif()
  set(watch "")
  if(HEAPSTORM_RUNNER_SANITIZER)
    if(NOT labels STREQUAL "unit")
      return() # of a flavour
    endif()
    add_dependencies(unit_tests ${name})
    set(watch ${CMAKE_SOURCE_DIR}/ci/sanitized_test ${CMAKE_BINARY_DIR}/reports_of_tests/${name})
    math(EXPR timeout "${timeout} * 5") # without optimisation and with TSan a program takes so much longer
  endif()
  add_test(NAME ${name} COMMAND ${watch} $<TARGET_FILE:${name}>)
  set_tests_properties(${name} PROPERTIES LABELS "${labels}" TIMEOUT ${timeout})
  if(HEAPSTORM_RUNNER_SANITIZER)
    list(JOIN HEAPSTORM_NOT_SANITIZED ":" not_sanitized)
    set_tests_properties(${name} PROPERTIES ENVIRONMENT GTEST_FILTER=-${not_sanitized})
  endif()
endfunction()
