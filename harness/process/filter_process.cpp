#include "harness/process/filter_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "harness/files/unique_fd.h"

extern char** environ;

namespace heapstorm {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds hurried_deadline{500};
constexpr int max_poll_ms = 50;

// The environment without what would make a symbolizer ask the network or take options from elsewhere.
std::vector<char*> quiet_environment() {
  std::vector<char*> kept;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (!text.starts_with("DEBUGINFOD_") && !text.starts_with("LLVM_SYMBOLIZER_OPTS=")) kept.push_back(*entry);
  }
  kept.push_back(nullptr);
  return kept;
}

struct SpawnSettings {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  explicit SpawnSettings(int channel) {
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, channel, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, channel, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_init(&attributes);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
};

Result<pid_t> spawn(const FilterCommand& command, int channel) {
  SpawnSettings settings(channel);
  std::vector<char*> arguments{const_cast<char*>(command.program.c_str())};
  for (const std::string& argument : command.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  std::vector<char*> environment = quiet_environment();
  pid_t pid = -1;
  const int error = posix_spawn(&pid, command.program.c_str(), &settings.actions, &settings.attributes,
                                arguments.data(), environment.data());
  if (error != 0) return Error::environment("cannot start " + command.program + ": " + std::strerror(error));
  return pid;
}

// Sends what the channel takes now; at the end of the input it says so to the child.
void feed(int channel, const std::string& input, std::size_t& sent) {
  const ssize_t count = ::send(channel, input.data() + sent, input.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (count > 0) sent += static_cast<std::size_t>(count);
  if (count < 0 && errno != EAGAIN && errno != EINTR) sent = input.size();  // it no longer listens; it may still speak
  if (sent == input.size()) ::shutdown(channel, SHUT_WR);
}

// Reads what is there. Returns false at the end of the output.
bool drain(int channel, std::string& text) {
  char buffer[65536];
  const ssize_t count = ::recv(channel, buffer, sizeof buffer, MSG_DONTWAIT);
  if (count > 0) text.append(buffer, static_cast<std::size_t>(count));
  return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
}

FilterOutput converse(int channel, const FilterCommand& command, const std::string& input) {
  Clock::time_point end = Clock::now() + command.deadline;
  bool hurried = false;
  FilterOutput output;
  std::size_t sent = 0;
  if (input.empty()) ::shutdown(channel, SHUT_WR);
  while (true) {
    if (!hurried && command.stop.stop_requested()) {
      hurried = true;
      end = std::min(end, Clock::now() + hurried_deadline);
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0 || output.text.size() > command.max_output_bytes) {
      output.cut_off = true;
      return output;
    }
    pollfd wanted{channel, static_cast<short>(sent < input.size() ? POLLIN | POLLOUT : POLLIN), 0};
    if (::poll(&wanted, 1, static_cast<int>(std::min<long long>(left, max_poll_ms))) <= 0) continue;
    if (sent < input.size() && (wanted.revents & POLLOUT) != 0) feed(channel, input, sent);
    if ((wanted.revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !drain(channel, output.text)) return output;
  }
}

}  // namespace

Result<FilterOutput> run_filter(const FilterCommand& command, const std::string& input) {
  // A socket and not two pipes: a write to a child that has gone is then an error, not a SIGPIPE.
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return Error::environment(std::string("cannot make a socket pair: ") + std::strerror(errno));
  }
  UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);
  const Result<pid_t> child = spawn(command, theirs.get());
  if (!child) return child.error();
  theirs.reset();
  FilterOutput output = converse(ours.get(), command, input);
  // It has said all it will say, or all we listen to; killing what already exits is harmless.
  ::kill(child.value(), SIGKILL);
  while (::waitpid(child.value(), nullptr, 0) < 0 && errno == EINTR) {
  }
  return output;
}

}  // namespace heapstorm
