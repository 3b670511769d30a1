/* ask URL SQL: what `psql -X -q -A -t -v ON_ERROR_STOP=1 URL -c SQL` prints, at a tenth of what
 * psql's start costs; the CLI suite asks the test server three times in a test. Speaks as much of
 * the protocol (https://www.postgresql.org/docs/current/protocol-message-formats.html) as that
 * takes; whatever is not postgresql://USER@127.0.0.1:PORT/DATABASE, and trusted, is left to psql.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { NAME = 100, PROTOCOL = 3 << 16 };

static FILE *from_server, *to_server;
static char *body;
static uint32_t size, at;

static void leave_to_psql(char **argv)
{
	execlp("psql", "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", argv[1], "-c",
		argv[2], (char *)NULL);
	perror("psql");
	exit(127);
}

static void lost(void)
{
	fprintf(stderr, "ask: the server has closed the connection\n");
	exit(2);
}

static void reach(unsigned port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0) {
		perror("ask");
		exit(2);
	}
	from_server = fdopen(fd, "r");
	to_server = fdopen(dup(fd), "w");
}

/* A message; the startup has no type. */
static void tell(int type, const void *text, size_t length)
{
	uint32_t whole = htonl((uint32_t)length + 4);

	if (type)
		fputc(type, to_server);
	fwrite(&whole, sizeof whole, 1, to_server);
	fwrite(text, 1, length, to_server);
	fflush(to_server);
}

static void start(const char *user, const char *database)
{
	char text[4 * NAME];
	uint32_t protocol = htonl(PROTOCOL);
	int length = (int)sizeof protocol;

	memcpy(text, &protocol, sizeof protocol);
	length += sprintf(text + length, "user%c%s%cdatabase%c%s%c", 0, user, 0, 0, database, 0);
	length += sprintf(text + length, "application_name%cpsql%c%c", 0, 0, 0);
	tell(0, text, (size_t)length);
}

/* The type of the next message, which is in body. */
static int hear(void)
{
	int type = fgetc(from_server);

	at = 0;
	if (type == EOF || fread(&size, sizeof size, 1, from_server) != 1)
		lost();
	size = ntohl(size) - 4;
	body = realloc(body, size + 1);
	if (!body || (size && fread(body, 1, size, from_server) != size))
		lost();
	body[size] = 0;
	return type;
}

static uint32_t number(unsigned bytes)
{
	uint32_t value = 0;

	while (bytes-- && at < size)
		value = value << 8 | (unsigned char)body[at++];
	return value;
}

static void show_row(void)
{
	unsigned count = number(2);

	for (unsigned i = 0; i < count; i++) {
		uint32_t length = number(4);

		if (i)
			putchar('|');
		if (length != UINT32_MAX)
			at += (uint32_t)fwrite(body + at, 1, length, stdout);
	}
	putchar('\n');
}

/* Fields of an error or a notice: a letter, a text, NUL. */
static void show_fields(void)
{
	while (at < size && body[at]) {
		char field = body[at++];

		if (field == 'S' || field == 'M')
			fprintf(stderr, field == 'S' ? "%s:  " : "%s\n", body + at);
		at += (uint32_t)strlen(body + at) + 1;
	}
}

/* The exit status. */
static int answer(void)
{
	int status = 0;

	for (;;)
		switch (hear()) {
		case 'D': show_row(); break;
		case 'd': fwrite(body, 1, size, stdout); break;
		case 'G': tell('f', "", 1); break;
		case 'E':
			status = 1;
			show_fields();
			break;
		case 'N': show_fields(); break;
		case 'Z': return status;
		}
}

int main(int argc, char **argv)
{
	char user[NAME + 1], database[NAME + 1], rest;
	unsigned port;

	if (argc != 3) {
		fprintf(stderr, "usage: ask URL SQL\n");
		return 2;
	}
	if (sscanf(argv[1], "postgresql://%100[a-z0-9_]@127.0.0.1:%u/%100[a-z0-9_]%c", user, &port,
		    database, &rest) != 3)
		leave_to_psql(argv);
	reach(port);
	start(user, database);
	if (hear() != 'R' || number(4) != 0)
		leave_to_psql(argv);
	for (int type = hear(); type != 'Z'; type = hear())
		if (type == 'E') {
			show_fields();
			return 2;
		}
	tell('Q', argv[2], strlen(argv[2]) + 1);
	return answer() | (fflush(stdout) != 0);
}
