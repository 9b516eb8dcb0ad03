// What a storm's connection may fail with: an errno, or an error of TLS, numbered on beyond errno (which ends at 4095)
// so that both are counted the same way.
#pragma once

#include <string>

namespace heapstorm {

constexpr int first_tls_error = 10001;
// Our clients do not accept the server's certificate: nobody whom they trust has signed it, it is over, or it is for
// another name.
constexpr int tls_certificate_refused = 10001;
// The server ends the TLS stream with an alert: it wants another version, or a certificate of the client's.
constexpr int tls_alert = 10002;
// What came is no TLS, or not as the protocol allows.
constexpr int tls_violation = 10003;

constexpr bool is_tls_error(int number) {
  return number >= first_tls_error && number <= tls_violation;
}

// Of an errno or one of the above: "ECONNRESET", "TLS_ALERT"; digits for a number without a name.
std::string error_name(int number);
// The other way round; 0 for no such name.
int error_number(const std::string& name);

}  // namespace heapstorm
