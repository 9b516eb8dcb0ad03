# heapstorm_add_scenario_test: a scenario file as a test, once for each flavour.
#
#   heapstorm_add_scenario_test(FILE file [NAME name] [FLAVOURS plain asan tsan] [SEED 1] [TIMEOUT seconds])
#
# It passes when the run's expectations are met (`heapstorm run` exits 0). The test is named scenario.<name>.<flavour>, has the
# labels `scenario` and the flavour, and leaves its run directory in <build folder>/scenario-runs/<name>-<flavour>.
# NAME: default is the path below the folder scenarios, with '/' written as '_'. TIMEOUT: for ctest, above the scenario's own limits.

function(heapstorm_add_scenario_test)
  cmake_parse_arguments(arg "" "FILE;NAME;SEED;TIMEOUT" "FLAVOURS" ${ARGN})
  if(NOT arg_FILE OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "heapstorm_add_scenario_test: needs FILE; does not know: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  heapstorm_default(arg_SEED 1)
  heapstorm_default(arg_TIMEOUT 120)
  heapstorm_default(arg_FLAVOURS "${HEAPSTORM_FLAVOURS}")
  get_filename_component(file ${arg_FILE} ABSOLUTE)
  heapstorm_scenario_name(name ${file} "${arg_NAME}")
  foreach(flavour ${arg_FLAVOURS})
    add_test(
      NAME scenario.${name}.${flavour}
      COMMAND heapstorm run ${file} --flavour ${flavour} --seed ${arg_SEED}
              --out ${CMAKE_BINARY_DIR}/scenario-runs/${name}-${flavour})
    set_tests_properties(scenario.${name}.${flavour} PROPERTIES
      LABELS "scenario;${flavour}" TIMEOUT ${arg_TIMEOUT} PROCESSORS 2)
  endforeach()
endfunction()

function(heapstorm_default variable value)
  if(NOT ${variable})
    set(${variable} "${value}" PARENT_SCOPE)
  endif()
endfunction()

function(heapstorm_scenario_name variable file given)
  set(name "${given}")
  if(NOT name)
    file(RELATIVE_PATH name ${CMAKE_SOURCE_DIR}/scenarios ${file})
    string(REGEX REPLACE "\\.json$" "" name ${name})
    string(REGEX REPLACE "[/ ]" "_" name ${name})
  endif()
  set(${variable} ${name} PARENT_SCOPE)
endfunction()
