#include <algorithm>

#include "targets/connection_table/table_service.h"
#include "targets/connection_table/variants.h"

namespace heapstorm::targets::connection_table {

class PerThreadIndex final : public TableService {
 public:
  using TableService::TableService;

 private:
  Entry& entry_of(const target::Connection& connection) override;
};

// The index comes from the thread's own table: where the connection is, else a free entry, else a new one.
Entry& PerThreadIndex::entry_of(const target::Connection& connection) {
  auto entry = std::ranges::find(table_, connection.descriptor(), &Entry::descriptor);
  if (entry == table_.end()) entry = std::ranges::find(table_, -1, &Entry::descriptor);
  if (entry == table_.end()) entry = table_.emplace(entry);
  return *entry;
}

target::Variant describe_per_thread_index() {
  return {.name = "per_thread_index",
          .summary = "the index comes from the thread's own table",
          .models = "class: a per-thread index assumed equal across threads",
          .make_module = target::make_module<PerThreadIndex>,
          .parameters = TableService::parameters()};
}

}  // namespace heapstorm::targets::connection_table
