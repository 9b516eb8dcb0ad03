#include "reports/history/stored_run.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <set>

#include "reports/compare/run_figures.h"
#include "reports/text/finding_text.h"

namespace heapstorm {
namespace {

std::string digest_of(std::string_view run_json) {
  const XXH128_hash_t hash = XXH3_128bits(run_json.data(), run_json.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::vector<StoredSighting> sightings_of(const RunResult& run) {
  std::vector<StoredSighting> sightings;
  std::set<std::string> seen;
  for (const Finding& finding : run.findings) {
    if (!seen.insert(finding.fingerprint).second) continue;
    sightings.push_back(
        {finding.fingerprint, describe_kind(finding), describe_place(finding), finding.count, finding.expected});
  }
  return sightings;
}

}  // namespace

StoredRun to_stored_run(const RunResult& run, std::string_view run_json, std::uint64_t file_time_ms) {
  StoredRun stored;
  stored.digest = digest_of(run_json);
  stored.at_ms = run.started_at_ms != 0 ? run.started_at_ms : file_time_ms;
  stored.scenario = run.scenario;
  stored.flavour = run.flavour;
  stored.seed = run.seed;
  stored.tool_version = run.tool_version;
  stored.passed = run.passed;
  stored.judged = was_judged(run);
  stored.sightings = sightings_of(run);
  for (const RunFigure& figure : figures_of(run)) {
    if (figure.value) stored.figures[figure.name] = *figure.value;
  }
  return stored;
}

}  // namespace heapstorm
