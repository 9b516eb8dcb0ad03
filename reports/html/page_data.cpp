#include "reports/html/page_data.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/findings/frame_origin.h"
#include "reports/html/cut_text.h"
#include "reports/html/source_excerpts.h"
#include "reports/json/run_json.h"

namespace heapstorm {
namespace {

using Json = nlohmann::ordered_json;

// Together they keep a page under 3 MB, the chart library included.
constexpr std::size_t findings_looked_at = 400;
constexpr std::size_t full_findings_bytes = 1 << 20;
constexpr std::size_t short_findings = 2000;
constexpr std::size_t max_short_text_bytes = 100;

Json in_short(const Finding& finding) {
  Json block = nullptr;
  if (finding.block) block = {{"tag", cut_text(finding.block->tag, max_short_text_bytes)}};
  return {{"kind", cut_text(finding.kind, max_short_text_bytes)},
          {"fingerprint", cut_text(finding.fingerprint, max_short_text_bytes)},
          {"count", finding.count},
          {"expected", finding.expected},
          {"first", {{"at_ms", finding.at_ms}}},
          {"block", std::move(block)}};
}

// What nobody expected comes first.
FindingList put_unexpected_first(const RunResult& result) {
  FindingList findings;
  for (const bool expected : {false, true}) {
    for (const Finding& finding : result.findings) {
      if (finding.expected == expected) findings.push_back(&finding);
    }
  }
  return findings;
}

// run.json with as many findings as fit.
Json bounded_run(const RunResult& result, FindingList findings_first) {
  findings_first.resize(std::min(findings_first.size(), findings_looked_at));
  Json run = Json::parse(to_run_json(result, findings_first));
  cut_texts(run);
  std::size_t bytes = 0;
  std::size_t kept = 0;
  for (const Json& finding : run["findings"]) {
    bytes += finding.dump().size();
    if (bytes > full_findings_bytes && kept > 0) break;
    ++kept;
  }
  keep_first(run["findings"], kept);
  return run;
}

// Which frames are the program's own: the page folds the others away.
void mark_own_frames(const Finding& finding, Json& json) {
  const auto mark = [](const Side& side, Json& side_json) {
    Json own = Json::array();
    for (const Frame& frame : side.stack) own.push_back(is_own(origin_of(frame)) && !frame.file.empty());
    side_json["own"] = std::move(own);
  };
  if (finding.owner) mark(*finding.owner, json["owner"]);
  if (finding.freed) mark(*finding.freed, json["freed"]);
  if (finding.offender) mark(*finding.offender, json["offender"]);
  for (std::size_t i = 0; i < finding.handoffs.size(); ++i) mark(finding.handoffs[i], json["handoffs"][i]);
}

// The reading frame and its caller: where a person looks.
void add_sources(const Side& side, SourceReader& reader, Json& sources) {
  const Frame* const reading = reading_frame(side.stack);
  if (reading == nullptr) return;
  const Frame* const end = side.stack.data() + side.stack.size();
  for (const Frame* frame = reading; frame != end && frame <= reading + 1; ++frame) {
    const auto excerpt = reader.around(frame->file, frame->line);
    if (!excerpt) continue;
    Json json = {{"first", excerpt->first}, {"lines", excerpt->lines}};
    // It passes through text, so that bytes that are no UTF-8 are replaced before they are cut.
    json = Json::parse(json.dump(-1, ' ', false, Json::error_handler_t::replace));
    cut_texts(json);
    sources[fmt::format("{}:{}", frame->file, frame->line)] = std::move(json);
  }
}

Json sources_of(const FindingList& findings, std::size_t count, const std::vector<std::string>& folders) {
  SourceReader reader(folders);
  Json sources = Json::object();
  for (std::size_t i = 0; i < count; ++i) {
    const Finding& finding = *findings[i];
    for (const auto* side : {&finding.owner, &finding.freed, &finding.offender}) {
      if (*side) add_sources(**side, reader, sources);
    }
    for (const Side& handoff : finding.handoffs) add_sources(handoff, reader, sources);
  }
  return sources;
}

Json lanes_json(const Timeline& timeline) {
  Json events = Json::array();
  for (const TimelineEvent& event : timeline.events) {
    events.push_back({{"at_us", event.at_us},
                      {"thread", cut_text(event.thread, max_short_text_bytes)},
                      {"event", event.event},
                      {"connection", event.connection},
                      {"action", cut_text(event.action, max_short_text_bytes)}});
  }
  return {{"zero", timeline.around_finding ? "the first finding" : "the last event"},
          {"threads_left_out", timeline.threads_left_out},
          {"events", std::move(events)}};
}

}  // namespace

Json page_data(const RunResult& result, const HtmlSources& sources) {
  const FindingList all = put_unexpected_first(result);
  Json data;
  data["run"] = bounded_run(result, all);
  const std::size_t full = data["run"]["findings"].size();
  for (std::size_t i = 0; i < full; ++i) mark_own_frames(*all[i], data["run"]["findings"][i]);
  const std::size_t in_list = std::min(all.size() - full, short_findings);
  data["more"] = Json::array();
  for (std::size_t i = full; i < full + in_list; ++i) data["more"].push_back(in_short(*all[i]));
  data["left_out"] = all.size() - full - in_list;
  data["sources"] = sources_of(all, full, sources.folders);
  data["lanes"] = sources.lanes ? lanes_json(*sources.lanes) : Json(nullptr);
  return data;
}

}  // namespace heapstorm
