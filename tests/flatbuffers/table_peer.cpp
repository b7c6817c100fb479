// A producer and a consumer of notes, told what to do line by line; compiled for each version of the schema in peers/.
//   create | open                              -> done, or the error
//   publish TEXT | finish TEXT | too_large     -> true or false
//   take | hold                                -> number, text, what else the note has, (again) if redelivered
#include <chrono>
#include <iostream>
#include <list>
#include <optional>
#include <string>
#include <tests/peer.channel.hpp>
#include <type_traits>

using namespace std::chrono_literals;

namespace {

using Loan = sluice::Loan<tests::PeerChannel::Message>;
using Sample = sluice::Sample<tests::PeerChannel::Message>;

template <class Builder>
void add_weight(Builder& note) {
  if constexpr (requires { note.add_weight(1.5F); }) note.add_weight(1.5F);
}

bool finish(Loan& loan, const std::string& text) {
  auto& builder = loan.builder();
  const auto words = builder.CreateString(text);
  tests::NoteBuilder note(builder);
  note.add_text(words);
  note.add_number(7);
  add_weight(note);
  return loan.finish(note.Finish());
}

template <class Note>
std::string shown(const Note& note) {
  std::string text = note.text()->str() + " " + std::to_string(note.number());
  if constexpr (requires { note.weight(); }) text += " " + std::to_string(note.weight());
  return text;
}

class Peer {
 public:
  explicit Peer(const char* instance) {
    create_.instance = instance;
    open_.instance = instance;
  }

  std::string answer(const std::string& verb, const std::string& text) {
    if (verb == "create") return attach(tests::PeerProducer::try_create(create_), producer_);
    if (verb == "open") return attach(tests::PeerConsumer::try_open(open_), consumer_);
    if (verb == "take") return shown_or_reason(consumer_->take_for(10s));
    if (verb == "hold") return shown_or_reason(held_.emplace_back(consumer_->take_for(10s)));
    Loan& loan = loans_.emplace_back(producer_->loan());
    const bool finished = finish(loan, verb == "too_large" ? std::string(1000, 'x') : text);
    if (verb == "too_large") return sluice::to_string(loan.reason());
    const bool done = verb == "publish" ? loan.publish() : finished;
    return done ? "true" : "false";
  }

 private:
  template <class End>
  std::string attach(sluice::Result<End> made, std::optional<End>& end) {
    if (!made) return made.error().what();
    end.emplace(std::move(*made));
    return "done";
  }
  static std::string shown_or_reason(const Sample& sample) {
    if (!sample || sample.table() == nullptr) return sluice::to_string(sample.reason());
    return std::to_string(sample.sequence()) + ": " + shown(*sample.table()) + (sample.redelivered() ? " (again)" : "");
  }

  sluice::CreateOptions create_;
  sluice::OpenOptions open_;
  std::optional<tests::PeerProducer> producer_;
  std::optional<tests::PeerConsumer> consumer_;
  std::list<Sample> held_;
  std::list<Loan> loans_;  // kept, so that a kill meets them
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  Peer peer(arguments[1]);
  for (std::string line; std::getline(std::cin, line);) {
    const auto space = line.find(' ');
    std::string said = peer.answer(line.substr(0, space), space == std::string::npos ? "" : line.substr(space + 1));
    for (char& c : said) c = c == '\n' ? '\x1f' : c;
    std::cout << said << std::endl;
  }
}
