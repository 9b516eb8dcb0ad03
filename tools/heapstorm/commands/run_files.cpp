#include "tools/heapstorm/commands/run_files.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "harness/files/text_file.h"
#include "reports/json/read_run_json.h"

namespace heapstorm::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t run_json_limit_bytes = 256u << 20;

std::uint64_t written_at_ms(const std::string& file) {
  struct stat status = {};
  if (::stat(file.c_str(), &status) != 0 || status.st_mtim.tv_sec < 0) return 0;
  return static_cast<std::uint64_t>(status.st_mtim.tv_sec) * 1000 +
         static_cast<std::uint64_t>(status.st_mtim.tv_nsec) / 1'000'000;
}

Result<std::vector<std::string>> run_files_below(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().filename() == "run.json") files.push_back(entry->path().string());
  }
  if (error) return Error::bad_input(folder + ": cannot be searched: " + error.message());
  if (files.empty()) return Error::bad_input(folder + ": there is no run.json in it");
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Result<RunFile> read_run_file(const std::string& file) {
  if (::access(file.c_str(), R_OK) != 0) {
    return Error::bad_input(fmt::format("{}: cannot open: {}", file, std::strerror(errno)));
  }
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) return Error::bad_input(file + ": is no file");
  RunFile read{.run = {}, .text = read_text(file, run_json_limit_bytes), .file_time_ms = written_at_ms(file)};
  auto run = read_run_json(read.text, file);
  if (!run) return run.error();
  read.run = std::move(run.value());
  return read;
}

Result<std::vector<std::string>> run_files_at(const std::string& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return run_files_below(path);
  return std::vector<std::string>{path};
}

Result<RunResult> read_run(const RunDirectory& directory) {
  auto read = read_run_file(directory.file("run.json"));
  if (!read) return read.error();
  read.value().run.directory = directory.path;
  return std::move(read.value().run);
}

Result<std::vector<RunResult>> read_runs(const std::string& path) {
  const auto files = run_files_at(path);
  if (!files) return files.error();
  std::vector<RunResult> runs;
  for (const std::string& file : files.value()) {
    auto read = read_run_file(file);
    if (!read) return read.error();
    runs.push_back(std::move(read.value().run));
  }
  return runs;
}

}  // namespace heapstorm::cli
