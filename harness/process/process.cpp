#include "harness/process/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "harness/process/exec_image.h"
#include "harness/process/guardian.h"

namespace heapstorm {
namespace {

constexpr std::uint32_t start_deadline_ms = 60000;
constexpr std::uint32_t asking_ms = 10;
constexpr std::uint32_t end_deadline_ms = 15000;  // more than the guardian takes for killing

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
  UniqueFd file(::open(path.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0644));
  if (!file) return system_error("cannot write " + path, errno);
  return file;
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

UniqueFd open_pid(pid_t pid) {
  return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

// Whether the descriptor is readable (or at its end) within the deadline.
bool wait_for(int fd, std::uint32_t deadline_ms) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::milliseconds(deadline_ms);
  while (true) {
    // Rounded up: rounded down, the last part of a millisecond would be waited for by asking again and again.
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd polled{fd, POLLIN, 0};
    const int ready = ::poll(&polled, 1, static_cast<int>(std::max<std::int64_t>(0, left.count())));
    if (ready < 0 && errno == EINTR) continue;
    return ready > 0;
  }
}

}  // namespace

Result<std::unique_ptr<Process>> Process::start(const ProcessOptions& options) {
  std::unique_ptr<Process> process(new Process);
  if (const Status launched = process->launch(options); !launched) return launched.error();
  return process;
}

Status Process::launch(const ProcessOptions& options) {
  const ExecImage image(options.command, options.environment);
  auto out_file = create_file(options.stdout_file);
  if (!out_file) return out_file.error();
  auto err_file = create_file(options.stderr_file);
  if (!err_file) return err_file.error();
  Pipe out, err, failure, news, lifeline;
  for (Pipe* pipe : {&out, &err, &failure, &news, &lifeline}) {
    auto made = make_pipe(pipe == &out || pipe == &err ? O_NONBLOCK : 0);
    if (!made) return made.error();
    *pipe = std::move(made.value());
  }
  const GuardianTask task{image,
                          options.inherited_fds,
                          options.working_directory.c_str(),
                          out.write_end.get(),
                          err.write_end.get(),
                          failure.write_end.get(),
                          news.write_end.get(),
                          lifeline.read_end.get()};
  guardian_pid_ = ::fork();
  if (guardian_pid_ < 0) return system_error("cannot start a process", errno);
  if (guardian_pid_ == 0) run_guardian(task);
  for (UniqueFd* end : {&out.write_end, &err.write_end, &failure.write_end, &news.write_end, &lifeline.read_end}) {
    end->reset();
  }
  guardian_fd_ = open_pid(guardian_pid_);
  news_ = std::move(news.read_end);
  lifeline_ = std::move(lifeline.write_end);
  const int error = exec_failure(failure.read_end.get());
  if (error != 0) return system_error("cannot run " + options.command.front(), error);
  if (!guardian_fd_ || !receive_news(start_deadline_ms) || !(pid_fd_ = open_pid(pid_))) {
    return Error::environment("cannot watch " + options.command.front());
  }
  std::array<OutputDrain::Stream, 2> streams;
  streams[0] = {std::move(out.read_end), BoundedFile(std::move(out_file.value()), options.output_limit_bytes)};
  streams[1] = {std::move(err.read_end), BoundedFile(std::move(err_file.value()), options.output_limit_bytes)};
  drain_ = std::make_unique<OutputDrain>(std::move(streams));
  return Success{};
}

Process::~Process() {
  reap();
}

bool Process::receive_news(std::uint32_t deadline_ms) {
  if (!wait_for(news_.get(), deadline_ms)) return false;
  GuardianNews news{};
  if (::read(news_.get(), &news, sizeof news) != sizeof news) {  // somebody killed the guardian, and so the leader
    if (!exit_) exit_ = ProcessExit{.code = {}, .signal = SIGKILL};
    all_left_ = true;
    return true;
  }
  switch (news.kind) {
    case GuardianNews::Kind::started:
      pid_ = news.value;
      break;
    case GuardianNews::Kind::ended:
      exit_ = ProcessExit{};
      (news.by_signal ? exit_->signal : exit_->code) = news.value;
      break;
    case GuardianNews::Kind::left:
      killed_besides_ = news.value;
      all_left_ = true;
      break;
  }
  return true;
}

std::optional<ProcessExit> Process::wait_ms(std::uint32_t deadline_ms) {
  if (!exit_) receive_news(deadline_ms);
  return exit_;
}

void Process::signal(int number) {
  if (!exit_ && !reaped_) ::syscall(SYS_pidfd_send_signal, pid_fd_.get(), number, nullptr, 0);
}

bool Process::wait_until(std::uint32_t deadline_ms, const std::function<bool()>& is_enough) {
  if (!is_enough) return wait_ms(deadline_ms).has_value();
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::milliseconds(deadline_ms);
  while (!wait_ms(asking_ms)) {
    if (is_enough() || Clock::now() >= deadline) return wait_ms(0).has_value();
  }
  return true;
}

Process::Stopped Process::stop(std::uint32_t deadline_ms, const std::function<bool()>& is_enough) {
  Stopped stopped;
  if (!wait_ms(0)) {
    kill_group(SIGTERM);
    stopped.killed = !wait_until(deadline_ms, is_enough);
  }
  reap();
  stopped.exit = *exit_;
  return stopped;
}

void Process::kill_group(int number) {
  if (!reaped_ && !all_left_) ::kill(-pid_, number);
}

void Process::reap() {
  if (reaped_) return;
  reaped_ = true;
  lifeline_.reset();
  while (news_ && !all_left_ && receive_news(end_deadline_ms)) {
  }
  if (!exit_) exit_ = ProcessExit{.code = {}, .signal = SIGKILL};
  reap_guardian();
  if (drain_) drain_->finish();
}

void Process::reap_guardian() {
  if (guardian_pid_ <= 0) return;
  const bool watched = static_cast<bool>(guardian_fd_);
  if (!watched || !wait_for(guardian_fd_.get(), end_deadline_ms)) ::kill(guardian_pid_, SIGKILL);
  if (watched && !wait_for(guardian_fd_.get(), end_deadline_ms)) return;  // in the kernel's hands for good
  while (::waitpid(guardian_pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace heapstorm
