// The Modules of this family: echo servers whose threads share strings. `..._refcount`: a table of strings, each
// counted by reference. `environment_pointer`, `process_copy`: the value of one variable of the environment.
#pragma once

#include <cstddef>
#include <memory>

#include "targets/common/service.h"

namespace heapstorm::targets::shared_refcount {

// Many, because each is one more chance for an update of its count to get lost at the right moment.
constexpr std::size_t shared_strings = 64;
// A parameter: references to each that one answer takes, as an array that holds a string many times does.
constexpr char references_per_answer[] = "references_per_answer";

std::unique_ptr<target::Module> make_non_atomic_refcount(const target::Host& host);
std::unique_ptr<target::Module> make_environment_pointer(const target::Host& host);
std::unique_ptr<target::Module> make_atomic_refcount(const target::Host& host);
std::unique_ptr<target::Module> make_process_copy(const target::Host& host);

}  // namespace heapstorm::targets::shared_refcount
