// The formats that the command line names, and the files that reports are written into.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/runner/run_result.h"
#include "reports/formats/format_names.h"
#include "reports/formats/run_reports.h"

namespace heapstorm::cli {

// The rows of `rows` that the user named. An error of bad input if one of them is none of these; `option` is where the
// user wrote it, and `subject` says what is reported: " of a comparison", or nothing for a run.
template <class Rows>
auto chosen_formats(const Rows& rows, std::string_view option, const std::vector<std::string>& names,
                    std::string_view subject = "") -> Result<std::vector<typename Rows::value_type>> {
  std::vector<typename Rows::value_type> chosen;
  for (const std::string& name : names) {
    const auto found = find_format(rows, name);
    if (found == rows.end()) {
      return Error::bad_input(std::string(option) + " " + name + ": there is no such report" + std::string(subject) +
                              "; there is: " + names_of_formats(rows, ", "));
    }
    chosen.push_back(*found);
  }
  return chosen;
}

// Writes the report of each format that --report names into the run's directory.
Status write_reports(const std::vector<std::string>& names, const RunResult& result);

}  // namespace heapstorm::cli
