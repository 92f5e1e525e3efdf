"""Fire it: the base as an experta engine, one patient in working memory."""
