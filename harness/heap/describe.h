/* Findings in words, for an embedder's on_violation callback.
 *
 * Everything here may be called from within that callback, on any thread: it allocates nothing and takes no lock. A C
 * header. */
#ifndef HEAPSTORM_HARNESS_HEAP_DESCRIBE_H
#define HEAPSTORM_HARNESS_HEAP_DESCRIBE_H

#include <stddef.h>
#include <stdint.h>

#include "harness/abi/black_box.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The name of an enum heapstorm_box_kind, as in reports: "foreign_free". "unknown" for other numbers. */
const char* heapstorm_kind_name(uint32_t kind);

/* Writes one line, without a line end, such as
 *   foreign_free: block of 45 bytes tagged date_header, allocated by worker-0, freed by worker-1
 * into `text`, cut to bytes - 1 and terminated, and returns its length. Bytes of a name that are not printable become
 * '?'. With `bytes` 0 nothing is written. The finding must be of this process: its tag and threads are looked up in
 * this process's black box. */
size_t heapstorm_describe(const heapstorm_box_finding* finding, char* text, size_t bytes);

#ifdef __cplusplus
}
#endif
#endif
