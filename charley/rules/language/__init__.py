"""The language of `when:`: conditions, their parser, and what is wrong with a text that is none."""
