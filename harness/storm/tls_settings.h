// TlsSettings: what the clients of a wss or https endpoint ask of the server. A plain value.
#pragma once

#include <string>

#include "harness/base/result.h"

namespace heapstorm {

struct TlsSettings {
  bool verify = true;  // false: any certificate is accepted
  std::string ca_pem;  // with verify: certificates, one of which must have signed the server's, or be it
  // Asked for (SNI), named in HTTP's Host, and with verify looked for in the certificate; "": the endpoint's address.
  std::string server_name;
};

// Whether a storm can work with them: with verify there must be a certificate. Else an error of bad input.
Status check_tls(const TlsSettings& settings);

}  // namespace heapstorm
