// The variants of this family. Each says in its own file what it is.
#pragma once

#include "targets/common/service.h"

namespace heapstorm::targets::date_header {

target::Variant describe_static_cache();
target::Variant describe_static_char_buffer();
target::Variant describe_thread_local_unreleased();
target::Variant describe_per_request();
target::Variant describe_thread_local_cache();
target::Variant describe_thread_local_released();
target::Variant describe_shared_immutable();
target::Variant describe_locked_copy();

}  // namespace heapstorm::targets::date_header
