// The family's table. Every variant is an echo server whose threads share strings; they differ in whose memory these
// are and in how their last user is known.
#include "targets/shared_refcount/variants.h"

namespace shared_refcount = heapstorm::targets::shared_refcount;

namespace {

const heapstorm::target::Parameter references = {
    shared_refcount::references_per_answer, "references to each string that one message's answer takes", 32, 1, 10000};

}  // namespace

HEAPSTORM_TARGET("shared_refcount", {{"non_atomic_refcount",
                                      "strings shared by all threads, with plain counts of references",
                                      "thread-mode class: a thread's reference-counted value shared with others",
                                      true,
                                      shared_refcount::make_non_atomic_refcount,
                                      {{"foreign_free", "shared_refcount"}, {"data_race", ""}},
                                      {references}},
                                     {"environment_pointer",
                                      "storage of the process keeps a pointer to a block of one thread, under a lock",
                                      "thread-mode class: putenv keeps a pointer into a thread's memory",
                                      true,
                                      shared_refcount::make_environment_pointer,
                                      {{"foreign_free", "environment"}}},
                                     {"atomic_refcount",
                                      "strings shared by all threads, with atomic counts of references",
                                      "thread-mode class: a thread's reference-counted value shared with others",
                                      false,
                                      shared_refcount::make_atomic_refcount,
                                      {},
                                      {references}},
                                     {"process_copy", "storage of the process keeps a copy in the process's memory",
                                      "thread-mode class: putenv keeps a pointer into a thread's memory", false,
                                      shared_refcount::make_process_copy}})
