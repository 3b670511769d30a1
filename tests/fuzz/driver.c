/* driver: a target's main without libFuzzer. driver TARGET FILE...: runs the target once on each
 * file, and prints TAP. Whatever fails aborts, and the file that it was is the last one named. */
#include <errno.h>

#include "fuzz.h"

static uint8_t *read_whole(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data;
	long end;

	if (!file || fseek(file, 0, SEEK_END) || (end = ftell(file)) < 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(2);
	}
	rewind(file);
	/* Of exactly that size, so that reading past the end shows. */
	data = malloc((size_t)end + !end);
	*size = fread(data, 1, (size_t)end, file);
	fclose(file);
	return data;
}

int main(int argc, char **argv)
{
	for (int i = 2; i < argc; i++) {
		size_t size;
		uint8_t *data;

		printf("# %s\n", argv[i]);
		fflush(stdout);
		data = read_whole(argv[i], &size);
		LLVMFuzzerTestOneInput(data, size);
		/* And cut short, as half a file would be. */
		LLVMFuzzerTestOneInput(data, size / 2);
		free(data);
	}
	if (argc < 3) {
		printf("not ok 1 - %s has no corpus\n1..1\n", argc > 1 ? argv[1] : argv[0]);
		return 1;
	}
	printf("ok 1 - %s holds on the %d files of its corpus\n1..1\n", argv[1], argc - 2);
	return 0;
}
