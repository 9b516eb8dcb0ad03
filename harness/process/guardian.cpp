#include "harness/process/guardian.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <span>

namespace heapstorm {
namespace {

constexpr int tidy_every_ms = 100;
constexpr int kill_every_ms = 2;
constexpr std::int64_t kill_deadline_ms = 10000;  // a process in the kernel's hands can outlive even SIGKILL

std::int64_t now_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1000000;
}

[[noreturn]] void fail(int failure_fd) {
  const int error = errno;
  [[maybe_unused]] const ssize_t told = ::write(failure_fd, &error, sizeof error);
  ::_exit(127);
}

// In the child, between fork and exec.
[[noreturn]] void become_command(const GuardianTask& task, pid_t guardian) {
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != guardian) ::_exit(127);  // the guardian died before the line above
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  ::signal(SIGXFSZ, SIG_DFL);
  const int null_fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(null_fd, STDIN_FILENO);
  ::dup2(task.stdout_fd, STDOUT_FILENO);
  ::dup2(task.stderr_fd, STDERR_FILENO);
  for (const int fd : task.inherited_fds) ::fcntl(fd, F_SETFD, 0);
  if (task.working_directory[0] != '\0' && ::chdir(task.working_directory) != 0) fail(task.failure_fd);
  ::execve(task.image.path(), task.image.arguments(), task.image.environment());
  fail(task.failure_fd);
}

// Process ids of those whose parent we are, among them those that lost their own parent: as many as fit.
class Children {
 public:
  Children() {
    const int file = ::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    std::array<char, 16384> text;
    const ssize_t size = ::read(file, text.data(), text.size());
    ::close(file);
    parse({text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))});
  }

  std::span<const pid_t> pids() const { return {pids_.data(), count_}; }

 private:
  // A last number without its space may be cut off: it is left out.
  void parse(std::span<const char> text) {
    pid_t number = 0;
    for (const char c : text) {
      if (c >= '0' && c <= '9') {
        number = number * 10 + (c - '0');
      } else {
        if (number > 1 && count_ < pids_.size()) pids_[count_++] = number;
        number = 0;
      }
    }
  }

  std::array<pid_t, 4096> pids_;
  std::size_t count_ = 0;
};

class Guardian {
 public:
  Guardian(pid_t leader, int news_fd, int lifeline_fd)
      : leader_(leader),
        leader_fd_(static_cast<int>(::syscall(SYS_pidfd_open, leader, 0))),
        news_fd_(news_fd),
        lifeline_fd_(lifeline_fd) {}

  void watch() {
    tell({GuardianNews::Kind::started, leader_});
    while (true) {
      std::array<pollfd, 2> polled{{{lifeline_fd_, POLLIN, 0}, {ended_ ? -1 : leader_fd_, POLLIN, 0}}};
      ::poll(polled.data(), polled.size(), tidy_every_ms);
      if (polled[0].revents != 0) return;
      look_at_leader();
      reap_adopted();
    }
  }

  void kill_all() {
    look_at_leader();
    const std::int64_t deadline_ms = now_ms() + kill_deadline_ms;
    bool some_left = true;
    while (some_left && now_ms() < deadline_ms) {
      ::kill(-leader_, SIGKILL);
      const Children children;
      for (const pid_t pid : children.pids()) ::kill(pid, SIGKILL);
      some_left = reap_all();
      if (some_left) ::poll(nullptr, 0, kill_every_ms);
    }
    tell({GuardianNews::Kind::left, killed_});
  }

 private:
  void tell(const GuardianNews& news) const {
    [[maybe_unused]] const ssize_t told = ::write(news_fd_, &news, sizeof news);
  }

  void look_at_leader() {
    siginfo_t info{};
    if (ended_ || ::waitid(P_PID, static_cast<id_t>(leader_), &info, WEXITED | WNOHANG | WNOWAIT) != 0) return;
    if (info.si_pid != leader_) return;
    ended_ = true;
    tell({GuardianNews::Kind::ended, info.si_status, info.si_code != CLD_EXITED});
  }

  void reap_adopted() const {
    const Children children;
    for (const pid_t pid : children.pids()) {
      if (pid != leader_) ::waitpid(pid, nullptr, WNOHANG);
    }
  }

  // Returns whether there are any left: as the subreaper, without children we have no descendants either.
  bool reap_all() {
    while (true) {
      look_at_leader();
      int status = 0;
      const pid_t pid = ::waitpid(-1, &status, WNOHANG);
      if (pid == 0) return true;
      if (pid < 0) return false;
      if (pid == leader_) {
        on_leader_reaped();
      } else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
        ++killed_;
      }
    }
  }

  void on_leader_reaped() { leader_ = no_group; }

  // Kill of minus this does nothing: no process has so high a number.
  static constexpr pid_t no_group = 0x7ffffffe;

  pid_t leader_;
  int leader_fd_;
  int news_fd_, lifeline_fd_;
  bool ended_ = false;
  int killed_ = 0;
};

// The rest of the runner's descriptors would stay open with us: its listeners, and the lifelines of other guardians.
void keep_only(int& news_fd, int& lifeline_fd) {
  constexpr int news_place = 3, lifeline_place = 4, above = 5;
  const int news = ::fcntl(news_fd, F_DUPFD_CLOEXEC, above), lifeline = ::fcntl(lifeline_fd, F_DUPFD_CLOEXEC, above);
  const int null_fd = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null_fd, standard);
  news_fd = ::dup2(news, news_place);
  lifeline_fd = ::dup2(lifeline, lifeline_place);
  ::syscall(SYS_close_range, above, ~0u, 0);
}

}  // namespace

void run_guardian(const GuardianTask& task) {
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  ::signal(SIGCHLD, SIG_DFL);  // ignored, it would make our children vanish before we have looked at them
  ::setpgid(0, 0);             // a Ctrl-C at the terminal is the runner's
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const pid_t own = ::getpid();
  const pid_t leader = ::fork();
  if (leader < 0) fail(task.failure_fd);
  if (leader == 0) become_command(task, own);
  int news_fd = task.news_fd, lifeline_fd = task.lifeline_fd;
  keep_only(news_fd, lifeline_fd);
  Guardian guardian(leader, news_fd, lifeline_fd);
  guardian.watch();
  guardian.kill_all();
  ::_exit(0);
}

}  // namespace heapstorm
