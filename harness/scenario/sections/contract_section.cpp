// A contract: its owner rule, its functions, and what they say of their arguments.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string>

#include "harness/scenario/reading/string_rules.h"
#include "harness/scenario/sections/sections.h"

namespace heapstorm::scenario {
namespace {

using Role = ContractFunction::Role;

constexpr std::array roles{Role::allocates, Role::frees, Role::reallocates, Role::makes_heap};
constexpr Bounds argument_position{1, 6};  // those in registers
constexpr std::uint32_t max_chunk_bytes = 1u << 30;

// A place that the role cannot do without.
void require_position(const ObjectReader& places, const char* key, std::uint32_t& out) {
  if (places.require(key)) places.read_integer(key, argument_position, out);
}

// Of what gives a block.
void read_allocation(const ObjectReader& places, ContractFunction& function) {
  places.read_integer("size", argument_position, function.size_bytes);
  places.read_integer("count", argument_position, function.count);
  places.read_integer("heap", argument_position, function.heap);
}

void read_places(const Node& node, ContractFunction& function) {
  switch (function.role) {
    case Role::allocates: {
      const ObjectReader places(node, {"pointer", "size", "count", "heap"});
      places.read_integer("pointer", argument_position, function.pointer);
      read_allocation(places, function);
      break;
    }
    case Role::frees: {
      const ObjectReader places(node, {"pointer"});
      require_position(places, "pointer", function.pointer);
      break;
    }
    case Role::reallocates: {
      const ObjectReader places(node, {"pointer", "size", "count", "heap"});
      require_position(places, "pointer", function.pointer);
      read_allocation(places, function);
      break;
    }
    case Role::makes_heap: {
      const ObjectReader places(node, {});
      break;
    }
  }
}

// Whether all its keys are known; that one is not was said already.
bool has_known_keys(const ObjectReader& object, std::size_t roles_given) {
  const std::size_t others = std::size_t{object.has("name")} + std::size_t{object.has("required")};
  return object.node().value().size() == roles_given + others;
}

// What one function does is one of the roles' names, with the places of its arguments. False: it is not known.
bool read_role(const ObjectReader& object, ContractFunction& function) {
  std::size_t given = 0;
  for (const Role role : roles) {
    const auto places = object.find(to_string(role));
    if (!places) continue;
    if (++given > 1) {
      object.node().member_error(to_string(role), "must not be there: the function has a role already");
      return false;
    }
    function.role = role;
    read_places(*places, function);
  }
  if (given == 0 && object.is_object() && has_known_keys(object, given)) {
    object.node().error("needs one of \"allocates\", \"frees\", \"reallocates\" and \"makes_heap\"");
  }
  return given == 1;
}

bool has_name(const std::vector<ContractFunction>& functions, const std::string& name) {
  return std::ranges::any_of(functions, [&](const ContractFunction& other) { return other.name == name; });
}

// False: of one it is not known what it does.
bool read_functions(const Node& node, std::vector<ContractFunction>& functions) {
  const auto elements = node.elements();
  if (!elements) return false;
  bool are_known = true;
  for (const Node& element : *elements) {
    const ObjectReader object(element, {"name", "allocates", "frees", "reallocates", "makes_heap", "required"});
    ContractFunction function;
    if (object.require("name")) object.read_string("name", symbol_name, function.name);
    are_known &= read_role(object, function);
    object.read_boolean("required", function.is_required);
    if (!function.name.empty() && has_name(functions, function.name)) {
      element.member_error("name", fmt::format("is there twice: \"{}\"", function.name));
    }
    functions.push_back(std::move(function));
  }
  return are_known;
}

bool has_role(const Contract& contract, Role role) {
  return std::ranges::any_of(contract.functions, [&](const ContractFunction& one) { return one.role == role; });
}

void check_functions(const Node& node, const Contract& contract) {
  for (const Role role : {Role::allocates, Role::frees}) {
    if (!has_role(contract, role)) node.error(fmt::format("needs a function that {}", to_string(role)));
  }
  if (contract.owner != OwnerRule::heap_argument) return;
  if (!has_role(contract, Role::makes_heap)) node.error("needs a function with \"makes_heap\" for this owner rule");
  for (const ContractFunction& function : contract.functions) {
    if (function.role == Role::allocates && function.heap == 0) {
      node.error(fmt::format("{} needs \"heap\" for this owner rule", function.name));
    }
  }
}

void read_chunk_word(const Node& node, Contract& contract) {
  const ObjectReader object(node, {"chunk_bytes", "heap_of_thread"});
  std::uint32_t bytes = 0;
  if (object.require("chunk_bytes") && object.read_integer("chunk_bytes", {4096, max_chunk_bytes}, bytes)) {
    contract.chunk_bytes = bytes;
    if ((bytes & (bytes - 1)) != 0) node.member_error("chunk_bytes", "must be a power of two");
  }
  if (object.require("heap_of_thread")) object.read_string("heap_of_thread", symbol_name, contract.heap_of_thread);
}

void read_owner(const Node& node, Contract& contract) {
  const auto choice = read_choice(node, {"allocating_thread", "chunk_word", "heap_argument"});
  if (!choice) return;
  contract.owner = static_cast<OwnerRule>(choice->index);
  if (contract.owner == OwnerRule::chunk_word) return read_chunk_word(choice->content, contract);
  const ObjectReader nothing_more(choice->content, {});
}

void read_through(const Node& node, std::vector<std::string>& through) {
  const auto elements = node.elements();
  if (!elements) return;
  for (const Node& element : *elements) {
    if (auto name = element.string(symbol_name)) through.push_back(std::move(*name));
  }
}

}  // namespace

void read_contract(const Node& node, Contract& contract) {
  const ObjectReader object(node, {"$schema", "name", "summary", "owner", "functions", "through", "needs_through"});
  if (object.require("name")) object.read_string("name", parameter_name, contract.name);
  object.read_string("summary", any_text, contract.summary);
  if (const auto owner = object.require("owner")) read_owner(*owner, contract);
  if (const auto through = object.find("through")) read_through(*through, contract.through);
  object.read_boolean("needs_through", contract.needs_through);
  if (const auto functions = object.require("functions")) {
    if (read_functions(*functions, contract.functions)) check_functions(*functions, contract);
  }
}

}  // namespace heapstorm::scenario
