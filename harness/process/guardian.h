// The guardian: a small process between the runner and a command. It is the subreaper of everything that the command
// starts, so that also a grandchild that has put itself into a session of its own comes back to it and is killed at the
// end. It ends when the runner lets go of the lifeline, which a dead runner does too. It was forked without exec from a
// process with threads, so it calls only what is safe there.
#pragma once

#include <sys/types.h>

#include <vector>

#include "harness/process/exec_image.h"

namespace heapstorm {

// What the guardian writes into the news pipe; whole messages, each smaller than PIPE_BUF.
struct GuardianNews {
  enum class Kind : int {
    started,  // value: the leader's process id
    ended,    // the leader did; value: its code or signal. It stays a zombie, so that its number stays taken.
    left,     // all are gone; value: processes other than the leader that had to be killed
  };
  Kind kind;
  int value = 0;
  bool by_signal = false;
};

struct GuardianTask {
  const ExecImage& image;
  const std::vector<int>& inherited_fds;
  const char* working_directory;  // "": ours
  int stdout_fd, stderr_fd;
  int failure_fd;   // the errno of what kept the command from running; closed without a word if it runs
  int news_fd;      // writing end
  int lifeline_fd;  // reading end; nothing is ever written into it
};

// In the child of a fork.
[[noreturn]] void run_guardian(const GuardianTask& task);

}  // namespace heapstorm
