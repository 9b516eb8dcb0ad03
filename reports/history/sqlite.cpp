#include "reports/history/sqlite.h"

#include <algorithm>
#include <limits>

namespace heapstorm {
namespace {

constexpr int busy_timeout_ms = 60000;  // of one `add` for another
constexpr std::uint64_t greatest_number = std::numeric_limits<std::int64_t>::max();

}  // namespace

SqliteConnection::SqliteConnection(const std::string& file, int flags) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) fail(code);
  sqlite3_busy_timeout(handle, busy_timeout_ms);
  // The file may come from anywhere: nothing in its schema is trusted.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
}

void SqliteConnection::fail(int code) const {
  throw SqliteError(code & 0xff, handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code));
}

void SqliteConnection::execute(const char* sql) {
  const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t SqliteConnection::number(const char* sql) {
  SqliteStatement statement(*this, sql);
  return statement.step() ? static_cast<std::int64_t>(statement.number(0)) : 0;
}

SqliteStatement::SqliteStatement(SqliteConnection& connection, const char* sql) : connection_(connection) {
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v2(connection.get(), sql, -1, &handle, nullptr);
  handle_.reset(handle);
  check(code);
}

void SqliteStatement::check(int code) const {
  if (code != SQLITE_OK) connection_.fail(code);
}

SqliteStatement& SqliteStatement::bind(int place, std::string_view text) {
  const char* const bytes = text.data() == nullptr ? "" : text.data();
  check(sqlite3_bind_text64(handle_.get(), place, bytes, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

SqliteStatement& SqliteStatement::bind(int place, std::uint64_t number) {
  check(sqlite3_bind_int64(handle_.get(), place, static_cast<std::int64_t>(std::min(number, greatest_number))));
  return *this;
}

SqliteStatement& SqliteStatement::bind(int place, double number) {
  check(sqlite3_bind_double(handle_.get(), place, number));
  return *this;
}

bool SqliteStatement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code != SQLITE_ROW && code != SQLITE_DONE) connection_.fail(code);
  return code == SQLITE_ROW;
}

void SqliteStatement::run() {
  step();
  reset();
}

void SqliteStatement::reset() {
  check(sqlite3_reset(handle_.get()));
}

std::string SqliteStatement::text(int column) const {
  const auto* const bytes = sqlite3_column_text(handle_.get(), column);
  if (bytes == nullptr) return "";
  return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

std::uint64_t SqliteStatement::number(int column) const {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(sqlite3_column_int64(handle_.get(), column), 0));
}

SqliteTransaction::SqliteTransaction(SqliteConnection& connection, const char* begin) : connection_(connection) {
  connection_.execute(begin);
}

SqliteTransaction::~SqliteTransaction() {
  // What cannot be rolled back now is rolled back when the file is opened next.
  if (open_) sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void SqliteTransaction::commit() {
  connection_.execute("COMMIT");
  open_ = false;
}

}  // namespace heapstorm
