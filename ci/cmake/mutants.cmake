# ci/mutants on a small project of its own. A sample of this tree takes an hour, which is for a person to start, not for every push.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  add_test(NAME ci.mutants COMMAND ${CMAKE_SOURCE_DIR}/ci/mutants --self-test)
  set_tests_properties(ci.mutants PROPERTIES LABELS unit SKIP_RETURN_CODE 77 TIMEOUT 600)
endif()
