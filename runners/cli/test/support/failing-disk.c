// Preloaded into a process (LD_PRELOAD), this makes the disk under some of its files fail, and its clock jump.
//
// FAULT_FILE names a file with one line, read anew at each call: "none", or "read|write|sync ERRNO SUFFIX [TIMES]", for
// files whose path ends in SUFFIX, so many times (always by default).
// FAULT_CLOCK names a file with the seconds to add to the wall clock, read anew at each call.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static int failed;

// By system calls alone, so that none of the functions below is called again.
static int read_text(const char *variable, char *text, size_t size) {
  const char *path = getenv(variable);
  if (path == NULL) return 0;
  int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
  if (file < 0) return 0;
  long length = syscall(SYS_read, file, text, size - 1);
  syscall(SYS_close, file);
  if (length <= 0) return 0;
  text[length] = 0;
  return 1;
}

static int fails(const char *what, int descriptor) {
  char text[512], operation[16], suffix[256], link[64], path[PATH_MAX];
  int number, times = INT_MAX;
  if (!read_text("FAULT_FILE", text, sizeof text)) return 0;
  if (sscanf(text, "%15s %d %255s %d", operation, &number, suffix, &times) < 3) return 0;
  if (strcmp(operation, what) != 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  size_t wanted = strlen(suffix);
  if (length < (ssize_t)wanted) return 0;
  path[length] = 0;
  if (strcmp(path + length - wanted, suffix) != 0) return 0;
  if (__sync_fetch_and_add(&failed, 1) >= times) return 0;
  errno = number;
  return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t pread64(int file, void *buffer, size_t size, off64_t at) {
  return fails("read", file) ? -1 : REAL(pread64)(file, buffer, size, at);
}
ssize_t pread(int file, void *buffer, size_t size, off_t at) {
  return fails("read", file) ? -1 : REAL(pread)(file, buffer, size, at);
}
ssize_t read(int file, void *buffer, size_t size) {
  return fails("read", file) ? -1 : REAL(read)(file, buffer, size);
}
ssize_t pwrite64(int file, const void *buffer, size_t size, off64_t at) {
  return fails("write", file) ? -1 : REAL(pwrite64)(file, buffer, size, at);
}
ssize_t pwrite(int file, const void *buffer, size_t size, off_t at) {
  return fails("write", file) ? -1 : REAL(pwrite)(file, buffer, size, at);
}
ssize_t write(int file, const void *buffer, size_t size) {
  return fails("write", file) ? -1 : REAL(write)(file, buffer, size);
}
int fsync(int file) { return fails("sync", file) ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return fails("sync", file) ? -1 : REAL(fdatasync)(file); }

static long shift(void) {
  char text[64];
  return read_text("FAULT_CLOCK", text, sizeof text) ? atol(text) : 0;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  int result = REAL(gettimeofday)(now, zone);
  if (result == 0) now->tv_sec += shift();
  return result;
}
int clock_gettime(clockid_t which, struct timespec *now) {
  int result = REAL(clock_gettime)(which, now);
  if (result == 0 && which == CLOCK_REALTIME) now->tv_sec += shift();
  return result;
}
