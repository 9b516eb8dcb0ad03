#include "tools/heapstorm/run_files.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "harness/runner/text_file.h"
#include "reports/json/read_run_json.h"

namespace heapstorm::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t run_json_limit_bytes = 256u << 20;

Result<RunResult> read_run_file(const std::string& file) {
  if (::access(file.c_str(), R_OK) != 0) {
    return Error::bad_input(fmt::format("{}: cannot open: {}", file, std::strerror(errno)));
  }
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) return Error::bad_input(file + ": is no file");
  return read_run_json(read_text(file, run_json_limit_bytes), file);
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

Result<RunResult> read_run(const RunDirectory& directory) {
  auto run = read_run_file(directory.file("run.json"));
  if (run) run.value().directory = directory.path;
  return run;
}

Result<std::vector<RunResult>> read_runs(const std::string& path) {
  std::vector<std::string> files = {path};
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    auto found = run_files_below(path);
    if (!found) return found.error();
    files = std::move(found.value());
  }
  std::vector<RunResult> runs;
  for (const std::string& file : files) {
    auto run = read_run_file(file);
    if (!run) return run.error();
    runs.push_back(std::move(run.value()));
  }
  return runs;
}

}  // namespace heapstorm::cli
