// The Services of this family. Two differ in the index of a connection in its thread's table, two in how a session
// that two threads may close is closed once.
#pragma once

#include "targets/connection_table/session_service.h"
#include "targets/connection_table/table_service.h"

namespace heapstorm::targets::connection_table {

class FdAsIndex final : public TableService {
 public:
  using TableService::TableService;

 private:
  Entry& entry_of(const target::Connection& connection) override;
};

class PerThreadIndex final : public TableService {
 public:
  using TableService::TableService;

 private:
  Entry& entry_of(const target::Connection& connection) override;
};

class CloseCheckThenAct final : public SessionService {
 public:
  using SessionService::SessionService;

 private:
  bool close(const SharedSession& session) override;
};

class AtomicClose final : public SessionService {
 public:
  using SessionService::SessionService;

 private:
  bool close(const SharedSession& session) override;
};

}  // namespace heapstorm::targets::connection_table
