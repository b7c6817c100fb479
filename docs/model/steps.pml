/* What the models share: a step is one store to the window, with the private work and the loads that no other role
   disturbs. Under -DTRACE nothing is left to chance: roles take turns, each store is printed as tests/model/store_log.cpp
   prints those of the runtime, and a role dies behind its store number KILL_P or KILL_C, and again behind
   KILL_P_AGAIN or KILL_C_AGAIN. tests/model/test_models_follow_the_code.py compares both. */
#ifndef KP
#define KP 1 /* how often the producer may be killed */
#endif
#ifndef KC
#define KC 1 /* how often the consumer may be killed */
#endif
#define NIL 15 /* below the first slot ever pushed */

/* index_stack.hpp and journal.hpp: Held */
#define NO 0
#define YES 1

byte kills_of_producer = KP, kills_of_consumer = KC;
bool kill_producer = false, kill_consumer = false;

#ifdef TRACE
byte stores_of_producer = 0, stores_of_consumer = 0;
bool consumers_turn = false;
#define PRODUCER_STORES(store, ...) \
  atomic { \
    store; printf(__VA_ARGS__); stores_of_producer++; \
    if \
    :: stores_of_producer == KILL_P || stores_of_producer == KILL_P_AGAIN -> printf("P dies\n"); kill_producer = true \
    :: else \
    fi \
  }
#define CONSUMER_STORES(store, ...) \
  atomic { \
    store; printf(__VA_ARGS__); stores_of_consumer++; \
    if \
    :: stores_of_consumer == KILL_C || stores_of_consumer == KILL_C_AGAIN -> printf("C dies\n"); kill_consumer = true \
    :: else \
    fi \
  }
#else
#define PRODUCER_STORES(store, ...) atomic { store }
#define CONSUMER_STORES(store, ...) atomic { store }
#endif
