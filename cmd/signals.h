/* signals: SIGINT, SIGTERM and SIGHUP ask the running call to stop; a second one ends the program
 * at once, as does the first one while no call runs. SIGPIPE is ignored: write(2) tells. */
#ifndef MIGRATE_CMD_SIGNALS_H
#define MIGRATE_CMD_SIGNALS_H

#include "migrate.h"

void signals_install(void);
/* What a signal interrupts from now on; NULL: nothing, and a signal ends the program. */
void signals_guard(struct migrate *migrate);
/* What is written to stderr when a signal ends the program at once; NULL: nothing. */
void signals_leave(const char *words);
/* The signal that asked the guarded call to stop; 0 for none, and where no call is guarded. */
int signals_stopping(void);

#endif
