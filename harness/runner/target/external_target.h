// An ExternalTarget: a scenario's command, in words of which some are filled in: how it is started, where it will
// listen and when it is ready. A target of this kind has no black box.
//
// Owned by one thread.
#pragma once

#include <cstdint>
#include <string>

#include "harness/runner/target/target.h"

namespace heapstorm {

class ExternalTarget final : public Target {
 public:
  // `target` has a command. Both must outlive this.
  ExternalTarget(const TargetSpec& target, const RunOptions& options);

  TargetName name() const override;
  TargetTraits traits() const override { return {.must_be_probed = true, .may_leave_processes = true}; }
  // Chooses another port at each call; the scenario's own if it names one, which nobody else may listen on. Makes the
  // scratch folder if the command speaks of it.
  Result<ProcessOptions> command() override;
  bool is_listening() override;
  std::uint32_t poll_ms() const override;
  bool has_lost_its_port() const override;
  // Reads the certificates that its clients trust, if they are to trust any: it may have made that file itself.
  Status prepare_clients() override;
  Endpoint endpoint() const override { return endpoint_; }
  std::string path() const override { return command_.endpoint.path; }

 private:
  Status choose_port();
  Result<ProcessOptions> words() const;
  std::string filled_in(std::string text) const;
  bool has_said_ready();

  const CommandTarget& command_;
  const RunOptions& options_;
  std::uint32_t workers_;
  Endpoint endpoint_;
  std::uint64_t stdout_read_bytes_ = 0;
};

}  // namespace heapstorm
