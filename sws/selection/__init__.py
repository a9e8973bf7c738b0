"""Selection: bank problems nearest to the failed ones, in place of synthesis."""
