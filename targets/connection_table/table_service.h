// An echo server that counts each connection's messages in a table of its thread: what fd_as_index and its fix share.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/heap/allocator.h"
#include "targets/common/service.h"

namespace heapstorm::targets::connection_table {

struct Entry {
  int descriptor = -1;  // -1: free
  std::uint32_t messages = 0;
};

class TableService : public target::Service {
 public:
  // A thread's table has room for its share of the connections that the process may have.
  explicit TableService(const target::Host& host)
      : connections_(static_cast<std::size_t>(host.parameter("connections"))),
        table_((connections_ + host.worker_count() - 1) / host.worker_count(),
               OwnerAllocator<Entry>(heapstorm_name("connection_table"))) {}

  static std::vector<target::Parameter> parameters() {
    return {
        {"connections", "connections that the process has room for, shared out among its threads", 64, 1, 1'000'000}};
  }
  void on_open(target::Connection& connection) override { entry_of(connection) = {connection.descriptor(), 0}; }
  void on_message(target::Connection& connection, std::string_view message, bool text) override {
    ++entry_of(connection).messages;
    connection.send(message, text);
  }
  void on_close(target::Connection& connection) override { entry_of(connection) = {}; }

 protected:
  virtual Entry& entry_of(const target::Connection& connection) = 0;

  const std::size_t connections_;  // of the process
  std::vector<Entry, OwnerAllocator<Entry>> table_;
};

}  // namespace heapstorm::targets::connection_table
