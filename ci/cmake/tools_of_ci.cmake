# The programs of ci/ that a person starts, each on a small case of its own: a sample of ci/mutants takes an hour, and ci/same_behaviour
# needs two builds.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  add_test(NAME ci.mutants COMMAND ${CMAKE_SOURCE_DIR}/ci/mutants --self-test)
  set_tests_properties(ci.mutants PROPERTIES LABELS unit SKIP_RETURN_CODE 77 TIMEOUT 600)
endif()
add_test(NAME ci.same_behaviour COMMAND ${CMAKE_SOURCE_DIR}/ci/same_behaviour --self-test)
set_tests_properties(ci.same_behaviour PROPERTIES LABELS unit TIMEOUT 300)
