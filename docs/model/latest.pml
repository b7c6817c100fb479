/* Order latest: one lane whose claim both roles move, and death between any two stores of either, also inside a
   recovery. Stands for claimer.hpp, dropper.hpp, shared_claim.hpp, producer_lane.hpp, consumer_lane.hpp and
   recovery.hpp; each block names the function it stands for.
   Sizes: -DN= slots, -DM= messages, -DKP= -DKC= kills; the application keeps one sample while it takes another.
   The capacity: a loan must never fail, which 5 slots suffice for; -DN=4 must fail.
   Each -DBUG_... plants one mistake, which must be found. How to run, what is not modelled: README.md. */
#include "steps.pml"
#ifndef N
#define N 5
#endif
#ifndef M
#define M 3
#endif
#define KEEP 2 /* in hand at a time: one kept, and the one that was just taken */
#define TORN 255

/* The producer's part of the window. */
byte head_tag = 0, head_top = NIL, head_link[N]; /* the link of push t, at t modulo N: the slot that it put on top */
byte producer_mark[N], published = 0, collected = 0;
bool drop_intended = false, drop_bit = false; /* ClaimIntent: the bit as it will show */
byte drop_from = 0, drop_to = 0;
/* The slots. */
byte number[N], payload[N];
/* The consumer's part. */
byte free_tag = 0, free_top = NIL, free_link[N];
byte consumer_mark[N], finished_tag = 0, finished_top = NIL, delivered = 0;
bool take_intended = false, take_bit = false;
byte take_from = 0, take_to = 0;
/* shared_claim {number, s, t}: written by both, always whole. */
byte claim = 0;
bool claim_s = false, claim_t = false;

/* What only the proof knows. */
byte writer[M + 1]; /* which life of the producer published a message */
byte newest_reached = 0;
byte producer_life = 0, consumer_life = 0;
bool producer_done = false, consumer_done = false;

#ifdef TRACE
byte turn_given_at = 0; /* the consumer's turn comes behind every second message */
#endif

/* [I1] [I3] [I8] Every slot has one home: as in lane.pml; what an exchange has moved counts as its role's before it is
   marked. */
byte g_slot, g_at, homes;
bool in_free, in_head, in_push, is_producers, is_consumers;
inline check_partition() {
  d_step {
    assert(claim <= head_tag && head_tag - claim <= N && finished_tag - collected <= N && free_tag <= finished_tag);
    assert(head_tag == claim || head_top == head_link[head_tag % N]);
    for (g_slot : 0 .. N - 1) {
      in_head = false; in_push = false; in_free = false;
      for (g_at : claim + 1 .. head_tag) { in_head = (in_head || head_link[g_at % N] == g_slot) }
      for (g_at : published + 1 .. head_tag) { in_push = (in_push || head_link[g_at % N] == g_slot) }
      for (g_at : collected + 1 .. finished_tag) { in_free = (in_free || free_link[g_at % N] == g_slot) }
      is_producers = (producer_mark[g_slot] == YES && !in_free && !in_push);
      if
      :: (drop_intended && claim_s == drop_bit && producer_mark[g_slot] == NO && number[g_slot] > drop_from
          && number[g_slot] <= drop_to) -> is_producers = true
      :: else
      fi;
      is_consumers = (consumer_mark[g_slot] == YES && !in_head
        && !(finished_tag != free_tag && finished_top == g_slot));
      if
      :: (take_intended && claim_t == take_bit && consumer_mark[g_slot] == NO && number[g_slot] > take_from
          && number[g_slot] <= take_to) -> is_consumers = true
      :: else
      fi;
      homes = in_head + in_free + is_producers + is_consumers;
      assert(homes == 1)
    }
    homes = 0; g_slot = 0; g_at = 0; in_free = false; in_head = false; in_push = false; is_producers = false; is_consumers = false
  }
}

/* Journal::mark, and the other stores of the producer */
inline p_mark(slot_, held_) { PRODUCER_STORES(producer_mark[slot_] = held_, "P mark %d=%d\n", slot_, held_) }
inline p_number(slot_, value_) { PRODUCER_STORES(number[slot_] = value_, "P number=%d\n", value_) }
/* Journal::settle_claim; from and to are not looked at from here on: forgotten, to spare states */
inline p_settle_drop() {
  PRODUCER_STORES(drop_intended = false; drop_bit = false; drop_from = 0; drop_to = 0, "P drop intent=0\n")
}

/* The first slot from `at` on whose mark is `held_`, or N. */
#define SEEK(mark_, held_) do :: at < N && mark_[at] != held_ -> at++ :: else -> break od

/* recovery.hpp: settle_publish: mark_pushed(..., Held::no) on the own stack */
inline p_settle_publish() {
  atomic { at = published + 1; assert(head_tag - published <= N) }
  do
  :: at <= head_tag -> p_mark(head_link[at % N], NO); at++
  :: else -> break
  od;
  at = 0;
  PRODUCER_STORES(published = head_tag, "P published=%d\n", published)
}

/* recovery.hpp: settle_claim of the producer's own bit, by number */
#define SEEK_DROPPED do \
  :: at < N && !(number[at] > drop_from && number[at] <= drop_to) -> at++ \
  :: else -> break \
  od
inline p_recover_drop() {
#ifndef BUG_DROP_FORGOTTEN
  if
  :: drop_intended && claim_s == drop_bit ->
    SEEK_DROPPED;
    do
    :: at < N -> p_mark(at, YES); atomic { at++; SEEK_DROPPED }
    :: else -> break
    od;
    at = 0
  :: else
  fi;
#endif
  p_settle_drop()
}

/* recovery.hpp: walk_again of `free`, the oldest first */
inline p_collect_again() {
  atomic { tag = free_tag; at = collected + 1; assert(free_tag - collected <= N) }
  if
  :: at <= tag ->
    do
    :: at <= tag ->
       slot = free_link[at % N];
       PRODUCER_STORES(producer_mark[slot] = YES, "P mark %d=1\n", slot);
       atomic { at++; slot = 0 }
    :: else -> break
    od;
    PRODUCER_STORES(collected = tag, "P collected=%d\n", tag)
  :: else
  fi;
  atomic { tag = 0; at = 0 }
}

/* ProducerLane::loan_first_returned: StackTaker::take_next on `free` */
inline p_collect() {
  assert(free_tag - collected <= N);
  if
  :: free_tag != collected ->
    slot = free_link[(collected + 1) % N];
    PRODUCER_STORES(producer_mark[slot] = YES, "P mark %d=1\n", slot);
    PRODUCER_STORES(collected = collected + 1, "P collected=%d\n", collected);
    atomic { own[own_count] = slot; own_count++; slot = 0 }
  :: else
  fi
}

/* ProducerLane::drop_older, Dropper::drop_below(published): one attempt */
inline p_drop_older() {
  if
  :: published > 0 ->
    /* SharedClaim::read */
    atomic { from = claim; seen_s = claim_s; seen_t = claim_t; to = published - 1; assert(from <= published) }
    if
    :: from < to ->
      /* Journal::intend_claim */
      PRODUCER_STORES(drop_from = from, "P drop from=%d\n", from);
      PRODUCER_STORES(drop_to = to, "P drop to=%d\n", to);
      PRODUCER_STORES(drop_intended = true; drop_bit = !seen_s, "P drop intent=bit %d\n", !seen_s);
      /* SharedClaim::try_move */
      if
      :: atomic { claim == from && claim_s == seen_s && claim_t == seen_t ->
#ifdef BUG_DROP_WITHOUT_ITS_BIT
           PRODUCER_STORES(claim = to, "P shared_claim=%d %d%d\n", to, claim_s, claim_t) };
#else
           PRODUCER_STORES(claim = to; claim_s = !seen_s, "P shared_claim=%d %d%d\n", to, claim_s, claim_t) };
#endif
         do
         :: from < to ->
            atomic { from++; slot = noted[from % N]; assert(number[slot] == from) }
            p_mark(slot, YES);
            atomic { own[own_count] = slot; own_count++; slot = 0 }
         :: else -> break
         od;
         p_settle_drop()
      :: else
      fi
    :: else
    fi;
    atomic { from = 0; to = 0; seen_s = false; seen_t = false }
  :: else
  fi
}

/* ProducerLane::publish of one message */
inline p_publish() {
  p_number(slot, published + 1);
  PRODUCER_STORES(head_link[(head_tag + 1) % N] = slot, "P link\n");
  PRODUCER_STORES(head_top = slot; head_tag = head_tag + 1; writer[head_tag] = producer_life,
                  "P head=push %d\n", head_tag);
  p_mark(slot, NO);
  PRODUCER_STORES(published = head_tag, "P published=%d\n", published);
  atomic { noted[published % N] = slot; slot = 0 }
  p_drop_older()
}

proctype Producer() provided (!kill_consumer) {
  byte own[N], noted[N], own_count, at, slot, tag, left, from, to;
  bool seen_s, seen_t;
  do
  :: {
  /* recovery.hpp: recover_producer */
  p_settle_publish();
  p_recover_drop();
  p_collect_again();
  atomic { own_count = 0; at = 0; SEEK(producer_mark, YES) }
  do
  :: at < N -> p_number(at, 0); atomic { own[own_count] = at; own_count++; at++; SEEK(producer_mark, YES) }
  :: else -> break
  od;
  atomic { /* std::reverse: begin with slot 0 */
    left = 0;
    do
    :: left < own_count / 2 -> slot = own[left]; own[left] = own[own_count - 1 - left]; own[own_count - 1 - left] = slot;
       left++
    :: else -> break
    od;
    slot = 0; left = 0; from = claim; assert(from <= published);
    for (at : 0 .. N - 1) { /* start.unread */
      if
      :: producer_mark[at] == NO && number[at] > from && number[at] <= published -> noted[number[at] % N] = at
      :: else
      fi
    }
    at = 0; from = 0
  }
  p_drop_older(); /* the constructor of ProducerLane */

  do
  :: head_tag < M ->
#ifdef TRACE
     if
     :: head_tag % 2 == 0 && head_tag != turn_given_at ->
        turn_given_at = head_tag; consumers_turn = true; !consumers_turn
     :: else
     fi;
#endif
     if :: own_count == 0 -> p_collect() :: else fi;
     assert(own_count > 0); /* ProducerLane::loan never fails */
     /* ProducerLane::loan */
     atomic { own_count--; slot = own[own_count]; own[own_count] = 0 }
     PRODUCER_STORES(number[slot] = 0; payload[slot] = TORN, "P number=0\n");
     payload[slot] = 16 * producer_life + head_tag + 1;
     p_publish()
  :: else -> break
  od;
  producer_done = true;
#ifdef TRACE
  consumers_turn = true
#endif
  } unless { kill_producer };
  if
  :: kill_producer ->
     atomic {
       for (at : 0 .. N - 1) { own[at] = 0; noted[at] = 0 }
       own_count = 0; at = 0; slot = 0; tag = 0; left = 0; from = 0; to = 0; seen_s = false; seen_t = false;
       producer_life++; kill_producer = false
     }
  :: else -> break
  fi
  od
}

/* The stores of the consumer */
inline c_mark(slot_, held_) { CONSUMER_STORES(consumer_mark[slot_] = held_, "C mark %d=%d\n", slot_, held_) }
inline c_note_finished(tag_, top_) {
  CONSUMER_STORES(finished_tag = tag_; finished_top = top_, "C finished=push %d\n", finished_tag)
}
inline c_push() { CONSUMER_STORES(free_tag = finished_tag; free_top = finished_top, "C free=push %d\n", free_tag) }
inline c_settle_taking() {
  CONSUMER_STORES(take_intended = false; take_bit = false; take_from = 0; take_to = 0,
                  "C taking intent=0\n")
}

/* recovery.hpp: settle_finished */
inline c_settle_finished() {
  if
  :: finished_tag != free_tag -> c_mark(finished_top, NO); c_push()
  :: else
  fi
}

/* recovery.hpp: settle_claim of the consumer's own bit, by number */
#define SEEK_TAKEN do \
  :: at < N && !(number[at] > take_from && number[at] <= take_to) -> at++ \
  :: else -> break \
  od
inline c_recover_claim() {
#ifndef BUG_CLAIM_FORGOTTEN
  if
  :: take_intended && claim_t == take_bit ->
    SEEK_TAKEN;
    do
    :: at < N -> c_mark(at, YES); atomic { at++; SEEK_TAKEN }
    :: else -> break
    od;
    at = 0
  :: else
  fi;
#endif
  c_settle_taking()
}

/* ConsumerLane::finish: StackPusher::add, Journal::note_finished, Journal::mark */
inline c_finish(slot_) {
  CONSUMER_STORES(free_link[(finished_tag + 1) % N] = slot_, "C link\n");
  c_note_finished(finished_tag + 1, slot_);
  c_mark(slot_, NO);
  finished_count++
}

/* ConsumerLane::give_back */
inline c_give_back() {
  if
  :: finished_count > 0 -> c_push(); finished_count = 0
  :: else
  fi
}

/* Claimer::claim_all, appended to `unread`, oldest first; `count` says how many there were. Links are read before the
   claim moves: the producer may need their places behind it. */
inline c_claim_all() {
  count = 0;
  do
  :: true ->
#ifdef BUG_CLAIM_BEHIND_THE_HEAD
     atomic { top = head_top; tag = head_tag }
     atomic { from = claim; seen_s = claim_s; seen_t = claim_t }
#else
     atomic { from = claim; seen_s = claim_s; seen_t = claim_t } /* SharedClaim::read */
     atomic { top = head_top; tag = head_tag }                   /* StackTaker::look */
#endif
     if
     :: tag == from -> break
     :: tag < from || tag - from > N ->
        is_torn = (claim != from || claim_s != seen_s || claim_t != seen_t);
        assert(is_torn); /* else: poisoned, without a reason */
        is_torn = false
     :: else ->
#ifndef BUG_LINKS_READ_BEHIND_THE_CLAIM
        c_read_links();
#endif
        /* Journal::intend_claim */
        CONSUMER_STORES(take_from = from, "C taking from=%d\n", from);
        CONSUMER_STORES(take_to = tag, "C taking to=%d\n", tag);
        CONSUMER_STORES(take_intended = true; take_bit = !seen_t, "C taking intent=bit %d\n", !seen_t);
        /* SharedClaim::try_move */
        if
        :: atomic { claim == from && claim_s == seen_s && claim_t == seen_t ->
             CONSUMER_STORES(claim = tag; claim_t = !seen_t, "C shared_claim=%d %d%d\n", claim, claim_s, claim_t) };
#ifdef BUG_LINKS_READ_BEHIND_THE_CLAIM
           c_read_links();
#endif
           at = 0;
           do
           :: from < tag ->
              c_mark(slots[at], YES);
              atomic { from++; assert(number[slots[at]] == from); unread[unread_count] = slots[at]; unread_count++;
                       count++; at++ }
           :: else -> break
           od;
           c_settle_taking();
           break
        :: else
        fi
     fi
  od;
  atomic { top = 0; tag = 0; from = 0; at = 0; seen_s = false; seen_t = false; for (left : 0 .. N - 1) { slots[left] = 0 } left = 0 }
}
/* The newest from the word, the others from their links. */
inline c_read_links() {
  at = 0;
  do
  :: from + at + 1 < tag -> atomic { slots[at] = head_link[(from + at + 1) % N]; at++ }
  :: else -> break
  od;
  atomic { slots[at] = top; at = 0 }
}

/* ConsumerLane::claim_newest: all but the newest are finished, at once */
inline c_claim_newest() {
  c_claim_all();
  if
  :: count > 0 ->
    atomic { unread_count--; newest = unread[unread_count]; unread[unread_count] = 0; at = 0 }
    do
    :: at < unread_count -> c_finish(unread[at]); atomic { unread[at] = 0; at++ }
    :: else -> break
    od;
    atomic { unread[0] = newest; unread_count = 1; newest = 0; at = 0 }
    c_give_back()
  :: else
  fi;
  count = 0
}

/* What the application may rely on, whenever a message is handed to it. */
inline application_gets(slot_, redelivered_) {
  atomic {
    at = number[slot_];
    assert(payload[slot_] == 16 * writer[at] + at);      /* whole, and of the life that published it */
    assert(at > last_number && at >= newest_reached);    /* never twice in one life, never backwards */
    is_marked = redelivered_;
    assert(at > newest_reached || is_marked);            /* a repeat is marked, */
    assert(!is_marked || consumer_life > 0);             /* and only after a death */
    newest_reached = at; last_number = at; is_marked = false; at = 0
  }
}

/* ConsumerLane::take, then ConsumerLane::hand_out */
inline c_take() {
  c_claim_newest();
  if
  :: unread_count > 0 ->
    atomic { unread_count--; slot = unread[unread_count]; unread[unread_count] = 0 }
#ifdef BUG_DELIVERED_BEHIND_THE_HAND_OVER
    application_gets(slot, (number[slot] <= inherited));
#endif
    if
    :: number[slot] > delivered -> CONSUMER_STORES(delivered = number[slot], "C delivered=%d\n", number[slot])
    :: else
    fi;
#ifndef BUG_DELIVERED_BEHIND_THE_HAND_OVER
    application_gets(slot, (number[slot] <= inherited));
#endif
    atomic { kept[kept_count] = slot; kept_count++; slot = 0 }
  :: else
  fi
}

/* ConsumerLane::release of kept[at_]: order latest gives back at once */
inline c_release(at_) {
  atomic {
    slot = kept[at_]; kept_count--;
    if :: at_ < kept_count -> kept[at_] = kept[kept_count] :: else fi;
    kept[kept_count] = 0
  }
  c_finish(slot);
  slot = 0;
  c_give_back()
}

#define A_TAKE_DOES_SOMETHING \
  (kept_count < KEEP && (unread_count > 0 || head_tag != claim || finished_count > 0))

proctype Consumer() provided (!kill_producer) {
  byte unread[N], slots[N], kept[KEEP], unread_count, finished_count, kept_count;
  byte inherited, last_number, newest, count, at, slot, top, tag, left, from;
  bool seen_s, seen_t, is_marked = false, is_torn = false;
  do
  :: {
#ifdef TRACE
  consumers_turn;
#endif
  /* recovery.hpp: recover_consumer */
  c_settle_finished();
  c_recover_claim();
  atomic {
    inherited = delivered; left = 0;
    for (at : 0 .. N - 1) {
      if :: consumer_mark[at] == YES && number[at] > left -> newest = at; left = number[at] :: else fi
    }
    at = 0; tag = 1
  }
  /* recovery.hpp: keep_newest, oldest first, and the constructor of ConsumerLane */
  do
  :: tag <= M ->
     atomic {
       at = 0;
       do :: at < N && !(consumer_mark[at] == YES && number[at] == tag) -> at++ :: else -> break od
     }
     if
     :: at < N && (tag < left || tag < inherited) -> c_finish(at)
     :: at < N && tag == left && tag >= inherited -> atomic { unread[0] = at; unread_count = 1 }
     :: at == N
     fi;
     tag++
  :: else -> break
  od;
  atomic { at = 0; tag = 0; left = 0; newest = 0 }
  c_give_back();

  do
  :: A_TAKE_DOES_SOMETHING -> c_take()
#ifdef TRACE
  :: !A_TAKE_DOES_SOMETHING && kept_count > 0 -> c_release(0)
  :: !A_TAKE_DOES_SOMETHING && kept_count == 0 && !producer_done -> consumers_turn = false; consumers_turn
#else
  :: kept_count > 0 -> c_release(0)
  :: kept_count > 1 -> c_release(1)
#endif
  :: producer_done && head_tag == claim && unread_count + finished_count + kept_count == 0 -> break
  od;
  atomic { assert(newest_reached == M); consumer_done = true }
  } unless { kill_consumer };
  if
  :: kill_consumer ->
     atomic {
       for (at : 0 .. N - 1) { unread[at] = 0; slots[at] = 0 }
       for (at : 0 .. KEEP - 1) { kept[at] = 0 }
       unread_count = 0; finished_count = 0; kept_count = 0; inherited = 0; last_number = 0; newest = 0; count = 0;
       at = 0; slot = 0; top = 0; tag = 0; left = 0; from = 0; seen_s = false; seen_t = false;
       consumer_life++; kill_consumer = false
     }
  :: else -> break
  fi
  od
}

/* SIGKILL at any time, and the look at all slots between any two steps. */
proctype Fate() provided (!kill_producer && !kill_consumer) {
end:
  do
  :: d_step { kills_of_producer > 0 && !producer_done -> kills_of_producer--; kill_producer = true }
  :: d_step { kills_of_consumer > 0 && !consumer_done -> kills_of_consumer--; kill_consumer = true }
  :: check_partition()
  od
}

init {
  atomic {
    byte slot_;
    for (slot_ : 0 .. N - 1) { producer_mark[slot_] = YES; head_link[slot_] = NIL; free_link[slot_] = NIL }
    slot_ = 0;
    run Producer(); run Consumer();
#ifndef TRACE
    run Fate()
#endif
  }
}
