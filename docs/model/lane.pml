/* Orders fifo and lifo (-DLIFO): one lane, its two roles, and death between any two stores of either, also inside
   a recovery. Stands for producer_lane.hpp, consumer_lane.hpp, index_stack.hpp, journal.hpp and recovery.hpp;
   each block names the function it stands for.
   Sizes: -DN= slots, -DM= messages, -DKEEP= samples that the application holds at a time, -DKP= -DKC= kills.
   Batches are of one or two messages; finished slots go back one by one or in chains, as it happens.
   Each -DBUG_... plants one mistake, which must be found. How to run, what is not modelled: README.md. */
#include "steps.pml"
#ifndef N
#define N 2
#endif
#ifndef M
#define M 3
#endif
#ifndef KEEP
#define KEEP 2
#endif
#define TORN 255

/* The producer's part of the window. */
byte head_tag = 0, head_top = NIL, head_link[N]; /* the link of push t, at t modulo N: the slot that it put on top */
byte producer_mark[N], published = 0, collected = 0;
/* The slots. */
byte number[N], payload[N];
/* The consumer's part. */
byte free_tag = 0, free_top = NIL, free_link[N];
byte consumer_mark[N], finished_tag = 0, finished_top = NIL, claim = 0, delivered = 0;

/* What only the proof knows. */
byte writer[M + 1];                  /* which life of the producer published a message */
bool reached[M + 1];                 /* the application has had this message */
byte producer_life = 0, consumer_life = 0;
bool producer_done = false, consumer_done = false;

/* [I1] [I3] [I4] Every slot has one home. A mark made by a walk counts once claim or collected has moved; a producer's
   mark no longer counts once a push that `published` does not say yet has shown its slot, nor does a consumer's once
   its slot waits on top of the finished ones. */
byte g_slot, g_at, homes;
bool in_free, in_head, in_push;
inline check_partition() {
  d_step {
    assert(head_tag - claim <= N && published <= head_tag && finished_tag - collected <= N && free_tag <= finished_tag);
    assert(head_tag == claim || head_top == head_link[head_tag % N]);
    assert(finished_tag == collected || finished_top == free_link[finished_tag % N]);
    for (g_slot : 0 .. N - 1) {
      in_head = false; in_push = false; in_free = false;
      for (g_at : claim + 1 .. head_tag) { in_head = (in_head || head_link[g_at % N] == g_slot) }
      for (g_at : published + 1 .. head_tag) { in_push = (in_push || head_link[g_at % N] == g_slot) }
      /* what waits lies on what is in `free` */
      for (g_at : collected + 1 .. finished_tag) { in_free = (in_free || free_link[g_at % N] == g_slot) }
      homes = (in_head + in_free + (producer_mark[g_slot] == YES && !in_free && !in_push)
        + (consumer_mark[g_slot] == YES && !in_head && !(finished_tag != free_tag && finished_top == g_slot)));
      assert(homes == 1)
    }
    homes = 0; g_slot = 0; g_at = 0; in_free = false; in_head = false; in_push = false
  }
}

/* Journal::mark, and the other stores of the producer */
inline p_mark(slot_, held_) { PRODUCER_STORES(producer_mark[slot_] = held_, "P mark %d=%d\n", slot_, held_) }
inline p_link(tag_, slot_) { PRODUCER_STORES(head_link[(tag_) % N] = slot_, "P link\n") }
inline p_number(slot_, value_) { PRODUCER_STORES(number[slot_] = value_, "P number=%d\n", value_) }

/* The first slot from `at` on whose mark is `held_`, or N. */
#define SEEK(mark_, held_) do :: at < N && mark_[at] != held_ -> at++ :: else -> break od

/* recovery.hpp: settle_publish: mark_pushed(..., Held::no) on the own stack */
inline p_settle_publish() {
#ifndef BUG_PUBLISH_NOT_SETTLED
#ifdef BUG_OTHER_ROLES_WORD
  tag = (claim > published -> claim : published);
#else
  atomic { tag = head_tag; assert(tag - published <= N) }
#endif
  at = published + 1;
#ifdef BUG_RECOVERY_SETTLES_FIRST
  PRODUCER_STORES(published = tag, "P published=%d\n", tag);
#endif
  do
  :: at <= tag -> p_mark(head_link[at % N], NO); at++
  :: else -> break
  od;
#else
  tag = head_tag;
#endif
  PRODUCER_STORES(published = tag, "P published=%d\n", tag);
  atomic { at = 0; tag = 0 }
}

/* recovery.hpp: walk_again of `free`, the oldest first */
inline p_collect_again() {
  atomic { tag = free_tag; at = collected + 1; assert(free_tag - collected <= N) }
  if
  :: at <= tag ->
    do
    :: at <= tag ->
       atomic { slot = free_link[at % N]; assert(slot < N) }
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
    atomic { slot = free_link[(collected + 1) % N]; assert(slot < N) }
    PRODUCER_STORES(producer_mark[slot] = YES, "P mark %d=1\n", slot);
    PRODUCER_STORES(collected = collected + 1, "P collected=%d\n", collected);
    atomic { own[own_count] = slot; own_count++; slot = 0 }
  :: else
  fi
}

/* ProducerLane::publish of batch[0 .. size - 1]: StackPusher::add for each, push */
inline p_publish() {
  at = 0;
  do
  :: at < size ->
     p_number(batch[at], published + at + 1);
#ifndef BUG_PUSH_BEFORE_ITS_LINK
     p_link(head_tag + at + 1, batch[at]);
#endif
     at++
  :: else -> break
  od;
#ifdef BUG_PUBLISHED_BEFORE_THE_PUSH
  PRODUCER_STORES(published = head_tag + size, "P published=%d\n", published);
#endif
#ifdef BUG_MARKS_BEFORE_THE_PUSH
  at = 0;
  do
  :: at < size -> p_mark(batch[at], NO); at++
  :: else -> break
  od;
#endif
  tag = head_tag + size;
  PRODUCER_STORES(head_top = batch[size - 1]; writer[tag] = producer_life; writer[tag + 1 - size] = producer_life;
                  head_tag = tag, "P head=push %d\n", tag);
#ifdef BUG_PUSH_BEFORE_ITS_LINK
  if :: size == 2 -> p_link(tag - 1, batch[0]) :: else fi;
  p_link(tag, batch[size - 1]);
#endif
#ifdef BUG_PUBLISHED_BEFORE_THE_MARKS
  PRODUCER_STORES(published = tag, "P published=%d\n", tag);
#endif
  at = 0;
  do
  :: at < size -> p_mark(batch[at], NO); at++
  :: else -> break
  od;
  PRODUCER_STORES(published = tag, "P published=%d\n", tag);
  atomic { at = 0; size = 0; tag = 0; batch[0] = 0; batch[1] = 0 }
}

proctype Producer() provided (!kill_consumer) {
  byte own[N], batch[2], own_count, size, at, slot, tag, left;
  do ::
  {
  /* recovery.hpp: recover_producer */
  p_settle_publish();
#ifndef BUG_COLLECT_NOT_REPEATED
  /* walk_again, which fills no list: start.own is made of the marks below */
  p_collect_again();
#endif
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
    at = 0; slot = 0; left = 0
  }

  do
  :: head_tag < M ->
     /* ProducerCore::open_batch, ProducerLane::loan */
     do
     :: size == 2 || head_tag + size == M -> break
     :: size < 2 && head_tag + size < M && own_count > 0 ->
        atomic { own_count--; slot = own[own_count]; own[own_count] = 0 }
        PRODUCER_STORES(number[slot] = 0; payload[slot] = TORN, "P number=0\n");
        atomic { payload[slot] = 16 * producer_life + head_tag + size + 1; batch[size] = slot; size++; slot = 0 }
#ifdef TRACE
     :: size < 2 && head_tag + size < M && own_count == 0 ->
        p_collect();
        if
        :: own_count > 0
        :: own_count == 0 && size > 0 -> break
        :: own_count == 0 && size == 0 -> consumers_turn = true; !consumers_turn
        fi
#else
     :: size == 1 -> break
     :: size < 2 && head_tag + size < M && own_count == 0 && free_tag != collected -> p_collect()
#endif
     od;
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
       for (at : 0 .. N - 1) { own[at] = 0 }
       batch[0] = 0; batch[1] = 0; own_count = 0; size = 0; at = 0; slot = 0; tag = 0; left = 0;
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
inline c_link(tag_, slot_) { CONSUMER_STORES(free_link[(tag_) % N] = slot_, "C link\n") }

/* recovery.hpp: settle_finished. What was given back may have come round: its mark is no longer the old one. */
inline c_settle_finished() {
#ifdef BUG_MARK_OF_WHAT_CAME_ROUND
  if :: finished_tag > 0 -> c_mark(finished_top, NO) :: else fi;
#endif
  if
#ifdef BUG_FINISHED_FORGOTTEN
  :: true
#else
  :: finished_tag != free_tag ->
#ifndef BUG_LAST_FINISHED_STAYS_MARKED
    c_mark(finished_top, NO);
#endif
    c_push()
  :: else
#endif
  fi
}

/* ConsumerLane::take_up_all: StackTaker::take_all on `head`; ConsumerLane::take_only makes the same stores */
inline c_take_up_all() {
  atomic { tag = head_tag; at = claim + 1; assert(head_tag - claim <= N); looked = tag }
  if
  :: at <= tag ->
#ifdef BUG_CLAIM_BEFORE_THE_MARKS
    CONSUMER_STORES(claim = tag, "C claim=%d\n", tag);
#endif
    do
    :: at <= tag ->
       atomic { slot = head_link[at % N]; assert(slot < N) }
       CONSUMER_STORES(consumer_mark[slot] = YES, "C mark %d=1\n", slot);
       atomic { unread[unread_count] = slot; unread_count++; at++; slot = 0 }
    :: else -> break
    od;
#ifndef BUG_CLAIM_BEFORE_THE_MARKS
    CONSUMER_STORES(claim = tag, "C claim=%d\n", tag)
#endif
  :: else
  fi;
  atomic { tag = 0; at = 0 }
}

/* ConsumerLane::finish: StackPusher::add, Journal::note_finished, Journal::mark */
inline c_finish(slot_) {
  c_link(finished_tag + 1, slot_);
#ifdef BUG_MARK_OFF_BEFORE_THE_CHAIN
  c_mark(slot_, NO);
  c_note_finished(finished_tag + 1, slot_);
#else
  c_note_finished(finished_tag + 1, slot_);
  c_mark(slot_, NO);
#endif
  finished_count++
}

/* ConsumerLane::give_back */
inline c_give_back() {
  if
  :: finished_count > 0 -> c_push(); finished_count = 0
  :: else
  fi
}

/* What the application may rely on, whenever a message is handed to it. */
inline application_gets(slot_, redelivered_) {
  atomic {
    at = number[slot_];
    assert(payload[slot_] == 16 * writer[at] + at);              /* whole, and of the life that published it */
    is_marked = redelivered_;
    assert(!reached[at] || is_marked);                           /* a repeat is marked, */
    assert(!is_marked || consumer_life > 0);                     /* and only after a death */
    assert(!this_life[at]);                                      /* never twice in one life */
#ifdef LIFO
    left = at + 1; /* newest first: whatever was there when this take looked has been handed out */
    do :: left <= looked -> assert(reached[left]); left++ :: else -> break od;
#else
    left = 1; /* in order, without a gap */
    do :: left < at -> assert(reached[left]); left++ :: else -> break od;
    do :: left <= M -> assert(!this_life[left]); left++ :: else -> break od;
#endif
    reached[at] = true; this_life[at] = true; is_marked = false; at = 0; left = 0
  }
}

/* ConsumerLane::take, then ConsumerLane::hand_out */
inline c_take() {
#ifdef LIFO
  c_take_up_all();
#else
  if :: unread_count == 0 -> c_take_up_all() :: else fi;
#endif
  if
  :: unread_count > 0 ->
    atomic {
      unread_count--;
#ifdef LIFO
#ifdef BUG_OLDEST_FIRST
      slot = unread[0]; for (at : 1 .. N - 1) { unread[at - 1] = unread[at] }
      unread[N - 1] = 0;
#else
      slot = unread[unread_count]; unread[unread_count] = 0;
#endif
#else
      slot = unread[0]; for (at : 1 .. N - 1) { unread[at - 1] = unread[at] }
      unread[N - 1] = 0;
#endif
      at = 0
    }
#ifdef BUG_DELIVERED_BEHIND_THE_HAND_OVER
    application_gets(slot, (number[slot] <= inherited));
#endif
    if
#ifdef BUG_DELIVERED_IS_THE_LAST
    :: true ->
#else
    :: number[slot] > delivered ->
#endif
       CONSUMER_STORES(delivered = number[slot], "C delivered=%d\n", number[slot])
    :: else
    fi;
    if :: unread_count == 0 -> c_give_back() :: else fi;
#ifndef BUG_DELIVERED_BEHIND_THE_HAND_OVER
    application_gets(slot, (number[slot] <= inherited));
#endif
    atomic { kept[kept_count] = slot; kept_count++; slot = 0; looked = 0 }
  :: else -> looked = 0
  fi
}

/* ConsumerLane::release of kept[at_]. When unread messages are in hand, the chain may wait: whether it does depends on
   its limit and on whether the producer sleeps. */
inline c_release(at_) {
  atomic {
    slot = kept[at_]; kept_count--;
    if :: at_ < kept_count -> kept[at_] = kept[kept_count] :: else fi;
    kept[kept_count] = 0
  }
  c_finish(slot);
  slot = 0;
  if
#ifdef TRACE
  :: finished_count >= LIMIT || unread_count == 0 -> c_give_back()
  :: else
#else
  :: c_give_back()
  :: unread_count > 0
#endif
  fi
}

#define A_TAKE_DOES_SOMETHING \
  (kept_count < KEEP && (unread_count > 0 || head_tag != claim || finished_count > 0))

proctype Consumer() provided (!kill_producer) {
  byte unread[N], kept[KEEP], unread_count, finished_count, kept_count;
  byte inherited, looked, at, slot, tag, left;
  bool this_life[M + 1], is_marked = false;
  do ::
  {
#ifdef TRACE
  consumers_turn;
#endif
  /* recovery.hpp: recover_consumer */
  c_settle_finished();
  inherited = (delivered < claim -> delivered : claim);
#ifndef BUG_WALK_NOT_REPEATED
  /* walk_again, which fills no list: start.held is made of the marks below */
  c_take_up_all();
#endif
  atomic {
    unread_count = 0; finished_count = 0; looked = 0;
    for (at : 0 .. N - 1) { unread[at] = 0 }
    /* start.held, oldest first */
    for (tag : 1 .. M) {
      for (at : 0 .. N - 1) {
        if
        :: consumer_mark[at] == YES && number[at] == tag -> unread[unread_count] = at; unread_count++
        :: else
        fi
      }
    }
    tag = 0; at = 0
  }

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
  atomic {
    for (at : 1 .. M) { assert(reached[at]) } /* at least once each */
    consumer_done = true
  }
  } unless { kill_consumer };
  if
  :: kill_consumer ->
     atomic {
       for (at : 0 .. N - 1) { unread[at] = 0 }
       for (at : 0 .. KEEP - 1) { kept[at] = 0 }
       for (at : 0 .. M) { this_life[at] = false }
       unread_count = 0; finished_count = 0; kept_count = 0; inherited = 0; looked = 0;
       at = 0; slot = 0; tag = 0; left = 0;
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
  :: atomic { kills_of_producer > 0 && !producer_done -> kills_of_producer--; kill_producer = true }
  :: atomic { kills_of_consumer > 0 && !consumer_done -> kills_of_consumer--; kill_consumer = true }
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
