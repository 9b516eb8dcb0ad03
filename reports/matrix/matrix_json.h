// A matrix as JSON, with every figure of every cell.
#pragma once

#include <string>

#include "harness/matrix/matrix.h"

namespace heapstorm {

std::string to_matrix_json(const Matrix& matrix);

}  // namespace heapstorm
