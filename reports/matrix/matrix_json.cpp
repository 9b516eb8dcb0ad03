#include <nlohmann/json.hpp>
#include <optional>

#include "reports/matrix/matrix_reports.h"

namespace heapstorm {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json cell_json(const MatrixCell& cell, const std::string& detector) {
  const Interval interval = cell.rate.interval();
  return {{"detector", detector},
          {"hits", cell.rate.hits},
          {"attempts", cell.rate.attempts},
          {"interval", {interval.low, interval.high}},
          {"failed", cell.failed},
          {"kinds", cell.kinds},
          {"attempts_to_first_hit", or_null(cell.attempts_to_first_hit)},
          {"ms_to_first_hit", or_null(cell.ms_to_first_hit)},
          {"median_ms", or_null(cell.median_ms)},
          {"slow_down", or_null(cell.slow_down)}};
}

}  // namespace

std::string to_matrix_json(const Matrix& matrix) {
  Json json = {{"schema", "heapstorm.matrix/1"}, {"attempts_wanted", matrix.attempts_wanted}};
  json["detectors"] = Json::array();
  for (const MatrixColumn& column : matrix.columns) {
    json["detectors"].push_back({{"name", column.detector},
                                 {"summary", column.summary},
                                 {"missing", column.missing.empty() ? Json(nullptr) : Json(column.missing)},
                                 {"slow_down", or_null(column.slow_down)}});
  }
  json["variants"] = Json::array();
  for (const MatrixRow& row : matrix.rows) {
    Json cells = Json::array();
    for (std::size_t column = 0; column < row.cells.size(); ++column) {
      cells.push_back(cell_json(row.cells[column], matrix.columns[column].detector));
    }
    json["variants"].push_back({{"name", row.info.name},
                                {"scenario", row.info.scenario_file},
                                {"buggy", row.info.buggy},
                                {"cells", std::move(cells)}});
  }
  json["unmet"] = matrix.surprises();
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace heapstorm
