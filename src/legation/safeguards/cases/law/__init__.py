"""Law of a case: which elements of which norm are met, by whose answers, and who is bound."""
