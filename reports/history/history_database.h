// A HistoryDatabase: the runs of many days in one SQLite file. A resource with one owner, for one thread.
//
//   auto database = HistoryDatabase::open(file, HistoryDatabase::Access::add);
//   auto added = database.value().add({stored_runs});
//
// Several processes may add to the same file at the same time: one waits for the other, up to a minute. A process that
// dies while it adds leaves the file as it was, and so does a full disk: a new file is empty then, which is a history
// without runs. The file may come from anywhere: what is no history, is damaged, or was written by a newer heapstorm is
// an error of bad input.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "reports/history/stored_run.h"

namespace heapstorm {

class SqliteConnection;

class HistoryDatabase {
 public:
  enum class Access {
    read,  // the file must be there
    add,   // it is made if need be
  };

  struct Added {
    std::uint64_t added = 0;
    std::uint64_t known = 0;  // were in it already, so nothing was changed
  };

  static Result<HistoryDatabase> open(const std::string& file, Access access);
  HistoryDatabase(HistoryDatabase&&) noexcept;
  ~HistoryDatabase();

  // All of them or, with an error, none. Each vector is a set: its runs are one point of a plot. Their own `set` is
  // not looked at.
  Result<Added> add(const std::vector<std::vector<StoredRun>>& sets);

  // In the order in which they were added.
  Result<std::vector<StoredRun>> runs() const;

 private:
  HistoryDatabase(std::string file, std::unique_ptr<SqliteConnection> connection);
  std::string file_;
  std::unique_ptr<SqliteConnection> connection_;
};

}  // namespace heapstorm
