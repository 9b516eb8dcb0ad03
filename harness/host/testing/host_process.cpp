#include "harness/host/testing/host_process.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <iterator>
#include <thread>

#include "harness/abi/black_box_layout.h"
#include "harness/base/check.h"

namespace heapstorm::host {

namespace {

constexpr std::chrono::seconds deadline{30};
constexpr std::chrono::milliseconds poll_interval{2};

constexpr std::uint64_t arena_bytes = std::uint64_t{8} << 30;  // sparse

// The child's output goes to files in memory, so that nobody has to drain a pipe.
int memory_file(const char* name) {
  const int descriptor = memfd_create(name, 0);
  HEAPSTORM_CHECK(descriptor >= 0);
  return descriptor;
}

// The runner's choice of size is the target's arena.
int new_black_box() {
  const int descriptor = memory_file("black_box");
  HEAPSTORM_CHECK(ftruncate(descriptor, static_cast<off_t>(heapstorm_box_bytes(arena_bytes))) == 0);
  return descriptor;
}

std::string contents(int descriptor) {
  std::string text;
  char buffer[4096];
  for (ssize_t bytes = 0; (bytes = pread(descriptor, buffer, sizeof buffer, static_cast<off_t>(text.size()))) > 0;) {
    text.append(buffer, static_cast<std::size_t>(bytes));
  }
  return text;
}

template <typename Condition>
bool wait_until(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(poll_interval);
  }
  return true;
}

[[noreturn]] void become_host(const std::vector<std::string>& arguments, int output, int errors) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(output, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  std::vector<std::string> words = {library_path("target_host")};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  execv(pointers[0], pointers.data());
  _exit(127);
}

}  // namespace

std::string library_path(const std::string& file) {
  return std::string(HEAPSTORM_TARGET_LIBRARY "/" HEAPSTORM_FLAVOUR "/") + file;
}

HostProcess::HostProcess(const std::vector<std::string>& arguments)
    : box_descriptor_(new_black_box()), output_(memory_file("stdout")), errors_(memory_file("stderr")) {
  HEAPSTORM_CHECK(pipe(orders_pipe_) == 0);
  setenv(HEAPSTORM_ORDERS_FD_VARIABLE, std::to_string(orders_pipe_[0]).c_str(), 1);
  setenv(HEAPSTORM_BOX_FD_VARIABLE, std::to_string(box_descriptor_).c_str(), 1);
  pid_ = fork();
  HEAPSTORM_CHECK(pid_ >= 0);
  if (pid_ == 0) become_host(arguments, output_, errors_);
}

HostProcess::~HostProcess() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  if (mapping_ != nullptr) munmap(mapping_, mapping_bytes_);
  close(errors_);
  close(output_);
  close(orders_pipe_[1]);
  close(orders_pipe_[0]);
  close(box_descriptor_);
}

std::uint16_t HostProcess::wait_for_port() {
  const auto is_listening = [this] { return control() != nullptr && stage() == HEAPSTORM_STAGE_LISTENING; };
  wait_until([&] { return is_listening() || has_ended(); });
  return is_listening() ? static_cast<std::uint16_t>(std::atomic_ref(control()->port).load()) : 0;
}

bool HostProcess::has_ended() const {
  siginfo_t ended{};
  return waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid == pid_;
}

Ended HostProcess::wait() {
  int status = 0;
  const bool ended = wait_until([&] { return waitpid(pid_, &status, WNOHANG) == pid_; });
  if (!ended) {
    kill(pid_, SIGKILL);
    waitpid(pid_, &status, 0);
  }
  pid_ = -1;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, WIFSIGNALED(status) ? WTERMSIG(status) : 0, contents(output_),
          contents(errors_)};
}

void HostProcess::signal(int number) const {
  kill(pid_, number);
}

void HostProcess::set_clock(std::int64_t seconds) {
  std::atomic_ref(control()->clock_seconds).store(seconds);
}

std::uint64_t HostProcess::findings() const {
  return std::atomic_ref(control()->findings).load();
}

std::uint64_t HostProcess::connections_accepted() const {
  return std::atomic_ref(control()->connections_accepted).load();
}

void HostProcess::give(const heapstorm_worker_order& order) const {
  HEAPSTORM_CHECK(write(orders_pipe_[1], &order, sizeof order) == sizeof order);
}

std::uint64_t HostProcess::orders_done(std::uint32_t kind) const {
  return std::atomic_ref(control()->orders_done[kind]).load();
}

void HostProcess::request_restart(std::uint32_t index) const {
  give({.kind = HEAPSTORM_ORDER_RESTART, .worker = index, .time_us = 0});
}

bool HostProcess::restart_worker(std::uint32_t index) {
  const std::uint64_t completed = worker_restarts();
  request_restart(index);
  return wait_until([&] { return worker_restarts() > completed; });
}

std::uint64_t HostProcess::worker_restarts() const {
  return orders_done(HEAPSTORM_ORDER_RESTART);
}

std::uint64_t HostProcess::hard_descriptor_limit() const {
  rlimit limit{};
  prlimit(pid_, RLIMIT_NOFILE, nullptr, &limit);
  return limit.rlim_max;
}

void HostProcess::limit_descriptors(std::uint64_t most) const {
  const rlimit limit{.rlim_cur = most, .rlim_max = hard_descriptor_limit()};
  prlimit(pid_, RLIMIT_NOFILE, &limit, nullptr);
}

std::size_t HostProcess::open_descriptors() const {
  const std::filesystem::directory_iterator all("/proc/" + std::to_string(pid_) + "/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

bool HostProcess::has_open(const std::string& file) const {
  const std::filesystem::directory_iterator all("/proc/" + std::to_string(pid_) + "/fd");
  return std::any_of(begin(all), end(all), [&](const auto& descriptor) {
    std::error_code cannot_be_told;
    return std::filesystem::equivalent(descriptor.path(), file, cannot_be_told);
  });
}

heapstorm_box_stage HostProcess::stage() const {
  return static_cast<heapstorm_box_stage>(std::atomic_ref(control()->stage).load());
}

// Null until the child has published the header. Only the part before the arena is mapped.
heapstorm_box_control* HostProcess::control() const {
  if (mapping_ == nullptr) {
    mapping_bytes_ = sizeof(heapstorm_box_header) + 65536;
    void* const mapping = mmap(nullptr, mapping_bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, box_descriptor_, 0);
    HEAPSTORM_CHECK(mapping != MAP_FAILED);
    mapping_ = mapping;
  }
  auto* const header = static_cast<heapstorm_box_header*>(mapping_);
  if (std::atomic_ref(header->magic).load() != HEAPSTORM_BOX_MAGIC) return nullptr;
  const std::uint64_t offset = header->sections[HEAPSTORM_SECTION_CONTROL].offset;
  HEAPSTORM_CHECK(offset + sizeof(heapstorm_box_control) <= mapping_bytes_);
  return reinterpret_cast<heapstorm_box_control*>(static_cast<char*>(mapping_) + offset);
}

}  // namespace heapstorm::host
