-- a migration that does nothing;
/* really; nothing */
