// For tests: a target_host as a child process with a black box, ended with the test whatever happens to it.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/abi/black_box.h"

namespace heapstorm::host {

// How a child ended: `code` after exit, else `signal`.
struct Ended {
  int code = -1;
  int signal = 0;
  std::string stdout_text;
  std::string stderr_text;
};

// The folder of this test's flavour: lib/heapstorm/<flavour> of the build.
std::string library_path(const std::string& file);

class HostProcess {
 public:
  // Starts this flavour's target_host with these arguments. It dies with the test, and after a deadline.
  explicit HostProcess(const std::vector<std::string>& arguments);
  // Kills what is still there.
  ~HostProcess();
  HostProcess(const HostProcess&) = delete;
  HostProcess& operator=(const HostProcess&) = delete;

  // Waits until it listens; 0 if it ends before or does not in time.
  std::uint16_t wait_for_port();
  // Waits for its end; kills it at the deadline. Call once.
  Ended wait();
  void signal(int number) const;

  // Read and written as the runner does. Valid after wait_for_port.
  void set_clock(std::int64_t seconds);
  std::uint64_t findings() const;
  std::uint64_t connections_accepted() const;
  heapstorm_box_stage stage() const;
  std::size_t open_descriptors() const;
  // Whether one of them is of this file.
  bool has_open(const std::string& file) const;
  // Takes all descriptors from that number on away, as the fault does; the hard limit gives them back.
  void limit_descriptors(std::uint64_t most) const;
  std::uint64_t hard_descriptor_limit() const;
  // Asks through the pipe, and waits until it is complete; false if that does not happen in time.
  bool restart_worker(std::uint32_t index);
  void request_restart(std::uint32_t index) const;
  void give(const heapstorm_worker_order& order) const;
  std::uint64_t orders_done(std::uint32_t kind) const;
  std::uint64_t worker_restarts() const;

 private:
  bool has_ended() const;
  heapstorm_box_control* control() const;

  int box_descriptor_;
  int orders_pipe_[2];
  int output_;
  int errors_;
  pid_t pid_;
  mutable void* mapping_ = nullptr;
  mutable std::size_t mapping_bytes_ = 0;
};

}  // namespace heapstorm::host
