#include "targets/connection_table/table_service.h"
#include "targets/connection_table/variants.h"

namespace heapstorm::targets::connection_table {

class FdAsIndex final : public TableService {
 public:
  using TableService::TableService;

 private:
  Entry& entry_of(const target::Connection& connection) override;
};

// DEFECT (class: a per-thread table indexed by a process-wide number): descriptors number the connections of the whole
// process, the table has room for those of one thread. With K workers, K - 1 of K overlapping connections lie behind
// its end. Expected finding: overflow, tag connection_table, owner the worker, when it frees its table at its stop; in
// the asan flavour asan:use-after-poison, at the write.
Entry& FdAsIndex::entry_of(const target::Connection& connection) {
  return table_[static_cast<std::size_t>(connection.descriptor()) % connections_];
}

target::Variant describe_fd_as_index() {
  return {.name = "fd_as_index",
          .summary = "a thread's table of its own connections, indexed by the descriptor",
          .models = "class: a per-thread index assumed equal across threads",
          .buggy = true,
          .make_module = target::make_module<FdAsIndex>,
          .expects = {{"overflow", "connection_table"}},
          .parameters = TableService::parameters()};
}

}  // namespace heapstorm::targets::connection_table
