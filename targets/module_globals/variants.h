// The variants of this family. Each says in its own file what it is.
#pragma once

#include "targets/common/service.h"

namespace heapstorm::targets::module_globals {

target::Variant describe_process_global();
target::Variant describe_late_registration();
target::Variant describe_destructor_on_wrong_thread();
target::Variant describe_tsrm();

}  // namespace heapstorm::targets::module_globals
