#include "harness/runner/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "harness/runner/exec_image.h"

namespace heapstorm {
namespace {

Error system_error(const std::string& what, int error) {
  return Error::environment(what + ": " + std::strerror(error));
}

struct Pipe {
  UniqueFd read_end, write_end;
};

Result<Pipe> make_pipe(int flags) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("cannot make a pipe", errno);
  Pipe made{UniqueFd(ends[0]), UniqueFd(ends[1])};
  ::fcntl(ends[0], F_SETFL, flags);
  return made;
}

Result<UniqueFd> create_file(const std::string& path) {
  UniqueFd file(::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644));
  if (!file) return system_error("cannot write " + path, errno);
  return file;
}

struct ChildSide {
  int stdout_fd, stderr_fd, failure_fd;
  pid_t parent;
};

// In the child, between fork and exec: only calls that are safe after a fork of a process with threads.
[[noreturn]] void become(const ExecImage& image, const std::vector<int>& inherited, const ChildSide& side) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != side.parent) ::_exit(127);  // the runner died before the line above
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  const int null_fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(null_fd, STDIN_FILENO);
  ::dup2(side.stdout_fd, STDOUT_FILENO);
  ::dup2(side.stderr_fd, STDERR_FILENO);
  for (const int fd : inherited) ::fcntl(fd, F_SETFD, 0);
  ::execve(image.path(), image.arguments(), image.environment());
  const int error = errno;
  [[maybe_unused]] const ssize_t told = ::write(side.failure_fd, &error, sizeof error);
  ::_exit(127);
}

// 0 if exec succeeded (the pipe closed), else its errno.
int exec_failure(int failure_fd) {
  int error = 0;
  ssize_t got;
  do {
    got = ::read(failure_fd, &error, sizeof error);
  } while (got < 0 && errno == EINTR);
  return got == sizeof error ? error : 0;
}

TargetExit to_exit(const siginfo_t& info) {
  TargetExit exit;
  if (info.si_code == CLD_EXITED) {
    exit.code = info.si_status;
  } else {
    exit.signal = info.si_status;
  }
  return exit;
}

}  // namespace

Result<std::unique_ptr<Process>> Process::start(const ProcessOptions& options) {
  const ExecImage image(options.command, options.environment);
  auto out_file = create_file(options.stdout_file);
  if (!out_file) return out_file.error();
  auto err_file = create_file(options.stderr_file);
  if (!err_file) return err_file.error();
  auto out = make_pipe(O_NONBLOCK);
  if (!out) return out.error();
  auto err = make_pipe(O_NONBLOCK);
  if (!err) return err.error();
  auto failure = make_pipe(0);
  if (!failure) return failure.error();

  const ChildSide side{out.value().write_end.get(), err.value().write_end.get(), failure.value().write_end.get(),
                       ::getpid()};
  const pid_t pid = ::fork();
  if (pid < 0) return system_error("cannot start a process", errno);
  if (pid == 0) become(image, options.inherited_fds, side);
  ::setpgid(pid, pid);  // also here, so that the group exists whoever runs first
  out.value().write_end.reset();
  err.value().write_end.reset();
  failure.value().write_end.reset();

  UniqueFd pid_fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  const int pid_fd_error = errno;
  const int exec_error = exec_failure(failure.value().read_end.get());
  if (exec_error != 0 || !pid_fd) {
    ::kill(-pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return exec_error != 0 ? system_error("cannot run " + options.command.front(), exec_error)
                           : system_error("cannot watch process " + std::to_string(pid), pid_fd_error);
  }
  std::array<OutputDrain::Stream, 2> streams;
  streams[0] = {std::move(out.value().read_end), std::move(out_file.value())};
  streams[1] = {std::move(err.value().read_end), std::move(err_file.value())};
  auto drain = std::make_unique<OutputDrain>(std::move(streams), options.output_limit_bytes);
  return std::unique_ptr<Process>(new Process(pid, std::move(pid_fd), std::move(drain)));
}

Process::Process(int pid, UniqueFd pid_fd, std::unique_ptr<OutputDrain> drain)
    : pid_(pid), pid_fd_(std::move(pid_fd)), drain_(std::move(drain)) {}

Process::~Process() {
  reap();
}

std::optional<TargetExit> Process::wait_ms(std::uint32_t deadline_ms) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::milliseconds(deadline_ms);
  while (!exit_) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd polled{pid_fd_.get(), POLLIN, 0};
    const int ready = ::poll(&polled, 1, static_cast<int>(std::max<std::int64_t>(0, left.count())));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return std::nullopt;
    // The zombie stays until reap(), so that its number cannot become somebody else's group meanwhile.
    siginfo_t info{};
    if (::waitid(P_PIDFD, static_cast<id_t>(pid_fd_.get()), &info, WEXITED | WNOWAIT) == 0) exit_ = to_exit(info);
  }
  return exit_;
}

void Process::signal(int number) {
  if (!exit_ && !reaped_) ::syscall(SYS_pidfd_send_signal, pid_fd_.get(), number, nullptr, 0);
}

Process::Stopped Process::stop(std::uint32_t deadline_ms) {
  Stopped stopped;
  if (!wait_ms(0)) {
    kill_group(SIGTERM);
    if (!wait_ms(deadline_ms)) stopped.killed = true;
  }
  reap();
  stopped.exit = *exit_;
  return stopped;
}

void Process::kill_group(int number) {
  if (!reaped_) ::kill(-pid_, number);
}

void Process::reap() {
  if (reaped_) return;
  kill_group(SIGKILL);
  siginfo_t info{};
  while (::waitid(P_PIDFD, static_cast<id_t>(pid_fd_.get()), &info, WEXITED) != 0 && errno == EINTR) {
  }
  if (!exit_) exit_ = to_exit(info);
  reaped_ = true;
  drain_->finish();
}

}  // namespace heapstorm
