// sample_pages FOLDER: writes the pages that the browser test opens.
#include <cstdio>
#include <fstream>
#include <string>

#include "reports/compare/comparison_reports.h"
#include "reports/history/history_reports.h"
#include "reports/html/html_report.h"
#include "reports/testing/hostile_text.h"
#include "reports/testing/sample_history.h"

namespace {

using namespace heapstorm;

HtmlSources sources_with(const std::string& thread) {
  HtmlSources sources;
  sources.folders = {HEAPSTORM_TREE};
  sources.lanes.emplace();
  sources.lanes->around_finding = true;
  sources.lanes->events = {{-61000, thread, "thread starts", "", ""},
                           {-2500, thread, "connection opens", "accepted 1", "accept"},
                           {-900, thread, "action", "3", "handshake"},
                           {-500, "main", "thread starts", "", ""},
                           {-12, "worker-2", "action", "4", "handshake"},
                           {0, "worker-2", "finding", "4", ""},
                           {1700, "worker-2", "connection closes", "accepted 2", "close"},
                           {1800, thread, "thread stops", "", ""}};
  return sources;
}

RunResult with_many_findings() {
  RunResult result = sample_caught();
  for (int i = 0; i < 10'000; ++i) {
    Finding finding = result.findings.front();
    finding.fingerprint = std::to_string(i);
    result.findings.push_back(finding);
  }
  return result;
}

void write(const std::string& path, const std::string& page) {
  std::ofstream(path, std::ios::binary) << page;
}

void add_runs(std::vector<RunResult>& side, std::vector<RunResult> runs) {
  for (RunResult& run : runs) {
    run.scenario = "date_header/mended";
    side.push_back(std::move(run));
  }
}

// Regressions, what is fixed, and what is only counted.
Comparison with_changes() {
  std::vector<RunResult> base = sample_attempts(20, 20), current = sample_attempts(12, 20);
  current.front().findings.push_back(sample_hostile().findings.back());
  add_runs(base, sample_attempts(20, 20));
  add_runs(current, sample_attempts(0, 20, false));
  for (RunResult& run : current) run.tool_version = "0.2.0";
  Comparison comparison = compare(base, current);
  comparison.base = "runs/base";
  comparison.current = "runs/current";
  return comparison;
}

Comparison with_text(const std::string& text) {
  Comparison comparison = compare({sample_clean()}, {sample_with_text_for_sets(text)});
  comparison.base = comparison.current = text;
  comparison.only_in_base = {text};
  return comparison;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: sample_pages FOLDER\n", stderr);
    return 2;
  }
  const std::string folder = std::string(argv[1]) + "/";
  write(folder + "caught.html", to_html(sample_caught(), sources_with("worker-1")));
  write(folder + "clean.html", to_html(sample_clean(), {}));
  write(folder + "died.html", to_html(sample_hostile(), {}));
  write(folder + "hostile.html", to_html(sample_filled_with(hostile_text()), sources_with(hostile_text())));
  write(folder + "long.html", to_html(sample_filled_with(std::string(long_line_bytes, 'x')), {}));
  write(folder + "many.html", to_html(with_many_findings(), {}));
  write(folder + "comparison.html", to_comparison_html(with_changes()));
  write(folder + "comparison_hostile.html", to_comparison_html(with_text(hostile_text())));
  write(folder + "comparison_many.html", to_comparison_html(compare({sample_clean()}, {with_many_findings()})));
  write(folder + "history.html", to_history_html(make_history(sample_nights())));
  std::vector<StoredRun> two_nights = sample_night(0, 20);
  for (StoredRun& run : sample_night(1, 16)) two_nights.push_back(std::move(run));
  write(folder + "history_two.html", to_history_html(make_history(std::move(two_nights))));
  write(folder + "history_hostile.html",
        to_history_html(make_history({stored(sample_with_text_for_sets(hostile_text()))})));
  return 0;
}
