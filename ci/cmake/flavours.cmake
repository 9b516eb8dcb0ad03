# What makes a flavour: compile and link options, and the macros by which the sources know. For this tree and, installed, for
# everybody's plugins.
set(heapstorm_options_plain -gdwarf-4) # valgrind 3.19, Debian 12's, gives up at DWARF 5 of clang 19
# Without UBSan's check of an object's vptr: it looks at memory through a pipe, and calls every object invalid in a process that has
# no descriptors left, which is one of our faults.
set(heapstorm_options_asan -fsanitize=address,undefined -fno-sanitize=vptr -fno-sanitize-recover=undefined)
set(heapstorm_options_tsan -fsanitize=thread)
set(heapstorm_link_options_plain "")
set(heapstorm_link_options_asan -fsanitize=address,undefined)
set(heapstorm_link_options_tsan -fsanitize=thread)
set(heapstorm_definitions_plain HEAPSTORM_FLAVOUR="plain")
set(heapstorm_definitions_asan HEAPSTORM_FLAVOUR="asan" HEAPSTORM_ASAN)
set(heapstorm_definitions_tsan HEAPSTORM_FLAVOUR="tsan" HEAPSTORM_TSAN)
