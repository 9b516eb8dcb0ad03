// A matrix as one page without scripts, which needs no network and no other file.
#pragma once

#include <string>

#include "harness/matrix/matrix.h"

namespace heapstorm {

// Whatever a scenario's name or a finding's kind holds is text in it.
std::string to_matrix_html(const Matrix& matrix);

}  // namespace heapstorm
