# heapstorm_add_scenario_test: a scenario file as a test, once for each flavour.
#
#   heapstorm_add_scenario_test(FILE file [NAME name] [FLAVOURS plain asan tsan] [SEED 1] [SET key=value...]
#                               [TIMEOUT seconds] [LABELS label...] [RESOURCE_LOCK lock...] [REPORTS format...])
#
# It passes when the run's expectations are met (`heapstorm run` exits 0). The test is named scenario.<name>.<flavour>, has the
# labels `scenario` and the flavour, and leaves its run directory in <build folder>/scenario-runs/<name>-<flavour>; when it fails, its
# output ends with that path.
# NAME: default is the path below HEAPSTORM_SCENARIO_ROOT (here the folder scenarios, elsewhere the project), with '/' written as '_'.
# SET: values that are changed in the scenario, as `heapstorm run --set` does.
# TIMEOUT: for ctest, above the scenario's own limits; default 300.
# LABELS: besides the two. RESOURCE_LOCK: tests with the same lock are not run at the same time, say those that use one port.
# REPORTS: written into the run directory too; default HEAPSTORM_SCENARIO_REPORTS, which a CI system may set when it configures:
# cmake -DHEAPSTORM_SCENARIO_REPORTS="html;junit;sarif". The project's own plugins are found before the installed ones.

function(heapstorm_add_scenario_test)
  cmake_parse_arguments(arg "" "FILE;NAME;SEED;TIMEOUT" "FLAVOURS;SET;LABELS;RESOURCE_LOCK;REPORTS" ${ARGN})
  if(NOT arg_FILE OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "heapstorm_add_scenario_test: needs FILE; does not know: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  heapstorm_default(arg_SEED 1)
  heapstorm_default(arg_TIMEOUT 300)
  heapstorm_default(arg_FLAVOURS "${HEAPSTORM_FLAVOURS}")
  heapstorm_default(arg_REPORTS "${HEAPSTORM_SCENARIO_REPORTS}")
  get_filename_component(file ${arg_FILE} ABSOLUTE)
  heapstorm_scenario_name(name ${file} "${arg_NAME}")
  heapstorm_scenario_options(options "${arg_SET}" "${arg_REPORTS}")
  get_target_property(installed heapstorm IMPORTED)
  foreach(flavour ${arg_FLAVOURS})
    set(own_plugins "")
    if(installed)
      set(own_plugins --plugin-dir ${HEAPSTORM_PLUGIN_FOLDER}/${flavour}/targets)
    endif()
    add_test(
      NAME scenario.${name}.${flavour}
      COMMAND heapstorm run ${file} --flavour ${flavour} --seed ${arg_SEED} ${own_plugins} ${options}
              --out ${CMAKE_BINARY_DIR}/scenario-runs/${name}-${flavour})
    set_tests_properties(scenario.${name}.${flavour} PROPERTIES
      LABELS "scenario;${flavour};${arg_LABELS}" TIMEOUT ${arg_TIMEOUT} PROCESSORS 2 RESOURCE_LOCK "${arg_RESOURCE_LOCK}")
  endforeach()
endfunction()

function(heapstorm_scenario_options variable settings reports)
  set(options "")
  foreach(setting ${settings})
    list(APPEND options --set ${setting})
  endforeach()
  if(reports)
    list(JOIN reports "," names)
    list(APPEND options --report ${names})
  endif()
  set(${variable} "${options}" PARENT_SCOPE)
endfunction()

function(heapstorm_default variable value)
  if(NOT ${variable})
    set(${variable} "${value}" PARENT_SCOPE)
  endif()
endfunction()

function(heapstorm_scenario_name variable file given)
  set(name "${given}")
  if(NOT name)
    file(RELATIVE_PATH name ${HEAPSTORM_SCENARIO_ROOT} ${file})
    string(REGEX REPLACE "\\.json$" "" name ${name})
    string(REGEX REPLACE "[/ ]" "_" name ${name})
  endif()
  set(${variable} ${name} PARENT_SCOPE)
endfunction()

# A scenario with `target.command`. WHAT is the server's name; IS_THERE a shell command that succeeds if it is installed. Where it is
# not, ctest shows the test as skipped.
function(heapstorm_add_external_test file what is_there)
  heapstorm_scenario_name(name ${CMAKE_CURRENT_SOURCE_DIR}/${file} "")
  add_test(
    NAME scenario.${name}
    COMMAND ${CMAKE_SOURCE_DIR}/ci/if_present ${what} ${is_there}
            $<TARGET_FILE:heapstorm> run ${CMAKE_CURRENT_SOURCE_DIR}/${file} --out ${CMAKE_BINARY_DIR}/scenario-runs/${name})
  set_tests_properties(scenario.${name} PROPERTIES LABELS "scenario;external" TIMEOUT 300 PROCESSORS 2 SKIP_RETURN_CODE 77)
endfunction()
