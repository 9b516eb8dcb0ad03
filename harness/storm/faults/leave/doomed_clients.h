// DoomedClients: client processes that hold a connection and die of SIGKILL, as a client does that its user kills.
//
// One helper process, forked before there is any connection, takes descriptors (SCM_RIGHTS), forks a process that holds
// each, and kills that. So the dying process really is the only one with the descriptor, and the runner, which has
// threads, forks once only. Helper and doomed processes die with the thread that made this object.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>

namespace heapstorm {

class DoomedClients {
 public:
  // Null, with errno, if the helper cannot be started.
  static std::unique_ptr<DoomedClients> start();
  DoomedClients(const DoomedClients&) = delete;
  DoomedClients& operator=(const DoomedClients&) = delete;
  ~DoomedClients();

  // Hands a copy of `fd` to a new process. Close `fd`, then call kill(). Returns 0 or the errno.
  int hold(int fd);
  // Kills the process that holds the latest. Returns 0 or the errno.
  int kill();

  // How many have been killed by now, in the order of hold(); never waits. Nothing if the helper failed.
  std::optional<std::uint64_t> killed();

 private:
  DoomedClients(pid_t helper, int control) : helper_(helper), control_(control) {}

  pid_t helper_;
  int control_;
  std::uint64_t killed_ = 0;
  bool failed_ = false;
};

}  // namespace heapstorm
