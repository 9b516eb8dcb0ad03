#include "targets/connection_table/variants.h"

namespace heapstorm::targets::connection_table {

// DEFECT (class: a per-thread table indexed by a process-wide number): descriptors number the connections of the whole
// process, the table has room for those of one thread. With K workers, K - 1 of K overlapping connections lie behind
// its end. Expected finding: overflow, tag connection_table, owner the worker, when it frees its table at its stop; in
// the asan flavour asan:use-after-poison, at the write.
Entry& FdAsIndex::entry_of(const target::Connection& connection) {
  return table_[static_cast<std::size_t>(connection.descriptor()) % connections_];
}

}  // namespace heapstorm::targets::connection_table
