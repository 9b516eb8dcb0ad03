# A Debian package of what install.cmake installs: `cmake --build build --target installed_parts`, then `cpack -G DEB` in the build
# folder. ci/package/check_deb and try_install try it.
set(CPACK_PACKAGE_NAME heapstorm)
set(CPACK_PACKAGE_CONTACT "the heapstorm authors <heapstorm@example.invalid>")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/package)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
# Strips and compresses; not CPack's own stripping, which would take the source lines out of every stack of a target.
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_SOURCE_DIR}/ci/package/finish.cmake)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
# Its first line is the project's own description.
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"heapstorm makes thread-ownership bugs of servers happen, names both sides
of them, and keeps them from coming back. It hammers a server with clients
that leave in all the rude ways, and reads what the server's heaps recorded,
also after the server was killed.")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# For a finding's stacks, which without it are addresses, and for heapstorm-hit-rate.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "llvm-19, python3")
# What the headers and the CMake package are used with.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "clang-19, libclang-rt-19-dev, cmake (>= 3.25), libmimalloc-dev, bash-completion")
# Already compressed, all but a little.
set(CPACK_DEBIAN_COMPRESSION_TYPE zstd)
include(CPack)

add_test(NAME package.deb COMMAND ${CMAKE_SOURCE_DIR}/ci/package/check_deb ${CMAKE_BINARY_DIR})
add_test(NAME package.deb_install COMMAND ${CMAKE_SOURCE_DIR}/ci/package/try_install ${CMAKE_BINARY_DIR}/package)
set_tests_properties(package.deb PROPERTIES LABELS package TIMEOUT 1200 FIXTURES_SETUP deb)
set_tests_properties(package.deb_install PROPERTIES LABELS package TIMEOUT 1200 FIXTURES_REQUIRED deb SKIP_RETURN_CODE 77)
