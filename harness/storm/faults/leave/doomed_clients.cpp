#include "harness/storm/faults/leave/doomed_clients.h"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace heapstorm {
namespace {

constexpr char hold_word = 'h';
constexpr char kill_word = 'k';
constexpr char killed_word = 'd';
constexpr char failed_word = 'f';

// A message of one byte, and one descriptor if `fd` is not -1.
struct Message {
  explicit Message(char first) : word(first) {
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
  }

  void attach(int fd) {
    cmsghdr* const entry = CMSG_FIRSTHDR(&header);
    entry->cmsg_level = SOL_SOCKET;
    entry->cmsg_type = SCM_RIGHTS;
    entry->cmsg_len = CMSG_LEN(sizeof(fd));
    std::memcpy(CMSG_DATA(entry), &fd, sizeof(fd));
  }

  int attached() {
    int fd = -1;
    const cmsghdr* const entry = CMSG_FIRSTHDR(&header);
    if (entry != nullptr && entry->cmsg_type == SCM_RIGHTS) std::memcpy(&fd, CMSG_DATA(entry), sizeof(fd));
    return fd;
  }

  char word;
  iovec part{&word, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr header{};
};

// From here to run_helper(): in the helper, which was forked from a process with threads, so only system calls.

void die_with(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);
}

[[noreturn]] void hold_until_killed(pid_t helper) {
  die_with(helper);
  while (true) pause();
}

bool kill_and_reap(pid_t doomed) {
  int status = 0;
  if (doomed < 0 || kill(doomed, SIGKILL) != 0 || waitpid(doomed, &status, 0) != doomed) return false;
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

[[noreturn]] void run_helper(pid_t runner, int control) {
  die_with(runner);
  if (control > 0) close_range(0, static_cast<unsigned>(control) - 1, 0);
  close_range(static_cast<unsigned>(control) + 1, ~0U, 0);
  signal(SIGINT, SIG_IGN);  // Ctrl-C is for the runner, who ends us
  const pid_t self = getpid();
  pid_t doomed = -1;
  while (true) {
    Message message(0);
    if (recvmsg(control, &message.header, 0) <= 0) _exit(0);
    if (message.word == hold_word) {
      doomed = fork();
      if (doomed == 0) hold_until_killed(self);
      close(message.attached());
    } else {
      const char word = kill_and_reap(doomed) ? killed_word : failed_word;
      if (send(control, &word, 1, MSG_NOSIGNAL) != 1) _exit(0);
    }
  }
}

}  // namespace

std::unique_ptr<DoomedClients> DoomedClients::start() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) return nullptr;
  const pid_t runner = getpid();
  const pid_t helper = fork();
  if (helper == 0) run_helper(runner, ends[1]);
  close(ends[1]);
  if (helper < 0) {
    close(ends[0]);
    return nullptr;
  }
  return std::unique_ptr<DoomedClients>(new DoomedClients(helper, ends[0]));
}

DoomedClients::~DoomedClients() {
  close(control_);
  ::kill(helper_, SIGKILL);
  waitpid(helper_, nullptr, 0);
}

int DoomedClients::hold(int fd) {
  Message message(hold_word);
  message.attach(fd);
  return sendmsg(control_, &message.header, MSG_NOSIGNAL | MSG_DONTWAIT) == 1 ? 0 : errno;
}

int DoomedClients::kill() {
  return send(control_, &kill_word, 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1 ? 0 : errno;
}

std::optional<std::uint64_t> DoomedClients::killed() {
  char word = 0;
  ssize_t received = 0;
  while ((received = recv(control_, &word, 1, MSG_DONTWAIT)) == 1) {
    failed_ |= word != killed_word;
    ++killed_;
  }
  failed_ |= received == 0;
  if (failed_) return std::nullopt;
  return killed_;
}

}  // namespace heapstorm
