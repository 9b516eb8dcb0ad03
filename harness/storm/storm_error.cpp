#include "harness/storm/storm_error.h"

#include <array>
#include <cstring>

namespace heapstorm {
namespace {

constexpr int highest_errno = 4095;  // Linux never has more
constexpr std::array<const char*, 3> tls_names{"TLS_CERTIFICATE_REFUSED", "TLS_ALERT", "TLS_VIOLATION"};

}  // namespace

std::string error_name(int number) {
  if (is_tls_error(number)) return tls_names[static_cast<std::size_t>(number - first_tls_error)];
  const char* name = ::strerrorname_np(number);
  return name != nullptr ? name : std::to_string(number);
}

int error_number(const std::string& name) {
  for (int number = first_tls_error; is_tls_error(number); ++number) {
    if (name == error_name(number)) return number;
  }
  for (int number = 1; number <= highest_errno; ++number) {
    const char* known = ::strerrorname_np(number);
    if (known != nullptr ? name == known : name == std::to_string(number)) return number;
  }
  return 0;
}

}  // namespace heapstorm
