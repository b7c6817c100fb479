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
byte head_tag = 0, head_top = NIL, head_link[N];
byte producer_mark[N], producer_intent = 0, published = 0, collected = 0;
/* The slots. */
byte number[N], payload[N];
/* The consumer's part. */
byte free_tag = 0, free_top = NIL, free_link[N];
byte consumer_mark[N], consumer_intent = 0, claim = 0, delivered = 0;

/* What only the proof knows. */
byte writer[M + 1];                  /* which life of the producer published a message */
bool reached[M + 1];                 /* the application has had this message */
byte producer_life = 0, consumer_life = 0;
bool producer_done = false, consumer_done = false;

/* [I1] [I3] Every slot has one home. A mark made by a walk counts once claim or collected has moved; a 2 counts as 0
   once its push took effect. */
byte g_slot, g_at, g_left, homes;
bool in_free, in_head;
inline check_partition() {
  d_step {
    assert(head_tag - claim <= N && free_tag - collected <= N);
    for (g_slot : 0 .. N - 1) {
      in_head = false; g_at = head_top; g_left = head_tag - claim;
      do
      :: g_left > 0 -> assert(g_at < N); in_head = (in_head || g_at == g_slot); g_at = head_link[g_at]; g_left--
      :: else -> break
      od;
      in_free = false; g_at = free_top; g_left = free_tag - collected;
      do
      :: g_left > 0 -> assert(g_at < N); in_free = (in_free || g_at == g_slot); g_at = free_link[g_at]; g_left--
      :: else -> break
      od;
      homes = (in_head + in_free
        + (producer_mark[g_slot] != NO && !in_free
           && !(producer_mark[g_slot] == IN_CHAIN && producer_intent != 0 && head_tag == producer_intent))
        + (consumer_mark[g_slot] != NO && !in_head
           && !(consumer_mark[g_slot] == IN_CHAIN && consumer_intent != 0 && free_tag == consumer_intent)));
      assert(homes == 1)
    }
    homes = 0; g_slot = 0; g_at = 0; g_left = 0; in_free = false; in_head = false
  }
}

/* Journal::mark, and the other stores of the producer */
inline p_mark(slot_, held_) { PRODUCER_STORES(producer_mark[slot_] = held_, "P mark %d=%d\n", slot_, held_) }
inline p_intend(tag_) { PRODUCER_STORES(producer_intent = tag_, "P intent=push %d\n", tag_) }
inline p_settle() { PRODUCER_STORES(producer_intent = 0, "P intent=0\n") }
inline p_link(upper_, lower_) { PRODUCER_STORES(head_link[upper_] = lower_, "P link\n") }
inline p_number(slot_, value_) { PRODUCER_STORES(number[slot_] = value_, "P number=%d\n", value_) }

/* The first slot from `at` on whose mark is `held_`, or N. */
#define SEEK(mark_, held_) do :: at < N && mark_[at] != held_ -> at++ :: else -> break od

/* recovery.hpp: settle_push(..., Held::yes) */
inline p_settle_push() {
  atomic {
#ifdef BUG_INTENT_IGNORED
    outcome = YES;
#else
#ifdef BUG_OTHER_ROLES_WORD
    outcome = (producer_intent != 0 && claim >= producer_intent -> NO : YES);
#else
    outcome = (producer_intent != 0 && head_tag == producer_intent -> NO : YES);
#endif
#endif
    at = 0; SEEK(producer_mark, IN_CHAIN)
  }
#ifdef BUG_RECOVERY_CLEARS_FIRST
  p_settle();
#endif
  do
  :: at < N -> p_mark(at, outcome); atomic { at++; SEEK(producer_mark, IN_CHAIN) }
  :: else -> break
  od;
  atomic { at = 0; outcome = 0 }
  p_settle()
}

/* ProducerLane::collect: StackTaker::take_all on `free`, own[own_count + place in walk] = slot */
inline p_collect() {
  atomic { slot = free_top; tag = free_tag; left = free_tag - collected; assert(left <= N) }
  if
  :: left > 0 ->
    do
    :: left > 0 ->
       atomic { assert(slot < N) }
       PRODUCER_STORES(producer_mark[slot] = YES, "P mark %d=1\n", slot);
       atomic { left--; own[own_count + left] = slot; slot = free_link[slot] }
    :: else -> break
    od;
    atomic { own_count = own_count + tag - collected; slot = 0 }
    PRODUCER_STORES(collected = tag, "P collected=%d\n", tag)
  :: else
  fi;
  atomic { tag = 0; slot = 0 }
}

/* ProducerLane::publish of batch[0 .. size - 1] */
inline p_publish() {
  at = 0;
  do
  :: at < size -> p_number(batch[at], published + at + 1);
#ifndef BUG_MARKS_BEHIND_THE_PUSH
     p_mark(batch[at], IN_CHAIN);
#endif
     at++
  :: else -> break
  od;
  p_intend(head_tag + size);
  if :: size == 2 -> p_link(batch[1], batch[0]) :: else fi;
#ifndef BUG_PUSH_BEFORE_ITS_LINK
  p_link(batch[0], head_top);
#endif
  atomic { tag = head_tag + size; slot = head_top }
  PRODUCER_STORES(head_top = batch[size - 1]; writer[tag] = producer_life; writer[tag + 1 - size] = producer_life;
                  head_tag = tag, "P head=push %d\n", tag);
#ifdef BUG_PUSH_BEFORE_ITS_LINK
  p_link(batch[0], slot);
#endif
#ifdef BUG_CLEARED_BEFORE_THE_MARKS
  p_settle();
#endif
  at = 0;
  do
  :: at < size ->
#ifdef BUG_MARKS_BEHIND_THE_PUSH
     p_mark(batch[at], IN_CHAIN);
#endif
     p_mark(batch[at], NO); at++
  :: else -> break
  od;
  PRODUCER_STORES(published = tag, "P published=%d\n", tag);
  p_settle();
  atomic { at = 0; size = 0; tag = 0; slot = 0; batch[0] = 0; batch[1] = 0 }
}

proctype Producer() provided (!kill_consumer) {
  byte own[N], batch[2], own_count, size, at, slot, tag, left, outcome;
  do ::
  {
  /* recovery.hpp: recover_producer */
  p_settle_push();
#ifndef BUG_COLLECT_NOT_REPEATED
  /* walk_again, which fills no list: start.own is made of the marks below */
  p_collect();
#endif
  PRODUCER_STORES(published = head_tag, "P published=%d\n", head_tag);
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
       batch[0] = 0; batch[1] = 0; own_count = 0; size = 0; at = 0; slot = 0; tag = 0; left = 0; outcome = 0;
       producer_life++; kill_producer = false
     }
  :: else -> break
  fi
  od
}

/* The stores of the consumer */
inline c_mark(slot_, held_) { CONSUMER_STORES(consumer_mark[slot_] = held_, "C mark %d=%d\n", slot_, held_) }
inline c_settle() { CONSUMER_STORES(consumer_intent = 0, "C intent=0\n") }
inline c_link(upper_, lower_) { CONSUMER_STORES(free_link[upper_] = lower_, "C link\n") }

/* recovery.hpp: settle_push(..., Held::in_chain) */
inline c_settle_push() {
  atomic {
#ifdef BUG_INTENT_IGNORED
    outcome = IN_CHAIN;
#else
#ifdef BUG_OTHER_ROLES_WORD
    outcome = (consumer_intent != 0 && collected >= consumer_intent -> NO : IN_CHAIN);
#else
    outcome = (consumer_intent != 0 && free_tag == consumer_intent -> NO : IN_CHAIN);
#endif
#endif
    at = 0; SEEK(consumer_mark, IN_CHAIN)
  }
#ifdef BUG_RECOVERY_CLEARS_FIRST
  c_settle();
#endif
  do
  :: at < N && outcome == NO -> c_mark(at, NO); atomic { at++; SEEK(consumer_mark, IN_CHAIN) }
  :: else -> break
  od;
  atomic { at = 0; outcome = 0 }
  c_settle()
}

/* ConsumerLane::take_up_all: StackTaker::take_all on `head`, unread[unread_count + place in walk] = slot */
inline c_take_up_all() {
  atomic { slot = head_top; tag = head_tag; left = head_tag - claim; assert(left <= N); looked = tag }
  if
  :: left > 0 ->
    do
    :: left > 0 ->
       atomic { assert(slot < N) }
#ifndef BUG_CLAIM_BEFORE_THE_MARKS
       CONSUMER_STORES(consumer_mark[slot] = YES, "C mark %d=1\n", slot);
       atomic { left--; unread[unread_count + left] = slot; slot = head_link[slot] }
    :: else -> break
    od;
    atomic { unread_count = unread_count + tag - claim; slot = 0 }
    CONSUMER_STORES(claim = tag, "C claim=%d\n", tag)
#else
       atomic { left--; unread[unread_count + left] = slot; slot = head_link[slot] }
    :: else -> break
    od;
    atomic { at = unread_count; unread_count = unread_count + tag - claim; slot = 0 }
    CONSUMER_STORES(claim = tag, "C claim=%d\n", tag);
    do
    :: at < unread_count -> c_mark(unread[at], YES); at++
    :: else -> break
    od;
    at = 0
#endif
  :: else
  fi;
  atomic { tag = 0; slot = 0 }
}

/* ConsumerLane::give_back of finished[0 .. finished_count - 1] */
inline c_give_back() {
  if
  :: finished_count > 0 ->
    CONSUMER_STORES(consumer_intent = free_tag + finished_count, "C intent=push %d\n", free_tag + finished_count);
    at = 1;
    do
    :: at < finished_count -> c_link(finished[at], finished[at - 1]); at++
    :: else -> break
    od;
    c_link(finished[0], free_top);
    tag = free_tag + finished_count;
    CONSUMER_STORES(free_top = finished[finished_count - 1]; free_tag = tag, "C free=push %d\n", tag);
#ifdef BUG_CLEARED_BEFORE_THE_MARKS
    c_settle();
#endif
    at = 0;
    do
    :: at < finished_count -> c_mark(finished[at], NO); at++
    :: else -> break
    od;
    c_settle();
    atomic { for (at : 0 .. N - 1) { finished[at] = 0 } finished_count = 0; at = 0; tag = 0 }
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
  c_mark(slot, IN_CHAIN);
  atomic { finished[finished_count] = slot; finished_count++; slot = 0 }
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
  byte unread[N], finished[N], kept[KEEP], unread_count, finished_count, kept_count;
  byte inherited, looked, at, slot, tag, left, outcome;
  bool this_life[M + 1], is_marked = false;
  do ::
  {
#ifdef TRACE
  consumers_turn;
#endif
  /* recovery.hpp: recover_consumer */
  c_settle_push();
  inherited = (delivered < claim -> delivered : claim);
#ifndef BUG_WALK_NOT_REPEATED
  /* walk_again, which fills no list: start.held is made of the marks below */
  c_take_up_all();
#endif
  atomic {
    unread_count = 0; finished_count = 0; looked = 0;
    for (at : 0 .. N - 1) {
      unread[at] = 0;
      if :: consumer_mark[at] == IN_CHAIN -> finished[finished_count] = at; finished_count++ :: else fi
    }
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
  atomic {
    for (at : 1 .. M) { assert(reached[at]) } /* at least once each */
    consumer_done = true
  }
  } unless { kill_consumer };
  if
  :: kill_consumer ->
     atomic {
       for (at : 0 .. N - 1) { unread[at] = 0; finished[at] = 0 }
       for (at : 0 .. KEEP - 1) { kept[at] = 0 }
       for (at : 0 .. M) { this_life[at] = false }
       unread_count = 0; finished_count = 0; kept_count = 0; inherited = 0; looked = 0;
       at = 0; slot = 0; tag = 0; left = 0; outcome = 0;
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
