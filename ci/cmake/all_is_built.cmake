# The first step of `cmake --install`, which is given heapstorm_build, heapstorm_parts and heapstorm_files: stops before anything is
# copied if one of the files is not built yet, say after tools/quickstart, and says what builds them.
set(missing "")
foreach(part file IN ZIP_LISTS heapstorm_parts heapstorm_files)
  if(NOT EXISTS "${file}")
    list(APPEND missing ${part})
  endif()
endforeach()
if(missing)
  list(JOIN missing ", " missing)
  message(FATAL_ERROR "Nothing was installed. Not built yet: ${missing}.\nFirst build all that is installed:\n"
    "  cmake --build ${heapstorm_build} --target installed_parts")
endif()
