#include "field_path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "nearest.hpp"
#include "tool_error.hpp"

namespace sluice::tools {

namespace {

class PathParser {
 public:
  PathParser(const std::string& command, const std::string& text, const MessageSchema& schema)
      : command_(command), text_(text), schema_(schema), record_(&schema.message()) {}

  FieldPath parse() {
    path_.text = text_;
    name();
    while (at_ < text_.size()) {
      if (text_[at_] == '[') {
        index();
      } else if (text_[at_] == '.') {
        ++at_;
        enter();
        name();
      } else {
        fail_syntax();
      }
    }
    return std::move(path_);
  }

 private:
  void name() {
    const std::size_t end = std::min(text_.find_first_of(".[", at_), text_.size());
    const std::string word = text_.substr(at_, end - at_);
    if (word.empty()) fail_syntax();
    at_ = end;
    path_.steps.emplace_back(word);
    path_.is_element = false;
    path_.field = nullptr;
    if (record_ != nullptr) path_.field = find(word);
  }

  const Field* find(const std::string& word) const {
    std::vector<std::string> names;
    for (const Field& field : record_->fields) {
      if (field.name == word) return &field;
      names.push_back(field.name);
    }
    const auto meant = nearest(word, names);
    const bool is_top = record_ == &schema_.message();
    const std::string owner = is_top ? fmt::format("channel '{}'", schema_.channel())
                                     : fmt::format("'{}', of type {},", text_.substr(0, begin_of(word)), record_->name);
    fail(fmt::format("{} has no field '{}'", owner, word),
         meant ? fmt::format("did you mean '{}'?", *meant) : fmt::format("it has {}", shown(names)));
  }
  std::size_t begin_of(const std::string& word) const { return at_ - word.size() - 1; }

  static std::string shown(const std::vector<std::string>& names) {
    constexpr std::size_t most = 20;
    if (names.empty()) return "none";
    if (names.size() <= most) return fmt::format("{}", fmt::join(names, ", "));
    return fmt::format("{} and {} more", fmt::join(names.begin(), names.begin() + most, ", "), names.size() - most);
  }

  void index() {
    const std::size_t end = text_.find(']', at_);
    if (end == std::string::npos) fail_syntax();
    const std::string inside = text_.substr(at_ + 1, end - at_ - 1);
    const std::string before = text_.substr(0, at_);
    at_ = end + 1;
    const bool is_many = path_.field != nullptr && !path_.is_element && has_elements(*path_.field);
    if (path_.field != nullptr && !is_many) fail(fmt::format("'{}' has no elements", before), "leave out the brackets");
    path_.is_element = true;
    if (inside == "*") {
      path_.steps.emplace_back(FieldPath::EachElement{});
      path_.has_many = true;
      return;
    }
    std::uint64_t number = 0;
    const auto read = std::from_chars(inside.data(), inside.data() + inside.size(), number);
    if (read.ec != std::errc() || read.ptr != inside.data() + inside.size()) fail_syntax();
    const std::uint64_t bound = path_.field != nullptr ? path_.field->bound : 0;
    if (bound != 0 && number >= bound) {
      const char* const most = path_.field->form == Form::array ? "has" : "has at most";
      fail(fmt::format("'{}' {} {} elements", before, most, bound), fmt::format("0 to {} can be asked for", bound - 1));
    }
    path_.steps.emplace_back(number);
  }

  static bool has_elements(const Field& field) {
    return field.form == Form::array || field.form == Form::sequence || field.form == Form::choices;
  }

  // Behind a dot: into a record; into a union's member only the message itself can tell.
  void enter() {
    const Field* const field = path_.field;
    if (field == nullptr) return;
    const bool is_union = field->form == Form::choice || field->form == Form::choices;
    const std::string before = text_.substr(0, at_ - 1);
    const bool is_many = has_elements(*field);
    if (!is_union && field->record == nullptr)
      fail(fmt::format("'{}' is of type {} and has no fields", before, field->type), "");
    if (is_many && !path_.is_element) {
      fail(fmt::format("'{}' has elements", before), fmt::format("choose one: '{}[0]{}', or each: '{}[*]{}'", before,
                                                                 text_.substr(at_ - 1), before, text_.substr(at_ - 1)));
    }
    record_ = is_union ? nullptr : field->record;
  }

  [[noreturn]] void fail_syntax() const {
    fail(fmt::format("'{}' is no path to a field", text_), "as in accel, accel[0], peaks[2].power, peaks[*].freq");
  }
  [[noreturn]] void fail(const std::string& what, const std::string& hint) const {
    throw ToolError(fmt::format("sluice {}: {}{}", command_, what, hint.empty() ? "" : "\n  hint: " + hint));
  }

  const std::string& command_;
  const std::string& text_;
  const MessageSchema& schema_;
  const RecordType* record_;
  std::size_t at_ = 0;
  FieldPath path_;
};

using Steps = FieldPath::Steps;

std::size_t size_of(const Value& value) {
  if (const auto* const numbers = value.as<Numbers>()) return numbers->count;
  if (const auto* const list = value.as<List>()) return list->items.size();
  return 0;
}

Value element_of(const Value& value, std::uint64_t index) {
  if (index >= size_of(value)) return {};
  if (const auto* const numbers = value.as<Numbers>()) return {(*numbers)[index]};
  return value.as<List>()->items[index];
}

Value follow_name(const Value& value, const std::string& name, const Steps& steps, std::size_t at) {
  const auto* const record = value.as<Record>();
  if (record == nullptr) return {};
  const auto found = std::find_if(record->members.begin(), record->members.end(),
                                  [&](const Member& member) { return member.field->name == name; });
  return found != record->members.end() ? follow(found->value, steps, at + 1) : Value{};
}

}  // namespace

Value follow(const Value& value, const Steps& steps, std::size_t at) {
  if (at == steps.size()) return value;
  if (const auto* const name = std::get_if<std::string>(&steps[at])) return follow_name(value, *name, steps, at);
  if (const auto* const index = std::get_if<std::uint64_t>(&steps[at])) {
    return follow(element_of(value, *index), steps, at + 1);
  }
  if (value.as<Numbers>() != nullptr) return value;  // each of them, as they are
  List each;
  for (std::size_t index = 0; index < size_of(value); ++index) {
    each.items.push_back(follow(element_of(value, index), steps, at + 1));
  }
  return {std::move(each)};
}

FieldPath parse_path(const std::string& command, const std::string& text, const MessageSchema& schema) {
  return PathParser(command, text, schema).parse();
}

Value select(const Record& message, const FieldPath& path) {
  const auto& name = std::get<std::string>(path.steps.front());
  for (const Member& member : message.members) {
    if (member.field->name == name) return follow(member.value, path.steps, 1);
  }
  return {};
}

}  // namespace sluice::tools
