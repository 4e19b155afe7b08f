-- SQLite alone keeps erased bytes in its own file for good.
SELECT 1;
