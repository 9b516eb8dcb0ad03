// scenario.schema.json and the reader say the same: what editors accept is what `heapstorm validate` accepts, but for
// what only the reader can know (relations between keys).
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>
#include <vector>

#include "harness/scenario/scenario.h"
#include "harness/scenario/testing/scenario_samples.h"

namespace heapstorm {
namespace {

using nlohmann::json;
using scenario::answers_sample;
using scenario::command_sample;
using scenario::faulty_sample;
using scenario::full_sample;
using scenario::mixed_sample;
using scenario::small_sample;
using scenario::timed_sample;
using scenario::with;

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  EXPECT_TRUE(stream) << file;
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

json parse(const std::string& text) {
  return json::parse(text, nullptr, true, true);
}

class ScenarioSchema : public testing::Test {
 protected:
  ScenarioSchema() : document_(parse(text_of(HEAPSTORM_SCENARIOS "/scenario.schema.json"))) {
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(valijson::adapters::NlohmannJsonAdapter(document_), schema_);
  }

  bool accepts(const json& document) {
    valijson::Validator validator;
    return validator.validate(schema_, valijson::adapters::NlohmannJsonAdapter(document), nullptr);
  }

  std::string reader_error(const json& document) {
    const Result<Scenario> result = parse_scenario(document.dump(), "s.json");
    return result ? "" : result.error().message;
  }

  json document_;
  valijson::Schema schema_;
};

// Calls `visit` with the pointer of every value of `document`.
void for_each_value(const json& document, const std::function<void(const json::json_pointer&)>& visit) {
  const std::function<void(const json&, const json::json_pointer&)> walk = [&](const json& value,
                                                                               const json::json_pointer& pointer) {
    visit(pointer);
    if (!value.is_structured()) return;
    for (const auto& [key, element] : value.items()) {
      walk(element, value.is_array() ? pointer / std::stoul(key) : pointer / key);
    }
  };
  walk(document, json::json_pointer());
}

std::vector<json> samples() {
  return {parse(small_sample()), parse(full_sample()),    parse(faulty_sample()), parse(mixed_sample()),
          parse(timed_sample()), parse(command_sample()), parse(answers_sample())};
}

TEST_F(ScenarioSchema, AcceptsEveryScenarioOfTheTreeAndSoDoesTheReader) {
  int seen = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(HEAPSTORM_SCENARIOS)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".json") || name.ends_with(".schema.json")) continue;
    ++seen;
    EXPECT_TRUE(accepts(parse(text_of(entry.path())))) << entry.path();
    const Result<Scenario> result = load_scenario(entry.path().string());
    ASSERT_TRUE(result) << result.error().message;
    const std::string expected = entry.path().parent_path().filename().string() + "/" + entry.path().stem().string();
    EXPECT_EQ(result.value().name, expected) << "a scenario is named after its file";
  }
  EXPECT_GE(seen, 6);
}

TEST_F(ScenarioSchema, AcceptsTheSamples) {
  for (const json& sample : samples()) EXPECT_TRUE(accepts(sample)) << sample.dump(2);
}

TEST_F(ScenarioSchema, BothRefuseAnUnknownKeyInEveryObject) {
  for (const json& sample : samples()) {
    for_each_value(sample, [&](const json::json_pointer& pointer) {
      json changed = sample;
      if (!changed[pointer].is_object()) return;
      // Only the target knows their names.
      if (pointer.to_string() == "/target/parameters" || pointer.to_string() == "/target/environment") return;
      if (!pointer.empty() && pointer.back() == "headers") return;
      changed[pointer]["unheard_of"] = 1;
      EXPECT_FALSE(accepts(changed)) << pointer.to_string();
      EXPECT_NE(reader_error(changed).find("/unheard_of: unknown key"), std::string::npos) << pointer.to_string();
    });
  }
}

TEST_F(ScenarioSchema, BothRefuseAWrongTypeInEveryPlace) {
  const std::vector<json> others{nullptr, true, false, 1.5, "?", json::array(), json::object(), json::array({1})};
  for (const json& sample : samples()) {
    for_each_value(sample, [&](const json::json_pointer& pointer) {
      for (const json& other : others) {
        if (sample[pointer].type() == other.type()) continue;
        json changed = sample;
        changed[pointer] = other;
        EXPECT_EQ(accepts(changed), reader_error(changed).empty()) << pointer.to_string() << " = " << other.dump();
      }
    });
  }
}

TEST_F(ScenarioSchema, BothAgreeOnWhichKeysMayBeLeftOut) {
  for (const json& sample : samples()) {
    for_each_value(sample, [&](const json::json_pointer& pointer) {
      if (pointer.empty() || !sample[pointer.parent_pointer()].is_object()) return;
      json changed = sample;
      changed[pointer.parent_pointer()].erase(pointer.back());
      // That ticks by opens need stepwise is a relation, which only the reader knows.
      if (pointer.to_string() == "/load/arrival") return;
      // So is that only the last phase may last for ever.
      if (pointer.to_string() == "/load/arrival/open/phases/2/for_ms") return;
      EXPECT_EQ(accepts(changed), reader_error(changed).empty()) << pointer.to_string() << reader_error(changed);
    });
  }
}

TEST_F(ScenarioSchema, BothHaveTheSameBoundsForEveryNumber) {
  std::vector<std::int64_t> probes{-1, 0, 1, 2, 4294967295, 4294967296};
  for (std::int64_t bound : {255, 256, 600, 1000, 10000, 86400, 100000, 1000000, 1048576, 10000000, 3600000, 31536000,
                             86400000, 100000000, 1000000000}) {
    probes.insert(probes.end(), {bound, bound + 1});
  }
  for (const json& sample : samples()) {
    for_each_value(sample, [&](const json::json_pointer& pointer) {
      if (!sample[pointer].is_number()) return;
      for (const std::int64_t probe : probes) {
        json changed = sample;
        changed[pointer] = probe;
        const bool out_of_bounds = reader_error(changed).find("must be between") != std::string::npos;
        EXPECT_EQ(accepts(changed), !out_of_bounds) << pointer.to_string() << " = " << probe;
      }
    });
  }
}

TEST_F(ScenarioSchema, BothRefuseTheSameStrings) {
  struct Case {
    const char* pointer;
    std::vector<std::string> bad;
    std::vector<std::string> good;
  };
  const std::string long_name(61, 'a');
  const std::vector<Case> cases{
      {"/name", {"", "a", "a/", "/b", "../x", "a/b/c", "a/b c", "a/\xc3\xa4", "a/" + long_name}, {"A1/b-2_c.d"}},
      {"/target/plugin", {"", "../a", "a/b", "-a", "a.b", long_name}, {"a-b_1"}},
      {"/target/dispatch", {"", "fd_modul", "FD_MODULO"}, {"fd_modulo"}},
      {"/target/heap/policy", {"", "reports"}, {"report", "abort", "ignore"}},
      {"/target/heap/backend", {"", "malloc"}, {"mimalloc"}},
      {"/load/protocol", {"", "https"}, {"http"}},
      {"/load/arrival", {"", "open"}, {"stepwise"}},
      {"/load/session/1/request/path",
       {"", "a", "/a b", "/a\n", "/\xc3\xa4", "/" + std::string(1024, 'a')},
       {"/", "/~!"}},
      {"/load/session/1/request/times",
       {"", "1", "1..", "..1", "1...2", "01..2", "-1..2", "1..100001", "1..1000000", "1.. 2"},
       {"0..0", "1..100000"}},
      {"/faults/1/signal/name", {"", "KILL", "sigkill", "SIGWINCH"}, {"SIGKILL", "SIGABRT", "SIGCONT"}},
      {"/expect/findings/0/kind",
       {"", "foreign", "asan:", "msan:*", "asan", "hang**", "tsan:a b", "asan:-x"},
       {"*", "foreign_*", "hang", "asan:*", "asan:heap-use-after-free", "lsan:x*"}},
      {"/expect/allow/1/flavours/0", {"", "tsn", "msan"}, {"plain", "asan", "tsan"}},
      {"/expect/findings/0/tag", {"", "\n", "\xc3\xa4", long_name}, {"a b"}},
  };
  for (const Case& one : cases) {
    const auto check = [&](const std::string& value, bool expected) {
      json changed = parse(full_sample());
      changed[json::json_pointer(one.pointer)] = value;
      EXPECT_EQ(accepts(changed), expected) << "schema: " << one.pointer << " = " << value;
      EXPECT_EQ(reader_error(changed).empty(), expected) << "reader: " << one.pointer << " = " << value;
    };
    for (const std::string& value : one.bad) check(value, false);
    for (const std::string& value : one.good) check(value, true);
  }
}

TEST_F(ScenarioSchema, BothRefuseTheSameStringsOfACommand) {
  struct Case {
    const char* pointer;
    std::vector<std::string> bad;
    std::vector<std::string> good;
  };
  const std::string zero(1, '\0');
  const std::vector<Case> cases{
      {"/target/command/0", {"", zero}, {"server", "/usr/bin/env"}},
      {"/target/command/1", {"a" + zero}, {"", "a b"}},
      {"/target/environment/MODE", {zero}, {"", "x=y"}},
      {"/target/working_directory", {"", zero}, {"..", "/"}},
      {"/target/ready/stdout_line", {"", zero, std::string(256, 'a')}, {"a", "^[0-9]+$"}},
      {"/target/endpoint",
       {"", "127.0.0.1:80", "wss://127.0.0.1:80/", "ws://example.org:80/", "ws://127.0.0.1/", "ws://127.0.0.1:0/",
        "ws://::1:80/", "ws://[x]:80/", "ws://127.0.0.1:${PORT}/a b", "ws://127.0.0.1:${PORT}x", "ws://127.0.0.1:080/"},
       {"ws://127.0.0.1:${PORT}", "ws://localhost:80/", "ws://[::1]:${PORT}/a?b"}},
      {"/target/endpoint", {"https:/127.0.0.1:80/", "wss://example.org:80/"}, {}},
  };
  for (const Case& one : cases) {
    const auto check = [&](const std::string& value, bool expected) {
      json changed = parse(command_sample());
      changed[json::json_pointer(one.pointer)] = value;
      EXPECT_EQ(accepts(changed), expected) << "schema: " << one.pointer << " = " << value;
      EXPECT_EQ(reader_error(changed).empty(), expected) << "reader: " << one.pointer << " = " << reader_error(changed);
    };
    for (const std::string& value : one.bad) check(value, false);
    for (const std::string& value : one.good) check(value, true);
  }
}

TEST_F(ScenarioSchema, BothKnowWhatTlsNeeds) {
  const auto check = [&](const char* endpoint, const char* tls, bool expected) {
    json changed = parse(command_sample());
    changed["target"]["endpoint"] = endpoint;
    if (tls != nullptr) changed["target"]["tls"] = parse(tls);
    EXPECT_EQ(accepts(changed), expected) << "schema: " << endpoint << " " << changed["target"]["tls"];
    EXPECT_EQ(reader_error(changed).empty(), expected) << "reader: " << reader_error(changed);
  };
  const char* const secure = "wss://127.0.0.1:${PORT}/chat";
  check(secure, nullptr, false);
  check("ws://127.0.0.1:${PORT}/chat", R"({"verify": false})", false);
  check(secure, R"({"ca_file": "${SCRATCH}/ca.pem"})", true);
  check(secure, R"({"ca_file": "ca.pem", "verify": true, "server_name": "chat.example"})", true);
  check(secure, R"({"verify": false, "server_name": "10.0.0.1"})", true);
  for (const char* bad : {"{}", "[]", R"({"verify": true})", R"({"ca_file": ""})", R"({"verify": 0})",
                          R"({"ca_file": "a", "verify": false})", R"({"verify": false, "server_name": ""})",
                          R"({"verify": false, "server_name": "a."})", R"({"verify": false, "server_name": "a b"})",
                          R"({"verify": false, "key_file": "k"})"}) {
    check(secure, bad, false);
  }
}

TEST_F(ScenarioSchema, BothRefuseTheSameStringsOfAHandshake) {
  const std::string open = "/load/sessions/0/session/0/open";
  struct Case {
    std::string pointer;
    std::vector<std::string> bad;
    std::vector<std::string> good;
  };
  const std::vector<Case> cases{
      {open + "/path/1", {"", "a", "/a b"}, {"/", "/~!"}},
      {open + "/path", {"", "a"}, {"/a?b"}},
      {open + "/subprotocols/0", {"", "a b", "a,b", "\xc3\xa4", std::string(101, 'a')}, {"chat", "v2.chat-x"}},
      {open + "/headers/Authorization",
       {"", " a", "a ", "a\r\nb", "\xc3\xa4", std::string(4097, 'a')},
       {"a", "Bearer a b"}},
  };
  for (const Case& one : cases) {
    const auto check = [&](const std::string& value, bool expected) {
      json changed = parse(mixed_sample());
      changed[json::json_pointer(one.pointer)] = value;
      EXPECT_EQ(accepts(changed), expected) << "schema: " << one.pointer << " = " << value;
      EXPECT_EQ(reader_error(changed).empty(), expected) << "reader: " << one.pointer << " = " << reader_error(changed);
    };
    for (const std::string& value : one.bad) check(value, false);
    for (const std::string& value : one.good) check(value, true);
  }
}

TEST_F(ScenarioSchema, BothKnowWhatADelimiterMayBe) {
  for (const auto& [delimiter, good] : std::vector<std::pair<std::string, bool>>{
           {"", false}, {"\n", true}, {std::string(64, '-'), true}, {std::string(65, '-'), false}}) {
    json changed = parse(answers_sample());
    changed["load"]["session"][1]["send"]["answer"]["until"] = delimiter;
    EXPECT_EQ(accepts(changed), good) << "schema: " << delimiter;
    EXPECT_EQ(reader_error(changed).empty(), good) << "reader: " << delimiter;
  }
}

TEST_F(ScenarioSchema, BothListTheSameWords) {
  const std::vector<std::pair<const char*, const char*>> places{
      {"/target/dispatch", "/definitions/target/properties/dispatch/enum"},
      {"/target/heap/policy", "/definitions/heap/properties/policy/enum"},
      {"/target/heap/backend", "/definitions/heap/properties/backend/enum"},
      {"/load/protocol", "/definitions/load/properties/protocol/enum"},
      {"/load/arrival", "/definitions/load/properties/arrival/anyOf/0/enum"},
      {"/faults/1/signal/name", "/definitions/signal/properties/name/enum"},
  };
  for (const auto& [pointer, words] : places) {
    std::string list;
    for (const json& word : document_[json::json_pointer(words)]) list += (list.empty() ? "" : ", ") + word.dump();
    json changed = parse(full_sample());
    changed[json::json_pointer(pointer)] = "?";
    EXPECT_NE(reader_error(changed).find("must be one of " + list + ", not"), std::string::npos)
        << reader_error(changed);
  }
}

TEST_F(ScenarioSchema, ReaderKnowsEveryKindOfTheSchema) {
  for (const json& kind : document_["definitions"]["kind"]["anyOf"][0]["enum"]) {
    json changed = parse(full_sample());
    changed["expect"]["findings"][0]["kind"] = kind;
    EXPECT_EQ(reader_error(changed), "") << kind;
  }
}

TEST_F(ScenarioSchema, BothRefuseDocumentsOfAWrongShape) {
  const std::vector<std::pair<const char*, const char*>> changes{
      {"/expect", R"({})"},
      {"/expect", R"({"clean": false})"},
      {"/expect", R"({"clean": true, "findings": [{"kind": "hang"}]})"},
      {"/expect", R"({"clean": true, "allow": [{"kind": "hang"}]})"},
      {"/expect", R"({"allow": [{"kind": "hang"}]})"},
      {"/expect/findings", "[]"},
      {"/expect/allow", "[]"},
      {"/faults/0", "{}"},
      {"/faults/0", R"({"clock_tick": {}})"},
      {"/faults/0", R"({"clock_tick": {"every_ms": 1, "every_opens": 1}})"},
      {"/faults/0", R"({"clock_tick": {"every_ms": 1}, "signal": {"name": "SIGKILL", "after_ms": 1}})"},
      {"/faults/0", R"({"signal": {"name": "SIGKILL"}})"},
      {"/faults/0", R"({"worker_restart": {}})"},
      {"/faults/0", R"({"worker_restart": {"worker": 0}})"},
      {"/faults/0", R"({"worker_restart": {"every_ms": 1, "every_opens": 1}})"},
      {"/faults/0", R"({"worker_restart": {"every_opens": 1, "worker": 256}})"},
      {"/target/parameters", R"({"wait_ms": 1.5})"},
      {"/target/parameters", R"({"wait_ms": true})"},
      {"/target/parameters", R"({"wait_ms": 9007199254740992})"},
      {"/target/parameters", R"({"wait_ms": -9007199254740992})"},
      {"/target/parameters", R"({"": 1})"},
      {"/target/parameters", R"({"wait-ms": 1})"},
      {"/faults/0", R"({"signal": {"name": "SIGKILL", "after_ms": 1, "after_findings": 1}})"},
      {"/target/command", R"(["./server"])"},
      {"/target/endpoint", R"("ws://127.0.0.1:80/")"},
      {"/target/ready", R"({"tcp": true})"},
      {"/load/session", "[]"},
      {"/load/session/0", "{}"},
      {"/load/session/0", R"({"open": {}, "leave": {"fin": 1}})"},
      {"/load/session/1", R"({"send": {}})"},
      {"/load/session/2/leave", "{}"},
  };
  for (const auto& [pointer, value] : changes) {
    json changed = parse(full_sample());
    changed[json::json_pointer(pointer)] = parse(value);
    EXPECT_FALSE(accepts(changed)) << pointer << " = " << value;
    EXPECT_NE(reader_error(changed), "") << pointer << " = " << value;
  }
}

}  // namespace
}  // namespace heapstorm
