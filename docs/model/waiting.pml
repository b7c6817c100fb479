/* Waiting: both roles sleep without time-outs, so that a deadlock is a lost wake-up, or a producer that was left
   without the slots it waits for. Stands for bell.hpp, endpoint.cpp (sleep_once, loan_for, take_for) and the rules of
   consumer_lane.hpp for giving back; each block names the function it stands for.
   The stacks are counts here: lane.pml has proved them. Each shared word is written through a store buffer of its
   own, which empties at any time and in any order, at the latest at a fence or in a system call: weaker than x86,
   and as weak as any CPU is in its stores. Loads are in order.
   Sizes: -DN= slots, -DM= messages, -DLIMIT= chain of finished slots, -DKEEP= samples that the application keeps over
   a take, -DSTRAY= wakes for no reason (signals), -DKP= -DKC= kills.
   Each -DBUG_... plants one mistake, which must be found. How to run, what is not modelled: README.md. */
#ifndef N
#define N 2
#endif
#ifndef M
#define M 4
#endif
#ifndef LIMIT
#define LIMIT 2
#endif
#ifndef KEEP
#define KEEP 1
#endif
#ifndef STRAY
#define STRAY 1
#endif
#ifndef KP
#define KP 0
#endif
#ifndef KC
#define KC 0
#endif

/* Roles, by who writes. Each has a stack word that it pushes and what it has taken up of the other's. */
#define P 0
#define C 1
#define OTHER(role_) (1 - role_)

typedef Words { byte pushed; byte bell; byte armed; bool sleeps }
Words memory[2]; /* what everybody sees */
Words newest[2]; /* what the writer has stored: equal to memory once its buffers are empty */
byte taken_up[2]; /* collected, claim: read by a successor only, and late is harmless for it */

bool in_futex[2];                  /* asleep in the kernel */
byte strays = STRAY;
byte kills[2];
bool kill_role[2];
bool done[2];

#define DRAINED(role_) (memory[role_].pushed == newest[role_].pushed && memory[role_].bell == newest[role_].bell \
  && memory[role_].armed == newest[role_].armed && memory[role_].sleeps == newest[role_].sleeps)

/* What a CPU does by itself, and the kernel, and fate. */
proctype World() provided (!kill_role[P] && !kill_role[C]) {
  byte role = P;
end:
  do
  :: atomic { memory[P].pushed != newest[P].pushed -> memory[P].pushed = newest[P].pushed }
  :: atomic { memory[P].bell != newest[P].bell -> memory[P].bell = newest[P].bell }
  :: atomic { memory[P].armed != newest[P].armed -> memory[P].armed = newest[P].armed }
  :: atomic { memory[P].sleeps != newest[P].sleeps -> memory[P].sleeps = newest[P].sleeps }
  :: atomic { memory[C].pushed != newest[C].pushed -> memory[C].pushed = newest[C].pushed }
  :: atomic { memory[C].bell != newest[C].bell -> memory[C].bell = newest[C].bell }
  :: atomic { memory[C].armed != newest[C].armed -> memory[C].armed = newest[C].armed }
  :: atomic { memory[C].sleeps != newest[C].sleeps -> memory[C].sleeps = newest[C].sleeps }
  :: atomic { strays > 0 && in_futex[P] -> strays--; in_futex[P] = false }
  :: atomic { strays > 0 && in_futex[C] -> strays--; in_futex[C] = false }
  :: atomic { kills[P] > 0 && !done[P] -> kills[P]--; kill_role[P] = true }
  :: atomic { kills[C] > 0 && !done[C] -> kills[C]--; kill_role[C] = true }
  od
}

/* A step is one store, or one fence together with the load behind it. */

/* ring(): the bell, then futex_wake_all(), which is a full barrier before it looks for sleepers */
inline ring(role_) {
  newest[role_].bell = newest[role_].bell + 1; /* [B2] */
  atomic { DRAINED(role_) -> in_futex[OTHER(role_)] = false }
}

/* Ringer::after_push */
inline after_push(role_) {
  if
  :: memory[OTHER(role_)].sleeps -> /* [B1] */
    atomic {
#ifndef BUG_NO_FENCE_BEHIND_A_PUSH
      DRAINED(role_); /* [B7] */
#endif
      epoch = memory[OTHER(role_)].armed /* [B3] */
    }
    if
    :: atomic { epoch % 2 == 1 && epoch != answered -> answered = epoch; epoch = 0 }; ring(role_)
    :: else -> epoch = 0
    fi
  :: else
  fi
}

/* endpoint.cpp: sleep_once, with Sleeper::announce, arm, sleep and disarm. `more_` is the look at the stack. */
inline sleep_once(role_, more_) {
  newest[role_].sleeps = true; /* [B4] */
  atomic {
#ifndef BUG_BELL_READ_BEHIND_THE_LOOK
    rung = memory[OTHER(role_)].bell; /* [B6] */
#endif
#ifdef BUG_EPOCH_REUSED
    newest[role_].armed = 1
#else
    newest[role_].armed = newest[role_].armed + (newest[role_].armed % 2 == 0 -> 1 : 2) /* [B5] */
#endif
  }
  atomic {
#ifndef BUG_NO_FENCE_BEHIND_ARMING
    DRAINED(role_); /* [B8] */
#endif
#ifndef BUG_NO_LOOK_AFTER_ARMING
    found = more_
#endif
  }
  if
  :: found -> found = false
  :: else ->
#ifdef BUG_BELL_READ_BEHIND_THE_LOOK
    rung = memory[OTHER(role_)].bell;
#endif
    /* futex_wait: the kernel compares and queues in one, behind a full barrier */
    atomic {
      DRAINED(role_);
      if :: memory[OTHER(role_)].bell == rung -> in_futex[role_] = true :: else fi
    }
    /* Sleeper::max_sleep: within 1 ms of announce() a sleep lasts 1 ms. That outlasts a store buffer; and until what
       was pushed before has come out of it, the 1 ms are not over. Later sleeps have no end here. */
    atomic {
      if
      :: !in_futex[role_]
      :: is_new_to_sleeping && memory[OTHER(role_)].pushed == newest[OTHER(role_)].pushed -> in_futex[role_] = false
      fi;
      if
      :: memory[OTHER(role_)].pushed == newest[OTHER(role_)].pushed -> is_new_to_sleeping = false
      :: else
      fi
    }
  fi;
  atomic {
#ifndef BUG_EPOCH_REUSED
    newest[role_].armed = newest[role_].armed + newest[role_].armed % 2; /* disarm [B5] */
#endif
    rung = 0
  }
}

/* The constructors of the cores: Sleeper::start_anew, then Ringer::ring. The lock came free behind the dead role's
   last store. */
inline start(role_) {
  DRAINED(role_);
  newest[role_].armed = newest[role_].armed + 2 - newest[role_].armed % 2;
  newest[role_].sleeps = false;
#ifndef BUG_NO_RING_AT_THE_START
  ring(role_)
#endif
}

proctype Producer() provided (!kill_role[C]) {
  byte own, rung, epoch, answered;
  bool is_new_to_sleeping = true, found = false;
  do
  :: {
  own = N - newest[P].pushed + taken_up[P]; /* recover_producer: what is neither out nor coming back */
  start(P);
  do
  :: newest[P].pushed < M ->
     /* loan_for: ProducerLane::loan, collect */
     do
     :: own > 0 -> break
     :: else ->
        atomic { own = memory[C].pushed - taken_up[P]; taken_up[P] = memory[C].pushed }
        if :: own == 0 -> sleep_once(P, (memory[C].pushed != taken_up[P])) :: else fi
     od;
     /* ProducerLane::publish */
     atomic { own--; newest[P].pushed = newest[P].pushed + 1 }
     after_push(P)
  :: else -> break
  od;
  done[P] = true
  } unless { kill_role[P] };
  if
  :: kill_role[P] ->
     atomic {
       own = 0; rung = 0; epoch = 0; answered = 0; is_new_to_sleeping = true; found = false; in_futex[P] = false; kill_role[P] = false
     }
  :: else -> break
  fi
  od
}

/* ConsumerLane::give_back */
inline give_back() {
  if
  :: atomic { finished > 0 -> newest[C].pushed = newest[C].pushed + finished; finished = 0 }; after_push(C)
  :: else
  fi
}

/* Ringer::taker_may_wait */
#define THE_PRODUCER_MAY_WAIT (memory[P].sleeps && memory[P].armed % 2 == 1)

proctype Consumer() provided (!kill_role[P]) {
  byte unread, kept, finished, rung, epoch, answered;
  bool is_new_to_sleeping = true, found = false;
  do
  :: {
  unread = taken_up[C] - newest[C].pushed; /* recover_consumer: held ones are delivered again */
  start(C);
  do
  :: kept <= KEEP ->
     /* take_for: ConsumerLane::take, refill, take_up_all */
     do
     :: unread > 0 -> atomic { unread--; kept++ };
#ifndef BUG_TAKE_KEEPS_THE_CHAIN
        if :: unread == 0 -> give_back() :: else fi;
#endif
        break
     :: else ->
#ifndef BUG_NOTHING_GIVEN_BACK_BEFORE_SLEEPING
        give_back();
#endif
        atomic { unread = memory[P].pushed - taken_up[C]; taken_up[C] = memory[P].pushed }
        if
        :: unread == 0 && taken_up[C] == M -> break
        :: unread == 0 && taken_up[C] < M -> sleep_once(C, (memory[P].pushed != taken_up[C]))
        :: else
        fi
     od
  :: kept > 0 ->
     /* ConsumerLane::release */
     atomic { kept--; finished++ };
     if
#ifdef BUG_CHAIN_WAITS_WHILE_NOTHING_IS_LEFT
     :: finished >= LIMIT || THE_PRODUCER_MAY_WAIT -> give_back()
#else
     :: finished >= LIMIT || unread == 0 || THE_PRODUCER_MAY_WAIT -> give_back()
#endif
     :: else
     fi
  :: kept <= KEEP && unread == 0 && taken_up[C] < M -> /* turns to another channel until a message is here */
     memory[P].pushed != taken_up[C]
  :: taken_up[C] == M && unread + kept == 0 -> break
  od;
  give_back();
  done[C] = true
  } unless { kill_role[C] };
  if
  :: kill_role[C] ->
     atomic {
       unread = 0; kept = 0; finished = 0; rung = 0; epoch = 0; answered = 0; is_new_to_sleeping = true;
       found = false; in_futex[C] = false; kill_role[C] = false
     }
  :: else -> break
  fi
  od
}

init {
  atomic { kills[P] = KP; kills[C] = KC; run Producer(); run Consumer(); run World() }
}
