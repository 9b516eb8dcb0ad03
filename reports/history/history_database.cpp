#include "reports/history/history_database.h"

#include <fmt/format.h>

#include <unordered_map>
#include <utility>

#include "reports/history/sqlite.h"

namespace heapstorm {
namespace {

constexpr std::int64_t our_mark = 0x68706873;  // "hphs": SQLite's application_id
constexpr std::int64_t our_version = 1;        // of the tables below: SQLite's user_version

constexpr const char* tables = R"(
  CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    batch INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    scenario TEXT NOT NULL,
    flavour TEXT NOT NULL,
    seed TEXT NOT NULL,
    tool_version TEXT NOT NULL,
    passed INTEGER NOT NULL,
    judged INTEGER NOT NULL);
  CREATE TABLE finding (
    id INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    what TEXT NOT NULL,
    place TEXT NOT NULL);
  CREATE TABLE sighting (
    run INTEGER NOT NULL REFERENCES run,
    finding INTEGER NOT NULL REFERENCES finding,
    count INTEGER NOT NULL,
    expected INTEGER NOT NULL,
    PRIMARY KEY (run, finding)) WITHOUT ROWID;
  CREATE TABLE figure (
    run INTEGER NOT NULL REFERENCES run,
    name TEXT NOT NULL,
    value REAL NOT NULL,
    PRIMARY KEY (run, name)) WITHOUT ROWID;
  PRAGMA application_id = 1752197235;
  PRAGMA user_version = 1;
)";
static_assert(our_mark == 1752197235 && our_version == 1, "the pragmas above say the same");

bool is_empty(SqliteConnection& connection) {
  return connection.number("SELECT count(*) FROM sqlite_schema") == 0 &&
         connection.number("PRAGMA application_id") == 0;
}

// Within a transaction, so that of two processes that find no tables one makes them and the other sees them.
Status make_or_check_tables(SqliteConnection& connection, const std::string& file, HistoryDatabase::Access access) {
  const bool adds = access == HistoryDatabase::Access::add;
  SqliteTransaction transaction(connection, adds ? "BEGIN IMMEDIATE" : "BEGIN");
  if (is_empty(connection)) {
    if (!adds) return Success{};
    connection.execute(tables);
  }
  if (connection.number("PRAGMA application_id") != our_mark) {
    return Error::bad_input(file + ": is no history of heapstorm");
  }
  const std::int64_t version = connection.number("PRAGMA user_version");
  if (version != our_version) {
    return Error::bad_input(fmt::format("{}: is a history of version {}, and this heapstorm knows version {} only",
                                        file, version, our_version));
  }
  transaction.commit();
  return Success{};
}

Error error_of(const SqliteError& error, const std::string& file) {
  switch (error.code) {
    case SQLITE_NOTADB:
      return Error::bad_input(file + ": is no history of heapstorm");
    case SQLITE_CANTOPEN:
      return Error::bad_input(file + ": cannot open: " + error.what());
    case SQLITE_CORRUPT:
    case SQLITE_ERROR:  // a table or column that is not there
      return Error::bad_input(fmt::format("{}: is a damaged history: {}", file, error.what()));
    default:
      return Error::environment(fmt::format("{}: {}", file, error.what()));
  }
}

// The statements that put a run in, prepared once for all runs.
class RunWriter {
 public:
  explicit RunWriter(SqliteConnection& connection)
      : connection_(connection),
        insert_run_(connection,
                    "INSERT INTO run (digest, batch, at_ms, scenario, flavour, seed, tool_version, passed, judged) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING"),
        // What was said last of a finding holds: the line of its place moves with the code around it.
        insert_finding_(connection,
                        "INSERT INTO finding (fingerprint, what, place) VALUES (?, ?, ?) ON CONFLICT (fingerprint) "
                        "DO UPDATE SET what = excluded.what, place = excluded.place RETURNING id"),
        insert_sighting_(connection, "INSERT INTO sighting (run, finding, count, expected) VALUES (?, ?, ?, ?)"),
        insert_figure_(connection, "INSERT INTO figure (run, name, value) VALUES (?, ?, ?)") {}

  // Whether it was not there before.
  bool add(const StoredRun& run, std::uint64_t batch) {
    insert_run_.bind(1, run.digest).bind(2, batch).bind(3, run.at_ms).bind(4, run.scenario).bind(5, run.flavour);
    insert_run_.bind(6, std::to_string(run.seed)).bind(7, run.tool_version);
    insert_run_.bind(8, std::uint64_t{run.passed}).bind(9, std::uint64_t{run.judged});
    insert_run_.run();
    if (sqlite3_changes(connection_.get()) == 0) return false;
    const auto id = static_cast<std::uint64_t>(sqlite3_last_insert_rowid(connection_.get()));
    for (const StoredSighting& sighting : run.sightings) add(id, sighting);
    for (const auto& [name, value] : run.figures) insert_figure_.bind(1, id).bind(2, name).bind(3, value).run();
    return true;
  }

 private:
  void add(std::uint64_t run, const StoredSighting& sighting) {
    insert_finding_.bind(1, sighting.fingerprint).bind(2, sighting.what).bind(3, sighting.where).step();
    const std::uint64_t finding = insert_finding_.number(0);
    insert_finding_.reset();
    insert_sighting_.bind(1, run).bind(2, finding).bind(3, sighting.count).bind(4, std::uint64_t{sighting.expected});
    insert_sighting_.run();
  }

  SqliteConnection& connection_;
  SqliteStatement insert_run_, insert_finding_, insert_sighting_, insert_figure_;
};

using Places = std::unordered_map<std::uint64_t, std::size_t>;  // of a run's id in the vector

std::vector<StoredRun> read_heads(SqliteConnection& connection, Places& places) {
  SqliteStatement select(connection,
                         "SELECT id, digest, batch, at_ms, scenario, flavour, seed, tool_version, passed, judged "
                         "FROM run ORDER BY id");
  std::vector<StoredRun> runs;
  while (select.step()) {
    StoredRun run;
    run.digest = select.text(1);
    run.set = select.number(2);
    run.at_ms = select.number(3);
    run.scenario = select.text(4);
    run.flavour = select.text(5);
    run.seed = std::strtoull(select.text(6).c_str(), nullptr, 10);
    run.tool_version = select.text(7);
    run.passed = select.number(8) != 0;
    run.judged = select.number(9) != 0;
    places[select.number(0)] = runs.size();
    runs.push_back(std::move(run));
  }
  return runs;
}

void read_sightings(SqliteConnection& connection, const Places& places, std::vector<StoredRun>& runs) {
  SqliteStatement select(connection,
                         "SELECT sighting.run, fingerprint, what, place, count, expected FROM sighting JOIN finding ON "
                         "finding.id = sighting.finding ORDER BY sighting.run, sighting.finding");
  while (select.step()) {
    const auto place = places.find(select.number(0));
    if (place == places.end()) continue;
    runs[place->second].sightings.push_back(
        {select.text(1), select.text(2), select.text(3), select.number(4), select.number(5) != 0});
  }
}

void read_figures(SqliteConnection& connection, const Places& places, std::vector<StoredRun>& runs) {
  SqliteStatement select(connection, "SELECT run, name, value FROM figure");
  while (select.step()) {
    const auto place = places.find(select.number(0));
    if (place != places.end()) runs[place->second].figures[select.text(1)] = select.real(2);
  }
}

}  // namespace

HistoryDatabase::HistoryDatabase(std::string file, std::unique_ptr<SqliteConnection> connection)
    : file_(std::move(file)), connection_(std::move(connection)) {}
HistoryDatabase::HistoryDatabase(HistoryDatabase&&) noexcept = default;
HistoryDatabase::~HistoryDatabase() = default;

Result<HistoryDatabase> HistoryDatabase::open(const std::string& file, Access access) {
  try {
    // A reader opens for writing too: if a process died while it added, what it left half done has to be undone.
    const int flags = SQLITE_OPEN_READWRITE | (access == Access::add ? SQLITE_OPEN_CREATE : 0);
    // With its folder, so that no name means something else to SQLite, as ":memory:" does.
    const std::string path = file.starts_with('/') ? file : "./" + file;
    auto connection = std::make_unique<SqliteConnection>(path, flags);
    if (const Status checked = make_or_check_tables(*connection, file, access); !checked) return checked.error();
    return HistoryDatabase(file, std::move(connection));
  } catch (const SqliteError& error) {
    return error_of(error, file);
  }
}

Result<HistoryDatabase::Added> HistoryDatabase::add(const std::vector<std::vector<StoredRun>>& sets) {
  try {
    SqliteTransaction transaction(*connection_, "BEGIN IMMEDIATE");
    auto batch = static_cast<std::uint64_t>(connection_->number("SELECT coalesce(max(batch), 0) FROM run"));
    RunWriter writer(*connection_);
    Added added;
    for (const std::vector<StoredRun>& set : sets) {
      ++batch;
      for (const StoredRun& run : set) ++(writer.add(run, batch) ? added.added : added.known);
    }
    transaction.commit();
    return added;
  } catch (const SqliteError& error) {
    return error_of(error, file_);
  }
}

Result<std::vector<StoredRun>> HistoryDatabase::runs() const {
  try {
    SqliteTransaction transaction(*connection_, "BEGIN");
    if (is_empty(*connection_)) return std::vector<StoredRun>{};
    Places places;
    std::vector<StoredRun> runs = read_heads(*connection_, places);
    read_sightings(*connection_, places, runs);
    read_figures(*connection_, places, runs);
    transaction.commit();
    return runs;
  } catch (const SqliteError& error) {
    return error_of(error, file_);
  }
}

}  // namespace heapstorm
