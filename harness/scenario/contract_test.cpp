// Contracts: those of ours, and the mistakes that a user's can hold. The schema says the same as the reader.
#include "harness/scenario/contract.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "harness/scenario/testing/scenario_samples.h"

namespace heapstorm {
namespace {

using scenario::with;

const std::string sample = R"({
  "name": "pool",
  "owner": {"allocating_thread": {}},
  "functions": [
    {"name": "pool_get", "allocates": {"size": 2}},
    {"name": "pool_put", "frees": {"pointer": 2}, "required": true}
  ]
})";

std::string error_of(const std::string& text) {
  const auto contract = parse_contract(text, "c.json");
  return contract ? "no error" : contract.error().message;
}

bool schema_accepts(const std::string& text) {
  std::ifstream file(HEAPSTORM_CONTRACTS "/contract.schema.json");
  const nlohmann::json document = nlohmann::json::parse(file);
  valijson::Schema schema;
  valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(document), schema);
  const nlohmann::json value = nlohmann::json::parse(text, nullptr, false, true);
  return valijson::Validator().validate(schema, valijson::adapters::NlohmannJsonAdapter(value), nullptr);
}

TEST(Contract, SaysWhatItsFunctionsDo) {
  const auto contract = parse_contract(sample, "c.json");
  ASSERT_TRUE(contract) << contract.error().message;
  EXPECT_EQ(contract.value().owner, OwnerRule::allocating_thread);
  ASSERT_EQ(contract.value().functions.size(), 2u);
  EXPECT_EQ(contract.value().functions[0],
            (ContractFunction{.name = "pool_get", .role = ContractFunction::Role::allocates, .size_bytes = 2}));
  EXPECT_EQ(
      contract.value().functions[1],
      (ContractFunction{.name = "pool_put", .role = ContractFunction::Role::frees, .pointer = 2, .is_required = true}));
  EXPECT_TRUE(schema_accepts(sample));
}

TEST(Contract, ThatIsOursIsRight) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(HEAPSTORM_CONTRACTS)) {
    const std::string name = entry.path().filename().string();
    if (name == "contract.schema.json") continue;
    ++count;
    const auto contract = load_contract(entry.path().string());
    ASSERT_TRUE(contract) << contract.error().message;
    EXPECT_EQ(contract.value().name + ".json", name);
    EXPECT_FALSE(contract.value().summary.empty()) << name;
    const bool needs_one = std::ranges::any_of(contract.value().functions, &ContractFunction::is_required);
    EXPECT_TRUE(needs_one) << name;
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    EXPECT_TRUE(schema_accepts(text.str())) << name;
  }
  EXPECT_GE(count, 4u);
}

TEST(Contract, OfZendKnowsWhereAHeapStands) {
  const auto zend = load_contract(HEAPSTORM_CONTRACTS "/zend.json");
  ASSERT_TRUE(zend);
  EXPECT_EQ(zend.value().owner, OwnerRule::chunk_word);
  EXPECT_EQ(zend.value().chunk_bytes, 2u << 20);
  EXPECT_EQ(zend.value().heap_of_thread, "zend_mm_get_heap");
}

struct Mistake {
  const char* name;
  const char* old_text;
  const char* new_text;
  const char* message;
  bool schema_knows;
};

void PrintTo(const Mistake& mistake, std::ostream* out) {
  *out << mistake.name;
}

class ContractMistake : public testing::TestWithParam<Mistake> {};

TEST_P(ContractMistake, IsNamedWithItsLine) {
  const Mistake& mistake = GetParam();
  const std::string text = with(sample, mistake.old_text, mistake.new_text);
  EXPECT_EQ(error_of(text), mistake.message);
  EXPECT_EQ(schema_accepts(text), !mistake.schema_knows);
}

INSTANTIATE_TEST_SUITE_P(
    All, ContractMistake,
    testing::Values(
        Mistake{"position", "\"size\": 2", "\"size\": 7",
                "c.json:5: /functions/0/allocates/size: must be between 1 and 6, not 7", true},
        Mistake{"no_pointer", "{\"pointer\": 2}", "{}", "c.json:6: /functions/1/frees/pointer: is missing", true},
        Mistake{"two_roles", "\"required\": true", "\"allocates\": {}",
                "c.json:6: /functions/1/frees: must not be there: the function has a role already", true},
        Mistake{"typing", "\"allocates\"", "\"alocates\"",
                "c.json:5: /functions/0/alocates: unknown key; did you mean \"allocates\"?", true},
        Mistake{"twice", "pool_put", "pool_get", "c.json:6: /functions/1/name: is there twice: \"pool_get\"", false},
        Mistake{"nothing_frees", "\"frees\": {\"pointer\": 2}", "\"allocates\": {}",
                "c.json:4: /functions: needs a function that frees", false},
        Mistake{"space", "pool_get", "pool get",
                "c.json:5: /functions/0/name: must be the name of a function or a module: letters, digits, "
                "_ . $ + -, not the string \"pool get\"",
                true},
        Mistake{"no_heap_maker", "allocating_thread", "heap_argument",
                "c.json:4: /functions: needs a function with \"makes_heap\" for this owner rule\nc.json:4: /functions: "
                "pool_get needs \"heap\" for this owner rule",
                false},
        Mistake{"odd_chunk", "\"allocating_thread\": {}",
                "\"chunk_word\": {\"chunk_bytes\": 5000, \"heap_of_thread\": \"h\"}",
                "c.json:3: /owner/chunk_word/chunk_bytes: must be a power of two", false}),
    testing::PrintToStringParamName());

TEST(Contract, ThatCannotBeReadIsBadInput) {
  EXPECT_EQ(load_contract("/no/such.json").error().message, "/no/such.json: cannot open: No such file or directory");
  EXPECT_EQ(error_of("[]").substr(0, 6), "c.json");
  EXPECT_EQ(error_of("{\"name\": 1").substr(0, 6), "c.json");
}

}  // namespace
}  // namespace heapstorm
