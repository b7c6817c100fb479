#include "man_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <vector>

namespace sluice::tools {

namespace {

// What groff would take for a command or a typographic hyphen.
std::string plain(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\')
      escaped += "\\e";
    else if (c == '-')
      escaped += "\\-";
    else if (c == '\'')
      escaped += "\\(aq";
    else if (c == '`')
      escaped += "\\(ga";
    else
      escaped += c;
  }
  return (!escaped.empty() && escaped.front() == '.' ? "\\&" : "") + escaped;
}

std::string bold(const std::string& text) { return "\\fB" + plain(text) + "\\fR"; }
std::string italic(const std::string& text) { return "\\fI" + plain(text) + "\\fR"; }

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

bool is_indented(const std::string& line) { return line.rfind("  ", 0) == 0; }

// Lines that are indented stand as they are; what precedes them is their title, all else is paragraphs.
std::string footer(const std::string& text) {
  const std::vector<std::string> lines = lines_of(text);
  std::string page;
  bool as_it_is = false;
  bool is_new = true;  // paragraph
  const auto end_block = [&] {
    if (as_it_is) page += ".fi\n.RE\n";
    as_it_is = false;
  };
  for (std::size_t at = 0; at < lines.size(); ++at) {
    const std::string& line = lines[at];
    const bool block_follows = at + 1 < lines.size() && is_indented(lines[at + 1]);
    if (is_indented(line)) {
      if (!as_it_is) page += ".RS 4\n.nf\n";
      as_it_is = true;
      page += plain(line.substr(2)) + "\n";
      continue;
    }
    end_block();
    if (line.empty()) {
      is_new = true;
      continue;
    }
    if (is_new) page += ".PP\n";
    page += (is_new && block_follows ? bold(line) : plain(line)) + "\n";
    is_new = false;
  }
  end_block();
  return page;
}

std::string option(const OptionPage& page) {
  std::string names;
  for (const std::string& name : page.names) {
    names += (names.empty() ? "" : ", ") + (page.is_positional ? italic(name) : bold(name));
  }
  if (!page.is_positional && !page.value.empty()) names += " " + italic(page.value);
  return fmt::format(".TP\n{}\n{}\n", names, plain(page.help));
}

std::string synopsis(const CommandTree& tree, const CommandPage& command) {
  std::string line = fmt::format("{} {} [{}]", bold(tree.name), bold(command.name), italic("OPTIONS"));
  for (const OptionPage* page : command.positionals()) line += " " + italic(page->names.front());
  return line;
}

}  // namespace

std::string man_page(const CommandTree& tree) {
  std::string page = fmt::format(".TH SLUICE 1 \"\" \"Sluice {}\" \"Sluice\"\n", plain(tree.version));
  page += ".SH NAME\n" + plain(tree.name + " - looks after schemas and channels of shared memory") + "\n";
  page += ".SH SYNOPSIS\n.nf\n";
  for (const CommandPage& command : tree.commands) page += synopsis(tree, command) + "\n";
  page += ".fi\n.SH DESCRIPTION\n" + plain(tree.help) + "\n";
  for (const OptionPage& each : tree.options) page += option(each);
  page += ".SH COMMANDS\n";
  for (const CommandPage& command : tree.commands) {
    page += fmt::format(".SS {}\n{}.\n", plain(tree.name + " " + command.name), plain(command.help));
    for (const OptionPage& each : command.options) page += option(each);
    page += footer(command.footer);
  }
  return page;
}

}  // namespace sluice::tools
