# What `cmake --install` puts where. The runner finds target_host and plugins relative to itself: <prefix>/bin/heapstorm and
# <prefix>/lib/heapstorm/<flavour>, as in the build folder.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(HEAPSTORM_INSTALL_LIBRARIES lib/heapstorm) # not Debian's lib/<machine>: see above

# All that is installed, and nothing else of what is built.
get_property(families GLOBAL PROPERTY HEAPSTORM_FAMILIES)
set(parts heapstorm)
foreach(flavour ${HEAPSTORM_FLAVOURS})
  list(TRANSFORM families APPEND _${flavour} OUTPUT_VARIABLE plugins)
  list(APPEND parts target_host_${flavour} heapstorm_heap_${flavour} heapstorm_target_common_${flavour} ${plugins})
endforeach()
add_custom_target(installed_parts DEPENDS ${parts})

# What a message of the runner can tell to build; it has no such file once it is installed.
list(JOIN parts "\n" lines)
file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/lib/heapstorm/build_targets CONTENT "${lines}\n")

# Before anything is copied: half an installation is none.
list(TRANSFORM parts REPLACE "(.+)" "$<TARGET_FILE:\\1>" OUTPUT_VARIABLE files)
install(CODE "
  set(heapstorm_build \"${CMAKE_BINARY_DIR}\")
  set(heapstorm_parts \"${parts}\")
  set(heapstorm_files \"${files}\")")
install(SCRIPT ci/cmake/all_is_built.cmake)

install(TARGETS heapstorm RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(PROGRAMS ci/hit_rate DESTINATION ${CMAKE_INSTALL_BINDIR} RENAME heapstorm-hit-rate)
foreach(flavour ${HEAPSTORM_FLAVOURS})
  set(flavour_folder ${HEAPSTORM_INSTALL_LIBRARIES}/${flavour})
  list(TRANSFORM families APPEND _${flavour} OUTPUT_VARIABLE plugins)
  install(TARGETS target_host_${flavour} RUNTIME DESTINATION ${flavour_folder})
  install(TARGETS heapstorm_heap_${flavour} heapstorm_target_common_${flavour} ARCHIVE DESTINATION ${flavour_folder})
  install(TARGETS ${plugins} LIBRARY DESTINATION ${flavour_folder}/targets)
endforeach()

# The headers under their paths in this tree, so that they include each other the same way.
set(header_folder ${CMAKE_INSTALL_INCLUDEDIR}/heapstorm)
install(FILES harness/abi/black_box.h harness/abi/black_box_layout.h harness/abi/target.h harness/abi/worker_order.h DESTINATION ${header_folder}/harness/abi)
install(FILES harness/heap/allocator.h harness/heap/describe.h harness/heap/heap.h harness/heap/memory_resource.h DESTINATION ${header_folder}/harness/heap)
install(FILES targets/common/helper_thread.h targets/common/owned_buffer.h targets/common/service.h
  DESTINATION ${header_folder}/targets/common)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/heapstorm)
configure_package_config_file(ci/cmake/heapstormConfig.cmake.in heapstormConfig.cmake
  INSTALL_DESTINATION ${package_folder}
  PATH_VARS CMAKE_INSTALL_BINDIR CMAKE_INSTALL_INCLUDEDIR HEAPSTORM_INSTALL_LIBRARIES)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/heapstormConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/heapstormConfig.cmake ${CMAKE_BINARY_DIR}/heapstormConfigVersion.cmake
  ci/cmake/flavours.cmake ci/cmake/plugins.cmake ci/scenarios.cmake targets/plugin.map
  DESTINATION ${package_folder})

# With the files that scenarios/external starts.
install(DIRECTORY scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/heapstorm USE_SOURCE_PERMISSIONS PATTERN CMakeLists.txt EXCLUDE)
install(DIRECTORY harness/agent/contracts DESTINATION ${CMAKE_INSTALL_DATADIR}/heapstorm)
install(FILES reports/run.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/heapstorm)
install(FILES ${CMAKE_BINARY_DIR}/tools/heapstorm/manual/heapstorm.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES tools/heapstorm/completion/heapstorm.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME heapstorm)
install(FILES ci/package/copyright README.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/heapstorm)
install(FILES ci/github-actions.yml ci/gitlab-ci.yml DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/heapstorm/examples)

# A project outside this tree, against what was just installed.
add_test(NAME package.out_of_tree COMMAND ${CMAKE_SOURCE_DIR}/ci/out_of_tree ${CMAKE_BINARY_DIR} ${CMAKE_CXX_COMPILER}
  ${CMAKE_C_COMPILER})
set_tests_properties(package.out_of_tree PROPERTIES LABELS package TIMEOUT 1200 PROCESSORS 2)

add_test(NAME ci.templates
  COMMAND ${CMAKE_SOURCE_DIR}/ci/if_present "python3-yaml" "python3 -c 'import yaml'"
    python3 ${CMAKE_SOURCE_DIR}/ci/check_templates.py $<TARGET_FILE:heapstorm> ${CMAKE_SOURCE_DIR}/ci/github-actions.yml
    ${CMAKE_SOURCE_DIR}/ci/gitlab-ci.yml)
set_tests_properties(ci.templates PROPERTIES LABELS unit SKIP_RETURN_CODE 77 TIMEOUT 300)
