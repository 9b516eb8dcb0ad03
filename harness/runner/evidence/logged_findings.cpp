#include "harness/runner/evidence/logged_findings.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string>
#include <system_error>

#include "harness/findings/log_findings.h"

namespace heapstorm {
namespace {

namespace fs = std::filesystem;

constexpr const char* sanitizer = "sanitizer.";

std::vector<std::string> logs_of(const char* tool, const RunDirectory& directory) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory.path, error)) {
    // The target may have put anything there; a pipe would wait for ever.
    const bool is_named_so = entry.path().filename().string().starts_with(tool);
    if (is_named_so && entry.is_regular_file(error) && !entry.is_symlink(error)) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<Finding> findings_in(const std::vector<std::string>& files,
                                 std::vector<Finding> (*read)(const std::string& file)) {
  std::vector<Finding> findings;
  for (const std::string& file : files) {
    std::vector<Finding> logged = read(file);
    std::move(logged.begin(), logged.end(), std::back_inserter(findings));
  }
  return findings;
}

std::uint64_t size_of(const std::string& file) {
  std::error_code error;
  const auto size_bytes = fs::file_size(file, error);
  return error ? 0 : size_bytes;
}

}  // namespace

std::vector<Finding> findings_in_sanitizer_logs(const RunDirectory& directory) {
  return findings_in(logs_of(sanitizer, directory), read_sanitizer_log);
}

std::vector<Finding> findings_in_valgrind_logs(const RunDirectory& directory) {
  return findings_in(logs_of("valgrind.", directory), read_valgrind_xml);
}

std::vector<Finding> findings_on_stderr(const RunDirectory& directory, std::uint64_t at_ms) {
  const LogEnds log = read_log_ends(directory.file("target.stderr"));
  std::vector<Finding> findings = findings_of_last_words(log.beginning.text, log.beginning.cut_off, at_ms);
  std::vector<Finding> last = findings_of_last_words(log.end, false, at_ms);
  std::move(last.begin(), last.end(), std::back_inserter(findings));
  return findings;
}

std::uint64_t logged_bytes(const RunDirectory& directory) {
  std::uint64_t bytes = size_of(directory.file("target.stderr"));
  for (const std::string& file : logs_of(sanitizer, directory)) bytes += size_of(file);
  return bytes;
}

}  // namespace heapstorm
