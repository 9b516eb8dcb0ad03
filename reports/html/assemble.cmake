# Puts a page together:
#
#   cmake -DPAGE=report_page -DTITLE=... -DSKIP_TO=... -DELSEWHERE=... -DSCRIPTS=a.js,b.js -DCHART_LIBRARY=chart.min.js -DOUTPUT=page.cpp
#     -P assemble.cmake
#
# The result is a C++ file with the whole page as one string. Only the data is missing in it; the program puts that in.
cmake_minimum_required(VERSION 3.25)
set(script "")
string(REPLACE "," ";" SCRIPTS "${SCRIPTS}")
foreach(file ${SCRIPTS})
  file(READ ${file} part)
  string(APPEND script "${part}\n")
endforeach()
file(READ ${CMAKE_CURRENT_LIST_DIR}/template.html page)
file(READ ${CMAKE_CURRENT_LIST_DIR}/style.css style)
set(chart_library "")
if(CHART_LIBRARY)
  file(READ ${CHART_LIBRARY} chart_library)
endif()

# A function of our own scripts has a scope of its own, so that no name meets one of the library.
set(script "\"use strict\";\n(() => {\n${script}})();")
foreach(part style script chart_library)
  if("${${part}}" MATCHES "</[sS][cCtT]" OR "${${part}}" MATCHES "\\)heapstorm_page\"")
    message(FATAL_ERROR "the page's ${part} would end the place that it is put into")
  endif()
endforeach()

# Not configure_file(): it would also replace what looks like a variable inside the library.
string(REPLACE "@TITLE@" "${TITLE}" page "${page}")
string(REPLACE "@SKIP_TO@" "${SKIP_TO}" page "${page}")
string(REPLACE "@ELSEWHERE@" "${ELSEWHERE}" page "${page}")
string(REPLACE "@STYLE@" "${style}" page "${page}")
string(REPLACE "@SCRIPT@" "${script}" page "${page}")
string(REPLACE "@CHART_LIBRARY@" "${chart_library}" page "${page}")
file(WRITE ${OUTPUT} "#include \"reports/html/page.h\"\n\nnamespace heapstorm {\n\n\
const std::string_view ${PAGE} = R\"heapstorm_page(${page})heapstorm_page\";\n\n}  // namespace heapstorm\n")
