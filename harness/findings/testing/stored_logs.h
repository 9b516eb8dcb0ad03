// Logs in testdata/ come from small programs of our own. Lines at the top, "# finding ...", say what is expected.
#pragma once

#include <string>
#include <vector>

#include "harness/findings/finding.h"

namespace heapstorm {

// The logs of this extension (".log"), sorted.
std::vector<std::string> stored_logs(const std::string& extension);

std::string stored_text(const std::string& path);

// The lines at its top.
std::vector<std::string> expected_findings(const std::string& log);

// What such a line says of each finding: kind, source, and of each side the first frame whose file is the test
// program's.
std::vector<std::string> finding_lines(const std::vector<Finding>& findings);

}  // namespace heapstorm
