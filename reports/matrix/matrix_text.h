// A matrix as text: the table of a README or of a terminal, in Markdown.
#pragma once

#include <string>

#include "harness/matrix/matrix.h"

namespace heapstorm {

// The table, then what the columns are, what is missing and what should not be.
std::string to_markdown(const Matrix& matrix);

}  // namespace heapstorm
