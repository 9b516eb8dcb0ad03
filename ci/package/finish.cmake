# Run by CPack between the installation into its folder and the making of the package.
#
# The runner is stripped: nobody symbolises it. The target side keeps its debug information, compressed, because a finding's stacks
# are read from it. Pages of the manual are compressed, as Debian wants it.
find_program(OBJCOPY NAMES llvm-objcopy-19 llvm-objcopy objcopy REQUIRED)
set(root ${CPACK_TEMPORARY_INSTALL_DIRECTORY}${CPACK_PACKAGING_INSTALL_PREFIX})

function(run_on_file file)
  execute_process(COMMAND ${ARGN} ${file} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

run_on_file(${root}/bin/heapstorm ${OBJCOPY} --strip-all)
file(GLOB_RECURSE target_side ${root}/lib/heapstorm/*.so ${root}/lib/heapstorm/*.a ${root}/lib/heapstorm/*/target_host)
foreach(file ${target_side})
  run_on_file(${file} ${OBJCOPY} --compress-debug-sections=zlib)
endforeach()
file(GLOB manual ${root}/share/man/man*/*)
foreach(page ${manual})
  run_on_file(${page} gzip -9n)
endforeach()
