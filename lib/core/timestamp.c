/* timestamp: parsing only; writing is strftime's job, where the template is filled. */
#include "core/timestamp.h"

struct cursor {
	const char *at, *end;
};

static bool take(struct cursor *cursor, char byte)
{
	if (cursor->at == cursor->end || *cursor->at != byte)
		return false;
	cursor->at++;
	return true;
}

static bool digits(struct cursor *cursor, int count, int low, int high, int *number)
{
	*number = 0;
	for (int i = 0; i < count; i++, cursor->at++) {
		if (cursor->at == cursor->end || *cursor->at < '0' || *cursor->at > '9')
			return false;
		*number = *number * 10 + (*cursor->at - '0');
	}
	return *number >= low && *number <= high;
}

/* Days since 1970 of the proleptic Gregorian calendar, counted in years that begin in March. */
static int64_t days_from_civil(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = y / 400, of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int days_of_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

static bool parse_date(struct cursor *cursor, int64_t *days)
{
	int year, month, day;

	if (!digits(cursor, 4, 1, 9999, &year) || !take(cursor, '-') ||
		!digits(cursor, 2, 1, 12, &month) || !take(cursor, '-') ||
		!digits(cursor, 2, 1, days_of_month(year, month), &day))
		return false;
	*days = days_from_civil(year, month, day);
	return true;
}

static bool parse_fraction(struct cursor *cursor, int64_t *microseconds)
{
	int64_t unit = 100000;

	if (!take(cursor, '.') && !take(cursor, ','))
		return true;
	if (cursor->at == cursor->end || *cursor->at < '0' || *cursor->at > '9')
		return false;
	for (; cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9'; unit /= 10)
		*microseconds += (*cursor->at++ - '0') * unit;
	return true;
}

static bool parse_time(struct cursor *cursor, int64_t *microseconds)
{
	int hour, minute, second = 0;

	if (!digits(cursor, 2, 0, 23, &hour) || !take(cursor, ':') ||
		!digits(cursor, 2, 0, 59, &minute))
		return false;
	if (take(cursor, ':') && !digits(cursor, 2, 0, 60, &second))
		return false;
	*microseconds = ((hour * 60LL + minute) * 60 + second) * 1000000;
	return parse_fraction(cursor, microseconds);
}

static bool parse_zone(struct cursor *cursor, int64_t *minutes)
{
	int hour, minute = 0, sign;

	*minutes = 0;
	if (cursor->at == cursor->end)
		return true;
	take(cursor, ' ');
	if (take(cursor, 'Z'))
		return true;
	sign = take(cursor, '+') ? 1 : take(cursor, '-') ? -1 : 0;
	if (!sign || !digits(cursor, 2, 0, 23, &hour))
		return false;
	if ((take(cursor, ':') || cursor->at < cursor->end) && !digits(cursor, 2, 0, 59, &minute))
		return false;
	*minutes = sign * (hour * 60 + minute);
	return true;
}

bool timestamp_parse(const char *text, size_t size, int64_t *microseconds)
{
	struct cursor cursor = {text, text + size};
	int64_t days, time = 0, zone = 0;

	if (!parse_date(&cursor, &days))
		return false;
	if (cursor.at < cursor.end) {
		if (!take(&cursor, 'T') && !take(&cursor, ' '))
			return false;
		if (!parse_time(&cursor, &time) || !parse_zone(&cursor, &zone))
			return false;
	}
	*microseconds = (days * 1440 - zone) * 60000000 + time;
	return cursor.at == cursor.end;
}
