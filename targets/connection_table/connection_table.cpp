// The family's table: echo servers that keep something for each connection.
#include "targets/connection_table/variants.h"

using namespace heapstorm::targets::connection_table;

HEAPSTORM_TARGET("connection_table", {describe_fd_as_index(), describe_close_check_then_act(),
                                      describe_per_thread_index(), describe_atomic_close()})
