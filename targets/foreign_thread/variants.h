// The variants of this family: they differ only in what the helper thread does to blocks of a worker's heap. Each says
// in its own file what it is.
#pragma once

#include "targets/common/service.h"

namespace heapstorm::targets::foreign_thread {

target::Variant describe_aio_uses_owner_heap();
target::Variant describe_handoff_raw_pointer();
target::Variant describe_convert_in_owner();
target::Variant describe_handoff_transfer();
target::Variant describe_return_to_owner_queue();

}  // namespace heapstorm::targets::foreign_thread
