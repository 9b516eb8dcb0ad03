// A Target: the server that an attempt starts, storms and stops, of whichever kind. HostedTarget is a plugin in
// target_host, ExternalTarget a command line of the user's; make_target() chooses. What an attempt must know of a kind
// it asks here, and of nothing else.
//
// Owned by one thread. In this order: command() and the process that is started of it, is_listening() as often as one
// likes, prepare_clients(), then endpoint() is what clients need.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "harness/base/result.h"
#include "harness/process/process.h"
#include "harness/runner/box/black_box_file.h"
#include "harness/runner/run_options.h"
#include "harness/scenario/scenario.h"
#include "harness/storm/storm.h"

namespace heapstorm {

// As reports call it.
struct TargetName {
  std::string family, variant;
};

// What the kinds of target differ in, besides how they are started.
struct TargetTraits {
  bool writes_black_box = false;     // its heaps, threads and the faults that it saw
  bool must_be_probed = false;       // only a client can tell whether it still answers
  bool may_leave_processes = false;  // what it has started may live on after its own end
};

class Target {
 public:
  virtual ~Target() = default;

  virtual TargetName name() const = 0;
  virtual TargetTraits traits() const = 0;

  // How to start it. Called anew for each start, and may choose another port each time. An error of the environment if
  // it cannot be started here.
  virtual Result<ProcessOptions> command() = 0;
  // Looks once.
  virtual bool is_listening() = 0;
  // Between two looks.
  virtual std::uint32_t poll_ms() const = 0;
  // Of one that has died before it listened: whether another start may go better, since somebody has taken its port.
  virtual bool has_lost_its_port() const { return false; }
  // Once it listens: whatever its clients need of it. An error of the environment.
  virtual Status prepare_clients() { return Success{}; }
  // Before it listens, only what is known by then.
  virtual Endpoint endpoint() const = 0;
  // The path of WebSocket handshakes and HTTP requests that name none.
  virtual std::string path() const { return "/"; }
};

// `box` must outlive it, and so must `scenario` and `options`.
std::unique_ptr<Target> make_target(const Scenario& scenario, const RunOptions& options, const BlackBoxFile& box);

}  // namespace heapstorm
