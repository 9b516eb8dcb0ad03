// Whether a variant has the parameters that a scenario sets, before anything is started.
#pragma once

#include <functional>
#include <string>

#include "harness/base/result.h"
#include "harness/runner/target_catalogue.h"
#include "harness/scenario/scenario.h"

namespace heapstorm::cli {

// Makes an error that names the place of this JSON pointer.
using WrongAt = std::function<Error(const std::string& pointer, const std::string& what)>;

// The first parameter of `target` that `variant` does not have, or not with this value.
Status check_parameters(const TargetSpec& target, const VariantInfo& variant, const WrongAt& wrong_at);

}  // namespace heapstorm::cli
