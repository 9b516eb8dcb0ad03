// The parameters of the variant that is served: what `--parameter` set, and the defaults of the others.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/abi/target.h"
#include "harness/base/result.h"

namespace heapstorm::host {

// A plain value; constant once resolved, so that any thread may ask.
class Parameters {
 public:
  // `settings` are "name=value", as on the command line. The error says which of them does not fit `variant`, and why.
  static Result<Parameters> resolve(const heapstorm_variant& variant, const std::vector<std::string>& settings);

  // Ends the process, with a word on stderr, if the variant does not declare `name`: the plugin is wrong.
  std::int64_t value(std::string_view name) const;

 private:
  std::map<std::string, std::int64_t, std::less<>> values_;
};

}  // namespace heapstorm::host
