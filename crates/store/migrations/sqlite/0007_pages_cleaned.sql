-- The file is written anew before this (VACUUM runs outside transactions): up to here, erased bytes stayed in its
-- free pages.
SELECT 1;
