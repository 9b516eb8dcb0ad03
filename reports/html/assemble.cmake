# Puts the page together: cmake -DFOLDER=reports/html -DCHART_LIBRARY=chart.min.js -DOUTPUT=page.cpp -P assemble.cmake
#
# The result is a C++ file with the whole page as one string. Only the data is missing in it; the program puts that in.
cmake_minimum_required(VERSION 3.25)
set(script "")
foreach(name elements findings charts lanes figures page)
  file(READ ${FOLDER}/${name}.js part)
  string(APPEND script "${part}\n")
endforeach()
file(READ ${FOLDER}/template.html page)
file(READ ${FOLDER}/style.css style)
file(READ ${CHART_LIBRARY} chart_library)

# A function of our own scripts has a scope of its own, so that no name meets one of the library.
set(script "\"use strict\";\n(() => {\n${script}})();")
foreach(part style script chart_library)
  if("${${part}}" MATCHES "</[sS][cCtT]" OR "${${part}}" MATCHES "\\)heapstorm_page\"")
    message(FATAL_ERROR "the page's ${part} would end the place that it is put into")
  endif()
endforeach()

# Not configure_file(): it would also replace what looks like a variable inside the library.
string(REPLACE "@STYLE@" "${style}" page "${page}")
string(REPLACE "@SCRIPT@" "${script}" page "${page}")
string(REPLACE "@CHART_LIBRARY@" "${chart_library}" page "${page}")
file(WRITE ${OUTPUT} "#include \"reports/html/page.h\"\n\nnamespace heapstorm {\n\n\
const std::string_view report_page = R\"heapstorm_page(${page})heapstorm_page\";\n\n}  // namespace heapstorm\n")
