#include "reports/json/run_json.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "reports/testing/golden.h"
#include "reports/testing/sample_run.h"

namespace heapstorm {
namespace {

using Json = nlohmann::json;

bool fits_schema(const Json& document) {
  const Json schema_json = Json::parse(std::ifstream(HEAPSTORM_RUN_SCHEMA));
  valijson::Schema schema;
  valijson::adapters::NlohmannJsonAdapter schema_adapter(schema_json);
  valijson::SchemaParser().populateSchema(schema_adapter, schema);
  valijson::adapters::NlohmannJsonAdapter adapter(document);
  valijson::ValidationResults results;
  const bool fits = valijson::Validator().validate(schema, adapter, &results);
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    std::string place;
    for (const std::string& part : error.context) place += part;
    EXPECT_TRUE(fits) << place << ": " << error.description;
  }
  return fits;
}

// Whether it fits, without a failure of the test if not.
bool quietly_fits_schema(const Json& document) {
  const Json schema_json = Json::parse(std::ifstream(HEAPSTORM_RUN_SCHEMA));
  valijson::Schema schema;
  valijson::adapters::NlohmannJsonAdapter schema_adapter(schema_json);
  valijson::SchemaParser().populateSchema(schema_adapter, schema);
  return valijson::Validator().validate(schema, valijson::adapters::NlohmannJsonAdapter(document), nullptr);
}

TEST(RunJson, IsAsTheGoldenFilesSay) {
  EXPECT_EQ(to_run_json(sample_caught()), golden("caught.json", to_run_json(sample_caught())));
  EXPECT_EQ(to_run_json(sample_hostile()), golden("hostile.json", to_run_json(sample_hostile())));
  EXPECT_EQ(to_run_json(sample_clean()), golden("clean.json", to_run_json(sample_clean())));
}

TEST(RunJson, FitsItsSchema) {
  EXPECT_TRUE(fits_schema(Json::parse(to_run_json(sample_caught()))));
  EXPECT_TRUE(fits_schema(Json::parse(to_run_json(sample_hostile()))));
  EXPECT_TRUE(fits_schema(Json::parse(to_run_json(sample_clean()))));
  RunResult timed = sample_clean();
  timed.storm.open_loop = OpenLoopFigures{3, {1, 2, 3, 4}, {5, 6, 7, 8}};
  EXPECT_TRUE(fits_schema(Json::parse(to_run_json(timed))));
}

TEST(RunJson, FitsItsSchemaWhereLessIsKnown) {
  RunResult partly = sample_caught();
  Finding& finding = partly.findings[0];
  finding.block = Block{0x1234, {}, "", 0, "unknown", "arena (+ 96)"};
  finding.owner->stack_end = StackEnd::left_out;
  finding.offender->stack_end = StackEnd::lost;
  finding.offender->stack.clear();
  const Json run = Json::parse(to_run_json(partly));
  EXPECT_TRUE(fits_schema(run));
  EXPECT_TRUE(run["findings"][0]["block"]["size"].is_null());
  EXPECT_EQ(run["findings"][0]["block"]["address"], "0x1234");
  EXPECT_EQ(run["findings"][0]["block"]["lies_in"], "arena (+ 96)");
  EXPECT_EQ(run["findings"][0]["owner"]["stack_incomplete"], "left_out");
  EXPECT_EQ(run["findings"][0]["offender"]["stack_incomplete"], "lost");
  EXPECT_FALSE(run["findings"][0]["offender"].contains("place"));
}

TEST(RunJson, OfBeforeSessionsWereCountedFitsItsSchemaToo) {
  RunResult older = sample_clean();
  older.storm.sessions.reset();
  older.storm.answers.reset();
  const Json written = Json::parse(to_run_json(older));
  EXPECT_FALSE(written["load"].contains("sessions"));
  EXPECT_FALSE(written["load"].contains("statuses"));
  EXPECT_TRUE(fits_schema(written));
}

TEST(RunJson, SchemaRefusesAMissingAndAnUnknownField) {
  const Json good = Json::parse(to_run_json(sample_caught()));
  Json missing = good;
  missing.erase("verdict");
  EXPECT_FALSE(quietly_fits_schema(missing));
  Json unknown = good;
  unknown["findings"][0]["owner"]["threads"] = 1;
  EXPECT_FALSE(quietly_fits_schema(unknown));
}

TEST(RunJson, StringsOfATargetStayInsideTheirStrings) {
  const Json run = Json::parse(to_run_json(sample_hostile()));
  EXPECT_EQ(run["findings"].size(), 2u);
  EXPECT_EQ(run["verdict"], "fail");
  EXPECT_NE(run["findings"][0]["owner"]["thread"].get<std::string>().find("<script>"), std::string::npos);
}

}  // namespace
}  // namespace heapstorm
