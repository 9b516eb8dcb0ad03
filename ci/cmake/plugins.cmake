# heapstorm_plugin_options(TARGET)                             what all code that ends in a plugin is compiled with
# heapstorm_target_plugin(FAMILY SOURCES ... [LINK ...])       <HEAPSTORM_PLUGIN_FOLDER>/<flavour>/targets/FAMILY.so, once for
#                                                              each of HEAPSTORM_FLAVOURS
#
# In this tree and, installed, in everybody's project. See targets/README.md for how a target is written.

function(heapstorm_plugin_options target)
  set_target_properties(${target} PROPERTIES
    CXX_VISIBILITY_PRESET hidden C_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  # A tail call would drop the caller's frame from both stacks of a finding, and without debug information they have no lines.
  target_compile_options(${target} PRIVATE -fno-optimize-sibling-calls
    $<$<NOT:$<CONFIG:Debug,RelWithDebInfo>>:-g>)
endfunction()

function(heapstorm_target_plugin family)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  if(NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "heapstorm_target_plugin(${family}): needs SOURCES; does not know: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  set_property(GLOBAL APPEND PROPERTY HEAPSTORM_FAMILIES ${family})
  foreach(flavour ${HEAPSTORM_FLAVOURS})
    # The heap's functions stay undefined here: target_host has them, so that there is one heap in the process.
    add_library(${family}_${flavour} MODULE ${arg_SOURCES})
    heapstorm_plugin_options(${family}_${flavour})
    target_link_libraries(${family}_${flavour} PRIVATE heapstorm::target_${flavour} ${arg_LINK})
    target_link_options(${family}_${flavour} PRIVATE -Wl,--version-script=${HEAPSTORM_PLUGIN_MAP})
    set_target_properties(${family}_${flavour} PROPERTIES
      LINK_DEPENDS ${HEAPSTORM_PLUGIN_MAP}
      PREFIX "" OUTPUT_NAME ${family} LIBRARY_OUTPUT_DIRECTORY ${HEAPSTORM_PLUGIN_FOLDER}/${flavour}/targets)
  endforeach()
endfunction()
