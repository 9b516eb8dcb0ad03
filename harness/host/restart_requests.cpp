#include "harness/host/restart_requests.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include "harness/abi/black_box.h"

namespace heapstorm::host {

RestartRequests RestartRequests::from_environment() {
  const char* const value = std::getenv(HEAPSTORM_RESTART_FD_VARIABLE);
  if (value == nullptr) return RestartRequests(-1);
  const std::string_view text = value;
  int descriptor = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), descriptor);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  if (!is_number || fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0) return RestartRequests(-1);
  fcntl(descriptor, F_SETFL, O_NONBLOCK);
  return RestartRequests(descriptor);
}

std::optional<std::uint32_t> RestartRequests::take() {
  std::uint32_t index = 0;
  const ssize_t bytes = read(descriptor_, &index, sizeof index);  // as they were written: all of it or nothing
  if (bytes == sizeof index) return index;
  if (bytes == 0) descriptor_ = -1;  // The runner has closed its end, and would be found readable for ever.
  return std::nullopt;
}

}  // namespace heapstorm::host
