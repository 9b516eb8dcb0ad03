// The file of certificates by which the clients of a scenario check their server.
#pragma once

#include <string>

#include "harness/base/result.h"

namespace heapstorm {

// Its text. An error of bad input if it cannot be read or holds no certificate.
Result<std::string> read_ca_file(const std::string& file);

}  // namespace heapstorm
