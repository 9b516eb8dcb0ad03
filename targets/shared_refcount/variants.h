// The variants of this family: echo servers whose threads share strings. `..._refcount`: a table of strings, each
// counted by reference. `environment_pointer`, `process_copy`: the value of one variable of the environment. Each says
// in its own file what it is.
#pragma once

#include "targets/common/service.h"

namespace heapstorm::targets::shared_refcount {

target::Variant describe_non_atomic_refcount();
target::Variant describe_environment_pointer();
target::Variant describe_atomic_refcount();
target::Variant describe_process_copy();

}  // namespace heapstorm::targets::shared_refcount
