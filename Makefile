# migrator: `make help` lists the targets.
VERSION = 0.1.0

CC      ?= cc
PREFIX  ?= /usr/local
DESTDIR ?=
# SANITIZE=address,undefined builds into build/sanitize; BUILD=DIR builds elsewhere.
SANITIZE ?=
CFLAGS  ?= $(if $(SANITIZE),-O1 -g1,-O2 -g)
# V=1 shows the commands.
Q = $(if $(V),,@)
BUILD   ?= build$(if $(SANITIZE),/sanitize)
LIBDIR      = $(PREFIX)/lib
INCLUDEDIR  = $(PREFIX)/include
MANDIR      = $(PREFIX)/share/man
BASHDIR     = $(PREFIX)/share/bash-completion/completions
ZSHDIR      = $(PREFIX)/share/zsh/site-functions
FISHDIR     = $(PREFIX)/share/fish/vendor_completions.d

WARNINGS = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wwrite-strings -Wvla -Wundef -Wformat=2 -Wcast-qual -Wno-cast-qual -Wno-format-nonliteral
WERROR  ?= -Werror
PQ_CFLAGS := $(shell pkg-config --cflags libpq 2>/dev/null)
STANDARD = -std=gnu17 -D_GNU_SOURCE -DMIGRATE_VERSION='"$(VERSION)"' -Ilib -I$(BUILD)/generated \
	$(PQ_CFLAGS) -fPIC -fvisibility=hidden -fno-strict-aliasing -ffunction-sections
ifneq ($(SANITIZE),)
# Undefined behaviour is a SIGILL, which ASan tells with the stack (ASAN_OPTIONS=handle_sigill=2): the
# tables of places for UBSan's own words make a start of the program a quarter slower. TRAP= has them.
TRAP ?= -fsanitize-undefined-trap-on-error
SANITIZER = -fsanitize=$(SANITIZE) $(TRAP) -fno-omit-frame-pointer -fno-sanitize-recover=all
# The tests start the program thousands of times: a fifth of a sanitized start is loading gcc's libasan
# (clang links its own statically).
SANITIZED_PROGRAM = $(if $(findstring clang,$(CC)),,-static-libasan -static-libubsan)
endif
COMPILE = $(CC) $(STANDARD) $(WARNINGS) $(WERROR) $(CFLAGS) $(SANITIZER) $(CPPFLAGS) $(EXTRA_CFLAGS)
LINK    = $(CC) $(CFLAGS) $(SANITIZER) $(LDFLAGS) $(EXTRA_LDFLAGS)

# libpq and libsqlite3 are loaded when a URL asks for them (lib/db/library.c).
LIB_LIBS = -lyaml -lmd -ldl
CMD_LIBS = -ljansson

LIB_SOURCES := $(sort $(wildcard lib/*.c lib/*/*.c))
CMD_SOURCES := $(sort $(wildcard cmd/*.c))
UNIT_TESTS  := $(sort $(wildcard tests/unit/test_*.c))
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(BUILD)/obj/%.o)
CMD_OBJECTS := $(CMD_SOURCES:%.c=$(BUILD)/obj/%.o)
UNIT_PROGRAMS := $(UNIT_TESTS:tests/unit/%.c=$(BUILD)/tests/%)
EMBEDDED    := $(sort $(wildcard lib/db/sql/*.sql templates/*))

.DEFAULT_GOAL = all
all: $(BUILD)/migrate $(BUILD)/libmigrate.so $(BUILD)/libmigrate.a ## build the program and the library

$(BUILD)/migrate: $(CMD_OBJECTS) $(LIB_OBJECTS)
	$(Q)$(LINK) $(SANITIZED_PROGRAM) -Wl,--gc-sections -o $@ $^ $(LIB_LIBS) $(CMD_LIBS)

$(BUILD)/libmigrate.so: $(LIB_OBJECTS)
	$(Q)$(LINK) -shared -Wl,-soname,libmigrate.so.0 -o $@ $^ $(LIB_LIBS)
	@ln -sf libmigrate.so $@.0

# One object with everything but migrate_* made local, so that nothing leaks from the archive either.
$(BUILD)/libmigrate.a: $(LIB_OBJECTS)
	$(Q)$(CC) -r -nostdlib -o $(BUILD)/libmigrate.o $^
	$(Q)objcopy --localize-hidden $(BUILD)/libmigrate.o
	$(Q)rm -f $@ && ar rcs $@ $(BUILD)/libmigrate.o

$(BUILD)/obj/%.o: %.c $(BUILD)/generated/embedded.h
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -MMD -MP -c -o $@ $<

# SQL and templates as C strings, named after their path: lib/db/sql/pg_read.sql is embedded_pg_read.
$(BUILD)/generated/embedded.h: $(EMBEDDED) lib/embed.sh Makefile
	@mkdir -p $(@D)
	$(Q)sh lib/embed.sh $(EMBEDDED) > $@.tmp && mv $@.tmp $@

# Test programs take the objects that they use from one archive, and nobody waits for them to be
# optimised: that halves the time of the whole build.
COMPILE_TEST = $(COMPILE) -O0 -U_FORTIFY_SOURCE
$(BUILD)/tests/objects.a: $(LIB_OBJECTS)
	@mkdir -p $(@D)
	$(Q)rm -f $@ && ar rcsT $@ $^

$(BUILD)/tests/test_%: tests/unit/test_%.c $(BUILD)/tests/objects.a $(BUILD)/generated/embedded.h
	$(Q)$(COMPILE_TEST) -Wno-missing-prototypes -MMD -MP -o $@ $< $(CMD_EXTRA) $(BUILD)/tests/objects.a \
		$(LIB_LIBS) -lcmocka

CMD_TESTED := $(filter-out %/main.o,$(CMD_OBJECTS))
CMD_TESTS := $(addprefix $(BUILD)/tests/test_,complete lanes options progress report)
$(CMD_TESTS): CMD_EXTRA = $(CMD_TESTED) $(CMD_LIBS)
$(CMD_TESTS): $(CMD_TESTED)

# The oracles: our decisions beside PostgreSQL's parser, SQLite's, and Alembic's.
$(BUILD)/tests/scan_oracle $(BUILD)/tests/scan_sqlite_oracle: $(BUILD)/tests/%: tests/oracle/%.c $(BUILD)/tests/objects.a
	$(Q)$(COMPILE_TEST) -o $@ $^ $(LIB_LIBS) -lpg_query -lsqlite3
$(BUILD)/tests/graph_oracle: tests/oracle/graph_oracle.c $(BUILD)/tests/objects.a
	$(Q)$(COMPILE_TEST) -o $@ $^ $(LIB_LIBS)
$(BUILD)/tests/graph_scale: tests/bench/graph_scale.c $(LIB_OBJECTS)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -o $@ $^ $(LIB_LIBS)
# A program that knows the public header and the installed library only.
$(BUILD)/tests/library: tests/library.c $(BUILD)/libmigrate.so
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu17 $(WARNINGS) $(WERROR) $(CFLAGS) $(SANITIZER) -Ilib -o $@ $< -L$(BUILD) -lmigrate \
		-Wl,-rpath,$(abspath $(BUILD))
# Makes allocations of a program fail; of the plain one only.
$(BUILD)/tests/failalloc.so: tests/fault/failalloc.c
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu17 $(WARNINGS) $(WERROR) $(CFLAGS) -shared -fPIC -o $@ $< -ldl
# Asks the test server, for the CLI suite.
$(BUILD)/tests/ask: tests/support/ask.c
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu17 $(WARNINGS) $(WERROR) $(CFLAGS) -o $@ $<
# The fuzzers: with a plain main that runs a corpus, or, FUZZER=-fsanitize=fuzzer, with clang's.
FUZZERS := $(patsubst tests/fuzz/fuzz_%.c,$(BUILD)/tests/fuzz_%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
$(FUZZERS): $(BUILD)/tests/%: tests/fuzz/%.c tests/fuzz/fuzz.h tests/fuzz/driver.c $(LIB_OBJECTS)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) $(FUZZER) -o $@ $< $(if $(FUZZER),,tests/fuzz/driver.c) \
		$(if $(filter %/fuzz_index,$@),$(filter-out %/io/index.o,$(LIB_OBJECTS)),$(LIB_OBJECTS)) $(LIB_LIBS)
fuzz-programs: $(FUZZERS)
# Corpora hold in a sanitized build only.
ifneq ($(SANITIZE),)
test-programs: fuzz-programs
endif

test-programs: all $(UNIT_PROGRAMS) $(BUILD)/tests/failalloc.so $(BUILD)/tests/ask \
	$(BUILD)/tests/scan_oracle $(BUILD)/tests/scan_sqlite_oracle $(BUILD)/tests/graph_oracle \
	$(BUILD)/tests/library

deps: ## install what building needs (Debian packages; root or sudo)
	@sh tests/support/deps.sh build

demo: deps ## build, and migrate an SQLite database with the example in migrations/
	@$(MAKE) --no-print-directory all
	@sh tests/support/demo.sh $(BUILD)/migrate

# On every core, unless make was told how many to use.
JOBS = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))
check: ## install what testing needs, build, and run every test
	@sh tests/support/deps.sh check
	@$(MAKE) --no-print-directory $(JOBS) test-programs
	@$(MAKE) --no-print-directory $(JOBS) test-programs SANITIZE=address,undefined
	@WHOLE=$(WHOLE) bash tests/run.sh $(BUILD) $(ONLY)

unit: $(UNIT_PROGRAMS) ## build and run the unit tests alone
	@for program in $^; do echo "# $$program" && $$program || exit 1; done

fault: ## break runs at every system call, message and allocation; an hour or more (check has a sample)
	@sh tests/support/deps.sh check
	@$(MAKE) --no-print-directory all $(BUILD)/tests/failalloc.so
	@FAULT=all bash tests/run.sh $(BUILD) fault

FUZZ_SECONDS ?= 30
fuzz: ## run each fuzzer for FUZZ_SECONDS=30 (clang); what it finds goes to build/fuzz
	@sh tests/support/deps.sh fuzz
	@$(MAKE) --no-print-directory fuzz-programs CC=clang BUILD=build/fuzz SANITIZE=address,undefined TRAP= \
		FUZZER=-fsanitize=fuzzer EXTRA_CFLAGS=-fsanitize=fuzzer-no-link
	@FUZZ_SECONDS=$(FUZZ_SECONDS) bash tests/fuzz/run.sh build/fuzz

lint: ## compilers' warnings, clang-tidy, clang-format, shellcheck, manual pages
	@sh tests/support/deps.sh lint
	@bash tests/lint.sh

bench: ## measure against psql, sqlite3 and the peers that are installed
	@sh tests/support/deps.sh bench
	@$(MAKE) --no-print-directory all $(BUILD)/tests/graph_scale
	@bash tests/bench/run.sh $(BUILD)

install: all ## install into $(DESTDIR)$(PREFIX)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(INCLUDEDIR)
	install -d $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(MANDIR)/man3 $(DESTDIR)$(MANDIR)/man5
	install -m 755 $(BUILD)/migrate $(DESTDIR)$(PREFIX)/bin/migrate
	install -m 755 $(BUILD)/libmigrate.so $(DESTDIR)$(LIBDIR)/libmigrate.so.$(VERSION)
	ln -sf libmigrate.so.$(VERSION) $(DESTDIR)$(LIBDIR)/libmigrate.so.0
	ln -sf libmigrate.so.0 $(DESTDIR)$(LIBDIR)/libmigrate.so
	install -m 644 $(BUILD)/libmigrate.a $(DESTDIR)$(LIBDIR)/libmigrate.a
	install -m 644 lib/migrate.h $(DESTDIR)$(INCLUDEDIR)/migrate.h
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@VERSION@|$(VERSION)|' lib/libmigrate.pc.in \
		> $(DESTDIR)$(LIBDIR)/pkgconfig/libmigrate.pc
	install -m 644 docs/migrate.1 $(DESTDIR)$(MANDIR)/man1/migrate.1
	install -m 644 docs/libmigrate.3 $(DESTDIR)$(MANDIR)/man3/libmigrate.3
	install -m 644 docs/migrator.yaml.5 $(DESTDIR)$(MANDIR)/man5/migrator.yaml.5
	install -d $(DESTDIR)$(BASHDIR) $(DESTDIR)$(ZSHDIR) $(DESTDIR)$(FISHDIR)
	install -m 644 templates/completion.bash $(DESTDIR)$(BASHDIR)/migrate
	install -m 644 templates/completion.zsh $(DESTDIR)$(ZSHDIR)/_migrate
	install -m 644 templates/completion.fish $(DESTDIR)$(FISHDIR)/migrate.fish

deb: all ## a Debian package, build/migrator.deb
	@sh packaging/deb.sh $(BUILD) $(VERSION)

# Everything but the C library linked in; a program that can load libraries cannot be static itself.
$(BUILD)/static/migrate: $(CMD_OBJECTS) $(LIB_OBJECTS)
	@mkdir -p $(@D)
	$(Q)$(LINK) -Wl,--gc-sections -o $@ $^ -Wl,-Bstatic $(filter-out -ldl,$(LIB_LIBS)) $(CMD_LIBS) -Wl,-Bdynamic
tarball: $(BUILD)/static/migrate ## a release: the program that needs the C library alone, and its manual
	@sh packaging/tarball.sh $(BUILD) $(VERSION)

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/migrate $(DESTDIR)$(INCLUDEDIR)/migrate.h
	rm -f $(DESTDIR)$(LIBDIR)/libmigrate.so* $(DESTDIR)$(LIBDIR)/libmigrate.a
	rm -f $(DESTDIR)$(LIBDIR)/pkgconfig/libmigrate.pc
	rm -f $(DESTDIR)$(MANDIR)/man1/migrate.1 $(DESTDIR)$(MANDIR)/man3/libmigrate.3
	rm -f $(DESTDIR)$(MANDIR)/man5/migrator.yaml.5
	rm -f $(DESTDIR)$(BASHDIR)/migrate $(DESTDIR)$(ZSHDIR)/_migrate $(DESTDIR)$(FISHDIR)/migrate.fish

clean: ## remove what was built
	rm -rf build

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

-include $(shell find $(BUILD) -name '*.d' -type f 2>/dev/null)
.PHONY: all test-programs deps demo check unit fault fuzz fuzz-programs lint bench deb tarball install uninstall clean help
.DELETE_ON_ERROR:
