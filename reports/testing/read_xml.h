// XML as a consumer reads it, for the tests of what we write.
#pragma once

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <sstream>
#include <string>

namespace heapstorm {

// Throws where it is not well-formed.
inline boost::property_tree::ptree read_xml_text(const std::string& xml) {
  std::istringstream stream(xml);
  boost::property_tree::ptree tree;
  boost::property_tree::read_xml(stream, tree);
  return tree;
}

}  // namespace heapstorm
