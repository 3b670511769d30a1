# migrator: `make help` lists the targets.
VERSION = 0.1.0

CC      ?= cc
PREFIX  ?= /usr/local
DESTDIR ?=
CFLAGS  ?= -O2 -g
# SANITIZE=address,undefined builds into build/sanitize; BUILD=DIR builds elsewhere.
SANITIZE ?=
BUILD   ?= build$(if $(SANITIZE),/sanitize)
LIBDIR      = $(PREFIX)/lib
INCLUDEDIR  = $(PREFIX)/include
MANDIR      = $(PREFIX)/share/man

WARNINGS = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wwrite-strings -Wvla -Wundef -Wformat=2 -Wcast-qual -Wno-cast-qual -Wno-format-nonliteral
WERROR  ?= -Werror
PQ_CFLAGS := $(shell pkg-config --cflags libpq 2>/dev/null)
STANDARD = -std=gnu17 -D_GNU_SOURCE -DMIGRATE_VERSION='"$(VERSION)"' -Ilib -I$(BUILD)/generated \
	$(PQ_CFLAGS) -fPIC -fvisibility=hidden -fno-strict-aliasing -ffunction-sections
ifneq ($(SANITIZE),)
SANITIZER = -fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all
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

all: $(BUILD)/migrate $(BUILD)/libmigrate.so $(BUILD)/libmigrate.a ## build the program and the library

$(BUILD)/migrate: $(CMD_OBJECTS) $(LIB_OBJECTS)
	$(LINK) -Wl,--gc-sections -o $@ $^ $(LIB_LIBS) $(CMD_LIBS)

$(BUILD)/libmigrate.so: $(LIB_OBJECTS)
	$(LINK) -shared -Wl,-soname,libmigrate.so.0 -o $@ $^ $(LIB_LIBS)

# One object with everything but migrate_* made local, so that nothing leaks from the archive either.
$(BUILD)/libmigrate.a: $(LIB_OBJECTS)
	$(CC) -r -nostdlib -o $(BUILD)/libmigrate.o $^
	objcopy --localize-hidden $(BUILD)/libmigrate.o
	rm -f $@ && ar rcs $@ $(BUILD)/libmigrate.o

$(BUILD)/obj/%.o: %.c $(BUILD)/generated/embedded.h
	@mkdir -p $(@D)
	$(COMPILE) -MMD -MP -c -o $@ $<

# SQL and templates as C strings, named after their path: lib/db/sql/pg_read.sql is embedded_pg_read.
$(BUILD)/generated/embedded.h: $(EMBEDDED) lib/embed.sh Makefile
	@mkdir -p $(@D)
	sh lib/embed.sh $(EMBEDDED) > $@.tmp && mv $@.tmp $@

$(BUILD)/tests/test_%: tests/unit/test_%.c $(LIB_OBJECTS) $(BUILD)/generated/embedded.h
	@mkdir -p $(@D)
	$(COMPILE) -Wno-missing-prototypes -MMD -MP -o $@ $< $(LIB_OBJECTS) $(SANITIZER) $(LIB_LIBS) -lcmocka

unit: $(UNIT_PROGRAMS) ## build and run the unit tests
	@for program in $^; do echo "# $$program" && $$program || exit 1; done

clean: ## remove what was built
	rm -rf build

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
.PHONY: all unit clean help
.DELETE_ON_ERROR:
