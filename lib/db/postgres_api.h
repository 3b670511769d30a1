/* postgres_api: the functions of libpq that we call, found by dlopen.
 *
 * Typed after libpq-fe.h, so that a call through the table is checked as a plain call would be.
 * Each connection has its own copy: no state is shared between threads.
 */
#ifndef MIGRATE_DB_POSTGRES_API_H
#define MIGRATE_DB_POSTGRES_API_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "migrate.h"

/* 12: tcp_user_timeout, which bounds the time that one dead host of several costs. */
enum { POSTGRES_OLDEST_LIBRARY = 120000, POSTGRES_OLDEST_SERVER = 140000 };
/* The newest one that is tested with. */
enum { POSTGRES_NEWEST_SERVER = 17 };

#define POSTGRES_LIBRARY "libpq.so.5"

#define POSTGRES_FUNCTIONS(X) \
	X(backendPID)         \
	X(cancel)             \
	X(clear)              \
	X(cmdStatus)          \
	X(conndefaults)       \
	X(connectPoll)        \
	X(connectStartParams) \
	X(conninfo)           \
	X(conninfoFree)       \
	X(consumeInput)       \
	X(db)                 \
	X(errorMessage)       \
	X(finish)             \
	X(flush)              \
	X(fname)              \
	X(freeCancel)         \
	X(freemem)            \
	X(getCancel)          \
	X(getCopyData)        \
	X(getResult)          \
	X(getisnull)          \
	X(getvalue)           \
	X(host)               \
	X(hostaddr)           \
	X(isBusy)             \
	X(libVersion)         \
	X(nfields)            \
	X(ntuples)            \
	X(parameterStatus)    \
	X(pass)               \
	X(port)               \
	X(putCopyData)        \
	X(putCopyEnd)         \
	X(resultErrorField)   \
	X(resultErrorMessage) \
	X(resultStatus)       \
	X(sendQuery)          \
	X(serverVersion)      \
	X(setNoticeReceiver)  \
	X(setSingleRowMode)   \
	X(setnonblocking)     \
	X(socket)             \
	X(sslAttribute)       \
	X(status)             \
	X(transactionStatus)

struct postgres_api {
#define X(name) __typeof__(PQ##name) *name;
	POSTGRES_FUNCTIONS(X)
#undef X
};

/* Error: MIGRATE_E_CONNECT, for a library that is missing or too old. */
bool postgres_api_load(struct postgres_api *api, struct migrate_error *error);

#endif
