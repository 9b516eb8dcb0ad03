// The variants of this family. Two differ in the index of a connection in its thread's table, two in how a session that
// two threads may close is closed once. Each says in its own file what it is.
#pragma once

#include "targets/common/service.h"

namespace heapstorm::targets::connection_table {

target::Variant describe_fd_as_index();
target::Variant describe_close_check_then_act();
target::Variant describe_per_thread_index();
target::Variant describe_atomic_close();

}  // namespace heapstorm::targets::connection_table
