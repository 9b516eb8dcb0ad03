// The family's table. Every variant is an echo server whose threads share strings; they differ in whose memory these
// are and in how their last user is known.
#include "targets/shared_refcount/variants.h"

using namespace heapstorm::targets::shared_refcount;

HEAPSTORM_TARGET("shared_refcount", {describe_non_atomic_refcount(), describe_environment_pointer(),
                                     describe_atomic_refcount(), describe_process_copy()})
