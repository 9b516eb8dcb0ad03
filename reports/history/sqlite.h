// SQLite's C interface as two resources and a transaction. Only for this folder. Whatever goes wrong is thrown as a
// SqliteError, which never leaves the folder.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace heapstorm {

struct SqliteError : std::runtime_error {
  SqliteError(int number, const std::string& message) : std::runtime_error(message), code(number) {}
  int code;  // SQLITE_BUSY, ...
};

class SqliteConnection {
 public:
  // `flags` are those of sqlite3_open_v2.
  SqliteConnection(const std::string& file, int flags);

  // One or more statements without results.
  void execute(const char* sql);
  // Of a statement with one number as its result, like a pragma.
  std::int64_t number(const char* sql);

  sqlite3* get() const { return handle_.get(); }
  [[noreturn]] void fail(int code) const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close(handle); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

// Prepared once, carried out as often as need be. Texts are bound and read with their lengths: a target's text may hold
// a zero byte.
class SqliteStatement {
 public:
  SqliteStatement(SqliteConnection& connection, const char* sql);

  SqliteStatement& bind(int place, std::string_view text);
  SqliteStatement& bind(int place, std::uint64_t number);  // beyond 2^63 it becomes that
  SqliteStatement& bind(int place, double number);

  // Whether there is a row.
  bool step();
  // For a statement without rows: carried out, and ready for the next values.
  void run();
  void reset();

  std::string text(int column) const;
  std::uint64_t number(int column) const;
  double real(int column) const { return sqlite3_column_double(handle_.get(), column); }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
  };
  void check(int code) const;

  SqliteConnection& connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

// Rolled back unless `commit` was called.
class SqliteTransaction {
 public:
  // `begin` is BEGIN, or BEGIN IMMEDIATE for a writer: it waits for other writers at once, so it cannot fail later.
  SqliteTransaction(SqliteConnection& connection, const char* begin);
  SqliteTransaction(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(const SqliteTransaction&) = delete;
  ~SqliteTransaction();
  void commit();

 private:
  SqliteConnection& connection_;
  bool open_ = true;
};

}  // namespace heapstorm
