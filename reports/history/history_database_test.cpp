#include "reports/history/history_database.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <thread>

#include "reports/testing/hostile_text.h"
#include "reports/testing/sample_history.h"

namespace heapstorm {
namespace {

using Access = HistoryDatabase::Access;

class HistoryFile : public testing::Test {
 protected:
  HistoryFile() : folder_(testing::TempDir() + "heapstorm_history_" + std::to_string(::getpid())) {
    std::filesystem::create_directories(folder_);
  }
  ~HistoryFile() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name = "history.db") const { return folder_ + "/" + name; }

  HistoryDatabase::Added add(const std::vector<std::vector<StoredRun>>& sets) const {
    auto database = HistoryDatabase::open(file(), Access::add);
    EXPECT_TRUE(database) << (database ? "" : database.error().message);
    const auto added = database.value().add(sets);
    EXPECT_TRUE(added) << (added ? "" : added.error().message);
    return added.value();
  }

  std::vector<StoredRun> runs() const {
    const auto database = HistoryDatabase::open(file(), Access::read);
    EXPECT_TRUE(database) << (database ? "" : database.error().message);
    return database.value().runs().value();
  }

  // What a person of skill could do to the file.
  void change(const std::string& sql) const {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(file().c_str(), &handle), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
    sqlite3_close(handle);
  }

  void expect_refused(Access access, const std::string& why) const {
    const auto database = HistoryDatabase::open(file(), access);
    ASSERT_FALSE(database);
    EXPECT_EQ(database.error().kind, ErrorKind::bad_input);
    EXPECT_NE(database.error().message.find(file() + ": "), std::string::npos) << database.error().message;
    EXPECT_NE(database.error().message.find(why), std::string::npos) << database.error().message;
  }

  std::string folder_;
};

TEST_F(HistoryFile, GivesBackWhatWasAdded) {
  const std::vector<StoredRun> night = sample_night(0, 12);
  const HistoryDatabase::Added added = add({night});
  EXPECT_EQ(added.added, 20u);
  EXPECT_EQ(added.known, 0u);
  EXPECT_EQ(runs(), night);
}

TEST_F(HistoryFile, KeepsEveryByteOfHostileText) {
  RunResult result = sample_with_text_for_sets(hostile_text());
  result.seed = std::numeric_limits<std::uint64_t>::max();
  const StoredRun run = stored(result, 1);
  ASSERT_NE(run.scenario.find('\0'), std::string::npos);
  add({{run}});
  EXPECT_EQ(runs(), std::vector<StoredRun>{run});
}

TEST_F(HistoryFile, IsNotChangedByARunThatIsInItAlready) {
  add({sample_night(0, 12)});
  const std::vector<StoredRun> before = runs();
  const HistoryDatabase::Added again = add({sample_night(0, 12)});
  EXPECT_EQ(again.added, 0u);
  EXPECT_EQ(again.known, 20u);
  EXPECT_EQ(runs(), before);
  std::vector<StoredRun> both = sample_night(0, 12);
  both.push_back(stored(sample_clean()));
  EXPECT_EQ(add({both}).added, 1u);
  EXPECT_EQ(runs().size(), 21u);
}

TEST_F(HistoryFile, GivesEachSetANumberOfItsOwn) {
  add({sample_night(0, 1), sample_night(1, 1)});
  add({sample_night(2, 1)});
  const std::vector<StoredRun> all = runs();
  ASSERT_EQ(all.size(), 60u);
  EXPECT_EQ(all[0].set, 1u);
  EXPECT_EQ(all[20].set, 2u);
  EXPECT_EQ(all[40].set, 3u);
}

TEST_F(HistoryFile, NamesAFindingByWhatWasSaidLast) {
  StoredRun run = stored(sample_caught());
  add({{run}});
  run.digest = "another";
  run.sightings.front().where = "static_cache.cpp:30";
  add({{run}});
  EXPECT_EQ(runs().front().sightings.front().where, "static_cache.cpp:30");
}

TEST_F(HistoryFile, HasAllOrNothingOfAnAdd) {
  add({sample_night(0, 20)});
  StoredRun impossible = stored(sample_caught());
  impossible.sightings.push_back(impossible.sightings.front());  // twice in one run: the table refuses it
  auto database = HistoryDatabase::open(file(), Access::add);
  ASSERT_TRUE(database);
  EXPECT_FALSE(database.value().add({sample_night(1, 20), {impossible}}));
  EXPECT_EQ(runs().size(), 20u);
}

// Each thread has a connection of its own, as a process has.
TEST_F(HistoryFile, LosesNothingWhenManyAddAtOnce) {
  constexpr std::uint64_t writers = 8;
  std::vector<std::thread> threads;
  for (std::uint64_t writer = 0; writer < writers; ++writer) {
    threads.emplace_back([&, writer] { EXPECT_EQ(add({sample_night(writer, 12)}).added, 20u); });
  }
  for (std::thread& thread : threads) thread.join();
  const std::vector<StoredRun> all = runs();
  EXPECT_EQ(all.size(), 20 * writers);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].set, i / 20 + 1) << "an add is one set";
}

TEST_F(HistoryFile, WaitsForAnotherWriter) {
  add({sample_night(0, 1)});
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(file().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  std::thread waiting([&] { EXPECT_EQ(add({sample_night(1, 1)}).added, 20u); });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr), SQLITE_OK);
  waiting.join();
  sqlite3_close(other);
  EXPECT_EQ(runs().size(), 40u);
}

TEST_F(HistoryFile, IsRefusedIfItIsNotThereOrNoDatabase) {
  expect_refused(Access::read, "cannot open");
  std::ofstream(file()) << std::string(5000, 'x');
  expect_refused(Access::read, "is no history of heapstorm");
  expect_refused(Access::add, "is no history of heapstorm");
}

TEST_F(HistoryFile, IsRefusedIfItBelongsToAnotherProgram) {
  change("CREATE TABLE bookmarks (address TEXT)");
  expect_refused(Access::read, "is no history of heapstorm");
  expect_refused(Access::add, "is no history of heapstorm");
}

TEST_F(HistoryFile, IsRefusedIfItIsOfANewerVersion) {
  add({sample_night(0, 1)});
  change("PRAGMA user_version = 2");
  expect_refused(Access::read, "is a history of version 2, and this heapstorm knows version 1 only");
  expect_refused(Access::add, "version 2");
}

TEST_F(HistoryFile, IsOneWithoutRunsIfItIsEmpty) {
  std::ofstream(file()).flush();
  EXPECT_TRUE(runs().empty());
  EXPECT_EQ(add({sample_night(0, 1)}).added, 20u);
}

TEST_F(HistoryFile, IsRefusedIfItIsDamaged) {
  add({sample_night(0, 20)});
  change("DROP TABLE figure");
  const auto database = HistoryDatabase::open(file(), Access::read);
  ASSERT_TRUE(database);
  const auto read = database.value().runs();
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::bad_input);
  EXPECT_NE(read.error().message.find("is a damaged history"), std::string::npos) << read.error().message;
}

// Bytes of every page are changed: whatever is read then, it ends and says so.
TEST_F(HistoryFile, SurvivesChangedBytes) {
  add({sample_night(0, 20), sample_night(1, 3)});
  const auto size = static_cast<std::streamoff>(std::filesystem::file_size(file()));
  const std::string copy = file("copy.db");
  std::size_t refused = 0;
  for (std::streamoff at = 100; at < size; at += 997) {
    std::filesystem::copy_file(file(), copy, std::filesystem::copy_options::overwrite_existing);
    std::fstream(copy, std::ios::in | std::ios::out | std::ios::binary).seekp(at).write("\xff\xff\xff\xff", 4);
    const auto database = HistoryDatabase::open(copy, Access::read);
    const auto read = database ? database.value().runs() : Result<std::vector<StoredRun>>(database.error());
    refused += !read;
    if (read) make_history(read.value());
  }
  EXPECT_GT(refused, 0u);
}

}  // namespace
}  // namespace heapstorm
