// A Process: a command in a session of its own, with its output in two bounded files. It and all that it has started,
// in whatever session, dies with its owner: the destructor kills them, and so does its guardian if the runner is
// killed.
//
// Owned by one thread; not thread-safe.
//
//   auto target = Process::start({.command = {"/bin/true"}, .stdout_file = "out", .stderr_file = "err"});
//   if (!target) return target.error();
//   std::optional<ProcessExit> exit = target.value()->wait_ms(1000);
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/result.h"
#include "harness/files/unique_fd.h"
#include "harness/process/output_drain.h"
#include "harness/process/process_exit.h"

namespace heapstorm {

struct ProcessOptions {
  std::vector<std::string> command;                                // command[0] is a path, or a name for PATH
  std::vector<std::pair<std::string, std::string>> environment{};  // added to ours, or in place of ours
  std::vector<int> inherited_fds{};                                // kept open under the same number
  std::string working_directory{};                                 // "": ours
  std::string stdout_file;
  std::string stderr_file;
  std::uint64_t output_limit_bytes = 16u << 20;  // for each file; of more, the middle is left out (bounded_file.h)
};

class Process {
 public:
  // An error of the environment if the command cannot be run, with nothing left behind.
  static Result<std::unique_ptr<Process>> start(const ProcessOptions& options);

  // Kills and reaps.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  int pid() const { return pid_; }
  // The process above it, which is the ancestor of nothing but the command and what that has started.
  int guardian_pid() const { return guardian_pid_; }

  // Waits at most `deadline_ms` for the leader to end; nullopt if it is still alive. 0 only looks.
  std::optional<ProcessExit> wait_ms(std::uint32_t deadline_ms);

  // To the leader only; does nothing once it has ended.
  void signal(int number);

  struct Stopped {
    ProcessExit exit;
    bool killed = false;  // it was still alive when the deadline was over
  };
  // SIGTERM to the command's group, then SIGKILL to everything that it started, at the latest after `deadline_ms`, or
  // when `is_enough` says so, which is asked every few milliseconds. The output files are complete afterwards.
  Stopped stop(std::uint32_t deadline_ms, const std::function<bool()>& is_enough = {});

  // Once stopped: how many processes besides the leader had to be killed.
  int killed_besides() const { return killed_besides_; }

  // Once stopped: whether output was left out.
  bool output_truncated() const { return drain_ && drain_->truncated(); }
  // If that is because it could not be written: an errno value, else 0.
  int output_write_error() const { return drain_ ? drain_->write_error() : 0; }

 private:
  Process() = default;
  Status launch(const ProcessOptions& options);
  // Waits for the next message of the guardian; false if none comes within the deadline.
  bool receive_news(std::uint32_t deadline_ms);
  // False: it was still alive when the time was up.
  bool wait_until(std::uint32_t deadline_ms, const std::function<bool()>& is_enough);
  void kill_group(int number);
  // After this no pid of ours may be signalled.
  void reap();
  void reap_guardian();

  int guardian_pid_ = 0;
  int pid_ = 0;
  UniqueFd guardian_fd_, pid_fd_;
  UniqueFd news_, lifeline_;
  std::unique_ptr<OutputDrain> drain_;
  std::optional<ProcessExit> exit_;
  int killed_besides_ = 0;
  bool all_left_ = false;
  bool reaped_ = false;
};

}  // namespace heapstorm
