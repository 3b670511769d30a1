SELECT 1;
-- nothing; follows