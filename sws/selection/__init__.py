"""Selection: problems of a bank that lie nearest to the failed ones, instead of synthesis."""
