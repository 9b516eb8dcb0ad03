// A Matrix in its formats: Markdown, JSON, and one page without scripts, which needs no network and no other file.
#pragma once

#include <string>

#include "harness/matrix/matrix.h"

namespace heapstorm {

// The table, then what the columns are, what is missing and what should not be.
std::string to_markdown(const Matrix& matrix);

std::string to_matrix_json(const Matrix& matrix);

// Whatever a scenario's name or a finding's kind holds is text in it.
std::string to_matrix_html(const Matrix& matrix);

}  // namespace heapstorm
