#include "harness/runner/run_directory.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace heapstorm {
namespace {

namespace fs = std::filesystem;

constexpr int name_tries = 100000;

Error cannot_create(const std::string& path, const std::error_code& error) {
  return Error::environment("cannot create the run directory " + path + ": " + error.message());
}

// Nothing while another run has it. A file system that knows no locks gives an empty claim.
std::shared_ptr<const UniqueFd> claim_of(const std::string& path) {
  UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder && ::flock(folder.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) return nullptr;
  // Given up by hand: a process that was forked meanwhile may still have a copy of the descriptor.
  return {new UniqueFd(std::move(folder)), [](const UniqueFd* claimed) {
            if (*claimed) ::flock(claimed->get(), LOCK_UN);
            delete claimed;
          }};
}

bool is_ours(const std::string& name) {
  for (const char* ours :
       {"run.json", "scenario.json", "plan.jsonl.zst", "black_box.bin", "target.stdout", "target.stderr"}) {
    if (name == ours) return true;
  }
  return name.starts_with("sanitizer.") || name.starts_with("valgrind.");
}

}  // namespace

Result<RunDirectory> create_default_run_directory(const std::string& scenario, std::uint64_t seed,
                                                  const std::string& flavour) {
  std::string name = scenario;
  std::replace(name.begin(), name.end(), '/', '_');
  const std::string base = "heapstorm-runs/" + name + "-" + std::to_string(seed) + "-" + flavour;
  std::error_code error;
  fs::create_directories("heapstorm-runs", error);
  if (error) return cannot_create(base, error);
  for (int i = 1; i < name_tries; ++i) {
    const std::string path = i == 1 ? base : base + "-" + std::to_string(i);
    if (fs::create_directory(path, error)) return RunDirectory{path, claim_of(path)};
    if (error) return cannot_create(path, error);
  }
  return Error::environment("cannot create the run directory " + base + ": too many earlier runs, remove some");
}

Result<RunDirectory> create_run_directory(const std::string& path, const std::vector<std::string>& reports) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return cannot_create(path, error);
  auto claim = claim_of(path);
  if (!claim) return Error::bad_input(path + ": another run is writing into it; name another --out");
  if (!fs::is_empty(path, error) && !fs::exists(path + "/run.json", error) && !error) {
    return Error::bad_input(path + ": is not empty and holds no run.json of an earlier run; name another --out");
  }
  for (const auto& entry : fs::directory_iterator(path, error)) {
    const std::string name = entry.path().filename().string();
    const bool is_report = std::find(reports.begin(), reports.end(), name) != reports.end();
    if (is_ours(name) || is_report) fs::remove(entry.path(), error);
    if (name == "scratch") fs::remove_all(entry.path(), error);
    if (error) return cannot_create(path, error);
  }
  if (error) return cannot_create(path, error);
  return RunDirectory{path, std::move(claim)};
}

}  // namespace heapstorm
