#include <fmt/format.h>
#include <linux/membarrier.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include "harness/abi/black_box_layout.h"
#include "harness/storm/descriptor_limit.h"
#include "harness/storm/port_budget.h"
#include "tools/heapstorm/commands/diagnosis.h"

namespace heapstorm::cli {
namespace {

using State = Diagnosis::State;

// A storm of 15,000 held connections, which are as many descriptors for the runner and for the target each.
constexpr std::uint64_t ample_descriptors = 16384;
constexpr std::uint64_t min_descriptors = 1024;
constexpr std::uint32_t ample_ports = 16384;

Diagnosis kernel_version() {
  utsname names{};
  ::uname(&names);
  return {"kernel", State::ok, fmt::format("{} {}", names.sysname, names.release), "for the record", ""};
}

Diagnosis processors() {
  const unsigned count = std::max(1u, std::thread::hardware_concurrency());
  Diagnosis diagnosis{"processors", State::ok, std::to_string(count), "threads meet only when they run at once", ""};
  if (count == 1) {
    diagnosis.state = State::limited;
    diagnosis.remedy = "with one processor races are found seldom; give the machine a second one";
  }
  return diagnosis;
}

Diagnosis barriers() {
  const long commands = ::syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);
  const bool has = commands > 0 && (commands & (MEMBARRIER_CMD_PRIVATE_EXPEDITED | MEMBARRIER_CMD_GLOBAL)) != 0;
  Diagnosis diagnosis{"membarrier", State::ok, "there", "the owner heap's cheap claim of a block", ""};
  if (!has) {
    diagnosis.state = State::missing;
    diagnosis.found = commands < 0 ? std::strerror(errno) : "without a barrier for all threads";
    diagnosis.remedy =
        "allow the system call membarrier (a container's seccomp profile may forbid it); Linux 4.3 has it";
  }
  return diagnosis;
}

// The black box is mapped as a whole, but only what is used takes memory.
Diagnosis address_space() {
  const std::uint64_t bytes = heapstorm_box_bytes(HEAPSTORM_BOX_DEFAULT_ARENA);
  void* const mapped =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  Diagnosis diagnosis{"address space", State::ok, fmt::format("{} GiB can be mapped", bytes >> 30),
                      "the black box, with room for every thread's heap", ""};
  if (mapped == MAP_FAILED) {
    diagnosis.state = State::missing;
    diagnosis.found = fmt::format("{} GiB cannot be mapped: {}", bytes >> 30, std::strerror(errno));
    diagnosis.remedy = "ulimit -v unlimited; and vm.overcommit_memory other than 2";
    return diagnosis;
  }
  ::munmap(mapped, bytes);
  return diagnosis;
}

Diagnosis descriptors() {
  const std::uint64_t limit = hard_descriptor_limit();
  Diagnosis diagnosis{"descriptors", State::ok, fmt::format("{} at most", limit),
                      "one for each connection that is open", ""};
  if (limit < ample_descriptors) {
    diagnosis.state = limit < min_descriptors ? State::missing : State::limited;
    diagnosis.remedy =
        fmt::format("ulimit -Hn {} or more, for storms that hold thousands of connections", ample_descriptors);
  }
  return diagnosis;
}

Diagnosis ports() {
  const std::uint32_t count = ephemeral_port_count();
  Diagnosis diagnosis{"ports", State::ok, fmt::format("{} for each source address", count),
                      "one for each connection, and for a minute after some", ""};
  if (count < ample_ports) {
    diagnosis.state = State::limited;
    diagnosis.remedy = "sysctl net.ipv4.ip_local_port_range=\"32768 60999\" or wider";
  }
  return diagnosis;
}

Diagnosis loopback() {
  Diagnosis diagnosis{"loopback", State::ok, "127.0.0.0/8", "the only network that a storm uses unasked", ""};
  if (!has_sources()) {
    diagnosis.state = State::missing;
    diagnosis.found = "no address of it can be bound";
    diagnosis.remedy = "ip link set lo up";
  }
  return diagnosis;
}

}  // namespace

Diagnoses diagnose_kernel() {
  return {kernel_version(), processors(), barriers(), address_space(), descriptors(), ports(), loopback()};
}

}  // namespace heapstorm::cli
