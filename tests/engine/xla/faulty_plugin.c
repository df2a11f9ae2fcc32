/* A plug-in of XLA that is the real one but for one function, which goes wrong from its n-th call on. */
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef NTH
#define NTH 1
#endif
#ifndef CODE
#define CODE 13
#endif
#ifndef MESSAGE
#define MESSAGE "it does not want to"
#endif

enum { HEAD = 5, ERROR_DESTROY = 0, ERROR_MESSAGE = 1, ERROR_GET_CODE = 2 };
typedef void *(*Function)(uint64_t *arguments);

static uint64_t table[512];
static Function real, real_destroy, real_message, real_code;
static int calls;
static char own_error, text[] = MESSAGE;

static void *faulty(uint64_t *arguments) {
  if (__atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST) < NTH) return real(arguments);
#if defined(CRASHES)
  *(volatile int *)0 = 1;
#elif defined(ABORTS)
  abort();
#elif defined(HANGS)
  for (;;) sleep(1000);
#endif
  return &own_error;
}

static void *destroy(uint64_t *a) { return a[2] == (uint64_t)&own_error ? NULL : real_destroy(a); }
static void *message(uint64_t *a) {
  if (a[2] != (uint64_t)&own_error) return real_message(a);
  a[3] = (uint64_t)text;
#ifdef HUGE_MESSAGE
  static char huge[HUGE_MESSAGE];
  memset(huge, 'x', sizeof huge);
  a[3] = (uint64_t)huge;
  a[4] = sizeof huge;
#else
  a[4] = sizeof text - 1;
#endif
  return NULL;
}
static void *code(uint64_t *a) {
  if (a[2] != (uint64_t)&own_error) return real_code(a);
  *(int32_t *)&a[3] = CODE;
  return NULL;
}

static Function put(int index, Function function) {
  Function before = (Function)table[HEAD + index];
  table[HEAD + index] = (uint64_t)function;
  return before;
}

const void *GetPjrtApi(void) {
  void *library = dlopen(REAL, RTLD_NOW | RTLD_LOCAL);
  const uint64_t *(*get)(void) = (const uint64_t *(*)(void))dlsym(library, "GetPjrtApi");
  const uint64_t *theirs = get();
  memcpy(table, theirs, theirs[0] < sizeof table ? theirs[0] : sizeof table);
#ifdef TABLE_SIZE
  table[0] = TABLE_SIZE;
#endif
#ifdef MAJOR
  ((int32_t *)table)[8] = MAJOR;
#endif
  if (real != NULL) return table;
#ifdef LACKS
  put(FUNCTION, NULL);
#else
  real = put(FUNCTION, faulty);
#endif
  real_destroy = put(ERROR_DESTROY, destroy);
  real_message = put(ERROR_MESSAGE, message);
  real_code = put(ERROR_GET_CODE, code);
  return table;
}
