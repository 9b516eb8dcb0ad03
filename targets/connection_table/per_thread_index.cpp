#include <algorithm>

#include "targets/connection_table/variants.h"

namespace heapstorm::targets::connection_table {

// The index comes from the thread's own table: where the connection is, else a free entry, else a new one.
Entry& PerThreadIndex::entry_of(const target::Connection& connection) {
  auto entry = std::ranges::find(table_, connection.descriptor(), &Entry::descriptor);
  if (entry == table_.end()) entry = std::ranges::find(table_, -1, &Entry::descriptor);
  if (entry == table_.end()) entry = table_.emplace(entry);
  return *entry;
}

}  // namespace heapstorm::targets::connection_table
